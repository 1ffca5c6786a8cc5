"""The one place where the signals of a passage become its score."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rag.records import Passage


@dataclass(frozen=True, slots=True)
class ClosenessWeights:
    """What a passage's closeness (late interaction) weighs next to its fused score, by the question's language.

    A question in another language than the articles' shares few words with them, so that the lexical half of the fused
    score says little.
    """

    vietnamese: float = 0.5
    other: float = 5.0

    def for_language(self, language: str) -> float:
        """The weight for questions in a language, given as ISO 639-1 code."""
        return self.vietnamese if language == "vi" else self.other


def ranked(passages: Iterable[Passage], closeness_weight: float = 0.0) -> list[Passage]:
    """The passages with their scores, best first, ties by chunk id; those that were not read come last."""
    scored = [replace(passage, score=score(passage, closeness_weight)) for passage in passages]
    return sorted(scored, key=lambda passage: (passage.reading is None, -passage.score, passage.hit.chunk.id))


def score(passage: Passage, closeness_weight: float = 0.0) -> float:
    """In [0, 1]: the mean of the fused score times the timeliness and, `closeness_weight` times, of the closeness.

    The closeness of a passage that was not read counts as 0.
    """
    closeness = passage.reading.closeness() if passage.reading and closeness_weight else 0.0
    return (passage.fused * passage.timeliness + closeness_weight * max(0.0, closeness)) / (1 + closeness_weight)
