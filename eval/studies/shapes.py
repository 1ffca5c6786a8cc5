"""Fits `rag/question/shape.npz`, which tells the shape of answer and the answer type asked for.

`python -m eval.studies.shapes DATA` fits on `index/language/questions.jsonl` and tests on `questions.test.jsonl`, which
was written apart but by the same instructions, and looked at while features and weights were chosen; and on
`questions.heldout.jsonl`, written as 24 people would ask, without those instructions, when all was chosen. Of its 55
requests for a revision, 15 stand in `questions.jsonl` too, as short ones will. `--write` keeps what was fitted.
A line is {"question", "language", "shape", "type"}.
Questions in Vietnamese are taken as they are and, as many are typed, without diacritics. Those that a few words of a
paragraph answer, of the reader's training data (DATA and `news.jsonl`), are facts too: without them, 0.67 of XQuAD's
questions in Vietnamese were taken for facts, with them 0.93.
"""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

import click
import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from eval.data.files import read_lines
from eval.training.pairs import NEWS, read_paragraphs
from index.language.asking import FILE
from index.language.text import fold
from rag.question.shape import SHAPES, SURELY, TYPES, WEIGHTS, places, runs

_DATA = Path(__file__).parents[1] / "training"
TEST, HELD_OUT = (_DATA / f"questions.{name}.jsonl" for name in ("test", "heldout"))
_LEAST = 6  # questions that have a run, for it to be learnt from
_C = 1.0  # the inverse strength of regularisation
# Of questions that a paragraph answers: the longest answer, in characters, how many are taken in a language, and what
# one counts beside a labelled one; in the news written for this service, and elsewhere.
_SHORT, _MOST, _NEWS, _ELSEWHERE = 40, 3000, 0.3, 0.05
# Asked in these shapes with this probability, a question is no fact, however short its answer.
_NO_FACTS, _LIKELY = ("why", "timeline", "comparison"), 0.5
LANGUAGES = ("vi", "en", "ru", "zh", "ja")
_CLASSES: dict[Literal["shape", "type"], tuple[str, ...]] = {"shape": SHAPES, "type": TYPES}

Asked = list[dict[str, str]]


def read_questions(file: Path) -> Asked:
    """The labelled questions of a file."""
    return list(read_lines(file, TypeAdapter(dict[str, str])))


def without_diacritics(questions: Asked) -> Asked:
    """The Vietnamese ones, as they are typed in a hurry."""
    return [{**one, "question": fold(one["question"])} for one in questions if one["language"] == "vi"]


def _asking(task: str, questions: Asked) -> Asked:
    """The questions that a task is about: only factual ones have a type."""
    return [one for one in questions if task == "shape" or one["shape"] == "fact"]


def _features(questions: Asked, known: npt.NDArray[np.uint32]) -> csr_matrix:
    """Which of the known runs each question has (questions, runs)."""
    rows = [places(one["question"], known) for one in questions]
    starts = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.ones(starts[-1]), np.concatenate(rows), starts), (len(rows), len(known)))


def _learnt(seen: Asked) -> npt.NDArray[np.uint32]:
    counted = Counter(chain.from_iterable(runs(one["question"]) for one in seen))
    return np.array(sorted(run for run, count in counted.items() if count >= _LEAST), np.uint32)


def _answered_shortly(file: Path) -> Iterator[dict[str, str]]:
    for paragraph in read_paragraphs(file):
        for one in paragraph["questions"]:
            if (words := one["answer"]) and words[1] - words[0] <= _SHORT and one["language"] in LANGUAGES:
                yield {"question": one["question"], "language": one["language"], "shape": "fact"}


def factual(file: Path, model: LogisticRegression, known: npt.NDArray[np.uint32]) -> Asked:
    """Questions of a file of paragraphs that a few words answer, less those that `model` takes for a reason or so."""
    drawn = list(_answered_shortly(file))
    random.Random(0).shuffle(drawn)  # noqa: S311 (a sample)
    taken = [one for language in LANGUAGES for one in [d for d in drawn if d["language"] == language][:_MOST]]
    others = [list(model.classes_).index(name) for name in _NO_FACTS]
    likely = model.predict_proba(_features(taken, known))[:, others].max(axis=1) >= _LIKELY
    facts = [one for one, is_none in zip(taken, likely, strict=True) if not is_none]
    return facts + without_diacritics(facts)


def _fit(seen: Asked, task: str, known: npt.NDArray[np.uint32], weights: list[float]) -> LogisticRegression:
    return LogisticRegression(C=_C, max_iter=500).fit(
        _features(seen, known), [one[task] for one in seen], sample_weight=weights
    )


def precision_and_recall(model: LogisticRegression, known: npt.NDArray[np.uint32], asked: Asked) -> tuple[float, float]:
    """Of the questions that surely ask for a revision, where there is an answer before."""
    told = model.predict_proba(_features(asked, known))[:, list(model.classes_).index("revision")] >= SURELY
    meant = np.array([one["shape"] == "revision" for one in asked])
    right = (told & meant).sum()
    return right / told.sum(), right / meant.sum()


@click.command()
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write what was fitted.")
def main(data: Path, *, write: bool) -> None:
    """Fit the classifiers of questions, and tell how many of the questions written apart they tell rightly."""
    labelled, asked = read_questions(FILE), read_questions(TEST)
    labelled += without_diacritics(labelled)
    known = _learnt(labelled)
    first = _fit(labelled, "shape", known, [1.0] * len(labelled))
    news, elsewhere = (factual(file, first, known) for file in (NEWS, data))
    seen = labelled + news + elsewhere
    known = _learnt(seen)
    shape = _fit(seen, "shape", known, [1.0] * len(labelled) + [_NEWS] * len(news) + [_ELSEWHERE] * len(elsewhere))
    facts = _asking("type", labelled)
    models = {"shape": shape, "type": _fit(facts, "type", known, [1.0] * len(facts))}
    sets = {language: [one for one in asked if one["language"] == language] for language in LANGUAGES}
    sets = {
        "all": asked,
        **sets,
        "vi without diacritics": without_diacritics(asked),
        "held out": read_questions(HELD_OUT),
    }
    weights = {}
    for task, classes in _CLASSES.items():
        model = models[task]
        order = [list(model.classes_).index(name) for name in classes]
        weights[task] = np.vstack([model.coef_[order].T, model.intercept_[order]]).astype(np.float16)
        told = {name: _asking(task, questions) for name, questions in sets.items()}
        shares = (
            f"{name} {model.score(_features(questions, known), [one[task] for one in questions]):.3f}"
            for name, questions in told.items()
        )
        click.echo(f"{task}: {', '.join(shares)}")
    precision, recall = precision_and_recall(shape, known, sets["held out"])
    click.echo(f"revision, held out: precision {precision:.3f}, recall {recall:.3f}")
    if write:
        np.savez_compressed(WEIGHTS, runs=known, shape=weights["shape"], type=weights["type"])


if __name__ == "__main__":
    main()
