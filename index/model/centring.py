"""Vectors made comparable across languages: one affine map of an embedding model's vectors, for questions and passages.

Vectors of one model share a direction, which says nothing (Mu and Viswanath 2018, arXiv:1702.01417), and so do those
of one language, and those of questions (Yang et al. 2021, arXiv:2109.04727): questions in Chinese come nearer to one
another than to what answers them in Vietnamese. The mean is taken off, and the directions in which the means of
languages and of passages differ; what is left is scaled to length 1. `eval.studies.centring` made the bundled
model's.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from index.arrays import Vectors, unit

FITTED = Path(__file__).with_name("centring.npz")


@dataclass(frozen=True, eq=False)
class Centring:
    """`mean`, (d,), which is taken off, and `removed`, (n, d), orthonormal directions that are projected out."""

    mean: Vectors
    removed: Vectors

    def moved(self, vectors: Vectors) -> Vectors:
        """The vectors, float32 of shape (n, d), centred and of length 1."""
        centred = vectors - self.mean
        centred -= centred @ self.removed.T @ self.removed
        return unit(centred)

    @cached_property
    def digest(self) -> str:
        """What tells it from another."""
        return hashlib.sha256(self.mean.tobytes() + self.removed.tobytes()).hexdigest()[:16]


def centring_of(model: str) -> Centring | None:
    """The one that was fitted for the embedding model of this fingerprint; None where none was."""
    with np.load(FITTED) as stored:
        if str(stored["model"]) != model:
            return None
        return Centring(stored["mean"], stored["removed"])
