"""Reranking by late interaction: the sum, over the question's tokens, of the best cosine to a token of the passage.

After ColBERT (Khattab and Zaharia, 2020), on the hidden states of the embedding model's middle layer without a trained
projection: projections trained on XQuAD's few hundred questions did worse on others. It separates passages about one
subject, and works across languages.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from index.model.embedder import TokenVectors
from index.records import passage_text
from rag.records import Passage, Query, Reading

# Passages that are read, of those found. Each costs about what a question's embedding costs.
_READ = 10
_REMEMBERED = 64


class TokenEncoder(Protocol):
    """What gives the vectors of single tokens."""

    def query_tokens(self, text: str) -> TokenVectors:
        """The token vectors of a question."""

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The token vectors of each passage, in order."""


class Reader:
    """Computes late interactions; caches the token vectors of recent passages. Threads may share one."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, TokenVectors] = OrderedDict()

    def read(self, query: Query, passages: Sequence[Passage]) -> list[Passage]:
        """The passages in the same order, the first `_READ` of them with their `reading`."""
        if not passages:
            return []
        asked = self._encoder.query_tokens(query.understood)
        near, far = passages[:_READ], passages[_READ:]
        texts = [passage_text(passage.hit.metadata.title, passage.hit.chunk.text) for passage in near]
        leads = [len(text) - len(passage.hit.chunk.text) for text, passage in zip(texts, near, strict=True)]
        read = [
            replace(passage, reading=Reading(asked.vectors @ tokens.vectors.T, tokens.places - lead))
            for passage, tokens, lead in zip(near, self._tokens(texts), leads, strict=True)
        ]
        return [*read, *far]

    def _tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        with self._lock:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self._encoder.passage_tokens(new), strict=True))
        with self._lock:
            for text in texts:
                self._remembered[text] = known[text]
                self._remembered.move_to_end(text)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return [known[text] for text in texts]
