"""Runs the cases of suites, one after the other, and writes each result as soon as it is there.

<run>/manifest.json      what it is made with; at the end, the summary
<run>/<suite>.jsonl      a line a case, in order: what is there is never asked again
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import TypeAdapter

from eval.data.files import parsed
from eval.data.suites import Suite
from eval.data.withheld import Trial
from eval.records import Excerpt, Gold, RankedArticle, Result
from eval.runs.corpus import Bench, identity, opened_corpus
from eval.runs.manifest import RunManifest, SuiteEntry, difference, manifest_of, write_manifest
from eval.scores import score_case, summary
from index.records import Filters
from index.storage.errors import Refused
from index.storage.files import exclusive
from rag.answering import Answerer
from rag.cli.common import bar
from rag.records.answers import turn_of
from rag.records.search import Passage, Request, Turn

# Chunks asked for, so that ten different articles are among them.
DEPTH = 40
_RESULT = TypeAdapter(Result)


def run(suites: Sequence[Suite], bench: Bench, folder: Path, before: RunManifest | None = None) -> RunManifest:
    """Run the suites into a folder, or go on with the run that `before` is the manifest of.

    Refused where that was made with something else.
    """
    entries = tuple(
        SuiteEntry(s.name, s.given, len(s.trials), len(s.articles), identity(s.articles, bench), s.options)
        for s in suites
    )
    manifest = manifest_of(bench.settings, bench.precision, bench.encoder.fingerprint, entries)
    if before:
        if changed := difference(before, manifest):
            raise Refused(f"{folder} cannot be resumed: {changed}; put that back, or start another run")
        manifest = replace(manifest, started=before.started)
    with exclusive(folder / "lock"):
        write_manifest(folder, manifest)
        results = {
            suite.name: _run_suite(suite, entry.corpus, bench, folder / f"{suite.name}.jsonl")
            for suite, entry in zip(suites, entries, strict=True)
        }
        manifest = manifest.ended({name: summary(seen) for name, seen in results.items()})
        write_manifest(folder, manifest)
    return manifest


def _run_suite(suite: Suite, corpus: str, bench: Bench, file: Path) -> list[Result]:
    results = _kept(file, suite)
    left = suite.trials[len(results) :]
    if not left:
        return results
    with ExitStack() as stack:
        service = stack.enter_context(opened_corpus(suite.articles, corpus, bench))
        answerer = replace(service.answerer, today=lambda: suite.today)
        lines = stack.enter_context(file.open("a", encoding="utf-8"))
        progress = stack.enter_context(bar())
        task = progress.add_task(suite.name, total=len(suite.trials), completed=len(results))
        for trial in left:
            result = result_of(answerer, trial, bench.settings.k if suite.answers else None)
            lines.write(result.to_json() + "\n")
            lines.flush()
            results.append(result)
            progress.advance(task)
    return results


def _kept(file: Path, suite: Suite) -> list[Result]:
    """What an earlier run wrote. A last line without its end was torn when that was stopped, and is cut off."""
    if not file.exists():
        return []
    whole = file.read_bytes().rpartition(b"\n")
    if whole[2]:
        with file.open("r+b") as torn:
            torn.truncate(len(whole[0]) + len(whole[1]))
    results = [
        parsed(line, _RESULT, f"{file}, line {number}") for number, line in enumerate(whole[0].splitlines(), start=1)
    ]
    for number, (result, trial) in enumerate(zip(results, suite.trials, strict=False), start=1):
        if result.id != trial.case.id:
            raise Refused(f"{file}, line {number} is of {result.id!r}, not {trial.case.id!r}; start another run")
    return results


def result_of(answerer: Answerer, trial: Trial, k: int | None) -> Result:
    """The case asked: an answer out of `k` passages, or passages alone where there is no k."""
    case, filters = trial.case, Filters(sources=trial.sources)
    # The answer first: what a search leaves in memory would make its times look better than a user's.
    history = _history(answerer, case.history, k)
    answered = answerer.ask(Request(case.question, k, filters, history=history)) if k else None
    found = answerer.search(Request(case.question, DEPTH, filters, history=history))
    timings = asdict(answered.timings if answered else found.timings)
    if not answered:
        del timings["answer"]
    result = Result(
        id=case.id,
        kind=case.kind,
        language=case.language,
        group=case.group,
        question=case.question,
        history=case.history,
        understood=found.query.whole,
        answerable=case.answerable,
        gold=Gold(case.articles, case.quotes, case.answers, case.grades, case.nuggets, case.patterns),
        ranking=_ranking(found.passages),
        answer=answered.answer if answered else None,
        passages=_excerpts(answered.passages) if answered else (),
        timings_ms=timings,
        generator=answered.generator if answered else None,
        checks=answered.checks if answered else None,
        trouble=answered.trouble if answered else None,
    )
    return replace(result, scores=score_case(result))


def _history(answerer: Answerer, questions: Sequence[str], k: int | None) -> tuple[Turn, ...]:
    """What was said before: each earlier question, and what is answered to it now."""
    turns: tuple[Turn, ...] = ()
    for question in questions:
        answered = answerer.ask(Request(question, k or DEPTH, history=turns))
        turns += (turn_of(answered.query, answered.answer),)
    return turns


def _ranking(passages: Sequence[Passage]) -> tuple[RankedArticle, ...]:
    """Distinct articles, each at the place of its best chunk; what is named as a copy of one stands right behind it."""
    best: dict[str, float] = {}
    for passage in passages:
        for article in (passage.hit.chunk.article_id, *(copy.article_id for copy in passage.copies)):
            best.setdefault(article, round(passage.score, 6))
    return tuple(RankedArticle(article, score) for article, score in best.items())


def _excerpts(passages: Sequence[Passage]) -> tuple[Excerpt, ...]:
    return tuple(
        Excerpt(
            article_id=hit.chunk.article_id,
            chunk_id=hit.chunk.id,
            metadata=hit.metadata,
            text=hit.chunk.text,
            start_char=hit.chunk.start,
            end_char=hit.chunk.end,
            score=round(passage.score, 6),
        )
        for passage in passages
        for hit in (passage.hit,)
    )
