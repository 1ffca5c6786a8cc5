"""The commands that do what a server does all the time: `hoidap add`, `watch`, `feeds run`, `briefings run`."""

import threading
from time import time

import click

from rag.cli.common import getting_ready, say, settings_of
from rag.cli.feeds import line_of
from rag.cli.indexing import taking_in
from rag.http.access.keys import opened_keys
from rag.service.background import following
from rag.service.data_folder import where
from rag.service.visiting import fetch_drafts, reachable, visitor_of
from rag.service.watching import watcher_of
from rag.service.wiring import opened


@click.command()
@click.argument("urls", nargs=-1, required=True)
@click.pass_context
def add(context: click.Context, urls: tuple[str, ...]) -> None:
    """Fetch pages by their address, and take their articles in."""
    settings = settings_of(context)
    visitor = reachable(visitor_of(settings))
    taking_in(context, settings, (draft for url in urls for draft in fetch_drafts(url, visitor)))


@click.command()
@click.pass_context
def watch(context: click.Context) -> None:
    """Watch the feeds, as a server does that runs, until Ctrl-C."""
    settings = settings_of(context)
    reachable(visitor_of(settings))
    with getting_ready(opened(settings, say)) as service, following(service):
        say(f"Watching {len(service.feeds.feeds())} feeds; Ctrl-C ends it")
        stopping = threading.Event()
        try:
            watcher_of(service).run(stopping)
        except KeyboardInterrupt:
            stopping.set()


@click.command("run")
@click.argument("url", required=False)
@click.pass_context
def run_feeds(context: click.Context, url: str | None) -> None:
    """Ask all feeds now, or one, and take in what is new."""
    settings = settings_of(context)
    reachable(visitor_of(settings))
    with getting_ready(opened(settings, say)) as service:
        store = service.feeds
        if not store.hurry(url, time()):
            say("hoidap: no such feed is watched; `hoidap feeds list` lists them")
            context.exit(1)
        watcher = watcher_of(service)
        while watcher.run_once():
            pass
        pages = store.counts()
        for feed in store.feeds():
            click.echo(line_of(feed, pages.get(feed.id, {})))
        service.catalogue.publish_if_worth()


@click.command("run")
@click.pass_context
def run_briefings(context: click.Context) -> None:
    """Match what came in, and make the issues that are due, as a server does that runs."""
    settings = settings_of(context)
    with opened_keys(where(settings, "keys")) as keys, getting_ready(opened(settings, say, keys.live)) as service:
        before = [follower for follower in service.followers if follower is not service.topics.briefings]
        while any(follower.follow() for follower in before):
            pass
        made = service.topics.briefings.make_due(time())
    click.echo(f"{made} issues made")
