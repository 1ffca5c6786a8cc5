"""The words of a sentence, and which of them are content words."""

from index.language.text import Span, normalised_tokens
from index.language.words import STOP_WORDS, word_set

# What says who tells, or how much, as well: a paraphrase need not keep it.
STOP = (
    STOP_WORDS["vi"]
    | STOP_WORDS["en"]
    | word_set(
        "đây trên dưới xuống như nếu nên bởi rằng vẫn rất hay hoặc tuy song nói biết kể nêu phát biểu khẳng định nhận"
        " trả lời chia sẻ giải thích thêm từng qua giữa hai ba bốn năm sáu bảy tám chín mười tháng ngày ông bà anh chị"
        " họ gồm tức đạt mức số việc người cả đều lần tổng bằng thứ nhau khác ước sự"
        " being said says say according than also over per each around while into between"
    )
)


def lined(text: str) -> str:
    """The tokens of a text between blanks, for searching whole words."""
    return f" {' '.join(normalised_tokens(text))} "


def is_content(word: str) -> bool:
    """Whether a token is a content word."""
    return word not in STOP and not word[0].isdigit()


def inside(place: int, spans: list[Span]) -> bool:
    """Whether a place lies in one of the spans."""
    return any(start <= place < end for start, end in spans)
