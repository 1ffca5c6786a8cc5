"""Fits `rag/answer/calibration.json`: `python -m eval.studies.calibrate SQUAD --other SQUAD... --among NEWS --write`.

Every question is asked twice: with its passage among the articles, and with it withheld. Where that is withheld, other
articles are about something else; so the project's own questions are asked too, of which some ask what articles about
the very subject do not say. Learnt are the weights of what tells the sentence that answers (a conditional logit over
the sentences of a question), and the confidence (a logistic regression of being right; both sets weigh the same). All
is fitted on the questions of every other article of the SQuAD-form file and on every other own question, and tested
on the rest; and likewise for questions in other languages, and for answers without a reader.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import islice
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.data.squad import SquadQuestion, contains_answer, from_source, read_articles, read_squad
from eval.data.suites import Options, read_suite
from eval.runs.corpus import service_over
from index.derived.terms import Idf
from index.records import Filters
from rag.answer.calibration import FITTED, Calibration, Evidence
from rag.answer.extractive import chosen, evidence
from rag.answer.ranking import Candidate, SentenceWeights, rank, scored
from rag.cli.common import bar
from rag.passages.fusion import PassageWeights, ranked
from rag.records.search import Found, Passage, Query, Request
from rag.service.wiring import Service
from rag.settings import Settings, read_settings

# An answer is given from this probability of being right. At 0.36, 0.93 of the answerable questions of XQuAD's odd
# articles are answered, and 0.87 of those whose passage is withheld declined; of our own in Vietnamese, whose articles
# treat the subject, 0.87 and 0.52. At 0.30: 0.94 and 0.83; 0.90 and 0.46. At 0.40: 0.92 and 0.90; 0.86 and 0.55.
THRESHOLD = 0.36
# In other languages than the articles' the confidence is lower. At 0.25, 0.82 of our own answerable questions in these
# are answered, and 0.64 of the others declined; at 0.30, 0.74 and 0.71.
OTHER_THRESHOLD = 0.25
# Where nothing reads, what is said of the very subject looks like an answer, answered or not: abstaining at the same
# probability would lose a third of the answers and few of the errors.
UNREAD_THRESHOLD = 0.25
HALVES = ("first half", "second half")
NEWS = "news"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Trial:
    """One question asked once: whether it could be answered, what was found, and its sentences in any order."""

    case: SquadQuestion
    query: Query
    answerable: bool
    passages: tuple[Passage, ...]
    candidates: tuple[Candidate, ...]

    def is_right(self, items: Sequence[Candidate]) -> bool:
        """Whether the sentences hold the answer, of a question that could be answered."""
        text = " ".join(item.sentence.text for item in items)
        return self.answerable and contains_answer(text, self.case.answers)


@dataclass(frozen=True, slots=True)
class LabelledEvidence:
    """The evidence of one trial, whether it could be answered, and whether it was answered rightly."""

    evidence: Sequence[float]
    answerable: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Trials:
    """The trials as they are, and as they would be without a reader."""

    read: list[Trial]
    unread: list[Trial]

    def add(self, case: SquadQuestion, found: Found, idf: Idf, *, answerable: bool) -> None:
        """Keep what was found for a question."""
        for kept, passages in ((self.read, found.passages), (self.unread, _unread(found.query, found.passages))):
            kept.append(_trial(case, found.query, passages, idf, answerable=answerable))


def trials(service: Service, cases: Sequence[SquadQuestion], halves: dict[str, str]) -> Trials:
    """Ask each question among the half of the passages that holds its own, and among the other half."""
    seen = Trials([], [])
    idf = service.catalogue.snapshot.idf
    with bar() as progress:
        for case in progress.track(cases, description="Asking"):
            for half in HALVES:
                filters = Filters(sources=(half, NEWS))
                found = service.answerer.search(Request(case.question, service.settings.k, filters))
                seen.add(case, found, idf, answerable=half == halves[case.article_id])
    return seen


def own_trials(settings: Settings) -> tuple[Trials, Trials]:
    """Ask the project's own questions of one turn that a sentence answers, or that no article does.

    Those in Vietnamese, and those in other languages.
    """
    suite, vietnamese, other = read_suite("own", Options()), Trials([], []), Trials([], [])
    cases = [trial.case for trial in suite.trials if not trial.case.history]
    asked = [case for case in cases if case.answers or not case.answerable]
    with service_over(suite.articles, settings) as service, bar() as progress:
        answerer = replace(service.answerer, today=lambda: suite.today)
        for number, case in enumerate(progress.track(asked, description="Asking our own")):
            found = answerer.search(Request(case.question, settings.k))
            if found.query.kind in ("fact", "why"):
                question = SquadQuestion(case.id, number, case.question, "", case.answers)
                seen = vietnamese if found.query.language == "vi" else other
                seen.add(question, found, service.catalogue.snapshot.idf, answerable=case.answerable)
    return vietnamese, other


def _unread(query: Query, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    compared = (replace(p, reading=replace(p.reading, joint=None)) if p.reading else p for p in passages)
    return tuple(ranked(compared, PassageWeights(), query.language))


def _trial(case: SquadQuestion, query: Query, passages: Sequence[Passage], idf: Idf, *, answerable: bool) -> Trial:
    # What was read takes a megabyte a question, and is done with once the sentences have their features.
    slim = {passage.hit.chunk.id: replace(passage, reading=None) for passage in passages}
    candidates = rank(query, passages, idf, SentenceWeights())
    kept = tuple(replace(item, passage=slim[item.passage.hit.chunk.id]) for item in candidates)
    return Trial(case, query, answerable, tuple(slim.values()), kept)


def fit_sentences(sets: Sequence[Sequence[Trial]]) -> SentenceWeights:
    """Maximise the probability of the sentences that hold the answer among all of their question's, each set alike."""
    tables = [[table for trial in seen if (table := _table(trial))] for seen in sets]

    def loss(weights: NDArray[np.float64]) -> float:
        shares = [np.mean([_missed(features @ weights, gold) for features, gold in seen]) for seen in tables]
        return float(np.mean(shares) + 0.001 * weights @ weights)

    found = minimize(loss, np.ones(len(fields(SentenceWeights))), method="L-BFGS-B").x
    return SentenceWeights(*(round(float(weight), 3) for weight in found))


def _table(trial: Trial) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
    """The features of a question's sentences, and which of them hold the answer; None where none does."""
    gold = np.array([trial.is_right([item]) for item in trial.candidates])
    return (np.array([item.features.ranking for item in trial.candidates]), gold) if gold.any() else None


def _missed(scores: NDArray[np.float64], gold: NDArray[np.bool_]) -> float:
    return float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[gold]))


def labelled(seen: Sequence[Trial], weights: SentenceWeights) -> list[LabelledEvidence]:
    """The evidence of each trial whose passages had a sentence, which is chosen by `weights`."""
    found = []
    for trial in seen:
        best = scored(trial.candidates, weights)
        if best:
            right = trial.is_right(chosen(trial.query, best))
            found.append(LabelledEvidence(evidence(trial.passages, best), trial.answerable, right))
    return found


def fit(sets: Sequence[Sequence[LabelledEvidence]], fitted_on: str, threshold: float) -> Calibration:
    """Logistic regression of being right on the evidence, in which each of the sets weighs the same."""
    seen = [trial for one in sets for trial in one]
    weights = np.array([1 / len(one) for one in sets for _ in one]) * len(seen) / len(sets)
    model = LogisticRegression(C=100.0, max_iter=10_000)
    model.fit(_signs(seen), [trial.right for trial in seen], sample_weight=weights)
    return Calibration(tuple(map(float, model.coef_[0])), float(model.intercept_[0]), threshold, fitted_on)


def report(name: str, seen: Sequence[LabelledEvidence], calibration: Calibration) -> str:
    """How well the confidence tells answerable from withheld, and how far it can be taken at its word."""
    confidences = np.array([calibration.confidence(trial.evidence) for trial in seen])
    answerable = np.array([trial.answerable for trial in seen])
    right = np.array([trial.right for trial in seen])
    answered = confidences >= calibration.threshold
    sure = (confidences >= 0.75) & (confidences < 0.85)
    return (
        f"{name}: {len(seen)} trials, AUC {roc_auc_score(answerable, confidences):.3f}, answerable answered "
        f"{answered[answerable].mean():.3f}, withheld declined {1 - answered[~answerable].mean():.3f}, answers right "
        f"{right[answered].mean():.3f}, right at 0.75 to 0.85 {right[sure].mean():.3f} (of {sure.sum()}), "
        f"answer in the chosen sentences {right[answerable].mean():.3f}"
    )


def _signs(seen: Sequence[LabelledEvidence]) -> NDArray[np.float64]:
    return np.array([trial.evidence for trial in seen])


def _stored(calibration: Calibration) -> dict[str, object]:
    weights = {name: round(one, 4) for name, one in zip(Evidence._fields, calibration.weights, strict=True)}
    return {**asdict(calibration), "weights": weights, "bias": round(calibration.bias, 4)}


def _calibrated(
    name: str, sets: Sequence[Sequence[Trial]], weights: SentenceWeights, data: str, threshold: float
) -> dict[str, object]:
    """Fit on every other article's questions, and report on those and on the rest, each set by itself."""
    halves = [[labelled(_half(seen, half), weights) for seen in sets] for half in (0, 1)]
    calibration = fit(halves[0], data, threshold)
    for told, half in zip(("fitted on", "tested on"), halves, strict=True):
        for number, seen in enumerate(half, start=1):
            click.echo(report(f"{name}, set {number}, {told}", seen, calibration))
    return _stored(calibration)


def _half(seen: Sequence[Trial], half: int) -> list[Trial]:
    return [one for one in seen if one.case.group % 2 == half]


def _in_turn(files: Sequence[Path], cases: Sequence[SquadQuestion]) -> list[SquadQuestion]:
    """The same cases, each with its question from the next of the files, in which it has the same id."""
    asked = [{case.id: case.question for case in read_squad(file)[1]} for file in files]
    return [replace(case, question=asked[place % len(asked)][case.id]) for place, case in enumerate(cases)]


@click.command()
@click.argument("file", type=_FILE)
@click.option("--other", "others", multiple=True, required=True, type=_FILE, help="The questions in another language.")
@click.option("--among", required=True, type=_FILE, help="News to hide the passages among.")
@click.option("--articles", default=500, show_default=True, help="How many of the news articles.")
@click.option("--every", default=1, show_default=True, help="Ask only one question of so many.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
@click.option("--write", is_flag=True, help="Write what was fitted.")
def main(file: Path, others: tuple[Path, ...], among: Path, articles: int, every: int, data: Path, write: bool) -> None:
    """Fit on every other article of a SQuAD-form file in Vietnamese, and on its questions in other languages."""
    news = [from_source(draft, NEWS) for draft, _ in islice(read_articles(among), articles)]
    drafts, cases = read_squad(file)
    cases = cases[::every]
    halves = {draft.article.id: HALVES[number % 2] for number, draft in enumerate(drafts)}
    articles_in_halves = [from_source(draft, halves[draft.article.id]) for draft in drafts]
    settings = read_settings({"data": data})
    own, own_other = own_trials(settings)
    with service_over([*articles_in_halves, *news], settings) as service:
        vietnamese = trials(service, cases, halves)
        other = trials(service, _in_turn(others, cases), halves)
    weights = fit_sentences([_half(seen.read, 0) for seen in (vietnamese, own)])
    click.echo(f"sentences: {weights}")
    place = f"one question of {every}, every other article, asked among {articles} articles of {among.name}"
    both = f"{file.name} ({place}), and every other of our own questions"
    foreign = (
        f"{', '.join(one.name for one in others)} in turn ({place}), and every other own question in other languages"
    )
    stored = {
        "sentences": asdict(weights),
        "vietnamese": _calibrated("vietnamese", [vietnamese.read, own.read], weights, both, THRESHOLD),
        "other": _calibrated("other", [other.read + own_other.read], weights, foreign, OTHER_THRESHOLD),
        "vietnamese_unread": _calibrated(
            "vietnamese_unread", [vietnamese.unread, own.unread], weights, both, UNREAD_THRESHOLD
        ),
        "other_unread": _calibrated(
            "other_unread", [other.unread + own_other.unread], weights, foreign, UNREAD_THRESHOLD
        ),
    }
    if write:
        FITTED.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
