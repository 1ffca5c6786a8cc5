"""The words of a sentence, and which of them are content words."""

from index.language.text import Span, same_i, tokens


def listed(line: str) -> frozenset[str]:
    """The set of the words of a line."""
    return frozenset(line.split())


# What says who tells, how sentences hang together, or how much: a paraphrase need not keep it.
STOP = listed(
    "là và của có các những một này đó đây kia được bị cho với trong ngoài trên dưới tại ở từ đến tới về vào ra lên"
    " xuống để mà thì như khi nếu nên vì do bởi rằng cũng đã đang sẽ còn lại vẫn mới rất hơn gần khoảng chừng hay hoặc"
    " nhưng tuy song theo nói biết kể nêu phát biểu khẳng định nhận trả lời chia sẻ giải thích thêm cùng mỗi từng trước"
    " sau qua giữa hai ba bốn năm sáu bảy tám chín mười tháng ngày không chưa chỉ nay hiện nhiều ông bà anh chị họ nó"
    " tôi gồm bao tức đạt mức con số việc người ấy cả đều riêng lần tổng bằng thứ nhau khác nhất ước phải sự"
    " the a an of in on at by for with from to and or that this these those it its is are was were be been being has"
    " have had will would said says say according as than also which who whom whose their there his her he she they"
    " about over per each around while into between not no"
)


def words_of(text: str) -> list[str]:
    """Lower-case tokens with diacritics under one spelling."""
    return [same_i(token) for token in tokens(text)]


def lined(text: str) -> str:
    """The tokens of a text between blanks, for searching whole words."""
    return f" {' '.join(words_of(text))} "


def is_content(word: str) -> bool:
    """Whether a token is a content word."""
    return word not in STOP and not word[0].isdigit()


def inside(place: int, spans: list[Span]) -> bool:
    """Whether a place lies in one of the spans."""
    return any(start <= place < end for start, end in spans)
