"""`hoidap backup` and `hoidap restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from index.storage.errors import Refused
from rag.backup.archive import Manifest, OnProgress
from rag.backup.restoring import restore as put_back
from rag.backup.writing import back_up
from rag.cli.common import say, settings_of, to_stderr
from rag.extras import needing_extra
from rag.service.data_folder import generations_folder, opened_milvus
from rag.settings import Settings

_DUMP = (
    "have `pg_dump --format=custom --schema='hoidap*' --file=FILE` write it, while servers run, or have"
    " `hoidap migrate folder` move it into a data folder. What lies in Milvus is made again from it."
)
_PUT_BACK = (
    "stop the servers, drop these, and have `pg_restore --dbname` read what pg_dump wrote; or restore FILE into a data"
    " folder with HOIDAP_DATABASE unset, and have `hoidap migrate postgresql` move that."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.pass_context
def backup(context: click.Context, file: Path, force: bool) -> None:
    """Write articles, conversations and keys into one FILE, while a server may go on using them.

    With HOIDAP_DATABASE it says what lies there, and how that is backed up.
    """
    settings = settings_of(context)
    if settings.database is not None:
        _print_server(settings.database.get_secret_value())
        if settings.milvus is not None:
            _print_milvus(settings)
        _refuse_server(_DUMP)
    with _progress("Copying") as on_progress:
        manifest = back_up(settings.data, file, on_progress, replace=force)
    _print(manifest)
    say(f"Written to {file}, {file.stat().st_size:,} bytes. It holds what was asked: keep it as private as the data.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def restore(context: click.Context, file: Path) -> None:
    """Put what `hoidap backup` wrote into FILE back into a data folder that has no databases."""
    settings = settings_of(context)
    if settings.database is not None:
        _refuse_server(_PUT_BACK)
    with _progress("Checking") as on_progress:
        manifest = put_back(file, settings.data, generations_folder(settings), on_progress)
    _print(manifest)
    say(f"Restored to {settings.data}, as it was at {manifest.created_at}. The indexes are made at the next start.")


def _print_server(address: str) -> None:
    with needing_extra():
        # Here, as it needs the extra `cluster`.
        from rag.moving.server import holdings  # noqa: PLC0415
    for held in holdings(address):
        versions = ", ".join(f"{part} {version}" for part, version in held.versions.items())
        click.echo(f"{held.schema:<22} {held.bytes:>15,} bytes  versions: {versions}")
        for table, rows in held.rows.items():
            click.echo(f"  {table:<20} {rows:>15,} rows")


def _print_milvus(settings: Settings) -> None:
    with opened_milvus(settings) as milvus:
        # Here, as it needs the extra `cluster`.
        from index.cluster.connection import translated  # noqa: PLC0415

        with translated():
            for name in sorted(name for name in milvus.client.list_collections() if name.startswith("hoidap_")):
                click.echo(f"{name:<22} {milvus.client.get_collection_stats(name)['row_count']:>15,} rows in Milvus")


def _refuse_server(instead: str) -> NoReturn:
    raise Refused(f"With HOIDAP_DATABASE set, all that is kept lies in PostgreSQL, in the schemas hoidap*; {instead}")


def _print(manifest: Manifest) -> None:
    for name, entry in manifest.databases.items():
        rows = "".join(f"  {rows} {what}" for what, rows in entry.rows.items())
        click.echo(f"{name:<22} {entry.bytes:>15,} bytes{rows}")


@contextmanager
def _progress(text: str) -> Iterator[OnProgress]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=to_stderr, transient=True) as progress:
        task = progress.add_task(text, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
