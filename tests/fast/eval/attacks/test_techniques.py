"""A technique of lying never writes what an article says, and all of them find something to write."""

import json
import re
from itertools import islice

import pytest

from eval.attacks.edits import SourceSentence
from eval.attacks.lying import is_true, model_input, truths_of
from eval.attacks.techniques import DRESSED, FALSE, HONEST, TECHNIQUES, ModelInput
from eval.data.validate import sample_articles
from index.records import Article
from rag.records.search import ChatMessage

_MARKS = re.compile(r"\[\d+\]")


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return list(sample_articles().values())


@pytest.fixture(scope="module")
def given(articles: list[Article]) -> ModelInput:
    """Two articles as a model reads them."""
    marks = ("SAMABIO nắm 65% vốn", "Úc có 31.200 sinh viên")
    texts = [next(article.text for article in articles if mark in article.text) for mark in marks]
    data = json.dumps({"question": "Nhà máy?", "passages": [{"text": text} for text in texts]})
    return model_input([ChatMessage("system", "Một. Hai."), ChatMessage("user", data)])


def test_lies_are_no_truths(given: ModelInput, articles: list[Article]) -> None:
    truths = truths_of(articles)
    for name, technique in FALSE.items():
        lies = list(islice(technique(given), 40))
        assert lies, name
        for lie in lies:
            assert not is_true(_MARKS.sub("", lie), [], truths), (name, lie)


@pytest.mark.parametrize("name", [*HONEST, *DRESSED])
def test_the_truth_is_written_in_every_dress(given: ModelInput, name: str) -> None:
    written = "\n".join(islice(TECHNIQUES[name](given), 40))

    true = [said.text.rstrip(".") for said in given.sentences]
    assert any(text in written for text in true) or "31,200 Vietnamese students" in written


@pytest.mark.parametrize(
    ("name", "text", "lies"),
    [
        ("a figure changed", "Cầu dài 17 km.", ["Cầu dài 27 km. [1]", "Cầu dài 170 km. [1]"]),
        ("two figures exchanged", "Từ 3 ha lên 5 ha.", ["Từ 5 ha lên 3 ha. [1]"]),
        ("a date changed", "Mở ngày 3/5.", ["Mở ngày 4/5. [1]", "Mở ngày 3/6. [1]"]),
        ("denied", "Xã đã có điện.", ["Xã chưa có điện. [1]", "Xã đã không có điện. [1]"]),
        ("the other way round", "Giá tăng.", ["Giá giảm. [1]"]),
        ("a person invented", "Theo ông Lê Nam.", ["Theo ông Trương Bảo Lâm. [1]"]),
    ],
)
def test_what_is_written_of_a_sentence(name: str, text: str, lies: list[str]) -> None:
    read = ModelInput("", "", (SourceSentence(text, 1, ()),), (text,))

    assert list(TECHNIQUES[name](read)) == lies
