"""Acronyms and what they stand for, learnt from the articles: `Ủy ban nhân dân (UBND)`, `VCCI (Liên đoàn ...)`.

After Schwartz and Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in Biomedical Text", 2003: what
stands beside the bracket counts if its syllables begin with the letters. A foreign acronym (`VCCI`) shares none with
its Vietnamese name; then a capitalised phrase counts that begins with what organisations are called, or the words that
most of several articles write there.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from index.language.names import names
from index.language.text import fold, folded_tokens, token_spans
from index.language.words import ACRONYM_HEADS, ORGANISATION_HEADS, word_set
from index.storage.files import write_durably

_FILE = "acronyms.json"
_BUILT_IN = {
    "UBND": ["Ủy ban nhân dân"],
    "HĐND": ["Hội đồng nhân dân"],
    "MTTQ": ["Mặt trận Tổ quốc"],
    "ĐSQ": ["Đại sứ quán"],
    "LHQ": ["Liên Hợp Quốc"],
    "TTXVN": ["Thông tấn xã Việt Nam"],
    "ĐBQH": ["đại biểu Quốc hội"],
    "CSGT": ["cảnh sát giao thông"],
    "PCCC": ["phòng cháy chữa cháy"],
    "BHXH": ["bảo hiểm xã hội"],
    "BHYT": ["bảo hiểm y tế"],
    "GDĐT": ["Giáo dục và Đào tạo"],
    "GTVT": ["Giao thông vận tải"],
    "NNPTNT": ["Nông nghiệp và Phát triển nông thôn"],
    "TNMT": ["Tài nguyên và Môi trường"],
    "KHĐT": ["Kế hoạch và Đầu tư"],
    "LĐTBXH": ["Lao động Thương binh và Xã hội"],
    "VHTTDL": ["Văn hóa Thể thao và Du lịch"],
    "TAND": ["Tòa án nhân dân"],
    "VKSND": ["Viện kiểm sát nhân dân"],
    "THPT": ["trung học phổ thông"],
    "THCS": ["trung học cơ sở"],
    "ĐHQG": ["Đại học Quốc gia"],
    "HLV": ["huấn luyện viên"],
    "BĐS": ["bất động sản"],
    "DN": ["doanh nghiệp"],
    "NSNN": ["ngân sách nhà nước"],
    "NHNN": ["Ngân hàng Nhà nước"],
    "VCCI": ["Liên đoàn Thương mại và Công nghiệp Việt Nam"],
    "EVN": ["Tập đoàn Điện lực Việt Nam"],
    "EU": ["Liên minh châu Âu"],
    "WHO": ["Tổ chức Y tế Thế giới"],
    "WB": ["Ngân hàng Thế giới"],
    "IMF": ["Quỹ Tiền tệ Quốc tế"],
    "WTO": ["Tổ chức Thương mại Thế giới"],
    "ADB": ["Ngân hàng Phát triển châu Á"],
    "GDP": ["tổng sản phẩm quốc nội", "tổng sản phẩm trong nước"],
    "CPI": ["chỉ số giá tiêu dùng"],
    "FDI": ["đầu tư trực tiếp nước ngoài"],
    "ODA": ["hỗ trợ phát triển chính thức"],
}

_BRACKETS = re.compile(r"\(([^()\n]{2,130})\)")
_CALLED = re.compile(r"(?:(?:gọi|viết) tắt(?: là)?|tên viết tắt(?: là)?|tắt là)\s?:?\s?")
_SHORT = re.compile(r"[A-ZĐ][A-ZĐ]*(?: ?[.&-] ?[A-ZĐ]+)*")
_SHORT_BEFORE = re.compile(r"(?<![\w.&-])[A-ZĐ][A-ZĐ.&-]{1,9}(?= ?$)")
# A definition does not reach beyond these marks; a dash with blanks may stand inside one.
_BREAKS = re.compile(r"[.,;:!?…\"“”‘’()\[\]\n/]")
_WORDS = re.compile(r"[^\W_]+(?:[.&-][^\W_]+)*")
_CONSONANTS = re.compile("[bcdfghjklmnpqrstvwxz]{3}")
_WINDOW = 160
_MAX_LETTERS = 8
_MAX_WORDS = 16
# The words that begin the names of organisations, treaties and offices.
_HEADS = "|".join(head[0].upper() + head[1:] for head in (*ORGANISATION_HEADS, *ACRONYM_HEADS))
# "Bộ trưởng" is a person; of a board, what it governs is named.
_HEAD = re.compile(rf"(?<![\w-])(?:{_HEADS})(?!\w| (?:trưởng|tin|đồng|thành viên|quản trị|tín thác)\b)")
_HEAD_AFTER_LINK = re.compile(rf"(?<!\w)(?:và|với|của|thuộc|cùng|tại|do) (?=(?:{_HEADS})(?!\w))")
# More syllables in small letters than these, and the name has ended.
_MAX_SMALL = 4
_LINKS = word_set("va cua cac ve cho voi trong and of the for on")
# Words shared by this share of the articles that write an acronym, and by so many of them, are its meaning.
_SHARED = 0.5
_LEADING = _LINKS | word_set("theo hinh thuc bang nhung mot tu la o tai")
_MIN_WORDS = 3
_MIN_SHARED = 3
# A second meaning is kept if it is written so often next to the first.
_SECOND = 0.25
_MAX_MEANINGS = 2
# Bounds of what is remembered while learning.
_MAX_MENTIONS = 50
_MAX_ACRONYMS = 100_000
_MAX_EXPANSIONS = 3


@dataclass(slots=True)
class _Mentions:
    """What stood beside an acronym, once an article: before its brackets, or in brackets behind it."""

    before: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)


class Acronyms:
    """What acronyms mean, both ways: the built-in ones, and those that articles explain."""

    def __init__(self, learnt: Mapping[str, Sequence[str]]) -> None:
        self._learnt = {short: list(meanings) for short, meanings in learnt.items()}
        self._meanings: dict[str, list[str]] = {}
        self._shorts: dict[tuple[str, ...], str] = {}
        for short, meanings in chain(_BUILT_IN.items(), self._learnt.items()):
            known = self._meanings.setdefault(_key(short), [])
            for meaning in meanings:
                words = tuple(folded_tokens(meaning))
                self._shorts.setdefault(words, short)
                if words not in map(tuple, map(folded_tokens, known)):
                    known.append(meaning)
        self._lengths = sorted({len(words) for words in self._shorts}, reverse=True)

    @classmethod
    def learn(cls, texts: Iterable[str]) -> "Acronyms":
        """Learn from articles, each one text in NFC. Linear in their length."""
        mentions: dict[str, _Mentions] = {}
        for text in texts:
            for short, (before, inside) in _mentions(text).items():
                if short not in mentions and len(mentions) >= _MAX_ACRONYMS:
                    continue
                known = mentions.setdefault(short, _Mentions())
                if before and len(known.before) < _MAX_MENTIONS:
                    known.before.append(before)
                if inside and len(known.inside) < _MAX_MENTIONS:
                    known.inside.append(inside)
        learnt = {short: _meanings(short, known) for short, known in mentions.items()}
        return cls({short: meanings for short, meanings in learnt.items() if meanings})

    @classmethod
    def load(cls, folder: Path) -> "Acronyms":
        """Read what `save` wrote. OSError or ValueError where the file is missing or broken."""
        learnt = json.loads((folder / _FILE).read_bytes())
        if not isinstance(learnt, dict) or not all(isinstance(meanings, list) for meanings in learnt.values()):
            raise ValueError(f"{_FILE} in {folder} does not hold lists of meanings by acronym; rebuild it.")
        return cls(learnt)

    def save(self, folder: Path) -> None:
        """Write what was learnt to a folder and wait until the disk has it."""
        write_durably(folder / _FILE, json.dumps(self._learnt, ensure_ascii=False, indent=0).encode())

    def expansions(self, text: str) -> tuple[str, ...]:
        """Other ways to write what the text names: meanings of its acronyms, acronyms of its phrases. A few at most."""
        found = dict.fromkeys(chain(self._meanings_in(text), self._shorts_in(text)))
        return tuple(found)[:_MAX_EXPANSIONS]

    def _meanings_in(self, text: str) -> Iterator[str]:
        for match in _WORDS.finditer(text):
            parts = [match[0]] if _key(match[0]) in self._meanings else re.split("[.&-]", match[0])
            for part in parts:
                # Small letters may be a word ("who"), but not with three consonants in a row ("vcci").
                if len(part) > 1 and (part.isupper() or _CONSONANTS.search(fold(part))):
                    yield from self._meanings.get(_key(part), ())

    def _shorts_in(self, text: str) -> Iterator[str]:
        words = tuple(folded_tokens(text))
        place = 0
        while place < len(words):
            length = next((n for n in self._lengths if words[place : place + n] in self._shorts), 0)
            if length:
                yield self._shorts[words[place : place + length]]
            place += length or 1


def _key(short: str) -> str:
    return "".join(filter(str.isalnum, fold(short)))


# --- Learning ------------------------------------------------------------------------------------------


def _mentions(text: str) -> dict[str, tuple[str, str]]:
    """By acronym, what stands before its first brackets and in its first brackets, in one article."""
    found: dict[str, tuple[str, str]] = {}
    for match in _BRACKETS.finditer(text):
        window = text[max(0, match.start() - _WINDOW) : match.start()]
        short = _short(_CALLED.sub("", match[1], count=1))
        if short:
            before = _BREAKS.split(window)[-1].strip()
            found.setdefault(short, (before, ""))
        elif (shown := _SHORT_BEFORE.search(window[-12:])) and (short := _short(shown[0])):
            inside = _BREAKS.split(match[1])[0].strip()
            found.setdefault(short, ("", inside))
    return found


def _short(written: str) -> str:
    """An acronym without blanks; empty where it is none, or a place that is known by name."""
    short = written.strip().replace(" ", "")
    if not _SHORT.fullmatch(written.strip()) or not 2 <= len(_key(short)) <= _MAX_LETTERS or names(short):
        return ""
    return short


def _meanings(short: str, mentions: _Mentions) -> list[str]:
    """What an acronym means, the commonest first."""
    letters = _key(short)
    told = [
        *(_by_initials(letters, text) or _by_head(text) for text in mentions.before),
        *(_whole(letters, text) for text in mentions.inside),
    ]
    counts = Counter(" ".join(folded_tokens(meaning)) for meaning in told if meaning)
    spelled = {" ".join(folded_tokens(meaning)): meaning for meaning in reversed(told) if meaning}
    shared = _by_sharing(mentions.before)
    best = counts.most_common(_MAX_MEANINGS)
    if shared and (not best or best[0][1] < _SHARED * len(mentions.before)):
        return [shared]
    return [spelled[words] for words, count in best if count >= _SECOND * best[0][1]]


def _by_initials(letters: str, text: str) -> str:
    """The end of the text whose syllables begin with the letters; linking words between them may be left out."""
    spans = token_spans(text)[-_MAX_WORDS:]
    left = len(letters)
    for start, end in reversed(spans):
        word = fold(text[start:end])
        if word[0] == letters[left - 1]:
            left -= 1
        elif word not in _LINKS or left == len(letters):
            return ""
        if not left:
            return text[start:]
    return ""


def _by_head(text: str) -> str:
    """The end of the text from the word on that begins an organisation's name."""
    for link in reversed(list(_HEAD_AFTER_LINK.finditer(text))):
        return _named(text[link.end() :])
    return next((named for head in _HEAD.finditer(text) if (named := _named(text[head.start() :]))), "")


def _named(text: str) -> str:
    """The text if it is one name: of a few words, and never many in small letters."""
    spans = token_spans(text)
    if not _MIN_WORDS <= len(spans) <= _MAX_WORDS:
        return ""
    small = 0
    capitals = 0
    for start, _ in spans:
        small = 0 if text[start].isupper() else small + 1
        capitals += text[start].isupper()
        if small > _MAX_SMALL:
            return ""
    is_other_name = any(name.start == 0 and name.end == len(text) for name in names(text))
    return text if capitals > 1 and not is_other_name else ""


def _whole(letters: str, text: str) -> str:
    if _by_initials(letters, text) == text:
        return text
    return _named(text) if _HEAD.match(text) else ""


def _by_sharing(texts: Sequence[str]) -> str:
    """The longest words before the brackets that most articles share, without what only leads up to them."""
    counts: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = folded_tokens(text)[-_MAX_WORDS:]
        counts.update(tuple(words[-length:]) for length in range(_MIN_WORDS, len(words) + 1))
    needed = max(_MIN_SHARED, _SHARED * len(texts))
    often = sorted((words for words, count in counts.items() if count >= needed), key=len)
    shared = list(often[-1]) if often else []
    while shared and shared[0] in _LEADING:
        del shared[0]
    if len(shared) < _MIN_WORDS:
        return ""
    for text in texts:
        spans = token_spans(text)[-len(shared) :]
        if folded_tokens(text[spans[0][0] :]) == shared:
            return text[spans[0][0] :]
    return ""
