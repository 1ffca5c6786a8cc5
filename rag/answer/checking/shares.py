"""How much of a statement each sentence of the passages covers, and which of them support it."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from index.derived.terms import Idf
from index.language.text import is_syllable, normalised_tokens
from rag.answer.checking.amounts import Amount
from rag.answer.checking.claims import Claims, claims_of
from rag.answer.checking.words import is_content, lined
from rag.records.search import Passage, Sentence

# What stands before a sentence says what its pronouns mean, but less surely.
_BEFORE = 0.6
# A second sentence is cited if it holds this share of the statement that the first does not.
_ADDS = 0.1
# An amount weighs as much as this many of the most telling words.
_FIGURE = 1.5
# What joins two sentences that are whole.
_JOINT = re.compile(r"[;,]?\s(?=(?:và|còn|nhưng|trong khi|and|while|whereas|but)\s)|;\s")
# How many of its first telling words say what a sentence is about, and what share of them must be kept.
_HEAD, _HEAD_KEPT = 4, 0.5
# So many words in a row are copied.
_COPIED = 4
_CLAUSE_END = re.compile(r"[,;:](?=\s)|\s(?=(?:và|còn|nhưng|trong khi|and|while|but)\s)")


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence of a passage with its claims; `before` are those of the title and of the preceding text.

    For a sentence inside a quotation they include the speaker, who is named after it.
    """

    passage: Passage
    sentence: Sentence
    claims: Claims
    before: tuple[Claims, ...]

    @property
    def article(self) -> str:
        """The article's ID."""
        return self.passage.hit.chunk.article_id

    @property
    def day(self) -> date | None:
        """The day of the article's publication."""
        return self.passage.hit.metadata.day


def parts_of(passage: Passage) -> list[Part]:
    """The sentences of a passage with their claims."""
    chunk, metadata = passage.hit.chunk, passage.hit.metadata
    told = [claims_of(sentence.text, metadata.day) for sentence in passage.sentences]
    title = (claims_of(metadata.title, metadata.day),) if metadata.title else ()
    parts = []
    for place, sentence in enumerate(passage.sentences):
        behind = chunk.text[: sentence.end - chunk.start]
        quoted = behind.count("“") > behind.count("”")
        before = (
            *title,
            *told[: chunk.start == 0],
            *told[max(0, place - 2) : place],
            *told[place + 1 : place + 1 + quoted],
        )
        parts.append(Part(passage, sentence, told[place], before))
    return parts


class Shares:
    """The content of a statement, weighted by idf, and how much of it each sentence covers."""

    def __init__(self, text: str, parts: Sequence[Part], idf: Idf) -> None:
        self._parts = parts
        said = claims_of(text, None)
        self._weights = {word: idf(word) for word in said.content}
        figure = _FIGURE * max(self._weights.values(), default=1.0)
        self._weights |= {_item(amount): figure for amount in said.amounts if not amount.weak}
        self._held = {id(part): _held(said, part.claims) for part in parts}
        self._before = {id(part): frozenset().union(*(_held(said, claims) for claims in part.before)) for part in parts}
        self._clauses = [claims_of(clause, None) for clause in _clauses(text)]

    @property
    def has_clauses(self) -> bool:
        """Whether the statement has more than one clause."""
        return len(self._clauses) > 1

    def chosen(self) -> list[Part]:
        """The one or two sentences that cover most of the statement, best first."""
        best = max(
            self._parts,
            key=lambda part: (
                self._weight(self._held[id(part)] | self._before[id(part)]) + self._weight(self._held[id(part)])
            ),
        )
        rest = self._weights.keys() - self._held[id(best)]
        second = max(self._parts, key=lambda part: self._weight(self._held[id(part)] & rest))
        adds = self._weight(self._held[id(second)] & rest) >= _ADDS * self._weight(self._weights)
        needed = self.least_clause([best]) < 0.999
        return [best, second] if adds and needed else [best]

    def share(self, chosen: Sequence[Part]) -> float:
        """The share of the statement, in [0, 1], that the sentences cover together with their context."""
        held = frozenset().union(*(self._held[id(part)] | self._before[id(part)] for part in chosen))
        return self._weight(held) / (self._weight(self._weights) or 1.0)

    def least_clause(self, chosen: Sequence[Part]) -> float:
        """The lowest coverage of any clause by its best sentence, in [0, 1]."""
        return min(max(self._share_of(clause, part) for part in chosen) for clause in self._clauses)

    def _share_of(self, clause: Claims, part: Part) -> float:
        items = {
            *clause.content,
            *(_item(amount) for amount in clause.amounts if not amount.weak),
        } & self._weights.keys()
        held, before = items & self._held[id(part)], items & self._before[id(part)] - self._held[id(part)]
        total = self._weight(items)
        return (self._weight(held) + _BEFORE * self._weight(before)) / total if total else 1.0

    def _weight(self, items: Iterable[str]) -> float:
        return math.fsum(self._weights[item] for item in items)


def halves(text: str) -> list[tuple[str, str]]:
    """Every way to cut a statement in two where two sentences may have been joined."""
    return [(text[: found.start()], text[found.end() :]) for found in _JOINT.finditer(text)]


def keeps_subject(text: str, part: Part) -> bool:
    """Whether a statement keeps the beginning of a sentence, which is mostly its subject.

    More of it is required if a clause of the statement is copied from a later part of the sentence.
    """
    clauses = (
        [word for word in normalised_tokens(clause) if is_content(word)] for clause in part.sentence.text.split(", ")
    )
    # "Năm 2025," and the like come before it.
    opening = set(next((words for words in clauses if len(words) > 1), [])[:_HEAD])
    kept = len(opening & set(normalised_tokens(text)))
    copied = any(_is_from_further_on(lined(clause), part) for clause in _CLAUSE_END.split(text))
    return kept >= _HEAD_KEPT * len(opening) and not (copied and kept <= _HEAD_KEPT * len(opening))


def _is_from_further_on(clause: str, part: Part) -> bool:
    return clause.count(" ") > _COPIED and part.claims.line.find(clause) > 0


def _held(said: Claims, told: Claims) -> frozenset[str]:
    """The words and amounts of a statement that a sentence has, in whatever spelling.

    Most Vietnamese words have two syllables: one of them alone is another word, unless a neighbour is there as well.
    """
    values = {amount.value for amount in told.amounts}
    held = {_item(amount) for amount in said.amounts if not amount.weak and amount.value in values}
    held.update(word for key, words in said.spelled if key in told.known for word in words if word in said.content)
    words = ("", *said.words, "")
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        if word in said.content and word in told.content:
            beside = (f" {before} {word} " in told.line, f" {word} {after} " in told.line)
            if any(beside) or not is_syllable(word):
                held.add(word)
    return frozenset(held)


def _item(amount: Amount) -> str:
    return f"#{amount.value.normalize():f}"


def _clauses(text: str) -> list[str]:
    """The clauses of a statement; one of few telling words goes with the one before it."""
    clauses: list[str] = []
    start = 0
    for end in [*(match.end() for match in _CLAUSE_END.finditer(text)), len(text)]:
        clause = text[start:end]
        if clauses and (len(claims_of(clause, None).content) < 3 or len(claims_of(clauses[-1], None).content) < 3):
            clauses[-1] += clause
        elif clause.strip():
            clauses.append(clause)
        start = end
    return clauses
