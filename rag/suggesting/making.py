"""Questions made from the sentences of an article, each of which the sentence answers.

A Vietnamese question has the words of its answer in their order, with a question word where the unknown stands ("Quỹ
trao 140 suất học bổng": "Quỹ trao bao nhiêu suất học bổng?"), so that one is made by putting that in the place of a
figure, or by asking for the time or the reason that stands around a clause (question generation by rules: Heilman and
Smith, 2010). In other languages a template asks of a name in the sentence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.entities import Entity, entities
from index.language.gazetteer import VIETNAM, names_in
from index.language.quantities import Quantity, quantities
from index.language.text import fold, is_syllable, tokens
from index.language.words import CAPITAL, FORMS_OF_ADDRESS, ROLES
from prompts import Prompts

# The languages that questions are made in.
LANGUAGES = ("vi", "en")
_MOST_WORDS = 22  # of a question; longer ones are sentences with a mark behind them
_LEAST_WORDS = 5
_LONGEST = 320  # characters of a sentence that is looked at
# What points out of the sentence, or is said by someone whom it does not name.
_POINTS_AWAY = re.compile(
    r"(?<!\w)(?:này|đó|đây|kia|ấy|vậy|thế|trên|họ|nó|hắn|tôi|mình|nay|qua|rồi|trước|sau|tới|cùng|khác"
    r"|cũng|còn|nhưng|tuy|song|nên|nếu|khi|đồng thời|ngoài ra|riêng|trong đó|lần lượt|tương ứng|nhau|cả)(?!\w)",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"[“”\"'‘’«»()\[\]{}:;?!…|\n]|(?<!\d)/|/(?!\d)| [-–—] ")
_CLAUSE_END = re.compile(r",(?=\s)|\.$")
_ROUGHLY = re.compile(
    r"(?:^|\s)(?:khoảng|hơn|gần|trên|dưới|chừng|tổng cộng|ít nhất|tối thiểu|tối đa|đến|tới|xấp xỉ|cả thảy|những)+$",
    re.IGNORECASE,
)
# A number that names or negates: "quốc lộ 1", "F -16", "không đến 40 người".
_NO_COUNT = re.compile(
    r"(?<!\w)(?:số|thứ|lần|hạng|tuổi|quý|khóa|lớp|cấp|điều|khoản|quốc lộ|phần|sinh năm|lúc|từ"
    r"|điểm|không|quá|giữa)$|[-–.,]$",
    re.IGNORECASE,
)
# What no statement begins with.
_SUBORDINATE = re.compile(
    r"(?:Ngoài|Theo|Với|Để|Khi|Do|Từ|Trong|Tại|Ở|Sau|Trước|Vì|Bởi|Về|Đối với|Giữa|Trên|Dưới|Và|Thì|Mà|Rồi|Hiện|Dù"
    r"|Bên cạnh|Cùng|Nhờ|Qua|Có|Không|Chỉ|Đến|Tính|Nhưng|Bị|Được|Thấy|Hãy|Liên quan|Ước tính|Tổng cộng|Nhiều|Một|Hàng"
    r"|Quá|Các|Những|Cho)(?!\w)"
)
_NAMELESS = re.compile(rf"(?:Ông|Bà|Anh|Chị|Cô|Cậu|Cháu|Bé) (?!{CAPITAL})")
# What is not so, or is somebody's word, or is told of what only goes with it.
_NOT = re.compile(
    r"(?<!\w)(?:không|chẳng|chưa|cho biết|cho hay|nói|dẫn|nhận định|đánh giá|phủ nhận|cho rằng|bối cảnh|nơi|mà|bạn|gồm"
    r"|ước tính|luôn|loan tin|tiết lộ|hứa|chuẩn bị|lẽ ra|dự kiến|thì|\d+h\d*)(?!\w)",
    re.IGNORECASE,
)
_TIME_LED = re.compile(r"^(?:Vào |Trong )?(?:sáng |trưa |chiều |tối |đêm |ngày |hôm |rạng sáng )*$", re.IGNORECASE)
_BEFORE_TIME = re.compile(r"\s(?:vào |trong |từ |ngày |sáng |trưa |chiều |tối |đêm |hôm |tháng |năm )+$", re.IGNORECASE)
_REASON = re.compile(r",?\s(?:vì|bởi vì|do bị)\s(?!vậy|thế|sao|lẽ)")
# Behind a figure: that something is done, which the figure's noun is then not told of.
_DOING = re.compile(r"(?<!\w)(?:do|chủ yếu|khiến|làm|là|gồm)(?!\w)|^\s?tuổi(?!\w)")
_FIGURES = re.compile(r"[\d/.]+, $")
_MONEY = re.compile(r"(?:đô la|đồng|bảng|nhân dân tệ) (?:Mỹ|Úc|Anh|Singapore|Việt Nam|Canada|Hong Kong)")
_AIM = re.compile(r"(?<!có thể)(?<!không)(?<!\bcần),?\s(?:nhằm|để)\s(?!vào|xảy|lại|lộ|mất|ý|cho|thua|lọt)")
_SPEAKS = re.compile(r"(?<!\w)(?:cho biết|khẳng định|nhấn mạnh|cho rằng|nhận định|cảnh báo|tuyên bố)(?: rằng)? (?=\w)")
# As verbs: behind these words they are nouns, or are done to the one that is named.
_DECLARES = re.compile(
    r"(?<!lời )(?<!những )(?<!các )(?<!ra )(?<!bản )(?<!với )(?<!về )(?<!lờ )(?<!được )(?<!một )(?<!bị )(?<!sự )(?<!\w)"
    r"(?:khẳng định|nhấn mạnh|cảnh báo|đề nghị|kêu gọi|tuyên bố|yêu cầu|cam kết|thừa nhận|đề xuất|kiến nghị|cho rằng"
    r"|nhận định|phủ nhận|bác bỏ|dự báo|tiết lộ)(?= \w)"
)
# What a sentence begins with before it tells anything: a time, or how it goes on from the one before.
_LED = re.compile(
    r"^(?:(?:Vào |Trong )?(?:(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|rạng sáng) )+[\d/.-]+|Theo đó|Tuy nhiên|Ngoài ra"
    r"|Bên cạnh đó|Trong khi đó|Trước đó|Sau đó|Đồng thời|Cụ thể|Đặc biệt|Hiện nay|Đến nay|Do đó|Vì vậy), ",
    re.IGNORECASE,
)
# What makes a clause of a noun and what follows.
_TOLD = re.compile(r"\s(?:đã|sẽ|đang|được|bị|có|là|vừa)\s")
_TIME = re.compile(r"(?:năm|tháng|tuần|ngày|giờ|phút|giây)(?!\w)")
_INITIAL = re.compile(rf"(?<!\w){CAPITAL}\.")
_NAME = re.compile(rf"(?<![\w-]){CAPITAL}[\w-]*(?: {CAPITAL}[\w-]*)*")
_LISTED = re.compile(r"(?:[\w-]+ ){1,4}?và ")
_DAY = re.compile(r"@(?:\d{4}-)?\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Made:
    """A question with the place of the sentence that answers it: `article.text[start:end]`.

    `kind` is how it was made, and `names` are those that stand in it, as `names_of` gives them.
    """

    question: str
    kind: str
    article_id: str
    start: int
    end: int
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an article."""

    article_id: str
    start: int
    text: str


def made_from(told: Told, language: str, prompts: Prompts) -> Iterator[Made]:
    """The questions that a sentence answers, best first; none where it does not stand for itself."""
    text = " ".join(told.text.split())
    if language not in LANGUAGES or not text.isprintable():
        return
    if len(text) > _LONGEST or not text.endswith(".") or _BROKEN.search(text) or not text[:1].isupper():
        return
    for kind, said in _questions(text, entities(text, None), language, prompts):
        question = " ".join(said.split()).replace(" ?", "?")
        question = question[:1].upper() + question[1:]
        names = names_of(_MONEY.sub("", question))
        if names and _is_one(question, language):
            yield Made(question, kind, told.article_id, told.start, told.start + len(told.text), names)


def names_of(text: str) -> frozenset[str]:
    """The names in a text, without diacritics: runs of words with capitals, but for a first word alone and initials."""
    found = (name for name in _NAME.finditer(text) if name.start() or " " in name[0])
    return frozenset(fold(name[0]) for name in found if not name[0].isupper())


def _questions(text: str, named: Sequence[Entity], language: str, prompts: Prompts) -> Iterator[tuple[str, str]]:
    if language == "vi":
        told = _LED.sub("", text)
        told = told[:1].upper() + told[1:]
        yield from _of_reason(told, prompts)
        yield from _of_time(text, named, prompts)
        yield from _of_amount(text, named, prompts)
        yield from _of_statement(told, prompts)
    yield from _of_words(text, named, language, prompts)


def _of_reason(text: str, prompts: Prompts) -> Iterator[tuple[str, str]]:
    for kind, mark in (("why", _REASON), ("aim", _AIM)):
        found = mark.search(text)
        clause = text[: found.start()] if found else ""
        if _states(clause) and "," not in clause and not clause.endswith((" và", " hay")):
            yield kind, prompts.filled(f"suggest-{kind}", "vi", clause=_inside(clause) if kind == "why" else clause)


def _of_statement(text: str, prompts: Prompts) -> Iterator[tuple[str, str]]:
    """What somebody demands, warns of or promises."""
    declares = _DECLARES.search(text)
    subject = text[: declares.start()] if declares else ""
    if declares and _states(subject) and "," not in subject:
        yield "states", prompts.filled("suggest-states", "vi", clause=subject + declares[0])


def _of_time(text: str, named: Sequence[Entity], prompts: Prompts) -> Iterator[tuple[str, str]]:
    days = [one for one in named if one.kind == "date"]
    if len(days) != 1 or not _DAY.match(days[0].key) or text[days[0].end : days[0].end + 1] not in (",", "."):
        return
    before, behind = text[: days[0].start], text[days[0].end + 1 :].strip()
    if _TIME_LED.match(before):
        stop = _CLAUSE_END.search(behind)
        clause = behind[: stop.start()] if stop else ""
        whole = stop is not None and stop.group() == "."
    else:
        clause, whole = _BEFORE_TIME.sub("", before).strip(), False
    clause = clause[:1].upper() + clause[1:]
    if _states(clause) and "," not in clause and (whole or _TOLD.search(clause)):
        yield "when", prompts.filled("suggest-when", "vi", clause=clause)


def _of_amount(text: str, named: Sequence[Entity], prompts: Prompts) -> Iterator[tuple[str, str]]:
    counted = quantities(text)
    for one in counted:
        begin = max((found.end() for found in re.finditer(r",\s", text[: one.start])), default=0)
        end = _CLAUSE_END.search(text, one.end)
        if end is None or _lists(text, end) or not _TIME_LED.match(_FIGURES.sub("", text[:begin])):
            continue
        alone = sum(begin <= other.start < end.start() for other in counted) == 1
        before, after = _ROUGHLY.sub("", text[begin : one.start].rstrip()), text[one.end : end.start()]
        if alone and one.unit and _is_counted(before, after) and not _dated(named, begin, end.start()):
            yield "amount", prompts.filled("suggest-amount", "vi", before=before or " ", after=_unit(one, after) or " ")


def _is_counted(before: str, after: str) -> bool:
    """Whether a statement tells how much, of what stands behind the figure."""
    if not before and _TIME.match(after.strip()):
        return False
    if _NO_COUNT.search(before) or _REASON.search(after) or _DOING.search(after):
        return False
    subject, _, beside = before.partition(" với ")
    # "Challenger 604" is a name; "tỷ phú với 9 tỷ USD" states nothing.
    states = _states(before) and before.rsplit(maxsplit=1)[-1].islower()
    return not before or (states and (not beside or _TOLD.search(subject) is not None))


def _of_words(text: str, named: Sequence[Entity], language: str, prompts: Prompts) -> Iterator[tuple[str, str]]:
    """What somebody says of what is named next."""
    speaks = _SPEAKS.search(text)
    people = [one for one in named if one.kind == "person" and speaks and one.end <= speaks.start()]
    if speaks and len(people) == 1 and _is_surely_someone(text, people[0]):
        topics = [one for one in named if one.kind not in ("date", "person") and one.start == speaks.end()]
        if topics and topics[0].key != VIETNAM:
            yield (
                "says",
                prompts.filled("suggest-says", language, person=people[0].name, topic=_in(language, topics[0])),
            )


def _is_surely_someone(text: str, person: Entity) -> bool:
    """Whether the name has a title before it, and says who it is: of a Vietnamese name more than the given name."""
    before = text[: person.start].split()
    titled = not text.startswith(person.name, person.start) or (bool(before) and before[-1].lower() in ROLES)
    return titled and (" " in person.name or not is_syllable(person.name))


def _in(language: str, named: Entity) -> str:
    """A name in the language of the question."""
    return names_in(language).get(named.key, named.name) if language != "vi" else named.name


def _lists(text: str, end: re.Match[str]) -> bool:
    """Whether a comma stands in a list: "Saudi Arabia, Bahrain", "tầng hầm, trệt và 15 lầu"."""
    before, after = text[: end.start()].rpartition(" ")[2], text[end.end() :].lstrip()
    return end.group() == "," and ((before[:1].isupper() and after[:1].isupper()) or _LISTED.match(after) is not None)


def _states(clause: str) -> bool:
    """Whether a clause can be a statement that holds, of somebody or something that it names."""
    return clause[:1].isupper() and not any((_SUBORDINATE.match(clause), _NAMELESS.match(clause), _NOT.search(clause)))


def _dated(named: Sequence[Entity], begin: int, end: int) -> bool:
    return any(one.kind == "date" and begin <= one.start < end for one in named)


def _unit(one: Quantity, after: str) -> str:
    return f"phần trăm{after}" if one.unit == "%" and not after.strip().startswith("phần trăm") else after.strip()


def _inside(clause: str) -> str:
    """A clause behind a question word: its first word is written small where it begins no name."""
    first, _, rest = clause.partition(" ")
    small = not rest[:1].isupper() or first.lower() in FORMS_OF_ADDRESS | ROLES | {"phía"}
    return f"{first.lower()} {rest}" if small and is_syllable(first) else clause


def _is_one(question: str, language: str) -> bool:
    words = tokens(question)
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
        return False
    said = question.removesuffix(" khi nào?")
    return language != "vi" or not (_POINTS_AWAY.search(said) or _INITIAL.search(question))
