"""`hoidap ask` beside `hoidap serve`, as processes: until it ends, and after it was killed."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from eval.endurance.forked import ran
from rag.service.own_socket import FILE
from tests.support.service import save_small_model, serving

WORDS = "Sáng nay chợ nổi họp sớm hơn mọi khi . Bến phà mở lại sau ba ngày mưa lớn"
ARTICLE = {"id": "cho", "title": "Chợ nổi", "text": "Sáng nay chợ nổi họp sớm hơn mọi khi.", "source": "Báo Sông"}

Run = Callable[..., tuple[str, str]]


def answer(run: Run) -> tuple[dict[str, Any], bool]:
    """An answer, and whether a model was loaded for it."""
    out, err = run("ask", "--json", "Chợ nổi họp lúc nào?")
    return json.loads(out)["answer"], "Loading the embedding model" in err


def test_a_server_is_asked_until_its_end_and_never_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, model = tmp_path / "data", save_small_model(tmp_path, WORDS)
    for name, value in (("EMBEDDING_MODEL", str(model)), ("READER", "none"), ("THREADS", "1")):
        monkeypatch.setenv(f"HOIDAP_{name}", value)
    (tmp_path / "article.json").write_text(json.dumps(ARTICLE), encoding="utf-8")

    def run(*words: str) -> tuple[str, str]:
        code, out, err = ran(tmp_path, "--data", str(data), *words)
        assert code == 0, err
        return out, err

    run("ingest", str(tmp_path / "article.json"))
    run("keys", "add", "Toà soạn", "--scope", "ask")
    with serving(data, model, "--access", "keys") as server:
        answered, loaded = answer(run)
        assert not loaded
        assert answered["citations"][0]["sources"][0]["article_id"] == "cho"
        assert httpx.post(f"{server.url}/v1/ask", json={"question": "Chợ nổi?"}).status_code == 401
        assert server.stop() == 0, server.log()
    assert not (data / FILE).exists()

    with serving(data, model) as server:
        assert answer(run) == (answered, False)
        server.stop(signal.SIGKILL)
    assert (data / FILE).is_socket()
    assert answer(run) == (answered, True)
