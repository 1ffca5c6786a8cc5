"""A kept answer as what the next questions are made from."""

from collections.abc import Sequence

from rag.contract.answers import AskOut
from rag.records.search import Turn
from rag.service.conversations import StoredTurn
from rag.suggesting.suggester import AnswerGiven, Suggester


def next_questions(suggester: Suggester, stored: StoredTurn, before: Sequence[Turn]) -> Sequence[str]:
    """Questions to go on with after a kept turn and those `before` it."""
    out = AskOut.model_validate_json(stored.record)
    cited = [source.article_id for citation in out.answer.citations for source in citation.sources]
    found = [hit.article_id for hit in out.passages]
    return suggester.next(AnswerGiven((*before, stored.turn), [*cited, *found], cited))
