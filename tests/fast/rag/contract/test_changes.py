"""A kept answer beside articles that were changed since: what its citations say then."""

import pytest

from rag.contract.answers import AskOut, HitOut, SourceOut
from rag.contract.changes import as_of_today, words_gone
from tests.support.slack_bot import answered, hit, source

OPENS = "Chợ Bến Lội mở cửa lúc bốn giờ."
PRICE = "Vé vào cổng giá 20.000 đồng."
TEXT = f"{OPENS} {PRICE}"  # 31 characters, a space, 28 characters


def quoting(words: str, start: int) -> SourceOut:
    end = start + len(words)
    return source().model_copy(update={"cited_text": words, "start_char": start, "end_char": end})


def asked(words: str = PRICE, start: int = 32) -> AskOut:
    out = answered((words, quoting(words, start)))
    passage = hit("Chợ").model_copy(update={"text": TEXT, "start_char": 0, "end_char": 60})
    return out.model_copy(update={"passages": [passage]})


def now(out: AskOut, text: str | None) -> tuple[SourceOut, HitOut]:
    """The source and the passage of an answer, where the article has this text."""
    read = as_of_today(out, lambda article: text if article == "b1" else None)
    (citation,) = read.answer.citations
    (cited,) = citation.sources
    (passage,) = read.passages
    for found, words in ((cited, cited.cited_text), (passage, passage.text)):
        # Offsets are right, or it is said that there are none.
        assert found.gone or (text or "")[found.start_char : found.end_char] == words
    assert words_gone(read.answer) == cited.gone
    assert (read.answer.text, read.answer.confidence) == (out.answer.text, out.answer.confidence)
    return cited, passage


def place(found: SourceOut | HitOut) -> tuple[str | None, int, int]:
    return found.changed, found.start_char, found.end_char


def test_an_article_that_is_as_it_was() -> None:
    out = asked()
    assert len(TEXT) == 60
    assert as_of_today(out, lambda _: TEXT) == out
    assert as_of_today(out, lambda _: f"{TEXT} Chợ đóng cửa lúc chín giờ.") == out


def test_words_that_moved_have_their_new_place() -> None:
    # "Cập nhật. " are 10 characters.
    cited, passage = now(asked(), f"Cập nhật. {TEXT}")
    assert (place(cited), place(passage)) == (("moved", 42, 70), ("moved", 10, 70))
    cited, passage = now(asked(), f"{OPENS} Trời mưa. {PRICE}")
    assert (place(cited), place(passage)) == (("moved", 42, 70), ("edited", 0, 60))
    # What stood before them went, and they begin the text; an emoji is one character.
    assert place(now(asked(), PRICE)[0]) == ("moved", 0, 28)
    assert place(now(asked(), f"😀 {PRICE}")[0]) == ("moved", 2, 30)


def test_of_several_places_the_nearest() -> None:
    # They begin at 0, 39 and 68; they stood at 32.
    assert place(now(asked(), f"{PRICE} Mở lại. . {PRICE} {PRICE}")[0]) == ("moved", 39, 67)


@pytest.mark.parametrize(
    "text",
    [
        "",
        OPENS,
        f"{OPENS} Vé vào cổng giá 25.000 đồng.",
        f"{OPENS} Vé vào cổng  giá 20.000 đồng.",
        f"{OPENS} vé vào cổng giá 20.000 đồng.",
        TEXT[:-1],
    ],
)
def test_words_that_were_edited_are_gone(text: str) -> None:
    assert place(now(asked(), text)[0]) == ("edited", 32, 60)


def test_an_article_that_was_removed() -> None:
    cited, passage = now(asked(), None)
    assert (place(cited), place(passage)) == (("removed", 32, 60), ("removed", 0, 60))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Giá: 315", "Giá: 315.000 đồng"),
        ("Giá: 315", "Giá: 3150"),
        ("Giá: 315.", "Giá: 315.000 đồng"),
        ("Giá: 315", "Giá: 315,5 nghìn"),
        ("15 người", "115 người"),
        ("5 triệu", "2,5 triệu"),
        ("ở Hà", "ở Hàm Tân"),
        ("an toàn", "dan toàn"),
    ],
)
def test_words_that_run_on_are_others(words: str, text: str) -> None:
    start = text.index(words)
    assert now(asked(words, start), text)[0].changed == "edited"
    assert now(asked(words, start), f"{text}. {words}")[0].changed == "moved"


@pytest.mark.parametrize("words", ["Giá: 315", "15 người", "5 triệu", "ở Hà", "an toàn"])
@pytest.mark.parametrize(("before", "after"), [("", ""), ("(", ")"), ("", "."), ("\n", "\n"), ("“", "”"), ("", ", 2")])
def test_words_that_end_are_the_same(words: str, before: str, after: str) -> None:
    text = f"{before}{words}{after}"
    assert now(asked(words, len(before)), text)[0].changed is None


def test_scripts_without_spaces_run_on_by_nature() -> None:
    text = "市场四点开门门票两万盾"
    assert now(asked("四点开门", 2), text)[0].changed is None
    assert place(now(asked("四点开门", 2), f"早上{text}")[0]) == ("moved", 4, 8)


def test_each_article_is_asked_for_by_its_id() -> None:
    out = answered((OPENS, quoting(OPENS, 0)), (PRICE, quoting(PRICE, 0).model_copy(update={"article_id": "gia"})))
    read = as_of_today(out, {"b1": OPENS, "gia": None}.get)
    assert [each.sources[0].changed for each in read.answer.citations] == [None, "removed"]
    assert words_gone(read.answer)


def test_a_long_text_of_one_letter_takes_no_time() -> None:
    assert now(asked("a" * 500, 7), "a" * 2_000_000)[0].changed == "edited"
