"""`hoidap feeds`: which feeds are watched."""

from collections.abc import Mapping
from pathlib import Path
from time import time
from typing import ClassVar

import click

from index.fetching.discovery import find_feeds
from index.fetching.feed_store import FeedStore, WatchedFeed
from index.fetching.opml import Subscription, read_opml, write_opml
from rag.cli import LazyGroup
from rag.cli.common import settings_of
from rag.contract.feeds import feed_out
from rag.service.data_folder import opened_feeds
from rag.service.visiting import reachable, visitor_of


class _Feeds(LazyGroup):
    lazy: ClassVar[Mapping[str, str]] = {"run": "rag.cli.watching:run_feeds"}


@click.group(cls=_Feeds)
def feeds() -> None:
    """Feeds that are watched: RSS, Atom, JSON feeds and news sitemaps."""


@feeds.command("add")
@click.argument("urls", nargs=-1, required=True)
@click.pass_context
def add_feeds(context: click.Context, urls: tuple[str, ...]) -> None:
    """Watch feeds, or those that sites name."""
    settings = settings_of(context)
    visitor = reachable(visitor_of(settings))
    with opened_feeds(settings) as store:
        for url in urls:
            for found in find_feeds(url, visitor):
                _add(store, Subscription(found.url, found.feed.title))


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--faults", is_flag=True, help="Print the pages that gave no article, and why.")
@click.pass_context
def list_feeds(context: click.Context, as_json: bool, faults: bool) -> None:
    """List the feeds, how they fare, and what became of their pages."""
    with opened_feeds(settings_of(context)) as store:
        pages = store.counts()
        for feed in store.feeds():
            found = store.faults(feed.url) if faults or as_json else []
            if as_json:
                click.echo(feed_out(feed, pages.get(feed.id, {}), found).model_dump_json())
                continue
            click.echo(line_of(feed, pages.get(feed.id, {})))
            for url, state, reason in found:
                click.echo(f"    {state}  {url}: {reason}")


@feeds.command("remove")
@click.argument("urls", nargs=-1, required=True)
@click.pass_context
def remove_feeds(context: click.Context, urls: tuple[str, ...]) -> None:
    """Watch feeds no longer; their articles stay."""
    with opened_feeds(settings_of(context)) as store:
        removed = [store.remove(url) for url in urls]
    for url, done in zip(urls, removed, strict=True):
        click.echo(f"{'removed' if done else 'not found'}  {url}")
    if not all(removed):
        context.exit(1)


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def import_feeds(context: click.Context, file: Path) -> None:
    """Watch the feeds of an OPML file."""
    with opened_feeds(settings_of(context)) as store:
        for subscription in read_opml(file.read_bytes()):
            _add(store, subscription)


@feeds.command("export")
@click.pass_context
def export_feeds(context: click.Context) -> None:
    """Print the feeds as OPML."""
    with opened_feeds(settings_of(context)) as store:
        listed = [Subscription(feed.url, feed.title) for feed in store.feeds()]
    click.echo(write_opml(listed), nl=False)


def _add(store: FeedStore, found: Subscription) -> None:
    added = store.add(found.url, found.title, time())
    click.echo(f"{'added' if added else 'watched already'}  {found.url}  {found.title or ''}".rstrip())


def line_of(feed: WatchedFeed, pages: dict[str, int]) -> str:
    """A feed in a line: how it fares, and what became of its pages."""
    counted = ", ".join(f"{number} {state}" for state, number in sorted(pages.items())) or "no pages"
    told = f": {feed.detail}" if feed.detail else ""
    return f"{feed.outcome:<9}  {feed.url}  {feed.title or '-'}  ({counted}){told}"
