"""`hoidap ask` and `hoidap search`."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

import click

from rag.cli.common import checked, getting_ready, say, setting_flags, settings_of
from rag.cli.printing import print_answer, print_passages, shown
from rag.client.opening import opened_for_command
from rag.contract.questions import AskBody, FilterBody, SearchBody


def with_question(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a question: what is asked, of which articles, and how to print the result.

    It is called with the context, the question, the filters, whether to print JSON, and options of its own.
    """

    @click.argument("question", nargs=-1, required=True)
    @click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or later.")
    @click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or earlier.")
    @click.option("--source", "sources", multiple=True, help="Only this source; may be given again.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")
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
        **own: object,
    ) -> None:
        days = {"published_from": first and first.date(), "published_to": last and last.date()}
        filters = checked(FilterBody, **days, sources=sources)
        command(context, _text(" ".join(question)), filters, as_json, **own)

    return taken


def _text(question: str) -> str:
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise click.UsageError("The question holds bytes that are no text; type it in UTF-8.") from error
    return question


@click.command()
@setting_flags("k")
@with_question
def ask(context: click.Context, question: str, filters: FilterBody, as_json: bool, k: int | None) -> None:
    """Answer a question with cited sentences."""
    settings = settings_of(context, k=k)
    made = {name: getattr(settings, name) for name in ("k", "generator") if name in settings.model_fields_set}
    # A history, even an empty one, says that nothing is to be kept.
    body = AskBody(question=question, filters=filters, history=[], **made)
    with getting_ready(opened_for_command(settings, say)) as client:
        out = client.ask(body)
    shown(out, as_json, print_answer)


@click.command()
@setting_flags("k")
@with_question
def search(context: click.Context, question: str, filters: FilterBody, as_json: bool, k: int | None) -> None:
    """Find the passages nearest to a question."""
    settings = settings_of(context, k=k)
    with getting_ready(opened_for_command(settings, say)) as client:
        out = client.search(SearchBody(query=question, k=settings.k, filters=filters))
    shown(out, as_json, print_passages)
