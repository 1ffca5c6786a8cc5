import pytest

from index.language.words import DATELINE, STOP_WORDS, word_set


def test_the_words_of_a_line() -> None:
    assert word_set("  của và\n của ") == {"của", "và"}


@pytest.mark.parametrize(
    ("text", "place", "agency", "sign"),
    [
        ("Huế, 7/7 (TTXVN) - Cầu đã xong.", "Huế, 7/7 ", "TTXVN", None),
        ("(GLO)- Cầu đã xong.", "", "GLO", None),
        ("VOV.VN - Cầu đã xong.", None, None, "VOV.VN"),
    ],
)
def test_what_an_article_opens_with(text: str, place: str | None, agency: str | None, sign: str | None) -> None:
    found = DATELINE.match(text)

    assert found is not None
    assert (found["place"], found["agency"], found["sign"]) == (place, agency, sign)
    assert text[found.end() :] == " Cầu đã xong."


@pytest.mark.parametrize("text", ["COVID-19 lan rộng.", "Cầu (dài 1.420 m) đã xong.", "Việt Nam - Lào hợp tác."])
def test_what_is_no_dateline(text: str) -> None:
    assert DATELINE.match(text) is None


def test_stop_words_are_by_language() -> None:
    assert {language for language, words in STOP_WORDS.items() if "of" in words} == {"en"}
    assert {language for language, words in STOP_WORDS.items() if "và" in words} == {"vi"}
