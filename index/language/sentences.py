"""Vietnamese text cut into sentences, by rules for abbreviations, initials, quotations and list numbers.

Other scripts are cut at their own stops. `eval.studies.sentences` measures it on news that was cut by hand.
"""

import re
from collections.abc import Iterator

from index.language.text import Span, is_syllable
from index.language.words import DEGREES, PERSONS

_BREAK = re.compile(
    r"""\n+                           # a line is never continued on the next
      | (?<![.!?…])(?P<stop>[.!?…]++) # Latin script: a stop (begun once: no second try inside a long run),
        (?P<close>["”’')\]»]*+)\s+    # closing marks, white space
      | [。！？]+[」』”’）]*             # Chinese and Japanese: no white space needed
      | (?P<quote>["“”])
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    # Titles, one after another (PGS.TS); places, forms of address, companies.
    rf"(?:(?i:{'|'.join(DEGREES)}|th\.s)\.?)+"
    r"|(?i:tp|tx|tt|đ/c|lm|hv|nxb|mr|mrs|ms|vs|jr|sr|ltd|inc|corp|pte)"
    # In lower case some of these are words: "no", "gen", "co".
    r"|CN|St|Gen|Col|No|Vol|Co|Mk"
)
_LIST_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[^\W\d_]")
_INITIALS = re.compile(r"(?:[A-ZĐА-Я]\.)*(?:[A-ZĐА-Я]|Ch|Gi|Kh|Ng|Ngh|Nh|Ph|Qu|Th|Tr)")
# Quận, phường (also F), huyện, xã, đường: the name or the number of the place follows, unless a person goes before.
_PLACES = frozenset("QPFHXĐ")
# Words that open a sentence; a name that begins like one goes on with a capital (Tuy Hoà).
_OPENER = re.compile(
    "Bên|Bà|Các|Cả|Chiều|Còn|Cũng|Cuối|Cụ|Dù|Hiện|Họ|Khi|Lúc|Mặc|Một|Ngay|Ngày|Ngoài|Người|Nhiều|Nhưng|Những|Như|"
    "Năm|Nếu|Qua|Riêng|Sau|Song|Sáng|Theo|Trong|Trước|Tuy|Tôi|Tại|Tối|Từ|Việc|Vì|Và|Với|Ông|Đây|Đó|Đến|Để|Được|Đặc|"
    "Đồng"
)
_LAST_WORD = re.compile(r"[^\s\"“”‘’(\[«]+$")
_OPENING = "\"“‘'([«-–—•* "
# What goes on like this after a quotation mark shows that the mark closes, however it is spaced.
_AFTER_CLOSING = re.compile(r"\s?(?:[,;:!?)–—-]|\.(?!\.)|(?:\.\.+|…)\s)")
_MARK = re.compile(r"[\"\n]")
# How far a stop is looked around: bounds the work on text without spaces.
_WINDOW = 24


def sentences(text: str) -> list[Span]:
    """The sentences of a text as spans without surrounding white space. Linear in the length of the text."""
    spans: list[Span] = []
    start = 0
    for end in _boundaries(text):
        spans.extend(_trimmed(text, start, end))
        start = end
    spans.extend(_trimmed(text, start, len(text)))
    return spans


def _boundaries(text: str) -> Iterator[int]:
    start = end = 0
    quoted = False
    while found := _BREAK.search(text, end):
        end = found.end()
        if found["quote"]:
            quoted = _opens(text, found.start(), quoted)
            continue
        close = found["close"] or ""
        if "\n" in found[0]:
            quoted = False
        elif found["stop"]:
            quoted = quoted and '"' not in close
            if text[end : end + 1] in ('"', "”") and not _opens(text, end, quoted):
                # The quotation closes after a space: sao? " Ông nói
                close, end, quoted = close + '"', end + 1, False
            if not _ends_sentence(text, start, found, close, end):
                continue
        yield end
        start = end


def _opens(text: str, at: int, quoted: bool) -> bool:
    """Whether the quotation mark opens a quotation.

    Where neither its own surroundings nor those of the next mark tell, it closes what is `quoted`.
    """
    alone = _opens_by_itself(text, at)
    if alone is not None:
        return alone
    other = _MARK.search(text, at + 1)
    alone = _opens_by_itself(text, other.start()) if other and other[0] != "\n" else None
    return not quoted if alone is None else not alone


def _opens_by_itself(text: str, at: int) -> bool | None:
    if text[at] != '"':
        return text[at] == "“"
    before, after = text[max(at - 2, 0) : at], text[at + 1 : at + 7]
    if _AFTER_CLOSING.match(after):
        return False
    if before.rstrip().endswith(":"):
        return True
    spaced_before = not before or before[-1].isspace() or before[-1] in _OPENING
    spaced_after = not after or after[0].isspace()
    return spaced_before if spaced_before != spaced_after else None


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends_sentence(text: str, start: int, found: re.Match[str], close: str, end: int) -> bool:
    """Whether the sentence that began at `start` ends with this stop, its closing marks and white space."""
    stop = found.start()
    following = text[end : end + _WINDOW].lstrip()
    if _goes_on(following, found["stop"], close) or (close and text[max(stop - 1, 0)] == "("):  # (?!)
        return False
    before = text[max(start, stop - _WINDOW) : stop].rstrip()
    last = _LAST_WORD.search(before)
    if found["stop"] != "." or close or last is None:
        return True
    word, before = last[0], before[: last.start()]
    return not (_is_list_number(word, before) or _is_abbreviation(word, before, following))


def _goes_on(following: str, stop: str, close: str) -> bool:
    if close and _AFTER_CLOSING.match(following):
        return True
    following = following.lstrip(_OPENING)
    # After dots a number mostly surprises: chỉ còn... 3 người.
    surprising = stop.startswith(("..", "…")) and not close and following[:1].isdigit()
    return surprising or following[:1].islower() or following.startswith((".", "!", "?", "…"))


def _is_list_number(word: str, before: str) -> bool:
    before = before.rstrip(_OPENING)
    return (not before or before[-1] in ":;") and _LIST_NUMBER.fullmatch(word) is not None


def _is_abbreviation(word: str, before: str, following: str) -> bool:
    words = following.lstrip(_OPENING).split(maxsplit=2)
    if _ABBREVIATION.fullmatch(word):
        return not _open_sentence(words, after_city=word.upper() == "TP")
    if not _INITIALS.fullmatch(word):
        return False
    if not words or following.startswith(("(", "-", "–", "—")):
        return True
    return _belong_to_name(word, before.split()[-2:], words)


def _belong_to_name(initials: str, before: list[str], words: list[str]) -> bool:
    """Whether the name goes on ("ông V. Kalganov", "Q. Tân Bình"), or initials are all that is told ("ông C.")."""
    name = words[0].strip('.,;:!?…”")')
    if _INITIALS.fullmatch(name) or name[:1].isdigit() or name == "SN":  # anh T. 40 tuổi; sinh năm
        return True
    if len(before) == 2 and all(word[0].isupper() and is_syllable(word) for word in before):
        return False  # Nguyễn Văn A.
    if not (is_syllable(name) or name.isupper()):
        return True
    last = before[-1] if before else ""
    place = initials in _PLACES and last.lower() not in PERSONS
    foreign = last.istitle() and not is_syllable(last)  # Peter J. Li
    return (place or foreign) and not _open_sentence(words)


def _open_sentence(words: list[str], *, after_city: bool = False) -> bool:
    """Whether these words begin a sentence rather than a name, which has no small letters in its second word."""
    if len(words) < 2 or words[1][0].isupper():
        return False
    return _OPENER.fullmatch(words[0]) is not None or (
        after_city and is_syllable(words[0]) and words[0] not in ("Huế", "Vinh")
    )
