"""`hoidap stories` and `hoidap timeline`."""

import click

from rag.cli.asking import with_question
from rag.cli.common import checked, getting_ready, say, settings_of
from rag.cli.printing import print_stories, print_story, print_timeline, shown
from rag.client.opening import opened_for_command
from rag.contract.questions import FilterBody
from rag.contract.stories import StoriesQuery, TimelineQuery


@click.command()
@click.argument("number", type=click.IntRange(0, 2**63 - 1), required=False)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100), help="Most to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")
@click.pass_context
def stories(context: click.Context, number: int | None, limit: int, as_json: bool) -> None:
    """List the events that several articles tell of; with a NUMBER, one of them with its articles side by side."""
    with getting_ready(opened_for_command(settings_of(context), say, up_to_date=True)) as client:
        if number is None:
            shown(client.stories.stories(StoriesQuery(limit=limit)), as_json, print_stories)
            return
        story = client.stories.story(number)
    if story is None:
        say(f"hoidap: there is no story {number}; `hoidap stories` lists them")
        context.exit(1)
    shown(story, as_json, print_story)


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 50), help="Most lines.")
@with_question
def timeline(context: click.Context, question: str, filters: FilterBody, as_json: bool, limit: int) -> None:
    """Tell what happened in a matter, a sentence a day."""
    query = checked(TimelineQuery, **filters.model_dump(), q=question, limit=limit)
    with getting_ready(opened_for_command(settings_of(context), say)) as client:
        out = client.stories.timeline(query)
    shown(out, as_json, print_timeline)
