"""`hoidap ingest` and `hoidap rebuild`."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

import click
from rich.progress import Progress

from index.ingest import Outcome
from index.intake.ahead import made_ahead
from index.intake.drafts import EDITABLE, checked_edits
from index.intake.files import Refusal, discover, folder_boilerplate, read_drafts, read_text
from index.records import Draft
from rag.cli.common import bar, getting_ready, say, settings_of
from rag.service.wiring import opened_catalogue, opened_ingester
from rag.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.pass_context
def ingest(context: click.Context, paths: tuple[str, ...]) -> None:
    """Take in articles from files and folders (.txt .html .md .json .jsonl .pdf .docx ...), or standard input (-)."""
    settings = settings_of(context)
    if paths == ("-",):
        taking_in(context, settings, read_text(sys.stdin.buffer.read(), "standard input"))
        return
    files = list(discover([Path(path) for path in paths]))
    progress = bar()
    progress.add_task("Files", total=len(files))
    taking_in(context, settings, _read(files, progress), progress)


@click.command()
@click.argument("article_id")
@click.option("--title", help="Its headline.")
@click.option("--source", help="Its publisher.")
@click.option("--date", "published_at", help="Its day of publication, as 2025-10-21 or 21/10/2025 08:30.")
@click.option(
    "--reset", multiple=True, type=click.Choice(EDITABLE), help="Take a field back to what the article states."
)
@click.pass_context
def edit(context: click.Context, /, article_id: str, reset: tuple[str, ...], **given: str | None) -> None:
    """Put an article's title, source or date right, so that no later state of it takes that back."""
    changes = {field: value for field, value in given.items() if value is not None} | dict.fromkeys(reset)
    if not changes:
        raise click.UsageError("Say what is to be changed, as --date 2025-10-21.")
    checked = checked_edits(changes)
    settings = settings_of(context)
    with getting_ready(opened_ingester(settings, say)) as (store, ingester, encoder):
        if not ingester.edit(article_id, checked):
            say(f"hoidap: there is no article {article_id!r}; `hoidap articles` lists them")
            context.exit(1)
        with getting_ready(opened_catalogue(settings, store, encoder, say)) as catalogue:
            catalogue.catch_up()
            catalogue.publish_if_worth()
    click.echo(f"updated  {article_id}")


@click.command()
@click.option("--embed", is_flag=True, help="Embed again what another model embedded; can be interrupted.")
@click.pass_context
def rebuild(context: click.Context, embed: bool) -> None:
    """Make the indexes anew from the database."""
    settings = settings_of(context)
    with getting_ready(opened_ingester(settings, say)) as (store, ingester, encoder):
        if embed:
            store.change_model(encoder.fingerprint, settings.embedding_model)
            stale = store.stale(encoder.fingerprint)
            with bar() as progress:
                for _ in progress.track(ingester.embed_stale(), total=len(stale), description="Embedding"):
                    pass
        with opened_catalogue(settings, store, encoder, say) as catalogue:
            say("Building the indexes")
            catalogue.publish()
            count = store.counts()[1]
    click.echo(f"The indexes hold {count} chunks")


def taking_in(
    context: click.Context, settings: Settings, drafts: Iterable[Draft | Refusal], progress: Progress | None = None
) -> None:
    """Take articles in and say what became of each; what is refused makes the command fail in the end.

    The first task of `progress` is told how many articles and chunks there are by then.
    """
    with getting_ready(opened_ingester(settings, say)) as (store, ingester, encoder), progress or nullcontext():
        store.claim_model(encoder.fingerprint, settings.embedding_model)
        counts: Counter[str] = Counter()
        try:
            for outcome in ingester.ingest(made_ahead(drafts)):
                counts[outcome.status] += 1
                _report(outcome)
                if progress:
                    told = f"{counts.total()} articles, {ingester.embedded} chunks; files"
                    progress.update(progress.task_ids[0], description=told)
        finally:
            summary = ", ".join(f"{counts[status]} {status}" for status in ("added", "updated", "unchanged", "refused"))
            say(f"Articles: {summary}")
        with getting_ready(opened_catalogue(settings, store, encoder, say)) as catalogue:
            catalogue.catch_up()
            catalogue.publish_if_worth()
    if counts["refused"]:
        context.exit(1)


def _read(files: list[Path], progress: Progress) -> Iterator[Draft | Refusal]:
    boilerplate = folder_boilerplate(files)
    for path in files:
        yield from read_drafts(path, boilerplate=boilerplate[path.parent])
        progress.advance(progress.task_ids[0])


def _report(outcome: Outcome) -> None:
    if outcome.status == "refused":
        say(f"refused  {outcome.origin}: {outcome.reason}")
    else:
        click.echo(f"{outcome.status}  {outcome.id}")
