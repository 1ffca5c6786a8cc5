"""The array types that modules hand one another, and rows of length 1."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
# Chunk ids with their scores, best first.
Scored = list[tuple[int, float]]


def unit(rows: Vectors) -> Vectors:
    """The rows (n, d), each scaled to length 1, as float32; a row of nothing stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, np.float32(1e-12)), np.float32)
