"""Articles into chunks: whole sentences, evenly filled, each within the limit."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import Chunking, chunk_spans
from index.language.sentences import sentences
from index.records import Article, Metadata, passage_text


class WordCounter:
    """A token is a word; a passage costs two more."""

    max_tokens = 100
    passage_overhead = 2

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


class CharacterCounter:
    """A token is a character that is not white space; a passage costs three more."""

    max_tokens = 1000
    passage_overhead = 3

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(not letter.isspace() for letter in text) for text in texts]


def cut(text: str, max_tokens: int, title: str | None = None) -> tuple[str | None, list[str]]:
    article = Article("a", text, Metadata(title))
    carried, spans = chunk_spans(article, WordCounter(), Chunking(max_tokens))
    return carried, [text[start:end] for start, end in spans]


def words(sizes: Sequence[int]) -> str:
    """Sentences of these lengths in words."""
    return " ".join("Từ" + " từ" * (size - 1) + "." for size in sizes)


def sizes(chunks: Sequence[str]) -> list[int]:
    return [len(chunk.split()) for chunk in chunks]


def test_what_fits_is_one_chunk() -> None:
    assert cut("Một hai ba. Bốn năm.\n\nSáu bảy tám chín mười.", 12) == (
        None,
        ["Một hai ba. Bốn năm.\n\nSáu bảy tám chín mười."],
    )


def test_one_word_more_makes_two_even_chunks() -> None:
    # Room is 12 - 2 = 10 words. Twelve words need two chunks: six and six, not ten and two.
    assert sizes(cut(words([2] * 6), 12)[1]) == [6, 6]


def test_the_last_chunk_is_no_stub() -> None:
    # Room 10; 22 words in sentences of 2 need three chunks, of 22 / 3 = 7.3: 8, 8, 6.
    assert sizes(cut(words([2] * 11), 12)[1]) == [8, 8, 6]
    # 31 words need four chunks of about 7.75.
    assert sizes(cut(words([1] * 31), 12)[1]) == [8, 8, 8, 7]


def test_the_model_may_take_less_than_the_settings_allow() -> None:
    # The counter takes 100, so room is 98 whatever the setting; 196 words make two chunks.
    assert sizes(cut(words([1] * 196), 5000)[1]) == [98, 98]


def test_an_oversized_sentence_is_cut_at_white_space() -> None:
    # Twenty words, room 10. The middle falls into the second half; each half ends before a space.
    text = "Ngắn thôi. " + " ".join(["dài"] * 20) + ". Hết rồi."
    _, chunks = cut(text, 12)
    assert max(sizes(chunks)) <= 10
    assert " ".join(chunks) == text
    assert all(chunk == chunk.strip() for chunk in chunks)


def test_a_sentence_without_white_space_is_cut_anywhere() -> None:
    text = "x" * 100
    _, spans = chunk_spans(Article("a", text), CharacterCounter(), Chunking(33))
    # Room 30; 100 is halved to 50 and 50, and those to 25 each.
    assert spans == [(0, 25), (25, 50), (50, 75), (75, 100)]


def test_the_title_is_carried_and_its_cost_taken_off() -> None:
    # Limit 14 - 2 = 12; a quarter, 3 words, may be title. Room is 12 - 3 = 9 for text.
    carried, chunks = cut(words([1] * 18), 14, title="Ba từ thôi")
    assert carried == "Ba từ thôi"
    assert sizes(chunks) == [9, 9]


def test_a_long_title_is_cut_to_a_quarter() -> None:
    carried, chunks = cut(words([1] * 18), 14, title="một hai ba bốn năm sáu bảy tám")
    assert carried == "một hai ba"
    assert sizes(chunks) == [9, 9]


def test_a_title_that_cannot_be_cut_is_left_out() -> None:
    article = Article("a", "Một câu ngắn.", Metadata("x" * 500))
    assert chunk_spans(article, CharacterCounter(), Chunking(43)) == (None, [(0, 13)])


@pytest.mark.parametrize("title", [None, "", "  \n "])
def test_no_title_costs_nothing(title: str | None) -> None:
    carried, chunks = cut(words([1] * 10), 12, title=title)
    assert carried is None
    assert sizes(chunks) == [10]


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_no_text_has_no_chunks(text: str) -> None:
    assert cut(text, 12) == (None, [])


def test_passage_text() -> None:
    assert passage_text("Lũ lớn", "Nước dâng.") == "Lũ lớn\nNước dâng."
    assert passage_text(None, "Nước dâng.") == "Nước dâng."


TEXTS = st.lists(
    st.sampled_from(
        ["Mưa", " lũ", " ", ". ", "? Nó", "\n", "\u00a0", "\t", "x" * 40, " từ" * 15, "…", "TS. ", "5.600"]
    ),
    max_size=60,
).map("".join)


@given(TEXTS, st.sampled_from([None, "Tên bài", "Một tên bài dài đến mức phải cắt bớt"]), st.integers(16, 80))
def test_chunks_hold_every_word_once_in_order_and_fit(text: str, title: str | None, max_tokens: int) -> None:
    counter = CharacterCounter()
    carried, spans = chunk_spans(Article("a", text, Metadata(title)), counter, Chunking(max_tokens))
    title_cost, *costs = counter.count_tokens([carried or "", *(text[start:end] for start, end in spans)])
    limit = max_tokens - counter.passage_overhead
    assert title_cost <= limit / 4
    done = 0
    for (start, end), cost in zip(spans, costs, strict=True):
        assert done <= start < end
        assert text[done:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        assert title_cost + cost <= limit
        done = end
    assert text[done:].strip() == ""


@given(TEXTS, st.integers(16, 80))
def test_chunks_end_where_sentences_end_unless_one_is_too_long(text: str, max_tokens: int) -> None:
    counter = CharacterCounter()
    _, spans = chunk_spans(Article("a", text), counter, Chunking(max_tokens))
    room = max_tokens - counter.passage_overhead
    whole = sentences(text)
    oversized = [(start, end) for start, end in whole if counter.count_tokens([text[start:end]])[0] > room]
    ends = {end for _, end in whole}
    for _, end in spans:
        assert end in ends or any(first < end < last for first, last in oversized)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=80), st.integers(12, 40))
def test_no_chunk_is_a_stub(lengths: list[int], room: int) -> None:
    filled = sizes(cut(words(lengths), room + 2)[1])
    assert sum(filled) == sum(lengths)
    assert max(filled) <= room
    # What is left over for several chunks is more than one room, so each aims at more than half a room, and misses
    # that by no more than half a sentence of at most 6 words.
    assert len(filled) == 1 or min(filled) >= room / 2 - 3
