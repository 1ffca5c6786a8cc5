"""The default generator: the sentences of the passages that answer the question, word for word.

The confidence comes from a logistic regression over what was found (fitted by `eval.studies.calibrate`). Below the
threshold the articles do not say; whether they at least treat the subject, the nearest sentence shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Self

from index.derived.terms import Idf
from index.language.dates.mentions import mentions
from index.language.quantities import capitalised, figures
from index.language.text import folded_tokens
from prompts import Prompts
from rag.answer.broad.answers import KINDS, Broad
from rag.answer.calibration import Calibrations, Evidence
from rag.answer.quoting import verbatim
from rag.answer.ranking import Candidate, SentenceWeights, rank
from rag.records.answers import AnswerSpan, Generated, Outcome, Statement
from rag.records.search import Passage, Query, Sentence

# A further sentence is worth its place when its score is this near to the best one's ...
_NEAR = 1.0
# ... and it says something else: the share of its words that the sentences before it already had.
_REPEATED = 0.7
# The share of the question's words, weighted by idf, in a sentence that treats its subject, and how many are shown.
_TREATS = 0.5
_NEAREST = 2
# The reader's logit, less that of none, of what surely answers.
_SURE_MARGIN = 2.0
# Sentences of a reason at most, and how near their scores are to the best one's: so 0.67 of what 9 questions about news
# had to be told is told, with the best one and its neighbours 0.39.
_REASONS, _NEAR_REASON = 4, 2.5


class Extractive:
    """The generator `extractive`: the sentences that answer, or abstention below the threshold."""

    def __init__(self, calibrations: Calibrations, weights: SentenceWeights, broad: Broad) -> None:
        self._calibrations = calibrations
        self._weights = weights
        self._broad = broad

    @classmethod
    def load(cls, prompts: Prompts) -> Self:
        """As it is fitted; the leads of broad answers are written with `prompts`."""
        return cls(Calibrations.load(), SentenceWeights.load(), Broad(prompts))

    def generate(self, query: Query, passages: Sequence[Passage], idf: Idf) -> Iterator[Generated]:
        """Yield one `Generated`, and no statement before it: a disagreement may still reorder them."""
        yield self.extracted(query, passages, idf)

    def extracted(self, query: Query, passages: Sequence[Passage], idf: Idf) -> Generated:
        """The sentences that answer the question, best first, and the confidence."""
        if query.kind in KINDS:
            return self._broad.extracted(query, passages, idf)
        ranked = rank(query, passages, idf, self._weights)
        if not ranked:
            return Generated((), 0.0, "none", query.kind)
        calibration = self._calibrations.chosen(query.language, is_read=ranked[0].span is not None)
        confidence = calibration.confidence(evidence(passages, ranked))
        if confidence < calibration.threshold:
            return _nearest(query, ranked, confidence)
        if query.kind == "fact" and query.period is None:
            ranked = newest_first(ranked)
        items = chosen(query, ranked)
        if query.kind == "why":
            statements = _reasons([item for item in ranked[:_REASONS] if item.score >= ranked[0].score - _NEAR_REASON])
        else:
            statements = tuple(_statement(item, item.sentence) for item in items)
        best = items[0]
        span = AnswerSpan(best.article_id, best.span.start, best.span.end) if best.span else None
        return Generated(statements, confidence, "answered", query.kind, span=span)


def evidence(passages: Sequence[Passage], ranked: Sequence[Candidate]) -> Evidence:
    """The features of confidence for these passages and the best candidate."""
    best = ranked[0]
    runner_up = passages[1].score if len(passages) > 1 else 0.0
    return Evidence(
        dense=max(passage.dense for passage in passages),
        lead=passages[0].score - runner_up,
        closeness=best.features.closeness,
        words=best.features.words,
        margin=best.features.margin,
    )


def chosen(query: Query, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The sentences of the answer: the best, and a second one that answers nearly as well and adds something."""
    best = ranked[0]
    named = capitalised(query.whole) & capitalised(best.sentence.text)
    said = set(folded_tokens(best.sentence.text))
    for item in ranked[1:]:
        if item.score < best.score - _NEAR:
            break
        words = set(folded_tokens(item.sentence.text))
        # Another article's sentence is of the same only if it names what the question and the best one name.
        same = item.article_id == best.article_id or named <= capitalised(item.sentence.text)
        if same and len(words & said) < _REPEATED * len(words):
            return [best, item]
    return [best]


def newest_first(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with the newest one before the best, of those that surely answer the same with a figure or date.

    What was planned has happened since, or a figure was corrected. Of 236 own questions two are answered better so, and
    none worse.
    """
    best = ranked[0]
    sure = [item for item in ranked if item.features.margin >= _SURE_MARGIN and _day(item) and _answers_as(item, best)]
    newest = max([best, *sure], key=_day) if _day(best) else best
    return [newest, *(item for item in ranked if item is not newest)]


def _answers_as(item: Candidate, best: Candidate) -> bool:
    """Whether the words that answer are a figure of the same unit; or a date, where as much of the question is said."""
    words, asked = _answer(item), _answer(best)
    if {one.unit for one in figures(words) if one.unit} & {one.unit for one in figures(asked)}:
        return True
    return item.features.words >= best.features.words and bool(mentions(words, None) and mentions(asked, None))


def _answer(item: Candidate) -> str:
    """The words that answer; none where the passage was not read."""
    return _words(item.passage, item.span.start, item.span.end) if item.span else ""


def _words(passage: Passage, start: int, end: int) -> str:
    """What of the passage stands between two offsets of its article."""
    chunk = passage.hit.chunk
    return chunk.text[start - chunk.start : end - chunk.start]


def _day(item: Candidate) -> int:
    day = item.passage.hit.metadata.day
    return day.toordinal() if day else 0


def _nearest(query: Query, ranked: Sequence[Candidate], confidence: float) -> Generated:
    """Abstention: with the sentences of different articles that treat the subject, where there are any."""
    near: dict[str, Candidate] = {}
    for item in ranked:
        if item.features.words >= _TREATS:
            near.setdefault(item.article_id, item)
    statements = tuple(_statement(item, item.sentence) for item in list(near.values())[:_NEAREST])
    outcome: Outcome = "related" if statements else "none"
    return Generated(statements, confidence, outcome, query.kind)


def _reasons(items: Sequence[Candidate]) -> tuple[Statement, ...]:
    """The sentences that answer best, those that stand side by side quoted as one run; that of the best one first."""
    runs: list[list[Candidate]] = []
    for item in sorted(items, key=lambda one: (one.passage.hit.chunk.id, one.sentence.start)):
        if runs and _follows(item, runs[-1][-1]):
            runs[-1].append(item)
        else:
            runs.append([item])
    runs.sort(key=lambda run: min(map(items.index, run)))
    return tuple(_statement(run[0], _run(run[0], run[-1])) for run in runs)


def _follows(item: Candidate, other: Candidate) -> bool:
    passage = item.passage
    return passage is other.passage and passage.sentences.index(item.sentence) == 1 + passage.sentences.index(
        other.sentence
    )


def _run(first: Candidate, last: Candidate) -> Sentence:
    start, end = first.sentence.start, last.sentence.end
    return Sentence(start, end, _words(first.passage, start, end))


def _statement(item: Candidate, words: Sentence) -> Statement:
    # A run may go on in the next paragraph; an answer's sentences stand on one line.
    return replace(verbatim(item.passage, words, item.score), text=" ".join(words.text.split()))
