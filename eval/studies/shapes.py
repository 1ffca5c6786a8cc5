"""Fits `rag/question/shape.npz`, which tells the shape of answer and the answer type asked for.

`python -m eval.studies.shapes` fits on `eval/training/questions.jsonl` and tests on `questions.test.jsonl`, which other
people wrote; `--write` keeps what was fitted. A line is {"question", "language", "shape", "type"}. Questions in
Vietnamese are taken as they are and, as many are typed, without diacritics.
"""

import json
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Literal

import click
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from index.language.text import fold
from rag.question.shape import SHAPES, TYPES, WEIGHTS, runs

_DATA = Path(__file__).parents[1] / "training"
TRAIN, TEST = _DATA / "questions.jsonl", _DATA / "questions.test.jsonl"
_LEAST = 6  # questions that have a run, for it to be learnt from
_C = 1.0  # the inverse strength of regularisation
_LANGUAGES = ("vi", "en", "ru", "zh", "ja")
_CLASSES: dict[Literal["shape", "type"], tuple[str, ...]] = {"shape": SHAPES, "type": TYPES}

Asked = list[dict[str, str]]


def read_questions(file: Path) -> Asked:
    """The labelled questions of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def without_diacritics(questions: Asked) -> Asked:
    """The Vietnamese ones, as they are typed in a hurry."""
    return [{**one, "question": fold(one["question"])} for one in questions if one["language"] == "vi"]


def _asking(task: str, questions: Asked) -> Asked:
    """The questions that a task is about: only factual ones have a type."""
    return [one for one in questions if task == "shape" or one["shape"] == "fact"]


def _features(questions: Asked, known: npt.NDArray[np.uint32]) -> csr_matrix:
    """Which of the known runs each question has (questions, runs)."""
    rows = [np.flatnonzero(np.isin(known, runs(one["question"]))) for one in questions]
    starts = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.ones(starts[-1]), np.concatenate(rows), starts), (len(rows), len(known)))


def _learnt(seen: Asked) -> npt.NDArray[np.uint32]:
    counted = Counter(chain.from_iterable(runs(one["question"]) for one in seen))
    return np.array(sorted(run for run, count in counted.items() if count >= _LEAST), np.uint32)


@click.command()
@click.option("--write", is_flag=True, help="Write what was fitted.")
def main(*, write: bool) -> None:
    """Fit the classifiers of questions, and tell how many of the others' questions they tell rightly."""
    seen, asked = read_questions(TRAIN), read_questions(TEST)
    seen += without_diacritics(seen)
    sets = {language: [one for one in asked if one["language"] == language] for language in _LANGUAGES}
    sets = {"all": asked, **sets, "vi without diacritics": without_diacritics(asked)}
    known = _learnt(seen)
    weights = {}
    for task, classes in _CLASSES.items():
        asking = _asking(task, seen)
        model = LogisticRegression(C=_C, max_iter=500).fit(_features(asking, known), [one[task] for one in asking])
        order = [list(model.classes_).index(name) for name in classes]
        weights[task] = np.vstack([model.coef_[order].T, model.intercept_[order]]).astype(np.float16)
        told = {name: _asking(task, questions) for name, questions in sets.items()}
        shares = (
            f"{name} {model.score(_features(questions, known), [one[task] for one in questions]):.3f}"
            for name, questions in told.items()
        )
        click.echo(f"{task}: {', '.join(shares)}")
    if write:
        np.savez_compressed(WEIGHTS, runs=known, shape=weights["shape"], type=weights["type"])


if __name__ == "__main__":
    main()
