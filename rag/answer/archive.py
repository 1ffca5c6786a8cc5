"""Questions about the archive itself, answered from its catalogue: the newest articles, those of a time or a source.

Each line names an article and quotes the first sentence of its text.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from babel.dates import format_date

from index.language.sentences import sentences
from index.language.text import folded_tokens
from index.language.words import DATELINE
from index.records import Coverage, Filters, Hit
from index.store.store import Store
from prompts import Prompts
from rag.records.answers import Generated, Line, Quote, Statement
from rag.records.search import Passage, Query

_LINES = 7
_SOURCES = 5
# A sentence of fewer words is a heading, a place, a caption.
_MIN_WORDS = 6
_DOMAIN = re.compile(r"^www\.|(?:\.[a-z]{2,})+$")


def narrowed(store: Store, query: Query, filters: Filters) -> Filters:
    """The filters of a request, and of the question: the time that it asks about, the sources that it names."""
    asked = set(folded_tokens(query.understood))
    named = [
        source
        for source, _ in store.coverage(filters).sources
        if set(folded_tokens(_DOMAIN.sub("", source.lower()))) <= asked
    ]
    if named:
        filters = replace(filters, sources=tuple(named))
    if query.period is None or query.period.first is None or query.period.last is None:
        return filters
    first, last = query.period.first.isoformat(), query.period.last.isoformat()
    return replace(
        filters,
        published_from=max(first, filters.published_from or first),
        published_to=min(last, filters.published_to or last),
    )


def openings(store: Store, query: Query, filters: Filters) -> tuple[Passage, ...]:
    """The beginnings of the newest articles that the question asks about, or of the newest at all, newest first."""
    limit = _LINES + len(query.shown)
    hits = store.openings(narrowed(store, query, filters), limit) or store.openings(filters, limit)
    new = [hit for hit in hits if not any(words in hit.chunk.text for words in query.shown)]
    return tuple(Passage(hit, dense=0.0, lexical=0.0) for hit in new[:_LINES])


def catalogued(
    query: Query, passages: Sequence[Passage], filters: Filters, store: Store, prompts: Prompts, language: str
) -> Generated:
    """How many articles there are, from when to when and by whom, then the `openings`, a line each."""
    lead = ""
    covered = store.coverage(narrow := narrowed(store, query, filters))
    if not covered.articles:
        lead, covered = f"{no_articles(narrow, prompts, language)} ", store.coverage(filters)
    lead += _summary(covered, prompts, language)
    lines = (_line(passage, prompts, language) for passage in passages)
    return Generated(
        tuple(line for line in lines if line),
        confidence=1.0,
        outcome="answered",
        kind="archive",
        lead="" if query.shown else lead,  # which was told before
    )


def no_articles(filters: Filters, prompts: Prompts, language: str) -> str:
    """That no article passes the filters, with what they ask for."""
    first, last = (date.fromisoformat(day) if day else None for day in (filters.published_from, filters.published_to))
    sources = ", ".join(filters.sources)
    said = prompts.filled("no-articles", language, **span_written(first, last, language), sources=sources)
    return " ".join(said.splitlines())


def _summary(covered: Coverage, prompts: Prompts, language: str) -> str:
    summary = prompts.filled(
        "archive",
        language,
        **span_written(covered.first, covered.last, language),
        count=str(covered.articles),
        undated=str(covered.undated or ""),
        sources=", ".join(f"{source} ({articles})" for source, articles in covered.sources[:_SOURCES]),
    )
    return " ".join(summary.splitlines())


def span_written(first: date | None, last: date | None, language: str) -> dict[str, str]:
    """The first and last of several days, or the only `day`, as values of a template."""
    if first and first == last:
        return {"day": written_day(first, language)}
    return {name: written_day(day, language) for name, day in (("first", first), ("last", last)) if day}


def _line(passage: Passage, prompts: Prompts, language: str) -> Statement | None:
    chunk, metadata = passage.hit.chunk, passage.hit.metadata
    quote = _first_sentence(passage.hit)
    if quote is None:
        return None
    day = metadata.day and written_day(metadata.day, language)
    origin = ", ".join(filter(None, (metadata.source, day or prompts.text("undated", language))))
    heading = f"{metadata.title} ({origin}):" if metadata.title else f"{origin}:"
    text = chunk.text[quote.start - chunk.start : quote.end - chunk.start]
    return Statement(text, (quote,), Line(day=metadata.day, article_id=chunk.article_id, heading=heading))


def _first_sentence(hit: Hit) -> Quote | None:
    """The first sentence of a passage that is no heading, without its dateline; None where there is none at all."""
    text = hit.chunk.text
    spans = sentences(text)
    told = [span for span in spans if len(folded_tokens(text[slice(*span)])) >= _MIN_WORDS] or spans
    if not told:
        return None
    start, end = told[0]
    dateline = DATELINE.match(text, start, end)
    start = dateline.end() if dateline else start
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return Quote(hit, hit.chunk.start + start, hit.chunk.start + end, 1.0, "full")


def written_day(day: date, language: str) -> str:
    """A day as it is written in a language, given as ISO 639-1 code."""
    # The short form of English is read otherwise in Britain than in America.
    return format_date(day, "d/M/y" if language == "vi" else "long", locale=language)
