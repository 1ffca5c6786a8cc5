"""The sentences of the passages, by how well they answer the question.

What the trained reader says of a sentence counts with late interaction and the fused score of its passage; the weights
are fitted by `eval.studies.calibrate`. The share of the question's words in it does not: with that, 0.007 fewer of
XQuAD's questions had the right outcome, and 50 answers to our own changed for no gain.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Self

from index.derived.terms import Idf
from index.language.text import folded_tokens, normalised_tokens
from index.records import passage_text
from rag.answer.calibration import FITTED
from rag.passages.countries import CountryGuard
from rag.passages.fusion import article_scores, fused_score
from rag.records.search import Passage, Query, Reading, Sentence, Span

# A sentence of fewer words than this is a heading or a fragment.
_MIN_WORDS = 4
# Logits beyond these say no more; where a passage was not read, the least is taken.
_MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a sentence.

    `margin`, in [-12, 12], is the reader's logit of the likeliest answer in it less that of none; `closeness`, in
    [0, 1], its late interaction with the question; `words` the share of the question's words in it, weighted by idf,
    which tells whether it treats the subject; `passage`, in [0, 1], the mean of the fused scores of its passage and of
    its article's best one. For closeness and words the title of the article counts as said: a sentence that tells the
    price need not repeat of what.
    """

    margin: float
    closeness: float
    words: float
    passage: float

    @property
    def ranking(self) -> tuple[float, float, float]:
        """Those that rank, in the order of `SentenceWeights`."""
        return self.margin, self.closeness, self.passage


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """The weights of the features that rank."""

    margin: float = 0.4
    closeness: float = 1.7
    passage: float = 5.4

    @classmethod
    def load(cls, path: Path = FITTED) -> Self:
        """Read what `eval.studies.calibrate` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8"))["sentences"])

    def score(self, features: Features) -> float:
        """The weighted sum of the features."""
        return math.fsum(weight * feature for weight, feature in zip(astuple(self), features.ranking, strict=True))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage with its features and their weighted sum `score`.

    `span` is the likeliest answer in it, its offsets those of the article's text; None where the passage was not read.
    """

    passage: Passage
    sentence: Sentence
    span: Span | None
    features: Features
    score: float = 0.0

    @property
    def article_id(self) -> str:
        """The article that the sentence is of."""
        return self.passage.hit.chunk.article_id


def rank(query: Query, passages: Sequence[Passage], idf: Idf, weights: SentenceWeights) -> list[Candidate]:
    """The candidate sentences of the passages that were read, best first, ties by position."""
    # Words are compared with their diacritics, which the question has or got back: "Ấn Độ" is not "ăn đồ".
    words = {word: idf(word) for word in normalised_tokens(query.understood)}
    country = CountryGuard(query.understood, passages)
    articles = article_scores(passages)
    return scored(
        [
            _candidate(words, passage, passage.reading, sentence, articles[passage.hit.chunk.article_id])
            for passage in passages
            if passage.reading is not None
            for sentence in passage.sentences
            if len(folded_tokens(sentence.text)) >= _MIN_WORDS and country.is_in(passage, sentence)
        ],
        weights,
    )


def scored(candidates: Iterable[Candidate], weights: SentenceWeights) -> list[Candidate]:
    """The same candidates with their score by `weights`, best first, ties by position."""
    found = [replace(item, score=weights.score(item.features)) for item in candidates]
    return sorted(found, key=lambda one: (-one.score, one.passage.hit.chunk.id, one.sentence.start))


def _candidate(
    asked: dict[str, float], passage: Passage, reading: Reading, sentence: Sentence, article: float
) -> Candidate:
    chunk = passage.hit.chunk
    start, end = sentence.start - chunk.start, sentence.end - chunk.start
    span = reading.span(start, end)
    features = Features(
        margin=max(-_MARGIN, min(_MARGIN, span.margin)) if span else -_MARGIN,
        closeness=reading.closeness(start, end, titled=True),
        words=_share(asked, set(normalised_tokens(passage_text(passage.hit.metadata.title, sentence.text)))),
        passage=(fused_score(passage) + article) / 2,
    )
    moved = Span(chunk.start + span.start, chunk.start + span.end, span.margin) if span else None
    return Candidate(passage, sentence, moved, features)


def _share(weights: dict[str, float], present: set[str]) -> float:
    total = math.fsum(weights.values())
    return math.fsum(weight for word, weight in weights.items() if word in present) / total if total else 0.0
