"""The default generator: the sentences of the passages that answer the question, word for word.

Sentences are ranked by closeness to the question (embedding), by the share of its words that they hold, weighed by
how telling each word is, and by whether they hold the kind of thing that is asked for; how sure the answer is comes
from a logistic regression over the same evidence (`eval.calibrate`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from index.terms import TermIndex
from index.text import folded_tokens, sentences
from index.vectors import Vectors
from rag.asked import Kind, holds, kind_asked
from rag.calibration import Calibrations, Evidence
from rag.records import Generated, Passage, Query, Quote, Statement

# Sentences that the model reads for one question; the rest fell behind on words alone.
_READ = 12
_MAX_SENTENCES = 3
# A further sentence is worth its place when it scores this share of the best one ...
_WORTH = 0.9
# ... and says something else: the share of its words that the sentences before it already had.
_REPEATED = 0.7
# A sentence of fewer words than this is a heading or a fragment.
_MIN_WORDS = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign weighs in the ranking of sentences; each sign lies in [0, 1]."""

    closeness: float = 3.0
    words: float = 1.0
    pairs: float = 0.5
    kind: float = 0.2
    surroundings: float = 0.3
    passage: float = 1.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: code point offsets into its article, and the words around it."""

    passage: Passage
    start: int
    end: int
    text: str
    surroundings: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with the signs that speak for it, and their weighted sum."""

    sentence: Sentence
    words: float
    closeness: float
    score: float


class SentenceEncoder(Protocol):
    """The embedding model, as far as choosing sentences needs it."""

    def embed_passages(self, texts: Sequence[str], *, urgent: bool) -> Vectors:
        """One normalised vector a text, float32 of shape (len(texts), dimension); urgent ones before an ingest's."""


class Asked:
    """A question taken apart for comparing: its words, its pairs of words, and what each is worth."""

    def __init__(self, query: Query, terms: TermIndex) -> None:
        self.kind: Kind = kind_asked(query.understood)
        tokens = folded_tokens(query.understood)
        self.words = {token: terms.idf(token) for token in tokens}
        self.pairs = {pair: min(self.words[pair[0]], self.words[pair[1]]) for pair in pairwise(tokens)}

    def share_of_words(self, text: str) -> float:
        """The weighted share of the question's words that stand in the text."""
        present = set(folded_tokens(text))
        return _share(self.words, present)

    def share_of_pairs(self, text: str) -> float:
        """The weighted share of the question's neighbouring words that stand side by side in the text."""
        return _share(self.pairs, set(pairwise(folded_tokens(text))))


class Extractive:
    """The generator `extractive`; see the module."""

    name = "extractive"

    def __init__(self, encoder: SentenceEncoder, calibrations: Calibrations, weights: Weights) -> None:
        self._encoder = encoder
        self._calibrations = calibrations
        self._weights = weights

    def generate(self, query: Query, vector: Vectors, passages: Sequence[Passage], terms: TermIndex) -> Generated:
        """One to three sentences that answer the question, best first, and how likely they are to.

        `vector` is the question's, normalised, of shape (dimension,).
        """
        ranked = rank(Asked(query, terms), vector, passages, self._encoder, self._weights)
        if not ranked:
            return Generated((), 0.0, sufficient=False)
        statements = tuple(Statement(item.sentence.text, (_quote(item),)) for item in chosen(ranked))
        calibration = self._calibrations.for_language(query.language)
        confidence = calibration.confidence(evidence(passages, ranked))
        return Generated(statements, confidence, sufficient=confidence >= calibration.threshold)


def rank(
    asked: Asked, vector: Vectors, passages: Sequence[Passage], encoder: SentenceEncoder, weights: Weights
) -> list[Ranked]:
    """The sentences of the passages that are worth reading, best first; ties by place."""
    scored = [
        (_words_score(asked, sentence, weights), sentence)
        for passage in passages
        for sentence in sentences_of(passage)
        if len(folded_tokens(sentence.text)) >= _MIN_WORDS
    ]
    scored.sort(key=lambda pair: -pair[0])
    read = scored[:_READ]
    if not read:
        return []
    closeness = encoder.embed_passages([sentence.text for _, sentence in read], urgent=True) @ vector
    ranked = [
        Ranked(sentence, asked.share_of_words(sentence.text), float(close), score + weights.closeness * float(close))
        for (score, sentence), close in zip(read, closeness, strict=True)
    ]
    return sorted(ranked, key=lambda item: (-item.score, item.sentence.passage.hit.chunk.id, item.sentence.start))


def sentences_of(passage: Passage) -> list[Sentence]:
    """The sentences of a passage, each with its neighbours."""
    chunk = passage.hit.chunk
    spans = sentences(chunk.text)
    return [
        Sentence(
            passage,
            chunk.start + start,
            chunk.start + end,
            chunk.text[start:end],
            chunk.text[spans[max(0, place - 1)][0] : spans[min(len(spans) - 1, place + 1)][1]],
        )
        for place, (start, end) in enumerate(spans)
    ]


def evidence(passages: Sequence[Passage], ranked: Sequence[Ranked]) -> Evidence:
    """What speaks for an answer being in these passages."""
    best = ranked[0]
    runner_up = passages[1].hit.score if len(passages) > 1 else 0.0
    return Evidence(
        dense=max(passage.dense for passage in passages),
        lexical=max(passage.lexical for passage in passages),
        margin=passages[0].hit.score - runner_up,
        closeness=best.closeness,
        words=best.words,
    )


def _words_score(asked: Asked, sentence: Sentence, weights: Weights) -> float:
    return (
        weights.words * asked.share_of_words(sentence.text)
        + weights.pairs * asked.share_of_pairs(sentence.text)
        + weights.kind * holds(asked.kind, sentence.text)
        + weights.surroundings * asked.share_of_words(sentence.surroundings)
        + weights.passage * sentence.passage.hit.score
    )


def chosen(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences that make the answer: the best, and those close behind that say something else."""
    kept = [ranked[0]]
    said = set(folded_tokens(ranked[0].sentence.text))
    for item in ranked[1:]:
        words = set(folded_tokens(item.sentence.text))
        if len(kept) == _MAX_SENTENCES or item.score < _WORTH * ranked[0].score:
            break
        if len(words & said) < _REPEATED * len(words):
            kept.append(item)
            said |= words
    return kept


def _quote(item: Ranked) -> Quote:
    sentence = item.sentence
    return Quote(sentence.passage.hit, sentence.start, sentence.end, round(item.score, 4), "full")


def _share(weights: dict[str, float] | dict[tuple[str, str], float], present: set[str] | set[tuple[str, str]]) -> float:
    total = math.fsum(weights.values())
    return math.fsum(weight for key, weight in weights.items() if key in present) / total if total else 0.0
