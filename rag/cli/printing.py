"""Records as a person reads them in a terminal."""

import shutil
import textwrap
from collections.abc import Iterable

import click

from index.records import Draft, Hit
from rag.records import Answered, Found, Query, Source


def print_answer(answered: Answered) -> None:
    """The answer, then its sources, each with the words that are cited."""
    answer = answered.answer
    _understood(answered.query)
    click.echo("\n".join(_wrapped(answer.text)))
    if answer.abstained:
        for hit in _one_an_article(passage.hit for passage in answered.passages):
            click.echo(f"  - {_particulars(hit)}")
        return
    click.echo(f"\nConfidence {answer.confidence:.0%}")
    for citation in answer.citations:
        for source in citation.sources:
            click.echo(f"\n[{citation.index}] {_particulars(source)}")
            click.echo("\n".join(_wrapped(f"“{source.cited_text}”", indent="    ")))
            click.echo(f"    {source.article_id} {source.start_char}:{source.end_char}")


def print_passages(found: Found) -> None:
    """The passages, best first."""
    _understood(found.query)
    for passage in found.passages:
        hit = passage.hit
        click.echo(f"{hit.score:.3f}  {_particulars(hit)}")
        click.echo("\n".join(_wrapped(hit.chunk.text.replace("\n", " "), indent="       ")))
        click.echo(f"       {hit.chunk.article_id} {hit.chunk.start}:{hit.chunk.end}\n")
    if not found.passages:
        click.echo("No article matches.")


def print_article(draft: Draft) -> None:
    """The article's particulars, its text and its captions."""
    article = draft.article
    particulars = {
        "id": article.id,
        "source": article.source,
        "published": article.published_at,
        "url": article.url,
        "origin": draft.raw.origin,
    }
    click.echo("\n".join(f"{name:<10} {value}" for name, value in particulars.items() if value))
    click.echo(f"\n{article.title or '(no title)'}\n\n{article.text}")
    for caption in article.captions:
        click.echo(f"\n[caption] {caption}")


def _understood(query: Query) -> None:
    if query.restored:
        click.echo(f"Understood: {query.understood}\n")


def _particulars(source: Source | Hit) -> str:
    known = (source.title, source.source, source.published_at and source.published_at[:10], source.url)
    return " · ".join(part for part in known if part) or "(no title)"


def _one_an_article(hits: Iterable[Hit]) -> list[Hit]:
    first = {hit.chunk.article_id: hit for hit in reversed(list(hits))}
    return sorted(first.values(), key=lambda hit: -hit.score)


def _wrapped(text: str, indent: str = "") -> list[str]:
    width = min(110, shutil.get_terminal_size().columns)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)
