"""Changes that make a true sentence false. Nothing here uses what the checks use to find them out."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of the passage with this number, counted from 1, and the other sentences of that passage."""

    text: str
    number: int
    others: tuple[str, ...]


Edit = Callable[[SourceSentence], Iterator[str]]

# Figures that are no part of a date, and no years.
FIGURE = re.compile(r"(?<![\w/.,])(?!(?:19|20)\d\d(?![\d.,]))\d+(?:[.,]\d+)*(?![\w/]|[.,]\d)")
_DAY = re.compile(r"(?<![\d/.,])(\d{1,2})/(\d{1,2})(?![\d])")
_YEAR = re.compile(r"(?<![\d/.,])20\d\d(?![\d.,])")
_CAPITAL = "[" + "".join(filter(str.isupper, map(chr, range(0x1F00)))) + "]"
NAME = re.compile(rf"(?<=[\w,] )(?:{_CAPITAL}[^\W\d_]*)(?: {_CAPITAL}[^\W\d_]*)+")
_PERSON = re.compile(
    rf"(?<![^\W\d_])(?P<title>[Ôô]ng|[Bb]à|TS\.|ThS\.) (?P<name>{_CAPITAL}[^\W\d_]+(?: {_CAPITAL}[^\W\d_]+)+)"
)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_LISTED = re.compile(r"\W*(?:và)?\W*")
COUNTRIES = (
    *("Việt Nam", "Liên bang Nga", "Nga", "Nhật Bản", "Hàn Quốc", "Trung Quốc", "Hoa Kỳ", "Đức", "Pháp", "Úc", "Lào"),
    *("Campuchia", "Thái Lan", "Ấn Độ", "Singapore", "Cuba"),
)
CITIES = (
    "Hà Nội",
    "TP.HCM",
    "Đà Nẵng",
    "Hải Phòng",
    "Huế",
    "Cần Thơ",
    "Saint Petersburg",
    "Mátxcơva",
    "Hưng Yên",
    "Lạng Sơn",
)
_OTHER_PEOPLE = ("Trương Bảo Lâm", "Mai Quốc Thịnh", "Robert Halvorsen")


def _swaps(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Both ways."""
    return tuple(
        (re.compile(rf"(?<!\w){re.escape(old)}(?!\w)"), new)
        for one, other in pairs
        for old, new in ((one, other), (other, one))
    )


DIRECTIONS = _swaps(
    ("tăng", "giảm"),
    ("xuất khẩu", "nhập khẩu"),
    ("cao hơn", "thấp hơn"),
    ("nhiều hơn", "ít hơn"),
    ("nhiều nhất", "ít nhất"),
    ("lớn nhất", "nhỏ nhất"),
    ("đầu tiên", "cuối cùng"),
    ("sớm hơn", "muộn hơn"),
    ("trước ngày", "sau ngày"),
    ("khởi công", "khánh thành"),
    ("bắt đầu", "kết thúc"),
    ("miễn phí", "thu phí"),
    ("thiếu", "thừa"),
    ("xuất siêu", "nhập siêu"),
    ("nhanh hơn", "chậm hơn"),
)
UNITS = (
    *_swaps(("triệu", "tỷ"), ("ha", "km2"), ("giờ", "phút"), ("kg", "tấn"), ("MW", "kW")),
    *(
        (re.compile(rf"(?<=\d ){old}(?!\w)"), new)
        for old, new in (
            ("tháng", "năm"),
            ("năm", "tháng"),
            ("ngày", "tuần"),
            ("người", "gia đình"),
            ("km", "m"),
            ("nghìn", "triệu"),
        )
    ),
    (re.compile("USD"), "yên"),
    (re.compile("yên(?! )"), "USD"),
    (re.compile("euro"), "đồng"),
    (re.compile(r"(?<=\d)%"), " lần"),
)
DENIALS = tuple(
    (re.compile(rf"(?<!\w)(?<!không ){old}(?! (?:chỉ|gian|khí|quân|tới|đến))(?!\w)"), new)
    for old, new in (
        ("sẽ", "sẽ không"),
        ("đã", "chưa"),
        ("đạt", "không đạt"),
        ("không", "đã"),
        ("chưa", "đã"),
        ("được", "không được"),
        ("gồm", "không gồm"),
        ("cho biết", "không cho biết"),
        ("chiếm", "không chiếm"),
        ("có", "không có"),
    )
)
_PARTS_OF_DAY = _swaps(("Sáng", "Chiều"), ("sáng", "chiều"), ("quý I", "quý III"), ("quý II", "quý IV"))
_TAILS = (
    ", với sự tham gia của 300 chuyên gia.",
    ", khiến nhiều người dân địa phương lo ngại.",
    ", sau nhiều năm trì hoãn vì thiếu vốn.",
    ", theo đề nghị của Ngân hàng Thế giới.",
    " nhưng sau đó bị huỷ bỏ.",
)


def replaced(swaps: Sequence[tuple[re.Pattern[str], str]]) -> Edit:
    """The first match of each pattern becomes what stands beside it."""

    def edit(sentence: SourceSentence) -> Iterator[str]:
        for old, new in swaps:
            if old.search(sentence.text):
                yield old.sub(new, sentence.text, count=1)

    return edit


def _cut(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def figures(sentence: SourceSentence) -> Iterator[str]:
    """Another first digit; a further zero, or no decimal separator."""
    for figure in FIGURE.finditer(sentence.text):
        yield _cut(sentence.text, figure, str(int(figure[0][0]) % 9 + 1) + figure[0][1:])
        yield _cut(
            sentence.text,
            figure,
            f"{figure[0]}0" if figure[0].isdigit() else figure[0].replace(",", "").replace(".", ""),
        )


def figures_of_others(sentence: SourceSentence) -> Iterator[str]:
    """A figure that does stand in the passage, in another sentence."""
    known = set(FIGURE.findall(sentence.text))
    others = [figure for other in sentence.others for figure in FIGURE.findall(other) if figure not in known]
    for figure, other in zip(FIGURE.finditer(sentence.text), others, strict=False):
        yield _cut(sentence.text, figure, other)


def exchanged(pattern: re.Pattern[str]) -> Edit:
    """Two that stand one after the other change places, unless they are listed."""

    def edit(sentence: SourceSentence) -> Iterator[str]:
        text = sentence.text
        for one, other in pairwise(pattern.finditer(text)):
            between = text[one.end() : other.start()]
            if one[0] != other[0] and not _LISTED.fullmatch(between):
                yield text[: one.start()] + other[0] + between + one[0] + text[other.end() :]

    return edit


def dates(sentence: SourceSentence) -> Iterator[str]:
    """Another day, month, year, or part of the day or year."""
    for found in _DAY.finditer(sentence.text):
        day, month = int(found[1]), int(found[2])
        yield _cut(sentence.text, found, f"{day % 28 + 1}/{month}")
        yield _cut(sentence.text, found, f"{day}/{month % 12 + 1}")
    for found in _YEAR.finditer(sentence.text):
        yield _cut(sentence.text, found, str(int(found[0]) + 1))
    yield from replaced(_PARTS_OF_DAY)(sentence)


def people(sentence: SourceSentence) -> Iterator[str]:
    """Somebody of another name under the same title."""
    for place, found in enumerate(_PERSON.finditer(sentence.text)):
        yield _cut(sentence.text, found, f"{found['title']} {_OTHER_PEOPLE[place % len(_OTHER_PEOPLE)]}")


def names_of_others(sentence: SourceSentence) -> Iterator[str]:
    """A name that does stand in the passage, in another sentence."""
    own = NAME.findall(sentence.text)
    others = [name for other in sentence.others for name in NAME.findall(other) if name not in sentence.text]
    for found, other in zip(NAME.finditer(sentence.text), others, strict=False):
        if not any(other in name or name in other for name in own):
            yield _cut(sentence.text, found, other)


def places(known: Sequence[str], step: int) -> Edit:
    """Each place of a list becomes the one `step` places after it."""

    def edit(sentence: SourceSentence) -> Iterator[str]:
        for place, name in enumerate(known):
            other = known[(place + step) % len(known)]
            if re.search(rf"(?<!\w){name}(?!\w)", sentence.text) and other not in sentence.text:
                yield re.sub(rf"(?<!\w){name}(?!\w)", other, sentence.text)

    return edit


def tails(sentence: SourceSentence) -> Iterator[str]:
    """More is said at the end."""
    if sentence.text.endswith("."):
        yield from (sentence.text[:-1] + tail for tail in _TAILS)
