"""A language model's text, as it streams -> plain text and citation markers, without markup and code.

The result does not depend on how the text was cut into pieces: a rule that needs to see more waits for it, for at most
`_REACH` characters and never beyond the line.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

from index.language.text import fold, nfc


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker: the passage numbers in one pair of brackets, in order; empty where none is possible."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Thought:
    """All text so far was the model's reasoning: its end tag came without a beginning."""


Token = str | Marker | Thought
# How many characters a rule consumes, and what it puts out instead.
Step = tuple[int, Token]

# Pieces are read in slices of this many characters, and a rule looks this far: the bounds of work and memory.
_SLICE = 1000
_REACH = 500


class Cleaner:
    """An incremental filter over the pieces of one text. Its output has no markup; "\\n" ends a line."""

    def __init__(self) -> None:
        self._coded = ""  # an entity that has begun
        self._raw = ""  # markup that has begun
        self._until: re.Pattern[str] | None = None  # inside of what is dropped whole: its end
        self._last = ""
        self._dropped = False  # whether something was, right after the last character that was put out

    def feed(self, piece: str) -> Iterator[Token]:
        """Take a further piece; yields the tokens that no later piece can change."""
        for at in range(0, len(piece), _SLICE):
            yield from self._read(self._decoded(piece[at : at + _SLICE]), ended=False)

    def finish(self) -> Iterator[Token]:
        """Yield the remaining tokens at the end of the text."""
        coded, self._coded = self._coded, ""
        yield from self._read(coded, ended=True)

    def _decoded(self, piece: str) -> str:
        """The piece with entities decoded, those too that decoding brings about; one that may go on waits."""
        *coded, rest = (self._coded + visible(piece)).split(";")
        text, settled = "", 0
        for part in coded:
            text += part
            entity = _ENTITY.search(text, max(len(text) - _LONGEST_ENTITY, settled))
            meant = _meant(entity[0]) if entity else None
            if entity is None or meant is None:
                text += ";"
            else:
                # What was decoded may begin an entity, not go on with one.
                settled = entity.start()
                text = text[:settled] + meant
        text += rest
        begun = _ENTITY_BEGUN.search(text, settled)
        self._coded = begun[0] if begun else ""
        return text[: begun.start()] if begun else text

    def _read(self, text: str, *, ended: bool) -> Iterator[Token]:
        raw, at, plain = self._raw + text, 0, ""
        while at < len(raw):
            if self._until:
                end = self._until.search(raw, at)
                at = end.end() if end else len(raw) if ended else max(at, len(raw) - _LONGEST_END)
                if not end:
                    break
                self._until, self._dropped = None, True
                continue
            ordinary = _ORDINARY.match(raw, at)
            step: Step | None = (len(ordinary[0]), ordinary[0]) if ordinary else None
            if not ordinary:
                window = raw[at : at + _REACH].partition("\n")[0]
                whole = ended or len(window) == _REACH or at + len(window) < len(raw)
                link = _link(window)
                if link:
                    raw, at, self._dropped = link[1] + raw[at + link[0] :], 0, True
                    continue
                step = self._step(window, whole=whole)
            if step is None:
                break
            at += step[0]
            if isinstance(step[1], str):
                plain += self._apart(step[1])
                continue
            yield plain
            yield step[1]
            plain, self._dropped = "", True
        yield plain
        self._raw = raw[at:]

    def _apart(self, text: str) -> str:
        """The text to put out, after a space where it would else make markup with what stood before a gap: <<b>i>."""
        if text and self._dropped and _JOINED.match(self._last + text[0]):
            text = f" {text}"
        self._dropped = not text
        self._last = text[-1:] or self._last
        return text

    def _step(self, window: str, *, whole: bool) -> Step | None:
        """What the markup at the start of the window comes to; None where that is not settled.

        `whole`: the window holds all that may be looked at.
        """
        first = window[0]
        if first in "*_":
            return self._emphasis(window, whole=whole)
        if first == "|":
            return 1, " "
        if first == "<":
            return self._tag(window, whole=whole)
        if first in "`~":
            return self._code(window, whole=whole)
        return _bracket(window, whole=whole)

    def _emphasis(self, window: str, *, whole: bool) -> Step | None:
        if len(window) == 1 and not whole:
            return None
        # 2*3 and snake_case are no emphasis.
        kept = str.isdigit if window[0] == "*" else str.isalnum
        return 1, window[0] if kept(self._last) and kept(window[1:2]) else ""

    def _code(self, window: str, *, whole: bool) -> Step | None:
        """A code span on one line; a fence, wherever it stands; struck out text, which stays."""
        mark = window[0]
        if len(window) < 3 and not window.strip(mark) and not whole:
            return None
        if window.startswith(mark * 3):
            self._until = _FENCES[mark]
            return 3, " "
        if mark == "~":
            return (2, "") if window.startswith("~~") else (1, "~")
        span = _SPAN.match(window)
        if span and (whole or span.end() < len(window)):  # the closing mark may prove to be longer
            return span.end(), " "
        return (1, "") if whole else None

    def _tag(self, window: str, *, whole: bool) -> Step | None:
        if window.startswith("<!--"):
            self._until = _COMMENT
            return 4, ""
        if len(window) < 4 and "<!--".startswith(window) and not whole:
            return None
        if not _TAG_BEGUN.match(window):
            return 1, "<"
        tag = _TAG.match(window)
        if not tag:
            return (1, "") if whole else None
        name, closes = tag["name"].lower(), tag["kind"] == "/"
        if name in _WHOLE and not closes and not tag[0].endswith("/>"):
            self._until = _ends(name)
        if name in _THINKING and closes:
            return tag.end(), Thought()
        return tag.end(), "\n" if _BLOCK.fullmatch(name) else ""


# --- Characters ----------------------------------------------------------------------------------------

_RARE = re.compile(r"[^\n -\[\]-~À-ɏḀ-ỿ]")
_LINE_ENDS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Marks and letters that nobody sees: joiners, fillers, variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffd\U000e0100-\U000e01ef]"
)


def visible(text: str) -> str:
    """The text without invisible characters: controls, zero-width and bidirectional ones, unassigned code points.

    Backslashes go too: they escape markup. Each character is put in NFC alone, as some become markup by it.
    """
    return _RARE.sub(lambda rare: _seen(rare[0]), text)


def _seen(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    if character == "\t":
        return " "
    if character == "\\" or unicodedata.category(character)[0] == "C" or _UNSEEN.match(character):
        return ""
    return nfc(character)


_LONGEST_ENTITY = 34
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31})\Z")
_ENTITY_BEGUN = re.compile(r"&(?:#?[0-9A-Za-z]{0,32})\Z")


def _meant(entity: str) -> str | None:
    if entity.startswith("&#"):
        return visible(html.unescape(entity + ";"))
    named = html5.get(entity[1:] + ";")
    return None if named is None else visible(named)


# --- Markup --------------------------------------------------------------------------------------------

_ORDINARY = re.compile(r"(?:[^<\[【［〔(（!*_~`|]|!(?=[^\[]))++")
_TAG_BEGUN = re.compile(r"<[A-Za-z/!?|]")
_JOINED = re.compile(r"<[A-Za-z/!?|]|\]\(|([*`~])\1")
_TAG = re.compile(r"<(?P<kind>[/!?|]?)\s*+(?P<name>[A-Za-z]?[\w-]*+)[^<>]*+>")
_BLOCK = re.compile("article|blockquote|br|d[dlt]|div|h[1-6r]|li|[ou]l|p|pre|section|t[dhr]|table")
_THINKING = {"think", "thinking", "thought", "reasoning", "reflection", "scratchpad"}
_WHOLE = _THINKING | {"code", "pre", "script", "style", "svg", "tool_call"}
_COMMENT = re.compile("-->")
_FENCES = {"`": re.compile("```"), "~": re.compile("~~~")}
# The longest of these ends, with white space in it.
_LONGEST_END = 24
_SPAN = re.compile(r"`[^`]++`(?!`)|``(?!`)(?:[^`]|`(?!`))++``(?!`)")


def _ends(name: str) -> re.Pattern[str]:
    return re.compile(rf"</\s{{0,4}}{name}\s{{0,4}}>", re.IGNORECASE)


_BRACKETED = re.compile(
    r"\[(?P<square>(?:[^\[\]]|\[[^\[\]]*+\])*+)\]|【([^【】]*+)】|［([^［］]*+)］|〔([^〔〕]*+)〕"
    r"|\((?P<round>[^()]*+)\)|（(?P<wide>[^（）]*+)）"
)
# An address with at most one pair of brackets in it, and a title.
_TARGET = re.compile(r"""\(\s*+(?:[^\s()]|\([^\s()]*+\))*+(?:\s+(?:"[^"]*+"|'[^']*+'))?\s*\)""")
# A marker that the end of the line or of the answer tears.
_TORN = re.compile(r"[\[【［〔]+[\s^\d,;–-]*+\Z")


def _bracket(window: str, *, whole: bool) -> Step | None:
    """A marker, an image, or a bracket that stands for itself."""
    image = window.startswith("!")
    literal = 1, window[0]
    if window[0] in "(（" and len(window) > _ROUND_REACH and not _CITING.match(_compared(window[1:_ROUND_REACH])):
        return literal
    body = _BRACKETED.match(window, int(image))
    if not body:
        torn = _TORN.match(window)
        return None if not whole else (torn.end(), "") if torn else literal
    following = window[body.end() :]
    square = body["square"] is not None
    target = _TARGET.match(following) if square else None
    if square and not target and not whole and following[:1] in ("", "("):
        return None
    numbers, end = _numbers(body), body.end() + (target.end() if target else 0)
    if image:
        return (end, " ") if target and numbers is None else literal
    return literal if numbers is None else (end, Marker(numbers))


def _link(window: str) -> tuple[int, str] | None:
    """How long the link is that the window begins with, and its text."""
    body = _BRACKETED.match(window) if window[0] == "[" else None
    target = _TARGET.match(window, body.end()) if body else None
    return (target.end(), body["square"]) if body and target and _numbers(body) is None else None


# --- Markers -------------------------------------------------------------------------------------------

# What models put before the number, folded.
_LABEL = (
    "(?:doan(?: van| trich)?|nguon(?: tin)?|tai lieu|trich dan|chu thich|passages?|sources?|doc(?:ument)?s?"
    "|ref(?:erence)?s?|citations?|cite|chunks?|context|footnote|источники?|отрывки?|отрывок|фрагменты?)(?![^\\W\\d_])"
    "|来源|來源|出处|段落|文档|文献|资料|出典|資料"
)
# These are prose in round brackets: (Article 5).
_SQUARE_LABEL = rf"(?:bai(?: bao| viet)?|articles?|статья)(?![^\W\d_])|{_LABEL}|記事|段"
_NUMBER = r"\d++(?:\s?[-–—−~]\s?\d++)?"
_LISTED = re.compile(
    rf"(?:[\s,;&#^*_、\[\]]|(?<!\d):|:(?!\d)|{_SQUARE_LABEL}|(?:va|and|theo|xem|see|и|см\.?)(?![^\W\d_])|和|と|{_NUMBER})*+"
)
# In round brackets a label makes the marker, or a marker within; this many characters tell.
_CITING = re.compile(rf"\s?(?:(?:theo|xem|see|см\.?)\s)?(?:{_LABEL}|[\[【])")
_ROUND_REACH = 24
# What may follow the numbers: 【1†source】, 【4:0†source】, [Nguồn 1: Báo Sông].
_REMARK = re.compile(r"(?::\d+)?†.*|\s*[:|]\s*[^\W\d].*")
_RANGE = re.compile(r"(\d+)(?:\s?[-–—−~]\s?(\d+))?")
# So many numbers a marker may have, and a number so many digits.
MOST = 50
_DIGITS = 4


def _numbers(body: re.Match[str]) -> tuple[int, ...] | None:
    """The numbers that the bracket cites; None where it is no marker."""
    said = _compared(next(group for group in body.groups() if group is not None))
    if body.lastgroup in ("round", "wide") and not _CITING.match(said):
        return None
    listed = _LISTED.match(said)
    if not listed or not any(map(str.isdigit, listed[0])):
        return None
    # The colon before a remark has been read with the list.
    rest = said[len(listed[0].rstrip(": ")) :]
    if rest.strip(" :") and not _REMARK.fullmatch(rest):
        return None
    numbers: dict[int, None] = {}
    for first, last in _RANGE.findall(listed[0]):
        ends = [int(end) for end in (first, last) if 0 < len(end) <= _DIGITS]
        rising = len(ends) == 2 and ends[0] < ends[1]
        numbers.update(dict.fromkeys(range(ends[0], min(ends[1], ends[0] + MOST) + 1) if rising else ends))
    return tuple(numbers)[:MOST]


def _compared(said: str) -> str:
    return fold(unicodedata.normalize("NFKC", said))
