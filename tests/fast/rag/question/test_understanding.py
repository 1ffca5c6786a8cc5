import unicodedata

import pytest

from index.language.diacritics.restore import SyllableModel
from rag.errors import BadQuestion
from rag.question.understanding import understand
from rag.records.search import MAX_QUESTION

SYLLABLES = SyllableModel.count(["Hà Nội có mưa lớn. Đường phố ngập sâu, học sinh nghỉ học."])


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Ha Noi co mua lon?", "Hà Nội có mưa lớn?"),
        ("HA NOI co mua lon", "HÀ NỘI có mưa lớn"),
        # Half typed: the rest is restored.
        ("duong pho ngap sau, hoc sinh nghi hoc, Ha Nội", "đường phố ngập sâu, học sinh nghỉ học, Hà Nội"),
        ("Hà Nội co mua lon", "Hà Nội có mưa lớn"),
        ("Ha Noi ko mua, hoc sinh co nghi ko", "Hà Nội khong mưa, học sinh có nghỉ khong"),
        ("Hà Nội có mưa lớn ko?", "Hà Nội có mưa lớn không?"),
        ("Hà Nội có mưa lớn?", "Hà Nội có mưa lớn?"),
        ("How much rain fell on the streets?", "How much rain fell on the streets?"),
        ("xyzw co mua lon", "xyzw có mưa lớn"),
    ],
)
def test_diacritics_are_restored_only_where_they_are_missing(asked: str, understood: str) -> None:
    query = understand(asked, SYLLABLES)

    assert (query.text, query.understood) == (asked, understood)


def test_a_decomposed_question_is_composed() -> None:
    query = understand(unicodedata.normalize("NFD", "Đường phố Hà Nội ngập sâu?"), SYLLABLES)

    assert query.text == query.understood == "Đường phố Hà Nội ngập sâu?"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("  Hà\t\nNội \u00a0có\u3000mưa ", "Hà Nội có mưa"),
        ("\ufeffHà N\u200bội c\u00adó m\u2060ưa", "Hà Nội có mưa"),
        ("Hà Nội \u202etừơđ\u202c mưa", "Hà Nội từơđ mưa"),
        ("Hà\x00Nội\x1b mưa", "Hà Nội mưa"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(asked: str, text: str) -> None:
    assert understand(asked, SYLLABLES).text == text


@pytest.mark.parametrize("asked", ["", " ", "\n", "?!...", "—", "\u200b", "\x00", "🙂", "́"])
def test_a_question_without_words(asked: str) -> None:
    with pytest.raises(BadQuestion, match="no word"):
        understand(asked, SYLLABLES)


def test_a_question_that_is_too_long() -> None:
    assert understand("a" * MAX_QUESTION, SYLLABLES).text == "a" * MAX_QUESTION
    with pytest.raises(BadQuestion, match=r"2,001 characters; ask with at most 2,000"):
        understand("a" * (MAX_QUESTION + 1), SYLLABLES)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("Trời có mưa không?", "vi"),
        ("troi co mua khong", "vi"),
        ("Will it rain tomorrow?", "en"),
        ("Завтра будет дождь?", "ru"),
        ("明天会下雨吗？", "zh"),
        ("明日は雨が降りますか", "ja"),
        ("내일 비가 올까요?", "ko"),
        ("1,5 %", "vi"),
    ],
)
def test_languages(asked: str, language: str) -> None:
    assert understand(asked, SYLLABLES).language == language
