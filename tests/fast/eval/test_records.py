import json

import pytest

from eval.records import Excerpt, Gold, GoldQuote, RankedArticle, Result
from index.records import Metadata
from rag.records.answers import Answer, Citation, Source

METADATA = Metadata("Tựa", None, "Báo Sông", "2026-01-02")
SOURCE = Source("a1", 7, METADATA, "Vé giá mười nghìn.", 5, 23, 0.5, "full")
RESULT = Result(
    id="q1",
    kind="number",
    language="vi",
    group="a1",
    question="Vé giá bao nhiêu?",
    history=("Phà chạy chưa?",),
    understood="Vé giá bao nhiêu?",
    answerable=True,
    gold=Gold(("a1",), (GoldQuote("a1", "mười nghìn"),), ("mười nghìn",)),
    ranking=(RankedArticle("a1", 0.75), RankedArticle("a2", 0.5)),
    answer=Answer(
        "Vé giá mười nghìn. [1]", "answered", 0.9, "vi", (Citation(1, 0, 18, "Vé giá mười nghìn.", (SOURCE,)),)
    ),
    passages=(Excerpt("a1", 7, METADATA, "Phà: Vé giá mười nghìn.", 0, 23, 0.75),),
    timings_ms={"encoding": 1.5, "search": 2.0, "answer": 3.0},
    scores={"R@1": 1.0},
)


def test_a_line_has_the_shape_that_readers_rely_on() -> None:
    line = RESULT.to_json()
    assert "\n" not in line
    found = json.loads(line)
    assert list(found) == [
        *("id", "kind", "language", "group", "question", "history", "understood", "answerable", "gold", "ranking"),
        *("answer", "passages", "timings_ms", "scores", "generator", "checks", "trouble"),
    ]
    assert found["gold"] == {
        "articles": ["a1"],
        "quotes": [{"article_id": "a1", "text": "mười nghìn"}],
        "answers": ["mười nghìn"],
        "grades": {},
        "nuggets": [],
        "patterns": None,
    }
    assert found["ranking"] == [{"article_id": "a1", "score": 0.75}, {"article_id": "a2", "score": 0.5}]
    (citation,) = found["answer"]["citations"]
    assert (citation["index"], citation["start"], citation["end"]) == (1, 0, 18)
    assert citation["sources"][0]["cited_text"] == "Vé giá mười nghìn."
    assert found["passages"][0]["chunk_id"] == 7


def test_what_is_written_is_read_back() -> None:
    assert Result.from_json(RESULT.to_json()) == RESULT


def test_a_torn_line_is_no_result() -> None:
    with pytest.raises(ValueError, match="Invalid JSON"):
        Result.from_json(RESULT.to_json()[:-10])
