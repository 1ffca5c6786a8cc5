"""`hoidap bulk` as processes: killed steps go on, and what is loaded is what `hoidap ingest` takes in."""

import json
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from eval.endurance.forked import Command, ran
from index.store.store import Store
from tests.support.service import save_small_model

WORDS = "Sáng nay chợ nổi họp sớm hơn mọi khi . Bến phà mở lại sau ba ngày mưa lớn , đón khách từ hai bờ sông Vân Sa"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two shards of articles, and one that is refused."""
    words = WORDS.split()
    texts = [" ".join(words[(7 * number + step) % len(words)] for step in range(40)) for number in range(1500)]
    records = [{"id": f"tin-{number}", "text": f"Tin {number}. {text}."} for number, text in enumerate(texts)]
    lines = [json.dumps(record, ensure_ascii=False) for record in [*records, {"id": "trống", "text": ""}]]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "articles.jsonl"


def test_it_ends_as_ingestion_does(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = save_small_model(tmp_path, WORDS)
    for name, value in (("EMBEDDING_MODEL", str(model)), ("READER", "none"), ("THREADS", "1"), ("PRECISION", "fp32")):
        monkeypatch.setenv(f"HOIDAP_{name}", value)
    monkeypatch.setenv("COLUMNS", "1000")  # so that no path is broken into lines
    shards = tmp_path / "shards"

    def run(data: str, *words: str | Path) -> tuple[int, str, str]:
        return ran(tmp_path, "--data", str(tmp_path / data), *map(str, words))

    def killed_after(file: str, *words: str | Path) -> None:
        command = Command(["--data", str(tmp_path / "bulk"), *map(str, words)], tmp_path / "killed.log")
        while not any(shards.glob(file)):
            assert command.code is None, (tmp_path / "killed.log").read_text("utf-8")
            time.sleep(0.01)
        command.kill()
        assert command.code == -9

    killed_after("*.articles.parquet", "bulk", "prepare", archive, "--into", shards)
    code, said, told = run("bulk", "bulk", "prepare", archive, "--into", shards)
    assert (code, said) == (1, "2 shards are prepared; 1 articles were refused\n")
    assert "articles.jsonl, line 1501: no article text found" in " ".join(told.split())

    killed_after("*.vectors.parquet", "bulk", "embed", shards)
    # What a process had begun by then it may have ended.
    (shards / "000001.vectors.parquet").unlink(missing_ok=True)
    assert run("bulk", "bulk", "load", shards)[0] == 66
    code, said, told = run("bulk", "bulk", "embed", shards, "--workers", "2")
    assert (code, said[:23]) == (0, "2 shards are embedded; "), told

    code, said, told = run("bulk", "bulk", "load", shards)
    assert (code, said) == (0, "1500 added, 0 updated, 0 unchanged\n"), told
    assert run("ordinary", "ingest", archive)[0] == 1

    with (
        closing(Store(tmp_path / "bulk" / "hoidap.sqlite3")) as loaded,
        closing(Store(tmp_path / "ordinary" / "hoidap.sqlite3")) as ordinary,
    ):
        assert loaded.counts() == ordinary.counts()
        for article in ordinary.articles(2000):
            assert loaded.draft(article.id) == ordinary.draft(article.id)
            ours, theirs = loaded.embedded(article.id), ordinary.embedded(article.id)
            assert ours is not None
            assert theirs is not None
            assert [hit.chunk.text for hit in ours.hits] == [hit.chunk.text for hit in theirs.hits]
            # They were in other batches.
            assert np.abs(ours.vectors - theirs.vectors).max() < 1e-6
