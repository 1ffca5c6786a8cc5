"""`hoidap migrate`."""

from functools import partial
from typing import Literal

import click

from index.storage.errors import Refused
from rag.cli.common import bar, say, settings_of
from rag.extras import needing_extra
from rag.moving.folder import Folder
from rag.moving.indexes import take_along
from rag.moving.moving import move
from rag.moving.places import Place
from rag.service.data_folder import indexes_folder
from rag.settings import Settings


@click.command()
@click.argument("to", type=click.Choice(["postgresql", "folder"]))
@click.pass_context
def migrate(context: click.Context, to: Literal["postgresql", "folder"]) -> None:
    """Move everything that is kept into PostgreSQL (HOIDAP_DATABASE), or from there into the data folder.

    The source stays as it is. A move that is stopped goes on when it is called again.
    """
    settings = settings_of(context)
    folder, server = Folder(settings.data), _server(settings)
    up = to == "postgresql"
    source, target = (folder, server) if up else (server, folder)
    before, now = (indexes_folder(settings.data, on_server=on_server) for on_server in (not up, up))
    with bar() as progress:
        task = progress.add_task("Rows", total=None)
        moved = move(
            source,
            target,
            lambda done, total: progress.update(task, completed=done, total=total),
            partial(take_along, before, now),
        )
    for each in moved:
        click.echo(f"{each.database:<14} {each.table:<18} {each.rows:>12,} rows  {each.sha256[:16]}")
    say(f"Moved to {to}: each table has as many rows there, and the same ones. The source is as it was.")
    say(
        f"Start with HOIDAP_DATABASE {'set' if up else 'unset'} from now on; what is written to the source stays there."
    )


def _server(settings: Settings) -> Place:
    if settings.database is None:
        raise Refused("HOIDAP_DATABASE is not set; give it the address, as postgresql://USER:PASSWORD@HOST/NAME.")
    with needing_extra():
        # Here, as it needs the extra `cluster`.
        from rag.moving.server import OnServer  # noqa: PLC0415
    return OnServer(settings.database.get_secret_value(), say)
