"""Sentences that a language model wrote, in the shape of answer that was asked for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from rag.answer.broad.comparison import Side, side_of, sides
from rag.answer.broad.timeline import first_date
from rag.records.answers import Line, Statement
from rag.records.search import AnswerKind, Query

# What comes in an order of its own, and so is shown when it is whole.
ORDERED: frozenset[AnswerKind] = frozenset({"timeline", "comparison"})


def lined(query: Query, statements: Sequence[Statement]) -> list[Statement]:
    """The sentences with the line that each stands on, in the order of the shape.

    A list has a line a sentence, a timeline too, by the day of the event, a comparison by the side told of. All other
    answers, and those that were asked for otherwise, are running prose.
    """
    match query.kind if query.revision is None else "overview":
        case "list":
            return [_with_line(one, _published) for one in statements]
        case "timeline":
            return sorted((_with_line(one, _event) for one in statements), key=_oldest_first)
        case "comparison":
            return _by_side(statements, sides(query.understood))
        case _:
            return list(statements)


def _by_side(statements: Sequence[Statement], named: Sequence[Side]) -> list[Statement]:
    """The sentences of each side, then those that tell of none."""
    told = [(side_of([one.text], named), one) for one in statements]
    return [
        replace(one, line=Line(_published(one), side.name if side else None, _article(one)))
        for wanted in (*named, None)
        for side, one in told
        if side == wanted
    ]


def _with_line(one: Statement, day: Callable[[Statement], date | None]) -> Statement:
    return replace(one, line=Line(day(one), article_id=_article(one)))


def _article(one: Statement) -> str:
    return one.quotes[0].hit.chunk.article_id


def _published(one: Statement) -> date | None:
    return one.quotes[0].hit.metadata.day


def _event(one: Statement) -> date | None:
    """The day that the sentence names first; a month or year alone is none."""
    first = first_date(one.text, _published(one))
    return first.first if first is not None and first.first == first.last else None


def _oldest_first(one: Statement) -> tuple[bool, date]:
    day = one.line.day if one.line else None
    return day is None, day or date.max
