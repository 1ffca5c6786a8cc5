"""A kept answer as what the next questions are made from."""

from collections.abc import Sequence

from rag.contract.answers import AskOut
from rag.records.search import Turn
from rag.service.conversations import StoredTurn
from rag.suggesting.suggester import AnswerGiven, Suggester, Words


def next_questions(suggester: Suggester, stored: StoredTurn, before: Sequence[Turn]) -> Sequence[str]:
    """Questions to go on with after a kept turn and those `before` it."""
    out = AskOut.model_validate_json(stored.record)
    passages = [Words(hit.article_id, hit.start_char, hit.text) for hit in out.passages]
    cited = [
        Words(source.article_id, source.start_char, source.cited_text)
        for citation in out.answer.citations
        for source in citation.sources
    ]
    return suggester.next(AnswerGiven((*before, stored.turn), passages, cited))
