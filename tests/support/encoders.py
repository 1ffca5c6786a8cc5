"""What several test files share: the small real encoder, drafts made of given words, answers made of statements."""

from collections.abc import Iterable, Mapping, Sequence

from eval.endurance.stand_ins import DIMENSION, HashEncoder, catalogue, draft, ingester, whole
from rag.answer.citations import CitedText
from rag.records.answers import Answer, Generated, Statement
from rag.records.search import Passage

__all__ = ["DIMENSION", "HashEncoder", "catalogue", "draft", "ingester", "whole"]


def cite(
    statements: Iterable[Statement],
    articles: Mapping[str, str],
    *,
    confidence: float,
    language: str,
    passages: Sequence[Passage] = (),
) -> Answer | None:
    """The answer that statements make, over articles by id."""
    page = CitedText(articles.get, passages)
    for statement in statements:
        page.add(statement)
    return page.answer(Generated((), confidence, "answered"), language)
