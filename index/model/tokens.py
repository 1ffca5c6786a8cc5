"""What a model says of single tokens: their states, and where an answer may start and end."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.arrays import Ids, Vectors, unit


@dataclass(frozen=True)
class TokenStates:
    """The states of the tokens of `text`, prompt and special tokens among them: `states`, float32 of shape (n, width).

    `spans`, (n, 2), are the tokens' offsets in the text, end exclusive, and (-1, -1) for others.
    """

    states: Vectors
    spans: npt.NDArray[np.int64]
    text: str = ""

    @cached_property
    def own(self) -> Ids:
        """Which tokens are the text's."""
        return np.flatnonzero(self.spans[:, 1] > 0).astype(np.int64, copy=False)

    @cached_property
    def vectors(self) -> Vectors:
        """The states of the text's own tokens, as rows of length 1."""
        return unit(self.states[self.own])

    @property
    def places(self) -> Ids:
        """The offset of the last code point of each own token."""
        ends: Ids = self.spans[self.own, 1] - 1
        return ends


@dataclass(frozen=True, slots=True, eq=False)
class SpanScores:
    """The reader's logits for a passage: that its answer starts, or ends, at each token of the text, (n,).

    `spans`, (n, 2), are those tokens' offsets in the text. `none` is the score that there is no answer: the sum of its
    start and end. `relevance` is the logit that the passage answers the question.
    """

    start: Vectors
    end: Vectors
    spans: npt.NDArray[np.int64]
    none: float
    relevance: float
