"""Fits `index/model/centring.npz`: `python -m eval.studies.centring --write`.

The means are of the questions of `index/language/questions.jsonl`, by language, and of the news of `news.jsonl`.
"""

from pathlib import Path

import click
import numpy as np

from eval.studies.shapes import LANGUAGES, read_questions
from eval.training.pairs import NEWS, read_paragraphs
from index.arrays import Vectors
from index.language.asking import FILE
from index.model.bundled import bundled_model
from index.model.centring import FITTED, Centring
from index.model.embedder import Embedder

# Singular values below this share of the largest are of directions that only rounding makes.
_NOTHING = 1e-3


def fit(questions: list[Vectors], passages: Vectors) -> Centring:
    """Of the vectors of questions, an array (n, d) a language, and of passages (n, d)."""
    asked = np.stack([vectors.mean(axis=0) for vectors in questions])
    told = passages.mean(axis=0)
    middle = asked.mean(axis=0)
    _, sizes, directions = np.linalg.svd(np.vstack([asked, told]) - middle, full_matrices=False)
    removed = directions[sizes > _NOTHING * sizes[0]]
    return Centring(((middle + told) / 2).astype(np.float32), removed.astype(np.float32))


@click.command()
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
@click.option("--write", is_flag=True, help="Write what was fitted.")
def main(data: Path, *, write: bool) -> None:
    """Fit the centring of the bundled model's vectors."""
    model = Embedder.load(bundled_model(data, click.echo), reader="none")
    asked = read_questions(FILE)
    questions = [
        model.embed_queries([one["question"] for one in asked if one["language"] == language]) for language in LANGUAGES
    ]
    passages = model.embed_passages([paragraph["context"] for paragraph in read_paragraphs(NEWS)])
    fitted = fit(questions, passages)
    click.echo(f"{len(fitted.removed)} directions, length of the mean {np.linalg.norm(fitted.mean):.3f}")
    if write:
        np.savez_compressed(FITTED, model=model.fingerprint, mean=fitted.mean, removed=fitted.removed)


if __name__ == "__main__":
    main()
