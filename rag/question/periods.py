"""The time that a question asks about, such as "tháng trước" or "mới nhất"."""

import re
from datetime import date

from index.language.dates.mentions import mentions
from index.language.text import fold
from rag.records.search import AskedPeriod

_NEWEST = re.compile(
    r"\b(?:moi nhat|(?:gan|moi) day(?: nhat)?|(?:lan|ky|dot|vong|so lieu|thong tin|tin) gan nhat|hien nay|hien tai"
    r"|bay gio|hien gio|den nay|latest|newest|most recent(?:ly)?|recent(?:ly)?|current(?:ly)?|right now|nowadays"
    r"|последн\w+|новейш\w+|сейчас|недавн\w+|в настоящее время)\b"
    r"|最新|最近|目前|现在|現在|当前|いま(?![すしせ])|今のところ"
)


def understood_period(question: str, today: date) -> AskedPeriod | None:
    """The span of all dates that the question names, relative ones counted from `today`; None if it names no time."""
    named = [mention for mention in mentions(question, today) if mention.first and mention.last]
    newest = _NEWEST.search(fold(question))
    if not named and newest is None:
        return None
    spans = [(mention.start, mention.end) for mention in named] + ([newest.span()] if newest else [])
    return AskedPeriod(
        words=", ".join(question[start:end] for start, end in sorted(spans)),
        first=min((mention.first for mention in named if mention.first), default=None),
        last=max((mention.last for mention in named if mention.last), default=None),
        newest=newest is not None,
    )
