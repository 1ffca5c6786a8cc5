"""`hoidap ask`, `hoidap search` and `hoidap serve`."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps

import click

from index.records import Filters
from rag.cli.common import getting_ready, say, setting_flags, settings_of, to_stderr
from rag.cli.printing import print_answer, print_passages
from rag.contract.answers import ask_out, search_out
from rag.http.access.gate import mode_for
from rag.http.access.keys import opened_keys
from rag.http.server import serve as run_server
from rag.records.search import Request
from rag.service.data_folder import where
from rag.service.wiring import opened
from rag.settings import Settings
from rag.telemetry.logs import set_up_logs
from rag.telemetry.tracing import set_up_traces


def _day(given: datetime | None) -> str | None:
    return given.date().isoformat() if given else None


def with_question(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a question: what is asked, of which articles, and how to print the result.

    It is called with the settings, the question, the filters, whether to print JSON, and options of its own.
    """

    @click.argument("question", nargs=-1, required=True)
    @click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or later.")
    @click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or earlier.")
    @click.option("--source", "sources", multiple=True, help="Only this source; may be given again.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")
    @setting_flags("k")
    @click.pass_context
    @wraps(command)
    def taken(
        context: click.Context,
        /,
        question: tuple[str, ...],
        first: datetime | None,
        last: datetime | None,
        sources: tuple[str, ...],
        as_json: bool,
        k: int | None,
        **own: object,
    ) -> None:
        filters = Filters(_day(first), _day(last), sources)
        command(settings_of(context, k=k), " ".join(question), filters, as_json, **own)

    return taken


@click.command()
@with_question
def ask(settings: Settings, question: str, filters: Filters, as_json: bool) -> None:
    """Answer a question with cited sentences."""
    with getting_ready(opened(settings, say)) as service:
        out = ask_out(service.answerer.ask(Request(question, settings.k, filters)), "", "")
    if as_json:
        click.echo(out.model_dump_json(indent=2))
    else:
        print_answer(out)


@click.command()
@with_question
def search(settings: Settings, question: str, filters: Filters, as_json: bool) -> None:
    """Find the passages nearest to a question."""
    with getting_ready(opened(settings, say)) as service:
        out = search_out(service.answerer.search(Request(question, settings.k, filters)))
    if as_json:
        click.echo(out.model_dump_json(indent=2))
    else:
        print_passages(out)


@click.command()
@setting_flags("host", "port", "access", "log")
@click.pass_context
def serve(context: click.Context, /, **flags: object) -> None:
    """Serve HTTP until interrupted."""
    settings = settings_of(context, **flags)
    set_up_logs(settings.log, to_stderr)
    set_up_traces()
    # In a log of objects nothing may stand that is none.
    tell = say if settings.log == "text" else logging.getLogger("hoidap").info
    with opened_keys(where(settings, "keys")) as keys:
        mode = mode_for(settings.access, settings.host, keys.exist())
        with getting_ready(opened(settings, tell, keys.live)) as service:
            articles, _ = service.store.counts()
            run_server(
                service,
                keys if mode == "keys" else None,
                lambda address: tell(f"Ready: {articles} articles, {address}"),
            )
