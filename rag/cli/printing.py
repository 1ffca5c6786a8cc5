"""Records as a person reads them in a terminal."""

import shutil
import textwrap
from collections.abc import Iterable

import click

from index.records import Draft, Metadata
from rag.records import Answered, Copy, Found, Passage, Query


def print_answer(answered: Answered) -> None:
    """The answer, then its sources, each with the words that are cited."""
    answer = answered.answer
    _understood(answered.query)
    if answer.note:
        click.echo("\n".join(_wrapped(answer.note)) + "\n")
    click.echo("\n".join(_wrapped(answer.text)))
    if answer.abstained:
        for passage in _one_an_article(answered.passages):
            click.echo(f"  - {_particulars(passage.hit.metadata)}")
        return
    click.echo(f"\nConfidence {answer.confidence:.0%}")
    for citation in answer.citations:
        for source in citation.sources:
            click.echo(f"\n[{citation.index}] {_particulars(source.metadata)}")
            click.echo("\n".join(_wrapped(f"“{source.cited_text}”", indent="    ")))
            click.echo(f"    {source.article_id} {source.start_char}:{source.end_char}")
            _print_copies(source.copies, indent="    ")


def print_passages(found: Found) -> None:
    """The passages, best first."""
    _understood(found.query)
    for passage in found.passages:
        hit = passage.hit
        click.echo(f"{passage.score:.3f}  {_particulars(hit.metadata)}")
        click.echo("\n".join(_wrapped(hit.chunk.text.replace("\n", " "), indent="       ")))
        click.echo(f"       {hit.chunk.article_id} {hit.chunk.start}:{hit.chunk.end}")
        _print_copies(passage.copies, indent="       ")
        click.echo()
    if not found.passages:
        click.echo("No article matches.")


def print_article(draft: Draft) -> None:
    """The article's particulars, its text and its captions."""
    article = draft.article
    particulars = {
        "id": article.id,
        "source": article.metadata.source,
        "published": article.metadata.published_at,
        "url": article.metadata.url,
        "origin": draft.raw.origin,
    }
    click.echo("\n".join(f"{name:<10} {value}" for name, value in particulars.items() if value))
    click.echo(f"\n{article.metadata.title or '(no title)'}\n\n{article.text}")
    for caption in article.captions:
        click.echo(f"\n[caption] {caption}")


def _understood(query: Query) -> None:
    if query.restored:
        click.echo(f"Understood: {query.understood}\n")
    if query.period is not None:
        period = query.period
        days = f"{period.first} to {period.last}" if period.first else ""
        click.echo(f"Period: {', '.join(filter(None, (days, 'newest first' if period.newest else '')))}\n")


def _print_copies(copies: Iterable[Copy], indent: str) -> None:
    for copy in copies:
        click.echo(f"{indent}Also: {_particulars(copy.metadata)}")


def _particulars(metadata: Metadata) -> str:
    known = (metadata.title, metadata.source, metadata.published_at and metadata.published_at[:10], metadata.url)
    return " · ".join(part for part in known if part) or "(no title)"


def _one_an_article(passages: Iterable[Passage]) -> list[Passage]:
    """The best passage of each article, best first."""
    best: dict[str, Passage] = {}
    for passage in passages:
        best.setdefault(passage.hit.chunk.article_id, passage)
    return list(best.values())


def _wrapped(text: str, indent: str = "") -> list[str]:
    width = min(110, shutil.get_terminal_size().columns)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)
