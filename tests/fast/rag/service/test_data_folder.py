"""Articles are removed, with what the model made of them, and from a disk that is full: a small one, in memory."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rag.service.data_folder import kept_states, opened_store, remove_articles
from rag.settings import Settings
from tests.support.encoders import HashEncoder, draft, ingester

ROOT = Path(__file__).parents[4]
_IN_A_SMALL_DISK = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
_MOUNTED = 'mount -t tmpfs -o size=24m none "$0" && exec "$@"'

_UNTIL_FULL = """
import json, shutil, sys
from pathlib import Path
from index.storage.errors import StorageFull
from index.storage.reserve import Reserve
from rag.service.data_folder import opened_store, remove_articles
from rag.settings import Settings
from tests.support.encoders import HashEncoder, draft, ingester

data = Path(sys.argv[1])
settings = Settings(data=data)
told = {"removed": []}
drafts = [draft(f"a{n:03}", f"Bài số {n}. " + f"Câu {n} khá dài. " * 200) for n in range(200)]
with opened_store(settings) as store:
    stored = [outcome.id for outcome in ingester(store, HashEncoder()).ingest(drafts)]
if sys.argv[2] == "reserve":
    Reserve(data / "reserve", 8_000_000).fill()
# Opened again, its log is empty: with the rest of the disk taken there is no room for the first page of it.
with opened_store(settings) as store:
    store.counts()
    with (data / "rest").open("wb", buffering=0) as rest:
        try:
            while True:
                rest.write(b"x" * 512)
        except OSError:
            told["free"] = shutil.disk_usage(data).free
    try:
        for article in stored[:3]:
            told["removed"] += remove_articles(settings, store, [article])
    except StorageFull as error:
        told["refused"] = str(error)
    told["articles"] = [article.id for article in store.articles(1000)]
    told["check"] = store.check()
print(json.dumps(told))
"""
ALL = [f"a{n:03}" for n in range(200)]


def test_what_the_model_made_of_an_article_goes_with_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    drafts = [draft("a", "Cầu mở cửa.", title="Cầu Ngọc Hồi"), draft("b", "Chợ mở cửa.")]
    texts = ["Cầu Ngọc Hồi\nCầu mở cửa.", "Chợ mở cửa."]
    with opened_store(settings) as store, closing(kept_states(settings)) as kept:
        list(ingester(store, HashEncoder()).ingest(drafts))
        kept.keep("a model", dict.fromkeys(texts, b"states"))

        remove_articles(settings, store, ["a", "nothing"])

        assert [*kept.found("a model", texts)] == texts[1:]
        # A later state of an article is another text, which nothing is kept of.
        list(ingester(store, HashEncoder()).ingest([draft("b", "Chợ đóng cửa.")]))
        assert [hit.chunk.text for hit in store.passages_of("b")] == ["Chợ đóng cửa."]
        assert not kept.found("a model", ["Chợ đóng cửa."])


def on_a_full_disk(disk: Path, which: str) -> dict[str, object]:
    """What came of it; skipped where the system lets nobody mount."""
    inside = [*_IN_A_SMALL_DISK, _MOUNTED, str(disk)]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    command = [*inside, sys.executable, "-c", _UNTIL_FULL, str(disk), which]
    told: dict[str, object] = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert (told["free"], told["check"]) == (0, [])
    return told


def test_with_a_reserve_articles_are_removed(tmp_path: Path) -> None:
    told = on_a_full_disk(tmp_path, "reserve")
    assert (told["removed"], told["articles"]) == (ALL[:3], ALL[3:])


def test_without_one_nothing_is_lost_and_the_mend_is_told(tmp_path: Path) -> None:
    told = on_a_full_disk(tmp_path, "none")
    assert (told["removed"], told["articles"]) == ([], ALL)
    assert "Make room" in str(told["refused"])
