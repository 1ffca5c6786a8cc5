"""Every error has a kind, and the documentation lists them all."""

import re
from pathlib import Path

import pytest

from index.storage.errors import EncoderBusy, IndexingError, ModelError, Refused, StorageFull, StoreError
from rag.contract.problems import KINDS, problem_of
from rag.errors import BadQuestion, ServerStops, ServiceError

OPERATIONS = Path(__file__).parents[4] / "OPERATIONS.md"


def test_the_documentation_lists_every_kind_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \| (.+) \|$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)

    assert rows == [(name, str(kind.status), kind.title) for name, kind in KINDS.items()]


@pytest.mark.parametrize(
    ("error", "type_", "status"),
    [
        (BadQuestion("?", "question-empty"), "/problems/question-empty", 422),
        (Refused("no"), "/problems/article-refused", 422),
        (ServerStops("now"), "/problems/stopping", 503),
        (EncoderBusy("64 wait"), "/problems/busy", 429),
        (StorageFull("disk"), "/problems/storage-full", 507),
        (StoreError("db"), "/problems/database-unavailable", 503),
        (ModelError("model"), "/problems/index-unavailable", 503),
        (IndexingError("index"), "/problems/index-unavailable", 503),
        (ServiceError(429, "wait", 3.0, "key-rate"), "/problems/key-rate", 429),
        (ServiceError(418, "tea"), "about:blank", 418),
        (ServiceError(None, "gone"), "about:blank", 502),
    ],
)
def test_an_error_is_a_problem_of_its_kind(error: Exception, type_: str, status: int) -> None:
    told = problem_of(error)

    assert (told.type, told.status, told.detail) == (type_, status, str(error))


def test_of_what_nobody_foresaw_clients_learn_only_that_it_happened() -> None:
    told = problem_of(RuntimeError("the question was: bí mật"))

    assert (told.type, told.status) == ("/problems/internal", 500)
    assert "bí mật" not in told.model_dump_json()
