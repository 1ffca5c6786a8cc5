"""Words to search for, as SQLite's FTS5 takes them, and where they stand in a text.

A search without any diacritics is matched without them, one with some exactly. Words between quotation marks are
matched as they follow each other.
"""

import re
from dataclasses import dataclass

from index.language.text import Span, folded_tokens, has_marks, normalised_tokens, token_spans

_PARTS = re.compile('["“”«»]([^"“”«»]*)(?:["“”«»]|$)|([^"“”«»]+)')
# What more words than these would find, fewer find too.
_MOST = 32
_EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Sought:
    """Phrases, each of one token or more, that an article has to hold; `exact`: with their diacritics."""

    phrases: tuple[tuple[str, ...], ...]
    exact: bool

    @property
    def match(self) -> str:
        """As FTS5 takes it. Tokens hold letters, digits, and stops and commas between digits."""
        phrases = " AND ".join(f'"{" ".join(phrase)}"' for phrase in self.phrases)
        return f"{'exact' if self.exact else 'folded'} : ({phrases})"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of an article's text, and where the words that were sought stand in it; line breaks are spaces."""

    text: str
    marks: tuple[Span, ...]


def sought(query: str) -> Sought | None:
    """What a query in NFC asks for; None where it holds no word."""
    exact = any(map(has_marks, normalised_tokens(query)))
    read = normalised_tokens if exact else folded_tokens
    phrases: list[tuple[str, ...]] = []
    for quoted, plain in _PARTS.findall(query):
        phrases += [tuple(read(quoted))] if quoted else [(token,) for token in read(plain)]
    kept = tuple(dict.fromkeys(phrase[:_MOST] for phrase in phrases if phrase))[:_MOST]
    return Sought(kept, exact) if kept else None


def excerpt(text: str, wanted: Sought) -> Excerpt:
    """The piece of a text that holds most of the phrases, the first of several; its beginning where none is in it."""
    places = _places(text, wanted)
    first = max(places, key=lambda place: (_held(places, place[0]), -place[0]), default=(0, 0, 0))[0]
    start = _begin(text, first)
    end = _end(text, min(len(text), start + _EXCERPT))
    marks = [(begin - start, stop - start) for begin, stop, _ in places if begin >= start and stop <= end]
    return Excerpt(text[start:end].replace("\n", " "), tuple(marks))


def _places(text: str, wanted: Sought) -> list[tuple[int, int, int]]:
    """Where the phrases stand: start, end, and which one; none over another."""
    tokens = (normalised_tokens if wanted.exact else folded_tokens)(text)
    spans = token_spans(text)
    begins: dict[str, list[int]] = {}
    for number, phrase in enumerate(wanted.phrases):
        begins.setdefault(phrase[0], []).append(number)
    found, at = [], 0
    while at < len(tokens):
        here = [
            number
            for number in begins.get(tokens[at], ())
            if tuple(tokens[at : at + len(wanted.phrases[number])]) == wanted.phrases[number]
        ]
        if not here:
            at += 1
            continue
        longest = max(here, key=lambda number: len(wanted.phrases[number]))
        end = at + len(wanted.phrases[longest])
        found.append((spans[at][0], spans[end - 1][1], longest))
        at = end
    return found


def _held(places: list[tuple[int, int, int]], start: int) -> int:
    """How many of the phrases a piece holds that begins here."""
    return len({number for begin, end, number in places if start <= begin and end <= start + _EXCERPT - 40})


def _begin(text: str, first: int) -> int:
    """A little before a place, where a line or a word begins."""
    line = text.rfind("\n", 0, first) + 1
    if first - line <= 40:
        return line
    return text.find(" ", first - 40, first) + 1 or first


def _end(text: str, end: int) -> int:
    return end if end == len(text) else max(text.rfind(" ", end - 40, end), text.rfind("\n", end - 40, end), end - 40)
