"""`hoidap export`."""

from pathlib import Path
from typing import get_args

import click

from index.storage.errors import Refused
from index.storage.files import write_durably
from rag.cli.common import encodable, getting_ready, say, settings_of
from rag.client.opening import opened_for_command
from rag.contract.conversations import MEDIA_TYPES, ExportForm
from rag.records.search import Language


@click.command()
@click.argument("answer")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file.")
@click.option("--language", type=click.Choice(get_args(Language)), default="vi", help="Of the service's words.")
@click.pass_context
def export(context: click.Context, /, answer: str, output: Path, language: Language) -> None:
    """Write the answer of this id to a file that ends in .md or .docx, with a footnote an article.

    Answers that were asked for without a key, or with the key of HOIDAP_SERVICE_KEY where HOIDAP_SERVICE_URL names a
    server.
    """
    form = _form(output)
    with getting_ready(opened_for_command(settings_of(context), say)) as client:
        file = client.export(answer, form, language)
    if file is None:
        raise Refused(f"there is no answer {answer[:80]!r}; its id is in what `ask` answers over HTTP, and in `id`")
    write_durably(output, file.data)
    click.echo(encodable(f"{output}"))


def _form(output: Path) -> ExportForm:
    for form in MEDIA_TYPES:
        if output.suffix.lower() == f".{form}":
            return form
    raise click.BadParameter(f"{output.name[-80:]!r} ends in neither .md nor .docx; name one that does")
