"""The default generator: the sentences of the passages that answer the question, word for word.

Sentences are ranked by late interaction with the question, by the share of its words that they contain, weighted by
idf, and by whether they contain the expected answer type; the confidence comes from a logistic regression over similar
features (fitted by `eval.studies.calibrate`).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.derived.terms import TermIndex
from index.language.quantities import capitalised
from index.language.text import folded_tokens, normalised_tokens
from rag.answer.calibration import Calibrations, Evidence
from rag.passages.countries import CountryGuard
from rag.question.kinds import Kind, holds, kind_asked
from rag.records import Generated, Passage, Query, Quote, Reading, Sentence, Statement

# A further sentence is worth its place when it scores this share of the best one ...
_WORTH = 0.6
# ... and says something else: the share of its words that the sentences before it already had.
_REPEATED = 0.7
# A sentence of fewer words than this is a heading or a fragment.
_MIN_WORDS = 4


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """The weight of each feature in the ranking of sentences; each feature lies in [0, 1]."""

    closeness: float = 1.5
    words: float = 1.0
    pairs: float = 0.5
    kind: float = 0.2
    surroundings: float = 0.3
    passage: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage, with its features, and their weighted sum `score`."""

    passage: Passage
    sentence: Sentence
    words: float
    closeness: float
    score: float


class QuestionWords:
    """The words and word pairs of a question, weighted by idf.

    Words are compared with their diacritics, which the question has or got back: "Ấn Độ" is not "ăn đồ".
    """

    def __init__(self, query: Query, terms: TermIndex) -> None:
        self.question = query.understood
        self.kind: Kind = kind_asked(query.understood)
        found = normalised_tokens(query.understood)
        self.words = {word: terms.idf(word) for word in found}
        self.pairs = {pair: min(self.words[pair[0]], self.words[pair[1]]) for pair in pairwise(found)}

    def share_of_words(self, text: str) -> float:
        """The share of the question's words, by idf, that are in the text; in [0, 1]."""
        return _share(self.words, set(normalised_tokens(text)))

    def share_of_pairs(self, text: str) -> float:
        """The share of the question's word pairs, by idf, that are neighbours in the text too; in [0, 1]."""
        return _share(self.pairs, set(pairwise(normalised_tokens(text))))


class Extractive:
    """The generator `extractive`: one or two sentences, or abstention below the threshold."""

    def __init__(self, calibrations: Calibrations, weights: SentenceWeights) -> None:
        self._calibrations = calibrations
        self._weights = weights

    def generate(self, query: Query, passages: Sequence[Passage], terms: TermIndex) -> Iterator[Generated]:
        """Yield one `Generated`, and no statement before it: a disagreement may still reorder them."""
        yield self.extracted(query, passages, terms)

    def extracted(self, query: Query, passages: Sequence[Passage], terms: TermIndex) -> Generated:
        """One or two sentences that answer the question, best first, and the confidence."""
        ranked = rank(QuestionWords(query, terms), passages, self._weights)
        if not ranked:
            return Generated((), 0.0, "none")
        statements = tuple(Statement(item.sentence.text, (_quote(item),)) for item in chosen(query, ranked))
        calibration = self._calibrations.for_language(query.language)
        confidence = calibration.confidence(evidence(passages, ranked))
        sufficient = confidence >= calibration.threshold
        return Generated(statements if sufficient else (), confidence, "answered" if sufficient else "none")


def rank(asked: QuestionWords, passages: Sequence[Passage], weights: SentenceWeights) -> list[Candidate]:
    """The candidate sentences of the reranked passages, best first, ties by position."""
    country = CountryGuard(asked.question, passages)
    candidates = [
        _candidate(asked, passage, place, passage.reading, weights)
        for passage in passages
        if passage.reading is not None
        for place, sentence in enumerate(passage.sentences)
        if len(folded_tokens(sentence.text)) >= _MIN_WORDS and country.is_in(passage, sentence)
    ]
    return sorted(candidates, key=lambda one: (-one.score, one.passage.hit.chunk.id, one.sentence.start))


def evidence(passages: Sequence[Passage], ranked: Sequence[Candidate]) -> Evidence:
    """The features of confidence for these passages and the best candidate."""
    best = ranked[0]
    runner_up = passages[1].score if len(passages) > 1 else 0.0
    return Evidence(
        dense=max(passage.dense for passage in passages),
        lexical=max(passage.lexical for passage in passages),
        margin=passages[0].score - runner_up,
        closeness=best.closeness,
        words=best.words,
    )


def _candidate(
    asked: QuestionWords, passage: Passage, place: int, reading: Reading, weights: SentenceWeights
) -> Candidate:
    sentence, chunk = passage.sentences[place], passage.hit.chunk
    before, behind = passage.sentences[max(0, place - 1)], passage.sentences[place : place + 2][-1]
    closeness = reading.closeness(sentence.start - chunk.start, sentence.end - chunk.start)
    words = asked.share_of_words(sentence.text)
    score = (
        weights.closeness * closeness
        + weights.words * words
        + weights.pairs * asked.share_of_pairs(sentence.text)
        + weights.kind * holds(asked.kind, sentence.text)
        + weights.surroundings * asked.share_of_words(chunk.text[before.start - chunk.start : behind.end - chunk.start])
        + weights.passage * passage.score
    )
    return Candidate(passage, sentence, words, closeness, score)


def chosen(query: Query, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The sentences of the answer: the best, and a second one with nearly its score that adds something."""
    best = ranked[0]
    named = capitalised(query.understood) & capitalised(best.sentence.text)
    said = set(folded_tokens(best.sentence.text))
    for item in ranked[1:]:
        if item.score < _WORTH * best.score:
            break
        words = set(folded_tokens(item.sentence.text))
        # Another article's sentence is of the same only if it names what the question and the best one name.
        same = _article(item) == _article(best) or named <= capitalised(item.sentence.text)
        if same and len(words & said) < _REPEATED * len(words):
            return [best, item]
    return [best]


def _article(item: Candidate) -> str:
    return item.passage.hit.chunk.article_id


def _quote(item: Candidate) -> Quote:
    return Quote(item.passage.hit, item.sentence.start, item.sentence.end, round(item.score, 4), "full")


def _share(weights: dict[str, float] | dict[tuple[str, str], float], present: set[str] | set[tuple[str, str]]) -> float:
    total = math.fsum(weights.values())
    return math.fsum(weight for key, weight in weights.items() if key in present) / total if total else 0.0
