"""Records as a person reads them in a terminal."""

import shutil
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click
from pydantic import BaseModel

from rag.contract.answers import (
    AnswerOut,
    AskOut,
    CopyOut,
    HitOut,
    MetadataOut,
    QueryOut,
    SearchOut,
    SourceOut,
    nearest_articles,
)
from rag.contract.layout import OWN_KINDS, written_out

if TYPE_CHECKING:
    # Each takes a while to load, and a command prints one of them.
    from index.records import Draft
    from rag.contract.stories import StoriesOut, StoryOut, TimelineOut
    from rag.contract.topics import IssueOut, NoticeOut

OutT = TypeVar("OutT", bound=BaseModel)


def shown(out: OutT, as_json: bool, printed: Callable[[OutT], None]) -> None:
    """A result as JSON, or as it is `printed` for a person."""
    if as_json:
        click.echo(out.model_dump_json(indent=2))
    else:
        printed(out)


def print_answer(out: AskOut) -> None:
    """The words that answer, the answer, then its sources, each with the words that are cited."""
    _print_understood(out.query)
    _print_answer(out.answer, out.passages)


def _print_answer(answer: AnswerOut, passages: Sequence[HitOut] = ()) -> None:
    if answer.note:
        click.echo("\n".join(_wrapped(answer.note)) + "\n")
    if answer.short:
        click.echo(click.style(" ".join(answer.short.text.split()), bold=True) + "\n")
    text, _ = written_out(answer, "undated")
    click.echo("\n".join(line for said in text.splitlines() for line in _wrapped(said)))
    if answer.outcome == "none":
        for hit in nearest_articles(passages):
            click.echo(f"  - {_particulars(hit)}")
        return
    if not answer.abstained and answer.kind not in OWN_KINDS:
        click.echo(f"\nConfidence {answer.confidence:.0%}")
    _print_citations(answer)


def print_timeline(out: "TimelineOut") -> None:
    """The lines, each behind its day, then their sources."""
    _print_understood(out.query)
    text, _ = written_out(out.answer, "undated")
    click.echo("\n".join(line for said in text.splitlines() for line in _wrapped(said)))
    _print_citations(out.answer)


def print_stories(out: "StoriesOut") -> None:
    """A line a story."""
    for card in out.stories:
        days = " to ".join(dict.fromkeys(str(day) for day in (card.first, card.last) if day)) or "undated"
        click.echo(f"{card.id:>6}  {card.articles} articles, {card.sources} sources  {days}  {card.title or '-'}")
    click.echo(f"{len(out.stories)} of {out.total} stories")


def print_story(out: "StoryOut") -> None:
    """What each article opens with, then where their figures differ."""
    click.echo(f"{out.title or '(no title)'}\n")
    for article in out.articles:
        click.echo(f"{article.id}  {_particulars(article)}")
        if article.opening:
            _print_cited(article.opening)
    for difference in out.differences:
        click.echo("\nThe figures differ:")
        for side in difference.sides:
            click.echo(f"{side.article_id}  {_particulars(side)}")
            _print_cited(side)


def _print_citations(answer: AnswerOut) -> None:
    for citation in answer.citations:
        for source in citation.sources:
            click.echo(f"\n[{citation.index}] {_particulars(source)}")
            _print_cited(source)
            _print_copies(source.copies, indent="    ")


def _print_cited(source: SourceOut) -> None:
    click.echo("\n".join(_wrapped(f"“{source.cited_text}”", indent="    ")))
    if source.translation:
        said = f"Translation ({source.translation.language}): {source.translation.text}"
        click.echo("\n".join(_wrapped(said, indent="    ")))
    click.echo(f"    {source.article_id} {source.start_char}:{source.end_char}{_on_page(source.page)}")


def print_notice(notice: "NoticeOut") -> None:
    """A notice: its title, the sentence that tells it best, and its articles."""
    click.echo(
        f"{'*' if notice.new else ' '} {notice.at}  {' '.join(notice.title.split())}  ({notice.sources} sources)"
    )
    click.echo("\n".join(_wrapped(f"“{notice.source.cited_text}”", indent="    ")))
    for article in notice.articles:
        click.echo(f"    {_particulars(article)}  {article.id}")


def print_issue(issue: "IssueOut") -> None:
    """An issue of a briefing, topic by topic, with what changed."""
    for news in issue.topics:
        click.echo(click.style(f"{news.name}  ({news.notices} notices, {news.sources} sources)", bold=True) + "\n")
        if news.answer.citations:
            _print_answer(news.answer)
        for change in news.changes:
            click.echo(f"\n{change.what}: {_particulars(change.before)}")
            click.echo("\n".join(_wrapped(f"“{change.before.cited_text}”", indent="    ")))
            now = f"“{change.now.cited_text}”" if change.now else "(gone)"
            click.echo("\n".join(_wrapped(f"now {now}", indent="    ")))
        click.echo()
    if not issue.topics:
        click.echo("Nothing is new.")


def print_passages(out: SearchOut) -> None:
    """The passages, best first."""
    _print_understood(out.query)
    for hit in out.hits:
        click.echo(f"{hit.score:.3f}  {_particulars(hit)}")
        click.echo("\n".join(_wrapped(hit.text.replace("\n", " "), indent="       ")))
        click.echo(f"       {hit.article_id} {hit.start_char}:{hit.end_char}{_on_page(hit.page)}")
        _print_copies(hit.copies, indent="       ")
        click.echo()
    if not out.hits:
        click.echo("No article matches.")


def print_article(draft: "Draft") -> None:
    """The article's particulars, its text and its captions."""
    article = draft.article
    particulars = {
        "id": article.id,
        "source": article.metadata.source,
        "published": article.metadata.published_at,
        "inferred": "the date was read from the text" if article.metadata.date_inferred else None,
        "edited": ", ".join(field for field, _ in draft.edits),
        "url": article.metadata.url,
        "origin": draft.raw.origin,
    }
    click.echo("\n".join(f"{name:<10} {value}" for name, value in particulars.items() if value))
    click.echo(f"\n{article.metadata.title or '(no title)'}\n\n{article.text}")
    for caption in article.captions:
        click.echo(f"\n[caption] {caption}")


def _print_understood(query: QueryOut) -> None:
    if query.understood != query.text:
        click.echo(f"Understood: {query.understood}\n")
    if query.understood_period is not None:
        period = query.understood_period
        days = f"{period.first} to {period.last}" if period.first else ""
        click.echo(f"Period: {', '.join(filter(None, (days, 'newest first' if period.newest else '')))}\n")


def _print_copies(copies: Iterable[CopyOut], indent: str) -> None:
    for copy in copies:
        click.echo(f"{indent}Also: {_particulars(copy)}")


def _on_page(page: int | None) -> str:
    return f", page {page}" if page else ""


def _particulars(of: MetadataOut) -> str:
    known = (of.named, of.source, of.day, of.url)
    return " · ".join(part for part in known if part)


def _wrapped(text: str, indent: str = "") -> list[str]:
    width = min(110, shutil.get_terminal_size().columns)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)
