"""The best passages read closely: each token of the question looks for the token that is nearest to it.

Late interaction (ColBERT, Khattab and Zaharia, 2020), on the states of the embedding model's middle layer as they
are: heads trained on XQuAD's few hundred questions did worse on others. It tells apart passages of one subject, and
across languages it finds what shares no word with the question.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.chunking import passage_text
from index.model.embedder import TokenVectors
from rag.records import Passage, Query, Reading

# Passages that are read, of those found. Each costs about what a question's embedding costs.
_READ = 10
_REMEMBERED = 64


class TokenEncoder(Protocol):
    """The embedding model, as far as reading needs it."""

    def query_tokens(self, text: str) -> TokenVectors:
        """A vector for each token of a question."""

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """A vector for each token of each passage."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """What a passage's closeness weighs next to its fused score, by the question's language."""

    vietnamese: float = 0.5
    other: float = 5.0


class Reader:
    """Reads passages; remembers those of the last questions, so that the next one about them need not wait."""

    def __init__(self, encoder: TokenEncoder, weights: Closeness) -> None:
        self._encoder = encoder
        self._weights = weights
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, TokenVectors] = OrderedDict()

    def read(self, query: Query, passages: Sequence[Passage]) -> list[Passage]:
        """The passages, best first; the first `_READ` with their reading, the others behind them as they were.

        A score is the mean of the fused score and the closeness, which counts as 0 where it was not read.
        """
        if not passages:
            return []
        weight = self._weights.vietnamese if query.language == "vi" else self._weights.other
        asked = self._encoder.query_tokens(query.understood)
        near, far = passages[:_READ], passages[_READ:]
        texts = [passage_text(passage.hit.title, passage.hit.chunk.text) for passage in near]
        leads = [len(text) - len(passage.hit.chunk.text) for text, passage in zip(texts, near, strict=True)]
        read = [
            _with_reading(passage, Reading(asked.vectors @ tokens.vectors.T, tokens.places - lead), weight)
            for passage, tokens, lead in zip(near, self._tokens(texts), leads, strict=True)
        ]
        read.sort(key=lambda passage: (-passage.hit.score, passage.hit.chunk.id))
        return read + [_scored(passage, passage.hit.score / (1 + weight)) for passage in far]

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


def _with_reading(passage: Passage, reading: Reading, weight: float) -> Passage:
    score = (passage.hit.score + weight * max(0.0, reading.closeness())) / (1 + weight)
    return replace(_scored(passage, score), reading=reading)


def _scored(passage: Passage, score: float) -> Passage:
    return replace(passage, hit=replace(passage.hit, score=score))
