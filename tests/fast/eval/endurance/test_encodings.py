"""A vector that hangs on the company of its text is seen. With the real model: `tests/model/eval/endurance`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eval.endurance.encodings import trial
from index.arrays import Vectors
from index.model.tokens import SpanScores, TokenStates


class Drifting:
    """Embeds a text as a direction that is its length; a passage in company so far from it, in radians."""

    dimension, max_tokens, passage_overhead, fingerprint = 2, 512, 4, "drifting"

    def __init__(self, drift: float) -> None:
        self._drift = drift

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._turned(texts, 0.0)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._turned(texts, self._drift * (len(texts) > 1))

    def _turned(self, texts: Sequence[str], drift: float) -> Vectors:
        angles = [len(text) + drift for text in texts]
        return np.array([[np.cos(angle), np.sin(angle)] for angle in angles], np.float32)

    def query_tokens(self, text: str) -> TokenStates:
        raise NotImplementedError

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        raise NotImplementedError

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        raise NotImplementedError

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        raise NotImplementedError

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        raise NotImplementedError


@pytest.mark.parametrize(("drift", "lost"), [(0.0, ""), (0.25, "a vector is another than alone")])
def test_what_hangs_on_company_is_told(tmp_path: Path, drift: float, lost: str) -> None:
    (outcome,) = trial(tmp_path, range(1), 1, Drifting(drift), texts=20)
    assert outcome.lost == lost
    assert outcome.most["difference, questions"] == 0
    assert outcome.most["1 - cosine, passages"] == pytest.approx(1 - np.cos(drift), abs=1e-6)
