"""`hoidap ask`, `hoidap search` and `hoidap serve`."""

from collections.abc import Callable
from typing import Any

import click

from index.store import Filters
from rag import schemas
from rag.cli.common import getting_ready, say, setting_flags, settings_of
from rag.cli.printing import print_answer, print_passages
from rag.server import serve as run_server
from rag.wiring import opened


def _question_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.argument("question", nargs=-1, required=True),
            click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or later."),
            click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or earlier."),
            click.option("--source", "sources", multiple=True, help="Only this source; may be given again."),
            click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers."),
            setting_flags("k"),
        )
    ):
        command = option(command)
    return command


def _filters(given: dict[str, Any]) -> Filters:
    first, last = given["first"], given["last"]
    return Filters(first and first.date().isoformat(), last and last.date().isoformat(), given["sources"])


@click.command()
@_question_options
@click.pass_context
def ask(context: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Answer a question with cited sentences."""
    settings = settings_of(context, k=given["k"])
    with getting_ready(opened(settings, say)) as service:
        answered = service.answerer.ask(" ".join(given["question"]), settings.k, _filters(given))
    if given["as_json"]:
        click.echo(schemas.ask_out(answered, "", "").model_dump_json(indent=2))
    else:
        print_answer(answered)


@click.command()
@_question_options
@click.pass_context
def search(context: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Find the passages nearest to a question."""
    settings = settings_of(context, k=given["k"])
    with getting_ready(opened(settings, say)) as service:
        found = service.answerer.search(" ".join(given["question"]), settings.k, _filters(given))
    if given["as_json"]:
        click.echo(schemas.search_out(found).model_dump_json(indent=2))
    else:
        print_passages(found)


@click.command()
@setting_flags("host", "port")
@click.pass_context
def serve(context: click.Context, /, **flags: object) -> None:
    """Serve HTTP until interrupted."""
    settings = settings_of(context, **flags)
    with getting_ready(opened(settings, say)) as service:
        articles, _ = service.store.counts()
        run_server(service, lambda address: say(f"Ready: {articles} articles, {address}"))
