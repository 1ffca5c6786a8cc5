"""What an article is called, whatever tells of it."""

from dataclasses import asdict

import pytest

from index.records import Metadata
from rag.contract.answers import CopyOut, SourceOut
from rag.contract.articles import ListedArticle

CITED = {
    **{"article_id": "a", "chunk_id": 1, "url": None, "source": None, "published_at": None, "title": None},
    **{"start_char": 0, "end_char": 9, "score": 1.0, "support": "full"},
}


def test_an_article_is_called_by_its_title() -> None:
    listed = ListedArticle(id="a", characters=9, **asdict(Metadata("Chợ nổi họp sớm", opening="Chợ nổi Cồn Tiên")))
    assert listed.named == "Chợ nổi họp sớm"
    assert "opening" not in listed.model_dump()


@pytest.mark.parametrize(
    ("opening", "named"),
    [
        ("Chợ nổi họp sớm.\n\nThuyền về.", "“Chợ nổi họp sớm. Thuyền về.”"),
        # Sixty characters, cut behind a word: "… bến từ" has 55, and "ba" would still fit with 58.
        (
            "Chợ nổi Cồn Tiên họp từ bốn giờ, thuyền của bà con bến từ ba hướng về, chở gạo.",
            "“Chợ nổi Cồn Tiên họp từ bốn giờ, thuyền của bà con bến từ ba…”",
        ),
        ("a" * 99, f"“{'a' * 60}…”"),
    ],
    ids=["short", "long", "one word"],
)
def test_without_a_title_it_is_called_by_its_first_words_everywhere(opening: str, named: str) -> None:
    known = asdict(Metadata(opening=opening))
    cited = SourceOut.model_validate(CITED | {"opening": opening, "cited_text": "Thuyền về."})
    assert {
        ListedArticle(id="a", characters=9, **known).named,
        CopyOut(article_id="a", **known).named,
        cited.named,
    } == {named}


def test_an_answer_that_was_stored_without_names_has_its_words() -> None:
    stored = SourceOut.model_validate(CITED | {"cited_text": "Thuyền về."})
    assert stored.named == "“Thuyền về.”"
    assert SourceOut.model_validate_json(stored.model_dump_json()).named == "“Thuyền về.”"
