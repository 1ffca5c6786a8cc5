"""`hoidap stories` and `hoidap timeline`."""

from collections.abc import Callable
from typing import TypeVar

import click
from pydantic import BaseModel

from index.records import Filters
from rag.cli.asking import with_question
from rag.cli.common import getting_ready, say, settings_of
from rag.cli.printing import print_stories, print_story, print_timeline
from rag.client.stories.in_process import InProcessStories
from rag.contract.stories import StoriesQuery, timeline_out
from rag.records.search import Request
from rag.service.background import caught_up
from rag.service.wiring import opened
from rag.settings import Settings

OutT = TypeVar("OutT", bound=BaseModel)


@click.command()
@click.argument("number", type=click.IntRange(0), required=False)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100), help="Most to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")
@click.pass_context
def stories(context: click.Context, number: int | None, limit: int, as_json: bool) -> None:
    """List the events that several articles tell of; with a NUMBER, one of them with its articles side by side."""
    with getting_ready(opened(settings_of(context), say)) as service:
        caught_up(service)
        kept = InProcessStories(service)
        if number is None:
            listed = kept.stories(StoriesQuery(limit=limit))
            _show(listed, as_json, print_stories)
            return
        story = kept.story(number)
    if story is None:
        say(f"hoidap: there is no story {number}; `hoidap stories` lists them")
        context.exit(1)
    _show(story, as_json, print_story)


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 50), help="Most lines.")
@with_question
def timeline(settings: Settings, question: str, filters: Filters, as_json: bool, limit: int) -> None:
    """Tell what happened in a matter, a sentence a day."""
    with getting_ready(opened(settings, say)) as service:
        out = timeline_out(service.answerer.timeline(Request(question, settings.k, filters), limit))
    _show(out, as_json, print_timeline)


def _show(out: OutT, as_json: bool, printed: Callable[[OutT], None]) -> None:
    if as_json:
        click.echo(out.model_dump_json(indent=2))
    else:
        printed(out)
