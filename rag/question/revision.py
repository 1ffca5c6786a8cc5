"""A request to have the last answer otherwise (shorter, in another language): the question behind it, asked again."""

from collections.abc import Sequence
from dataclasses import replace

from rag.question.followups import with_topic
from rag.question.shape import shape_asked
from rag.records.search import Query, Revision, Turn


def revised(query: Query, history: Sequence[Turn]) -> Query | None:
    """The question of the last turn that was answered, with the request as its `revision`; None where none was.

    `history` is oldest first.
    """
    answered = [turn for turn in with_topic(history) if not turn.abstained]
    if not answered:
        return None
    last = answered[-1]
    return replace(
        query,
        understood=last.understood,
        kind=shape_asked(last.understood),
        revision=Revision(query.text, last.answer),
    )
