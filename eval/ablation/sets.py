"""What systems are measured on: questions that nobody made them on, and sentences of a lying model about other news.

Passages are searched once a query and kept, as long as a system leaves them as they are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from eval.attacks.lying import Liar, lying, outcome_of, titles, truths_of
from eval.attacks.techniques import CANARY, FALSE, HONEST, TECHNIQUES
from eval.data.squad import read_articles
from eval.data.suites import Options, Suite, read_suite
from eval.data.withheld import Trial
from eval.records import Result
from eval.runs.runner import result_of
from index.derived.protocol import DerivedIndex
from index.records import Draft
from rag.answering import Answerer
from rag.passages.reading import COMPARED
from rag.records.search import Found, Query, Request
from rag.service.wiring import Service

# Articles that the passages of a SQuAD file stand among, and those that a model lies about.
_AMONG, _LIED_ABOUT = 300, 300
_PASSAGES = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """A case of a set: its cluster, its scores by measure, and all that came out, to see whether anything changed."""

    id: str
    group: str
    scores: Mapping[str, float]
    outcome: object


@dataclass(frozen=True, slots=True)
class RememberingAnswerer(Answerer):
    """An answerer that searches once for each query."""

    known: dict[object, Found] = field(default_factory=dict)

    @classmethod
    def of(cls, answerer: Answerer) -> "RememberingAnswerer":
        """The same answers."""
        return cls(**{one.name: getattr(answerer, one.name) for one in fields(answerer)})

    @override
    def _found(self, request: Request, query: Query, snapshot: DerivedIndex, compared: int = COMPARED) -> Found:
        key = (query, request.k, request.filters, compared)
        if key not in self.known:
            # Named, as a class with slots is made anew and no longer what `super()` means.
            self.known[key] = Answerer._found(self, request, query, snapshot, compared)
        return self.known[key]


Case = Callable[[Service], Measured]


class CaseSet(Protocol):
    """Cases, and the articles that they are asked of."""

    @property
    def articles(self) -> Sequence[Draft]:
        """What is indexed for them."""

    def groups(self) -> Iterator[Sequence[Case]]:
        """The cases, those of a cluster together: each measures a service."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of a suite, answered; compared by what was understood, found and answered."""

    suite: Suite

    @property
    def articles(self) -> Sequence[Draft]:
        """Those of the suite."""
        return self.suite.articles

    def groups(self) -> Iterator[Sequence[Case]]:
        """The questions about one article together."""
        for _, trials in groupby(self.suite.trials, key=lambda trial: trial.case.group):
            yield [partial(self._measured, trial) for trial in trials]

    def _measured(self, trial: Trial, service: Service) -> Measured:
        answerer = replace(service.answerer, today=lambda: self.suite.today)
        result = result_of(answerer, trial, service.settings.k)
        return Measured(result.id, result.group, result.scores, _outcome(result))


@dataclass(frozen=True, slots=True)
class Lies:
    """A lying model, asked for the titles of articles: each technique with each title is a case.

    `true_kept` and `false_dropped` are shares of the sentences that it wrote.
    """

    articles: Sequence[Draft]
    questions: Sequence[str]

    def groups(self) -> Iterator[Sequence[Case]]:
        """The techniques with one title together."""
        truths = truths_of([draft.article for draft in self.articles])
        for question in self.questions:
            yield [partial(_lied, technique, question, truths) for technique in (*HONEST, *FALSE)]


def _lied(technique: str, question: str, truths: frozenset[str], service: Service) -> Measured:
    answered = lying(service, Liar(TECHNIQUES[technique])).ask(Request(f"{question} ({CANARY})", _PASSAGES))
    found = outcome_of(technique, [answered], truths, service.store)
    scores = {}
    if written := found.checks.written:
        honest = technique in HONEST
        share = found.true / written if honest else 1 - len(found.escaped) / written
        scores["true_kept" if honest else "false_dropped"] = share
    return Measured(f"{technique}: {question}", question, scores, answered.answer.text)


def read_set(name: str, folder: Path, cases: int) -> CaseSet:
    """A set of `SETS` from the folder that holds benchmarks/ and seeds/, of at most so many cases."""
    news = folder / "benchmarks" / "news-20k.jsonl.gz"
    if name == "lying":
        drafts = [draft for draft, _ in islice(read_articles(news), _LIED_ABOUT)]
        return Lies(drafts, titles([draft.article for draft in drafts], max(1, cases // len(FALSE))))
    file, options = {
        "desk": ("desk.dev.jsonl", Options(articles=("own", str(folder / "seeds")))),
        "broad": ("broad.dev.jsonl", Options(articles=(f"{news}:3000",))),
        "xquad": ("xquad-vi.dev.json", Options(withheld="half", among=f"{news}:{_AMONG}")),
        "viquad": ("viquad.dev.json", Options(withheld="half", among=f"{news}:{_AMONG}")),
        "follow-ups": ("viquad.dev.json", Options(conversations="follow")),
    }[name]
    return Questions(read_suite(str(folder / "benchmarks" / file), replace(options, limit=cases)))


SETS = ("desk", "broad", "xquad", "viquad", "follow-ups", "lying")


def _outcome(result: Result) -> object:
    """What was understood, found and said; a confidence that differs in its last digits is the same."""
    found = tuple(ranked.article_id for ranked in result.ranking)
    answer = result.answer
    said = answer and (answer.text, answer.outcome, answer.short, round(answer.confidence, 3))
    return result.understood, found, said
