"""A request to have the last answer otherwise (shorter, in another language): the question behind it, asked again."""

from collections.abc import Sequence
from dataclasses import replace

from rag.question.shape import shape_asked
from rag.records.search import Query, Revision, Turn


def revised(query: Query, history: Sequence[Turn]) -> Query:
    """The question of the last turn that was answered, with the request as its `revision`.

    `history` is oldest first. The same object where no turn was answered.
    """
    answered = [turn for turn in history if not turn.abstained]
    if not answered:
        return query
    last = answered[-1]
    return replace(
        query,
        understood=last.understood,
        kind=shape_asked(last.understood),
        revision=Revision(query.text, last.answer),
    )
