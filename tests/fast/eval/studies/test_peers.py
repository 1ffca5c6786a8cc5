import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest

from eval.data.squad import SquadQuestion
from eval.studies.peer_systems import WARM_UP, Searches, measured
from eval.studies.peers import PINNED, Corpus, Row, Search, corpus_of, identity, row, table, theirs
from index.storage.errors import Refused
from tests.support.encoders import HashEncoder, draft

# Each sentence takes 15 of the 62 tokens that a chunk has room for: four of them are a chunk.
SENTENCE = "Làng nghề Bến Mây dệt chiếu cói từ năm 1850, bán khắp vùng. "
LONG, SHORT = draft("dài", (SENTENCE * 8).strip()), draft("ngắn", SENTENCE.strip(), title="Chiếu cói")
CASES = [
    SquadQuestion(str(n), 0, "Làng dệt gì?", article, ("chiếu",)) for n, article in enumerate(("dài", "ngắn", "x"))
]
JOB = {"system": "txtai", "backend": "torch", "texts": ["a"], "questions": ["b"], "k": 10, "threads": 1}


def test_a_corpus_is_cut_as_ours_is_and_keeps_the_questions_on_it() -> None:
    corpus = corpus_of(iter([LONG, SHORT]), CASES, HashEncoder(), 3)
    assert corpus.owners == ["dài", "dài", "ngắn"]
    assert corpus.texts[2] == f"Chiếu cói\n{SENTENCE.strip()}"
    assert [case.article_id for case in corpus.cases] == ["dài", "ngắn"]
    with pytest.raises(Refused, match="make 3 of 4 chunks, with 2 questions"):
        corpus_of(iter([LONG, SHORT]), CASES, HashEncoder(), 4)
    with pytest.raises(Refused, match="with 0 questions on them"):
        corpus_of(iter([LONG, SHORT]), CASES[2:], HashEncoder(), 3)


def test_figures_are_summed_up() -> None:
    """3 chunks in 2 s, in 4 s of two processors; of two questions one is right, and one finds nothing."""
    corpus = Corpus([LONG, SHORT], ["", "", ""], ["dài", "dài", "ngắn"], CASES[:2])
    hybrid = {"milliseconds": [10.0, 20.0], "processor": [9.0, 11.0], "found": [[1, 2], [2]]}
    dense = {"milliseconds": [5.0, 5.0], "processor": [4.0, 4.0], "found": [[0], []]}
    made = row("x", {"seconds": 2.0, "processor": 4.0, "searches": {"hybrid": hybrid, "dense": dense}}, corpus)
    assert made == Row("x", 1.5, 0.75, Search(15.0, 10.0, 1.0), Search(5.0, 4.0, 0.5))


def test_ours_stands_beside_the_best_of_the_others_whichever_it_is() -> None:
    ours = Row("o", 30, 15, Search(8, 8, 0.9), Search(6, 6, 0.8))
    fast = Row("f", 20, 6, Search(50, 50, 0.6), Search(5, 16, 0.7))
    good = Row("g", 10, 5, Search(9, 10, 0.85), Search(7, 20, 0.7))
    assert list(table(ours, [fast, good]))[-3:] == [
        "indexing: 1.50 times the best rate by the clock, 2.50 of the processor",
        "hybrid: 1.60 of the least time by the clock, 0.80 of the processor",
        "R@1: +0.050 beside the highest",
    ]
    assert len(list(table(ours, []))) == 3


def test_what_is_measured_is_asked_after_a_warm_up() -> None:
    built: list[int] = []

    def build(texts: Sequence[str]) -> Searches:
        built.append(len(texts))
        return {"dense": lambda question: [len(question)]}

    found = measured(["a"] * 20, ["một", "hai mươi"], build)
    assert built == [WARM_UP, 20]
    assert found["searches"]["dense"]["found"] == [[3], [8]]
    assert found["seconds"] >= 0
    assert len(found["searches"]["dense"]["milliseconds"]) == len(found["searches"]["dense"]["processor"]) == 2


def test_figures_of_a_finished_system_are_kept(tmp_path: Path) -> None:
    (tmp_path / "txtai-torch.json").write_text('{"seconds": 1.0}')
    assert theirs(JOB, tmp_path / "peers", tmp_path) == {"seconds": 1.0}
    assert not (tmp_path / "peers").exists()


def test_a_system_that_fails_is_refused_by_its_last_words(tmp_path: Path) -> None:
    environment = tmp_path / "txtai" / "env" / "bin"
    environment.mkdir(parents=True)
    (environment / "python").write_text("#!/bin/sh\necho no module\nexit 3\n")
    (environment / "python").chmod(0o700)
    wanted = [f"torch=={version('torch').partition('+')[0]}", *PINNED["txtai"]]
    (tmp_path / "txtai" / "installed.json").write_text(json.dumps(wanted))
    with pytest.raises(Refused, match="ended with 3, no module; see "):
        theirs(JOB, tmp_path, tmp_path)
    assert not (tmp_path / "txtai-torch.json").exists()


def test_figures_are_of_one_job_and_one_limit_of_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    whole = identity(JOB)
    assert identity({**JOB, "threads": 2}) != whole == identity(dict(JOB))
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    assert identity(JOB) != whole
