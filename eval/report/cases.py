"""The list of cases, as the page's script takes it; a passage that comes often is held once.

All offsets are code points; the script counts the same way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from eval.records import Excerpt, Gold, Result
from eval.report.marks import Change, Segment, Span, changes, segments
from eval.report.outcomes import FOUND_WITHIN, Outcome, gold_ranks, outcome
from eval.report.runs import Run
from eval.scores.texts import markers
from rag.records.answers import Answer, Source, Support

# What marks gold words, among the numbers of citations; and the prefix that tells a marker from the words it is for.
GOLD = "gold"
MARKER = "@"


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """The words of a passage, whoever found it."""

    article_id: str
    title: str | None
    url: str | None
    source: str | None
    published_at: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A passage in a ranking: its number in `CaseList.passages`, and what is marked in it for this case."""

    passage: int
    score: float
    gold: bool
    marks: list[Segment]


@dataclass(frozen=True, slots=True)
class ShownSource:
    """What a citation rests on. `place` is where its passage stands among the case's, from 0."""

    article_id: str
    title: str | None
    cited_text: str
    score: float
    support: Support
    place: int | None


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer; each citation is a number and what it rests on. `lead` is the length of the service's own words."""

    text: str
    short: str | None
    lead: int
    outcome: str
    kind: str
    confidence: float
    language: str
    marks: list[Segment]
    citations: list[tuple[int, list[ShownSource]]]


@dataclass(frozen=True, slots=True)
class View:
    """A case in one run. `outcome` is a place in `CaseList.outcomes`.

    `changes` are how its answer differs from the first run's; `ranking` is of the first articles: each an id, a score,
    and whether it is gold.
    """

    outcome: int
    understood: str
    answer: ShownAnswer | None
    changes: list[Change]
    ranking: list[tuple[str, float, bool]]
    gold_ranks: list[int]
    passages: list[Place]
    scores: dict[str, float]
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with a view a run, None for a run that does not have it."""

    suite: str
    id: str
    kind: str
    language: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    gold: Gold
    views: list[View | None]


@dataclass(frozen=True, slots=True)
class CaseList:
    """All that the list shows: `outcomes` worst first, `runs` as letter and name, `cases` worst first."""

    outcomes: list[str]
    runs: list[tuple[str, str]]
    cases: list[ShownCase]
    passages: list[ShownPassage]


def case_list(runs: Sequence[Run]) -> CaseList:
    """Every case of the runs. Cases are the same where suite, id and question are: other runs may be of other data."""
    found = [{(suite, r.id, r.question): r for suite, results in run.suites.items() for r in results} for run in runs]
    together = [(key[0], [of_run.get(key) for of_run in found]) for key in dict.fromkeys(chain.from_iterable(found))]
    together.sort(key=lambda case: _worth(case[1]))
    passages: dict[ShownPassage, int] = {}
    cases = [_shown(suite, results, passages) for suite, results in together]
    return CaseList(list(Outcome), [(run.letter, run.name) for run in runs], cases, list(passages))


def _worth(results: Sequence[Result | None]) -> tuple[int, float]:
    """The worst outcome in any run comes first, and of the same outcomes that which the answer was surest of."""
    there = [result for result in results if result]
    confidence = max((result.answer.confidence for result in there if result.answer), default=0.0)
    return min(outcome(result).severity for result in there), -confidence


def _shown(suite: str, results: Sequence[Result | None], passages: dict[ShownPassage, int]) -> ShownCase:
    first = next(result for result in results if result)
    baseline = results[0].answer if results[0] else None
    return ShownCase(
        suite,
        first.id,
        first.kind,
        first.language,
        first.question,
        first.history,
        first.answerable,
        first.gold,
        [_view(result, baseline, passages) if result else None for result in results],
    )


def _view(result: Result, baseline: Answer | None, passages: dict[ShownPassage, int]) -> View:
    answer = result.answer
    differs = answer and baseline and answer.text != baseline.text
    return View(
        outcome(result).severity,
        result.understood,
        _answer(answer, result.passages) if answer else None,
        changes(baseline.text, answer.text) if answer and baseline and differs else [],
        [
            (ranked.article_id, round(ranked.score, 4), ranked.article_id in result.gold.articles)
            for ranked in result.ranking[:FOUND_WITHIN]
        ],
        gold_ranks(result, len(result.ranking)),
        [_place(passage, result, passages) for passage in result.passages],
        {name: round(score, 4) for name, score in result.scores.items()},
        {stage: round(milliseconds, 1) for stage, milliseconds in result.timings_ms.items()},
    )


def _answer(answer: Answer, passages: Sequence[Excerpt]) -> ShownAnswer:
    spans = [(citation.start, citation.end, str(citation.index)) for citation in answer.citations]
    spans += [(start, end, f"{MARKER}{number}") for number, (start, end) in markers(answer)]
    cited = [
        (citation.index, [_source(source, passages) for source in citation.sources]) for citation in answer.citations
    ]
    marks = segments(spans, len(answer.text))
    return ShownAnswer(
        answer.text,
        answer.short.text if answer.short else None,
        len(answer.lead or ""),
        answer.outcome,
        answer.kind,
        round(answer.confidence, 4),
        answer.language,
        marks,
        cited,
    )


def _source(source: Source, passages: Sequence[Excerpt]) -> ShownSource:
    place = next((place for place, passage in enumerate(passages) if _holds(passage, source)), None)
    score = round(source.score, 4)
    return ShownSource(source.article_id, source.metadata.title, source.cited_text, score, source.support, place)


def _holds(passage: Excerpt, source: Source) -> bool:
    start, end = source.start_char - passage.start_char, source.end_char - passage.start_char
    same = passage.article_id == source.article_id and start >= 0
    return same and passage.text[start:end] == source.cited_text


def _place(passage: Excerpt, result: Result, passages: dict[ShownPassage, int]) -> Place:
    # Held by all that it says: two runs may have given one chunk id to different words.
    shown = ShownPassage(
        passage.article_id,
        passage.metadata.title,
        web_address(passage.metadata.url),
        passage.metadata.source,
        passage.metadata.published_at,
        passage.text,
    )
    number = passages.setdefault(shown, len(passages))
    gold = passage.article_id in result.gold.articles
    marks = segments([*_cited(passage, result.answer), *_gold(passage, result.gold)], len(passage.text))
    return Place(number, round(passage.score, 4), gold, marks)


def _cited(passage: Excerpt, answer: Answer | None) -> Iterator[Span]:
    for citation in answer.citations if answer else ():
        for source in citation.sources:
            if _holds(passage, source):
                start = source.start_char - passage.start_char
                yield start, start + len(source.cited_text), str(citation.index)


def _gold(passage: Excerpt, gold: Gold) -> Iterator[Span]:
    for quote in gold.quotes:
        start = passage.text.find(quote.text) if quote.article_id == passage.article_id else -1
        if start >= 0:
            yield start, start + len(quote.text), GOLD


def web_address(url: str | None) -> str | None:
    """The address where it is one of the web; nothing else may become a link."""
    try:
        return url if urlsplit(url or "").scheme in ("http", "https") else None
    except ValueError:
        return None
