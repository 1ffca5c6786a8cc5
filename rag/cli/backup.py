"""`hoidap backup` and `hoidap restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from index.storage.errors import Refused
from rag.backup.archive import Manifest, OnProgress
from rag.backup.restoring import restore as put_back
from rag.backup.writing import back_up
from rag.cli.common import say, settings_of, to_stderr
from rag.service.data_folder import generations_folder
from rag.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.pass_context
def backup(context: click.Context, file: Path, force: bool) -> None:
    """Write articles, conversations and keys into one FILE, while a server may go on using them."""
    _refuse_server(settings_of(context), "pg_dump", "write")
    with _progress("Copying") as on_progress:
        manifest = back_up(settings_of(context).data, file, on_progress, replace=force)
    _print(manifest)
    say(f"Written to {file}, {file.stat().st_size:,} bytes. It holds what was asked: keep it as private as the data.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def restore(context: click.Context, file: Path) -> None:
    """Put what `hoidap backup` wrote into FILE back into a data folder that has no databases."""
    settings = settings_of(context)
    _refuse_server(settings, "pg_restore", "read")
    with _progress("Checking") as on_progress:
        manifest = put_back(file, settings.data, generations_folder(settings), on_progress)
    _print(manifest)
    say(f"Restored to {settings.data}, as it was at {manifest.created_at}. The indexes are made at the next start.")


def _refuse_server(settings: Settings, program: str, does: str) -> None:
    if settings.database is not None:
        raise Refused(
            "With HOIDAP_DATABASE set, articles, conversations, keys and topics lie in PostgreSQL, in the schemas"
            f" hoidap and hoidap_*; have {program} {does} them, or unset it for the files in the data folder."
        )


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
