"""The array types that modules hand one another."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
# Chunk ids with their scores, best first.
Scored = list[tuple[int, float]]


def as_ids(ids: Iterable[int]) -> Ids:
    """Chunk ids, of shape (n,)."""
    return np.fromiter(ids, np.int64)
