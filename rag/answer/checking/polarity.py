"""Whether two sentences have opposite polarity: one negates what the other affirms, or has `giảm` for `tăng`.

Words are lower-case tokens under one spelling (`normalised_tokens`). English words stand on the same axes, so that a
sentence in English is compared with a Vietnamese one.
"""

from collections.abc import Collection, Sequence

from index.language.compounds import compounded
from index.language.words import word_set

Sign = tuple[str, int]

# By axis, phrases of its two sides. Words that are as often something else ("lên", "qua", "bác") are left out.
_AXES = {
    "trend": (
        "tăng;gia tăng;leo thang;increase;increased;increases;increasing;rise;rises;rose;risen;rising;grew;grow;grows"
        ";growth;grown;up;climbed;gained;jumped;surged;doubled",
        "giảm;sụt giảm;tụt;đi xuống;decrease;decreased;decreases;decreasing;fall;falls;fell;fallen;falling;dropped;drop"
        ";drops;declined;decline;declines;down;reduce;reduced;reduces;shrank;cut;cuts;halved",
    ),
    "trade": (
        "xuất khẩu;xuất sang;exports;export;exported;exporting;shipments to",
        "nhập khẩu;nhập từ;imports;import;imported;importing;purchases from",
    ),
    "balance": ("xuất siêu;thặng dư;surplus;trade surplus", "nhập siêu;thâm hụt;deficit;trade deficit"),
    "compare": (
        "cao hơn;nhiều hơn;lớn hơn;đông hơn;vượt;higher;larger;bigger;exceeded;exceeds;exceeding",
        "thấp hơn;ít hơn;nhỏ hơn;kém;kém hơn;lower;less;fewer;smaller",
    ),
    "rank": (
        "cao nhất;nhiều nhất;lớn nhất;đông nhất;mạnh nhất;nhanh nhất;dài nhất;sớm nhất;highest;largest;biggest;longest"
        ";fastest;earliest",
        "thấp nhất;nhỏ nhất;vắng nhất;yếu nhất;chậm nhất;ngắn nhất;muộn nhất;lowest;smallest;shortest;slowest;latest",
    ),
    "order": (
        "trước khi;trước ngày;trước tháng;trước năm;before;prior to",
        "sau khi;sau ngày;sau tháng;sau năm;after",
    ),
    "stance": (
        "ủng hộ;đồng ý;tán thành;thông qua;chấp thuận;phê chuẩn;phê duyệt;nhất trí;chấp nhận;approve;approved;support"
        ";supported;agree;agreed;accept;accepted;ratified;backed",
        "phản đối;bác bỏ;từ chối;bất đồng;reject;rejected;oppose;opposed;refuse;refused;refuses;vetoed",
    ),
    "start": (
        "bắt đầu;khởi công;khởi động;khai mạc;khai giảng;khai trương;mở màn;mở cửa;begin;begins;began;begun;start"
        ";starts;started;launch;launched;opens;opened;opening",
        "kết thúc;bế giảng;hoàn thành;hoàn tất;bế mạc;đóng cửa;khép lại;chấm dứt;end;ends;ended;finish;finished"
        ";complete;completed;closed;concluded",
    ),
    "speed": (
        "nhanh hơn;sớm hơn;sớm;trước hạn;faster;earlier;ahead",
        "chậm hơn;chậm;muộn;muộn hơn;trễ;slower;later;delayed;delay;behind",
    ),
    "outcome": ("thành công;chiến thắng;succeeded;won;success", "thất bại;thua;failed;lost;failure"),
    "deal": ("mua;buy;buys;bought;purchase", "bán;sell;sells;sold"),
    "price": ("đắt;đắt hơn;expensive;dearer", "rẻ;rẻ hơn;cheap;cheaper"),
    "length": ("kéo dài;nới rộng;lengthen;extend;extended", "rút ngắn;thu hẹp;shorten;shortened"),
    "supply": ("thừa;dư thừa;dư;excess", "thiếu;thiếu hụt;khan hiếm;lack;lacks;lacked;lacking;shortage"),
    "fee": ("miễn phí;được miễn;miễn;free;waived;exempt", "thu phí;tính phí;đóng phí;phải trả;charge;charged"),
    "worth": ("tích cực;thuận lợi;positive", "tiêu cực;bất lợi;negative"),
    "done": ("đã;already", "sẽ;dự kiến;sắp;will;planned;expected"),
    "fold": ("hơn gấp;more than double;more than doubled", "gần gấp;nearly double;almost doubled"),
    "bound": ("ít nhất;tối thiểu;at least;minimum", "nhiều nhất;tối đa;không quá;at most;maximum"),
    "hour": ("sáng;morning", "chiều;tối;đêm;afternoon;evening;night"),
    "part": ("đầu năm;nửa đầu;đầu tháng;first half;early", "cuối năm;nửa cuối;cuối tháng;second half"),
}
_NEGATORS = word_set("không chưa chẳng chả not no never without nor neither none cannot t")
# What a negator says together with its neighbour is no denial, or it bounds a number.
_NO_DENIAL_AFTER = word_set("chỉ những ngừng quá dưới tới đến đầy kể ít hoàn only more less fewer")
_NO_DENIAL_BEFORE = word_set("trên số là")
# Words that deny without a negator.
_IMPLICIT = word_set(
    "thiếu miễn trừ ngừng dừng cấm tránh chối free lack lacks lacked fail failed refuse refused declined yet unable"
    " exempt waived stopped unless instead excluding absent denied"
)
# Stand between a negator and what it denies.
_HELPING = word_set("được bị có là còn phải hề thể từng be been have has to the a any")
# How many words behind a negator it denies.
_SCOPE = 3


def _phrases() -> dict[str, list[tuple[tuple[str, ...], Sign]]]:
    found: dict[str, list[tuple[tuple[str, ...], Sign]]] = {}
    for axis, sides in _AXES.items():
        for side, phrases in zip((1, -1), sides, strict=True):
            for phrase in phrases.split(";"):
                words = tuple(phrase.split())
                found.setdefault(words[0], []).append((words, (axis, side)))
    for known in found.values():
        known.sort(key=lambda item: -len(item[0]))
    return found


_PHRASES = _phrases()


def signs(words: Sequence[str]) -> list[tuple[int, Sign]]:
    """The directions (rise, fall, ...) in a sentence, each with the index of its first word; longest phrase first."""
    words = compounded(words)
    found: list[tuple[int, Sign]] = []
    place = 0
    while place < len(words):
        length = 1
        for phrase, sign in _PHRASES.get(words[place], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                found.append((place, sign))
                length = len(phrase)
                break
        place += length
    return found


def turned(said: Collection[Sign], told: Collection[Sign]) -> str:
    """The axis on which `said` has one direction and `told` only the opposite one; empty where there is none."""
    for axis, side in sorted(set(said)):
        sides = {other for name, other in told if name == axis}
        own = {other for name, other in said if name == axis}
        if sides == {-side} and own == {side}:
            return axis
    return ""


def is_denial(words: Sequence[str]) -> bool:
    """Whether the words contain a negator."""
    return not _NEGATORS.isdisjoint(compounded(words))


def denials(words: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """The index of each negator, and the few words in its scope, the nearest first."""
    return _denials(compounded(words))


def _denials(words: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """The same of words whose compounds are joined already."""
    found = []
    for place, word in enumerate(words):
        if word not in _NEGATORS:
            continue
        before = words[place - 1] if place else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        if after in _NO_DENIAL_AFTER or (before in _NO_DENIAL_BEFORE and word == "không"):
            continue
        ahead = [other for other in words[place + 1 : place + 7] if other and other not in _HELPING | _NEGATORS]
        found.append((place, tuple(ahead[:_SCOPE])))
    return found


def denied_otherwise(said: Sequence[str], told: Sequence[str]) -> bool:
    """Whether one sentence negates what the other affirms, both in one language."""
    said, told = compounded(said), compounded(told)
    ours, theirs = _denials(said), _denials(told)
    for _, scope in ours:
        affirmed = (scope and scope[0] in told) or not _IMPLICIT & set(told)
        if affirmed and not _is_denied(scope, theirs):
            return True
    return any(scope and not _is_denied(scope, ours) and _affirms(said, told, at, scope) for at, scope in theirs)


def _is_denied(scope: tuple[str, ...], others: Sequence[tuple[int, tuple[str, ...]]]) -> bool:
    return any(set(scope[:2]) & set(other) for _, other in others)


def _affirms(said: Sequence[str], told: Sequence[str], at: int, scope: tuple[str, ...]) -> bool:
    """Whether `said` has what is denied at a place of `told`, which has it nowhere without a negator."""
    if scope[0] not in said:
        return False
    if at and _count(said, (told[at - 1], scope[0])):
        # "Đã không đạt" and "đã đạt".
        return True
    kept = len(set(scope) & set(said)) >= min(2, len(scope))
    return kept and _count(told, scope[:2]) <= max(1, sum(other == scope for _, other in _denials(told)))


def _count(words: Sequence[str], phrase: tuple[str, ...]) -> int:
    return sum(tuple(words[place : place + len(phrase)]) == phrase for place in range(len(words)))


def denied_otherwise_abroad(said: Sequence[str], told: Sequence[str]) -> bool:
    """The same across languages: whether only one of the two sentences has a negator."""
    said, told = compounded(said), compounded(told)
    ours, theirs = bool(_denials(said)), bool(_denials(told))
    if ours == theirs:
        return False
    return not _IMPLICIT & set(told if ours else said)
