"""A vector that hangs on the company of its text is seen. With the real model: `tests/model/eval/endurance`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eval.endurance.encodings import trial
from index.arrays import Vectors
from index.model.tokens import SpanScores, TokenStates


class Drifting:
    """Embeds a text as its length; a passage in company so much more."""

    dimension, max_tokens, passage_overhead, fingerprint = 1, 512, 4, "drifting"

    def __init__(self, drift: float) -> None:
        self._drift = drift

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([[len(text)] for text in texts], np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self.embed_queries(texts) + np.float32(self._drift * (len(texts) > 1))
        return vectors

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
    assert (outcome.most["off, a question"], outcome.most["off, a passage"]) == (0.0, drift)
