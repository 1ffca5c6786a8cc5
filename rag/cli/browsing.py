"""The commands that list articles and what they name, without an embedding model: `hoidap articles`, `entities`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from index.entities.browsing import Browsing
from index.entities.follower import EntityFollower
from rag.cli.common import bar, checked, say, settings_of
from rag.client.archive.reading import Reading
from rag.contract.archive import BrowsePage, EntityList
from rag.contract.articles import ListedArticle
from rag.service.data_folder import opened_entities, opened_store, opened_stories
from rag.settings import Settings

_KINDS = ("country", "city", "person", "organisation")


@contextmanager
def _opened_reading(settings: Settings) -> Iterator[Reading]:
    """What there is to browse, of all articles that are stored by now."""
    with (
        opened_store(settings) as store,
        opened_stories(store),
        opened_entities(store) as tables,
        bar() as progress,
    ):
        follower = EntityFollower(store, tables)
        task = progress.add_task("Reading articles", total=store.counts()[0])
        while follower.follow():
            progress.update(task, completed=tables.counted())
        progress.stop()
        yield Reading(store, Browsing(tables))


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> str | None:
    return value.date().isoformat() if value else None


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--to", "published_to", type=day, callback=_day, help="Last day of publication."),
        click.option("--from", "published_from", type=day, callback=_day, help="First day of publication."),
        click.option("--story", type=int, help="The number of a story that they are of; `hoidap stories` tells it."),
        click.option("--entity", "entity", multiple=True, metavar="KIND:NAME", help="What they have to name."),
        click.option("--source", "source", multiple=True, help="A source; several may be named."),
        click.option("--query", "q", help="Words that they have to hold; in quotation marks as a phrase."),
    ):
        command = option(command)
    return command


@click.command()
@_filters
@click.option("--order", type=click.Choice(["id", "newest", "oldest", "relevance"]), default="id", show_default=True)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000), help="Most to list.")
@click.option("--after", help="List from behind this place, the `next` of a page in JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def articles(context: click.Context, /, as_json: bool, **asked: object) -> None:
    """List the articles that hold words, pass filters, name entities and are of a story."""
    with _opened_reading(settings_of(context)) as reading:
        page = reading.articles(checked(BrowsePage, **_given(asked)))
    if as_json:
        click.echo(page.model_dump_json(indent=2))
        return
    for listed in page.articles:
        click.echo(f"{listed.id}  {listed.published_at or '-':<25}  {listed.source or '-'}  {listed.title or '-'}")
        _print_excerpt(listed)
    say(f"{len(page.articles)} of {page.total} articles")


@click.command()
@click.option("--kind", type=click.Choice(_KINDS), help="Only these.")
@click.option("--query", "q", help="The beginning of a word of the name.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="Most to list.")
@click.option("--after", help="List from behind this place, the `next` of a page in JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def entities(context: click.Context, /, as_json: bool, **asked: object) -> None:
    """List the countries, places, persons and organisations that articles name, by how many do."""
    with _opened_reading(settings_of(context)) as reading:
        page = reading.entities(checked(EntityList, **_given(asked)))
    if as_json:
        click.echo(page.model_dump_json(indent=2))
        return
    for listed in page.entities:
        days = " to ".join(day.isoformat() for day in (listed.first, listed.last) if day)
        click.echo(f"{listed.articles:>6}  {listed.kind}:{listed.key}  {listed.name}  {days}".rstrip())
    say(f"{len(page.entities)} of {page.total} entities")


def _given(asked: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in asked.items() if value not in (None, ())}


def _print_excerpt(listed: ListedArticle) -> None:
    if listed.excerpt:
        click.echo(f"    {listed.excerpt.text}")
