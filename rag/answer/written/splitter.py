"""A language model's text, as it streams -> sentences, each with the numbers of the passages that it cites.

A sentence is returned as soon as no later text can change its end or its citations: when the next one has clearly
begun.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from index.language.sentences import sentences
from index.language.text import nfc
from rag.answer.written.markup import MOST, Cleaner, Marker, Thought, Token
from rag.records.answers import Drafted

# A sentence of more characters is dropped ...
_LONGEST = 1500
# ... and this much of a line is kept at most, which is more by what may have to be seen behind a sentence's end.
_KEPT = 1600
# What `sentences` looks at before a stop, and after it, at most.
_BEFORE = 80
_AFTER = 32

# Where `sentences` may end one: a stop, closing marks and white space; Chinese and Japanese stops need no white space.
_STOP = re.compile(r"""[.!?…]++["”’')\]»]*+\s(?:”\s?|"\s)?|(?P<cjk>[。！？]++[」』”’）]*+)""")
# With these at its end a line may go on to such a stop.
_MAY_STOP = ".!?…\"”’')]»。！？」』）"
# The second word of what follows has begun: none further decides whether the stop before ends a sentence.
_BEGUN = re.compile(r"""["“'‘(\[«\-–—•*\s]*+\S++\s++\S""")
# Where neither side tells whether a quotation opens or closes, `sentences` looks for the next mark however far it is.
# Here it closes, so that the beginning of the next sentence is enough to tell.
_LONE_QUOTE = re.compile(r'(?<=\s)"(?=\s|\Z)')
# Quotation, heading, bullet, number, box to tick.
_LINE_START = re.compile(
    r"(?:\s|>|\#{1,6}\s|[•◦▪●○■□‣·]|[-+–—](?:\s|(?=[^\W\d_]))|\(?\d{1,3}[.)]\s|\(?[a-zđ]\)\s|\[[\sxX]?\]\s)*+"
)
_ADDRESS = re.compile(
    # Chinese and Japanese go on without a space before it.
    r"\s*(?<![^\W\u3040-\u9fff])(?:"
    r"(?i:[a-z][a-z0-9+.-]{0,20}://|www\.|mailto:|data:[a-z]+/)(?:[^\s<>\"“”（）\u3000-\u9fff\uff00-\uffef]*[\w/=#&%-])?"
    # Without a scheme only what has a path is surely an address.
    r"|(?<![.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[\w/.?=&%#+~-]*[\w/=]"
    r"|(?<![.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r")"
)
_EMPTY_BRACKETS = re.compile(r"\s*(?:\(\s*[,;]*\s*\)|\[\s*\]|（\s*）|【\s*】)")
# Before these a marker leaves no space behind.
_CLOSING = frozenset(".,;:!?…)]}»”’。，、；：！？）」』】")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")


class Splitter:
    """An incremental sentence splitter for one answer; the result does not depend on how the text came in pieces."""

    def __init__(self) -> None:
        self._cleaner = Cleaner()
        self._forget()

    def feed(self, piece: str) -> list[Drafted]:
        """Take a further piece of text; returns the sentences that are complete now."""
        return [drafted for token in self._cleaner.feed(piece) for drafted in self._read(token)]

    def finish(self) -> list[Drafted]:
        """The remaining sentences at the end of the text."""
        drafted = [drafted for token in self._cleaner.finish() for drafted in self._read(token)]
        return [*drafted, *self._end_line(), *self._let_go()]

    def _forget(self) -> None:
        self._line = ""  # of the current line, what comes after the last sentence given out
        self._marks: list[tuple[int, tuple[int, ...]]] = []  # how far into the line, which numbers
        self._held: Drafted | None = None  # the last sentence of the line before, whose markers may be on this one
        self._fresh = True  # no sentence of this line has been given out
        self._overlong = False
        self._decided = 0  # up to here it is known that no sentence ends
        self._space = self._marked = False  # before what comes next

    def _read(self, token: Token) -> Iterator[Drafted]:
        if isinstance(token, Thought):
            self._forget()
        elif isinstance(token, Marker):
            self._mark(token.numbers)
        else:
            first, *lines = token.split("\n")
            yield from self._add(first)
            for line in lines:
                yield from self._end_line()
                yield from self._add(line)

    def _mark(self, numbers: tuple[int, ...]) -> None:
        at = len(self._line)
        if self._marks and self._marks[-1][0] == at:
            numbers = self._marks.pop()[1] + numbers
        self._marks.append((at, _distinct(numbers)))
        self._marked = True

    def _add(self, text: str) -> Iterator[Drafted]:
        words = " ".join(text.split())
        if not words:
            self._space = self._space or text != ""
            return
        if not self._line and self._fresh:
            yield from self._begin_line()
        words = self._glue(words[0], spaced=self._space or text[0].isspace()) + words
        self._space, self._marked = text[-1].isspace(), False
        while words:
            room = _KEPT - len(self._line)
            self._line, words = _joined(self._line, words[:room]), words[room:]
            yield from self._complete()

    def _glue(self, following: str, *, spaced: bool) -> str:
        if not self._line or (self._marked and following in _CLOSING):
            return ""
        # "tăng[1]và" had its space in the marker.
        return " " if spaced or (self._marked and not _CJK.match(following)) else ""

    def _begin_line(self) -> Iterator[Drafted]:
        """Markers that a line begins with belong to the sentence before, unless that has its own."""
        if self._held and not self._held.markers:
            self._cite_held()
        yield from self._let_go()

    def _cite_held(self) -> None:
        if self._held:
            numbers = self._held.markers + tuple(number for _, mark in self._marks for number in mark)
            self._held, self._marks = replace(self._held, markers=_distinct(numbers)), []

    def _let_go(self) -> Iterator[Drafted]:
        if self._held and self._held.text:
            yield self._held
        self._held = None

    def _end_line(self) -> Iterator[Drafted]:
        self._strip()
        if self._line:
            spans = sentences(_LONE_QUOTE.sub("”", self._line))
            yield from self._cut([(end, start) for (_, end), (start, _) in pairwise(spans) if end > self._decided])
            self._held = self._sentence(len(self._line), last=True)
            self._line, self._marks, self._overlong = "", [], False
        else:
            self._cite_held()
        self._fresh, self._decided = True, 0
        self._space = self._marked = False

    def _strip(self) -> None:
        """Take bullets and the like off the beginning of a line."""
        start = _LINE_START.match(self._line) if self._fresh else None
        if start and start.end():
            self._drop(start.end())

    def _drop(self, length: int) -> None:
        self._line = self._line[length:]
        self._marks = [(max(at - length, 0), numbers) for at, numbers in self._marks]
        self._decided = max(self._decided - length, 0)

    def _complete(self) -> Iterator[Drafted]:
        """The sentences whose ends nothing to come can change."""
        self._strip()
        sure, waiting = self._sure()
        # Stops that were decided before are not looked at again, but for what the next ones see of them.
        seen, decided = max(self._decided - _BEFORE, 0), self._decided
        self._decided = sure if waiting else max(sure, len(self._line.rstrip(_MAY_STOP)))
        if sure > decided:
            spans = sentences(_LONE_QUOTE.sub("”", self._line)[seen:])
            ends = [(seen + end, seen + start) for (_, end), (start, _) in pairwise(spans)]
            yield from self._cut([(end, following) for end, following in ends if decided < end <= sure])
        if len(self._line) >= _KEPT:
            self._overlong, self._fresh = True, False
            self._marks = [mark for mark in self._marks if mark[0] > _KEPT - _BEFORE]
            self._drop(_KEPT - _BEFORE)

    def _sure(self) -> tuple[int, bool]:
        """Up to where every stop has enough behind it to tell whether a sentence ends there; whether one has not."""
        sure = self._decided
        for stop in _STOP.finditer(self._line, sure):
            behind = len(self._line) - stop.end()
            if not (behind >= _AFTER or (behind if stop["cjk"] else _BEGUN.match(self._line, stop.end()))):
                return sure, True
            sure = stop.end()
        return sure, False

    def _cut(self, ends: list[tuple[int, int]]) -> Iterator[Drafted]:
        """Take sentences off the line: where each ends, and where the next begins."""
        taken = 0
        for end, following in ends:
            drafted = self._sentence(end - taken, last=False)
            self._marks = [mark for mark in self._marks if not self._owns(mark[0], end - taken, last=False)]
            self._drop(following - taken)
            taken, self._fresh, self._overlong = following, False, False
            if drafted.text:
                yield drafted

    def _sentence(self, end: int, *, last: bool) -> Drafted:
        numbers = (number for at, mark in self._marks if self._owns(at, end, last=last) for number in mark)
        dropped = self._overlong or end > _LONGEST
        return Drafted("" if dropped else _tidy(self._line[:end]), _distinct(tuple(numbers)))

    def _owns(self, at: int, end: int, *, last: bool) -> bool:
        """Whether a marker belongs to the sentence that ends there. Where markers lead, one behind it is the next's."""
        led = self._marks[0][0] == 0
        return at < end or (at == end and (last or not led))


def _joined(line: str, text: str) -> str:
    """The line with the text behind it, in NFC: an accent may come after its letter."""
    seam = max(len(line) - 1, 0)
    while seam and unicodedata.combining(line[seam]):
        seam -= 1
    return line[:seam] + nfc(line[seam:] + text)


def _tidy(sentence: str) -> str:
    """The sentence without addresses; empty where it has neither letter nor digit."""
    text = _EMPTY_BRACKETS.sub("", _ADDRESS.sub("", sentence)).lstrip(" :;,").rstrip()
    return text if any(map(str.isalnum, text)) else ""


def _distinct(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))[:MOST]
