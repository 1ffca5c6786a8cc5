"""The array types that modules hand one another."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
# Chunk ids with their scores, best first.
Scored = list[tuple[int, float]]
