"""`hoidap topics` and `hoidap briefings`: of the server that the settings name, else of the data folder."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import time
from typing import TypeVar

import click
from pydantic import BaseModel, ValidationError

from rag.cli.common import getting_ready, say, settings_of
from rag.cli.printing import print_issue, print_notice
from rag.client.opening import opened_client
from rag.client.topics.protocol import TopicsClient
from rag.contract.topics import BriefingBody, BriefingEdit, TopicBody
from rag.http.access.keys import opened_keys
from rag.service.data_folder import where
from rag.service.wiring import opened

BodyT = TypeVar("BodyT", bound=BaseModel)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@contextmanager
def _topics(context: click.Context) -> Iterator[TopicsClient]:
    with getting_ready(opened_client(settings_of(context), say, owner="")) as client:
        yield client.topics


def _body(kind: type[BodyT], **values: object) -> BodyT:
    """What is sent. UsageError, which names the value, where it cannot be."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise click.UsageError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


# --- Topics ----------------------------------------------------------------------------------------------


@click.group()
def topics() -> None:
    """Follow questions: what is new on them."""


@topics.command("add")
@click.argument("question", nargs=-1, required=True)
@click.option("--name", help="What it is called.  [default: the question]")
@click.option("--source", "sources", multiple=True, help="Only this source; may be given again.")
@click.pass_context
def add_topic(context: click.Context, question: tuple[str, ...], name: str | None, sources: tuple[str, ...]) -> None:
    """Follow a question."""
    body = _body(TopicBody, question=" ".join(question), name=name, filters={"sources": sources})
    with _topics(context) as client:
        added = client.add(body)
    click.echo(f"{added.id}  {added.name}")


@topics.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def list_topics(context: click.Context, as_json: bool) -> None:
    """List the topics, with how many notices of each are new."""
    with _topics(context) as client:
        found = client.topics()
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return
    for topic in found.topics:
        paused = "  (paused)" if topic.paused else ""
        click.echo(f"{topic.id}  {topic.new:>4} new  {topic.last_match_at or '-':<25}  {topic.name}{paused}")


@topics.command("remove")
@click.argument("ids", nargs=-1, required=True)
@click.pass_context
def remove_topics(context: click.Context, ids: tuple[str, ...]) -> None:
    """Follow topics no longer."""
    with _topics(context) as client:
        _report(context, ids, client.remove)


@topics.command("news")
@click.argument("topic_id")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100), help="Most to list.")
@click.option("--seen", is_flag=True, help="Note that they were seen.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def list_news(context: click.Context, topic_id: str, limit: int, seen: bool, as_json: bool) -> None:
    """List what is new on a topic, and then what came before."""
    with _topics(context) as client:
        found = client.news(topic_id, limit)
        if found is None:
            say("hoidap: there is no topic of this id; `hoidap topics list` lists them")
            context.exit(1)
        if seen:
            client.see(topic_id)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return
    for notice in found.notices:
        print_notice(notice)


# --- Briefings -------------------------------------------------------------------------------------------


@click.group()
def briefings() -> None:
    """Have what is new on topics put together, again and again."""


@briefings.command("add")
@click.argument("name")
@click.option("--topic", "topic_ids", multiple=True, required=True, help="The id of a topic; may be given again.")
@click.option("--every", default="daily", show_default=True, type=click.Choice(["hourly", "daily", "weekly"]))
@click.option("--at", default="07:00", show_default=True, help="The time of day; of hourly ones the minute counts.")
@click.option("--weekday", type=click.Choice(_DAYS), help="Of weekly ones.")
@click.option("--zone", default="Asia/Ho_Chi_Minh", show_default=True, help="A time zone.")
@click.option("--language", default="vi", show_default=True, type=click.Choice(["vi", "en"]))
@click.option("--email", "emails", multiple=True, help="An address that it is sent to; may be given again.")
@click.option("--slack", "channels", multiple=True, help="A Slack channel or person; may be given again.")
@click.option("--webhook", "urls", multiple=True, help="An address that takes signed requests; may be given again.")
@click.pass_context
def add_briefing(
    context: click.Context,
    /,
    name: str,
    topic_ids: tuple[str, ...],
    emails: tuple[str, ...],
    channels: tuple[str, ...],
    urls: tuple[str, ...],
    **given: str | None,
) -> None:
    """Begin a briefing on topics; without a channel it is read here alone."""
    weekday = _DAYS.index(given["weekday"]) if given["weekday"] else None
    body = _body(
        BriefingBody,
        name=name,
        topics=topic_ids,
        schedule={"every": given["every"], "at": given["at"], "weekday": weekday, "zone": given["zone"]},
        language=given["language"],
        channels=[
            *({"kind": "email", "address": address} for address in emails),
            *({"kind": "slack", "channel": channel} for channel in channels),
            *({"kind": "webhook", "url": url} for url in urls),
        ],
    )
    with _topics(context) as client:
        added = client.add_briefing(body)
    click.echo(f"{added.id}  {added.name}")
    say(f"The first issue is due at {added.next_at}, if anything is new by then.")
    for channel in added.channels:
        if channel.secret:
            say(f"Requests to {channel.to} are signed with {channel.secret}; it cannot be shown again.")


@briefings.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def list_briefings(context: click.Context, as_json: bool) -> None:
    """List the briefings, and when each is due."""
    with _topics(context) as client:
        found = client.briefings()
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return
    for briefing in found.briefings:
        due = "paused" if briefing.paused else briefing.next_at
        to = ", ".join(channel.to for channel in briefing.channels) or "-"
        click.echo(f"{briefing.id}  {due:<25}  {briefing.name}  ({len(briefing.topics)} topics, to {to})")


@briefings.command("preview")
@click.argument("briefing_id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def preview(context: click.Context, briefing_id: str, as_json: bool) -> None:
    """Print the issue that there would be now; it is neither kept nor sent."""
    with _topics(context) as client:
        found = client.preview(briefing_id)
    if found is None:
        say("hoidap: there is no briefing of this id; `hoidap briefings list` lists them")
        context.exit(1)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    else:
        print_issue(found)


@briefings.command("pause")
@click.argument("ids", nargs=-1, required=True)
@click.option("--resume", is_flag=True, help="Let them go on.")
@click.pass_context
def pause(context: click.Context, ids: tuple[str, ...], resume: bool) -> None:
    """Make no more issues of briefings, or let them go on."""
    with _topics(context) as client:
        edit = BriefingEdit(paused=not resume)
        _report(context, ids, lambda briefing: client.change_briefing(briefing, edit) is not None, done="changed")


@briefings.command("remove")
@click.argument("ids", nargs=-1, required=True)
@click.pass_context
def remove_briefings(context: click.Context, ids: tuple[str, ...]) -> None:
    """End briefings, and forget their issues."""
    with _topics(context) as client:
        _report(context, ids, client.remove_briefing)


@briefings.command("run")
@click.pass_context
def run(context: click.Context) -> None:
    """Match what came in, and make the issues that are due, as a server does that runs."""
    settings = settings_of(context)
    with opened_keys(where(settings, "keys")) as keys, getting_ready(opened(settings, say, keys.live)) as service:
        before = [follower for follower in service.followers if follower is not service.topics.briefings]
        while any(follower.follow() for follower in before):
            pass
        made = service.topics.briefings.make_due(time())
    click.echo(f"{made} issues made")


def _report(context: click.Context, ids: Sequence[str], change: Callable[[str], bool], done: str = "removed") -> None:
    outcomes = [change(each) for each in ids]
    for each, outcome in zip(ids, outcomes, strict=True):
        click.echo(f"{done if outcome else 'not found'}  {each}")
    if not all(outcomes):
        context.exit(1)
