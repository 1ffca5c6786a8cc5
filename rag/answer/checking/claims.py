"""The claims of a sentence, extracted: amounts, times, names, quotations, each with the words near it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from index.language.currencies import is_money
from index.language.dates.mentions import Mention, mentions
from index.language.names import Name, joined, names
from index.language.quantities import quantities
from index.language.text import Span, fold, has_marks, normalised_tokens, token_spans
from index.language.words import ADDRESS, word_set
from rag.answer.checking.amounts import Amount, Context, Surroundings, amounts_of, small_amounts
from rag.answer.checking.polarity import Sign, signs
from rag.answer.checking.words import STOP, inside, is_content, lined

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|「([^「」]+)」")
_CODE = re.compile(r"[^\W_]*\d[^\W_]*(?:[./:-][^\W_]+)*")
_COUNTED = re.compile(r"\w+\s+(?:tháng|months?|ngày|tuần|năm|years?)\b")
_TITLES = ADDRESS | word_set("tp tt tx đại sứ theo trong tại ngày sáng chiều the")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or period with the words near by. `counted`: it is so many months ("11 tháng đầu năm")."""

    mention: Mention
    text: str
    counted: bool
    context: Context
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """All that a sentence claims. `line` is its tokens between blanks, `folded` the same without diacritics.

    `people` are the names in `proper` that follow a title; `capitals` is `line` with only the
    capitalised tokens left; `marked` is the tokens with each known name as one, `@china`, and `naming` says of each
    whether it is a name or part of one.
    """

    words: tuple[str, ...]
    line: str
    capitals: str
    folded: str
    content: frozenset[str]
    amounts: tuple[Amount, ...]
    moments: tuple[Moment, ...]
    codes: frozenset[str]
    known: frozenset[str]
    spelled: tuple[tuple[str, tuple[str, ...]], ...]
    proper: tuple[str, ...]
    people: frozenset[str]
    marked: tuple[str, ...]
    naming: tuple[bool, ...]
    quotations: tuple[str, ...]
    signs: tuple[Sign, ...]


@lru_cache(maxsize=4096)
def claims_of(text: str, day: date | None) -> Claims:
    """The claims of a text in NFC; relative dates and dates without a year count from `day`."""
    words = normalised_tokens(text)
    spans = token_spans(text.replace("İ", "I"))
    surroundings = Surroundings(text, words, spans)
    dated = mentions(text, day)
    covered = [(mention.start, mention.end) for mention in dated]
    found = quantities(text)
    counted = [(quantity.start, quantity.end) for quantity in found]
    named = names(text)
    known = [name for name in named if not is_money(text, name.start, name.end)]
    marked = list(_marked(text, words, spans, known))
    proper = list(_proper(text, words, spans, [(name.start, name.end) for name in named]))
    amounts = [
        *amounts_of(text, found, covered, surroundings),
        *small_amounts(text, words, spans, [*covered, *counted], surroundings),
    ]
    return Claims(
        words=tuple(words),
        line=f" {' '.join(words)} ",
        capitals=_capitals(text, words, spans),
        folded=f" {' '.join([*map(fold, words), *joined(text)])} ",
        content=frozenset(word for word in words if is_content(word)),
        amounts=tuple(sorted(amounts, key=lambda amount: amount.start)),
        moments=tuple(_moment(text, mention, surroundings) for mention in dated),
        codes=frozenset(
            match[0].lower() for match in _CODE.finditer(text) if not inside(match.start(), [*covered, *counted])
        ),
        known=frozenset(name.key for name in known),
        spelled=tuple((name.key, tuple(normalised_tokens(text[name.start : name.end]))) for name in known),
        proper=tuple(name for name, _ in proper),
        people=frozenset(name for name, is_person in proper if is_person),
        marked=tuple(word for word, _ in marked),
        naming=tuple(is_name for _, is_name in marked),
        quotations=tuple(lined(next(filter(None, match.groups()))) for match in _QUOTED.finditer(text)),
        signs=tuple(sign for _, sign in signs(words)),
    )


def _moment(text: str, mention: Mention, surroundings: Surroundings) -> Moment:
    named = text[mention.start : mention.end].lower()
    return Moment(mention, named, _COUNTED.match(named) is not None, *surroundings.at(mention.start))


# --- Names ---------------------------------------------------------------------------------------------


def _proper(text: str, words: list[str], spans: list[Span], known: list[Span]) -> Iterator[tuple[str, bool]]:
    """Runs of capitalised words that are no known names; one that only begins a sentence does not count."""
    run: list[int] = []
    for place in range(len(words) + 1):
        goes_on = place < len(words) and text[spans[place][0]].isupper() and not inside(spans[place][0], known)
        if goes_on and run and text[spans[run[-1]][1] : spans[place][0]] in (" ", "-", ".", "\u00a0"):
            run.append(place)
            continue
        if run:
            yield from _run(text, words, spans, run)
        run = [place] if goes_on else []


def _run(text: str, words: list[str], spans: list[Span], run: list[int]) -> Iterator[tuple[str, bool]]:
    first = spans[run[0]][0]
    begins = not text[:first].rstrip(" “\"‘'(-–—•") or text[:first].rstrip(" “\"‘'(-–—")[-1:] in ".!?:…\n"
    places = run[1:] if begins and not (len(run) > 1 or _is_telling(text, spans, run[0])) else run
    while places and (words[places[0]] in _TITLES or (begins and words[places[0]] in STOP)):
        places = places[1:]
    if places:
        is_person = places[0] > 0 and words[places[0] - 1] in ADDRESS
        yield f" {' '.join(words[place] for place in places)} ", is_person


def _is_telling(text: str, spans: list[Span], place: int) -> bool:
    word = text[slice(*spans[place])]
    return len(word) > 1 and word.isupper()


def _capitals(text: str, words: list[str], spans: list[Span]) -> str:
    kept = (word if text[start].isupper() else "-" for word, (start, _) in zip(words, spans, strict=True))
    return f" {' '.join(kept)} "


def _marked(text: str, words: list[str], spans: list[Span], known: list[Name]) -> Iterator[tuple[str, bool]]:
    by_start = {name.start: name for name in known}
    end = 0
    upper = [text[start].isupper() for start, _ in spans]
    for place, (word, (start, _)) in enumerate(zip(words, spans, strict=True)):
        if start in by_start:
            end = by_start[start].end
            yield by_start[start].token, True
        elif start >= end:
            # A sentence begins with a capital, whatever its first word is.
            begins = place == 0 and not any(upper[1:2]) and not _is_telling(text, spans, 0)
            yield word, upper[place] and not begins and word not in _TITLES


def without_marks(name: str) -> bool:
    """Whether a name is written without any diacritic."""
    return not any(has_marks(word) for word in name.split())
