"""Chosen sentences as a comparison: the sides that a question names, and what articles say of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.language.entities import entities
from index.language.text import fold
from index.language.words import CAPITAL
from rag.answer.broad.overview import listed, statement
from rag.answer.broad.selection import Candidate, chosen
from rag.records.answers import Line, Statement

_MOST_OF_A_SIDE = 4
_MOST = 8
_LOOKED_AT = 30
# What stands between two sides: a conjunction, or that one differs from the other.
_BETWEEN = re.compile(
    r"(?:^|[\s,])(?:và|với|hay|hoặc|so|khác|va|voi|khac|and|or|vs|versus|from|и|с|от)(?:[\s.,]|$)|^\s?[,/–-]\s?$|[和与與跟同とや]"
)
_NAME = re.compile(rf"(?<!\w){CAPITAL}[\w-]*+(?: (?:{CAPITAL}|\d)[\w-]*+)*")


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison: its name in the question, and the key of a country or city, if it is one."""

    name: str
    key: str

    def is_in(self, text: str) -> bool:
        """Whether a text names it."""
        if re.search(rf"(?<!\w){re.escape(fold(self.name))}(?!\w)", fold(text)):
            return True
        return any(one.key == self.key for one in entities(text, None))


def sides(question: str) -> tuple[Side, ...]:
    """The names that a question sets side by side; none where it does not name two."""
    found = [one for one in entities(question, None) if one.kind != "date"]
    spans = [(one.start, one.end, Side(one.name, one.key)) for one in found]
    spans += [
        (match.start(), match.end(), Side(match[0], fold(match[0])))
        for match in _NAME.finditer(question, 1)
        if not any(one.start < match.end() and match.start() < one.end for one in found)
    ]
    chain: list[Side] = []
    for (_, end, first), (start, _, second) in pairwise(sorted(spans, key=lambda one: one[:2])):
        if first.key != second.key and _BETWEEN.search(question[end:start].lower()):
            chain = [*chain, second] if chain and chain[-1] == first else [first, second]
        elif chain:
            break
    return tuple(dict.fromkeys(chain))


def comparison(question: str, ranked: Sequence[Candidate]) -> list[Statement]:
    """Up to eight sentences, a line each, by the side that they tell of; a list where the question names no sides."""
    named = sides(question)
    if not named:
        return listed(ranked)
    sided = [(side_of(_texts(one), named), one) for one in ranked[:_LOOKED_AT]]
    of_side = {side: [one for own, one in sided if own == side] for side in named}
    share = max(2, min(_MOST_OF_A_SIDE, _MOST // len(named)))
    return [
        replace(statement(one), line=Line(one.passage.hit.metadata.day, side.name, one.article_id))
        for side, own in of_side.items()
        for one in chosen(own, share)
    ][:_MOST]


def _texts(one: Candidate) -> tuple[str, str]:
    """The sentence and, for where it names no side, the title of its article."""
    return one.sentence.text, one.passage.hit.metadata.title or ""


def side_of(texts: Sequence[str], named: Sequence[Side]) -> Side | None:
    """The side that the first of the texts to name any names; of several the one that is named first."""
    for text in texts:
        found = [side for side in named if side.is_in(text)]
        if len(found) == 1:
            return found[0]
        if found:
            return min(found, key=lambda side: _place(side, text))
    return None


def _place(side: Side, text: str) -> int:
    at = fold(text).find(fold(side.name))
    return at if at >= 0 else len(text)
