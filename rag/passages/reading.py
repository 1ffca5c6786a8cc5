"""Reading of the passages found: each compared with the question token by token, and the best read together with it.

The comparison is late interaction, the mean over the question's tokens of the best cosine to a token of the passage,
after ColBERT (Khattab and Zaharia, 2020), on the hidden states of the middle layer without a trained projection:
projections trained on XQuAD's few hundred questions did worse on others. It separates passages about one subject, and
works across languages. From the same states the trained reader (`index.model.joint`) goes on.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from index.model.tokens import SpanScores, TokenStates
from index.records import passage_text
from rag.passages.fusion import PassageWeights, ranked
from rag.records.search import Passage, Query, Reading

# Passages that are compared with the question token by token, and those of them that are read together with it.
COMPARED = 10
_READ = 5


class TokenEncoder(Protocol):
    """What gives the states of single tokens, and reads two texts together."""

    def query_tokens(self, text: str) -> TokenStates:
        """The states of a question's tokens."""

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """The states of each passage's tokens, in order."""

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """What the reader makes of the question with each passage; nothing where there is no reader."""


class Reader:
    """Reads passages. Threads may share one."""

    def __init__(self, encoder: TokenEncoder, weights: PassageWeights) -> None:
        self._encoder = encoder
        self.weights = weights

    def read(self, query: Query, passages: Sequence[Passage], compared: int = COMPARED) -> list[Passage]:
        """The passages, best first: those that were read together with the question, those compared, the others.

        `compared` is how many of them are compared with the question token by token.
        """
        if not passages:
            return []
        near, far = list(passages[:compared]), passages[compared:]
        asked = self._encoder.query_tokens(query.whole)
        tokens = self._encoder.passage_tokens([_text(passage) for passage in near])
        states = {passage.hit.chunk.id: of_passage for passage, of_passage in zip(near, tokens, strict=True)}
        read = [replace(p, reading=_compared(asked, states[p.hit.chunk.id], _lead(p))) for p in near]
        read = ranked(read, self.weights, query.language)
        best, rest = read[:_READ], read[_READ:]
        # Read with what was asked before, the reader would answer that as well.
        alone = self._encoder.query_tokens(query.understood) if query.context else asked
        scores = self._encoder.read(alone, [states[passage.hit.chunk.id] for passage in best])
        if scores:
            best = ranked(map(_joined, best, scores), self.weights, query.language)
        return [*best, *rest, *far]


def _compared(asked: TokenStates, states: TokenStates, lead: int) -> Reading:
    return Reading(asked.vectors @ states.vectors.T, states.places - lead, states.vectors)


def _joined(passage: Passage, scores: SpanScores) -> Passage:
    assert passage.reading is not None
    moved = replace(scores, spans=scores.spans - _lead(passage))
    return replace(passage, reading=replace(passage.reading, joint=moved))


def _text(passage: Passage) -> str:
    return passage_text(passage.hit.metadata.title, passage.hit.chunk.text)


def _lead(passage: Passage) -> int:
    """How many code points of the text that is read are the title's."""
    return len(_text(passage)) - len(passage.hit.chunk.text)
