"""`hoidap bulk`: a large archive prepared, embedded by many processes or machines, and loaded."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

import click
from rich.progress import Progress

from index.bulk.shards import Shard, begin, finish, prepared
from index.bulk.steps import embedding, pieces, preparing
from index.bulk.workers import worked
from index.chunking import Chunking
from index.intake.ahead import made_ahead
from index.intake.files import Reading, discover, folder_boilerplate, readings
from index.storage.errors import Refused
from index.storage.files import exclusive
from rag.cli.common import bar, getting_ready, say, settings_of
from rag.extras import needing_extra
from rag.service.passage_model import passage_model
from rag.service.wiring import opened_catalogue, opened_ingester
from rag.settings import Settings

_FOLDER = click.Path(path_type=Path)
_workers = click.option("--workers", type=click.IntRange(1, 1024), help="Processes; by default as many as `threads`.")


@click.group()
def bulk() -> None:
    """Take in a large archive in three steps; each can be interrupted, and goes on when it is given again."""


@bulk.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--into", "folder", required=True, type=_FOLDER, help="A folder for what is made of them.")
@_workers
@click.pass_context
def prepare(context: click.Context, paths: tuple[Path, ...], folder: Path, workers: int | None) -> None:
    """Extract the articles of files and folders, and cut them into chunks."""
    settings = settings_of(context)
    files = list(discover(paths))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with getting_ready(exclusive(folder / "lock")), bar() as progress:
        begin(folder, files, {"model": settings.embedding_model, "chunk_tokens": settings.chunk_tokens})
        # Of the model it is the tokenizer that is used.
        make = partial(preparing, passage_model(settings), Chunking(settings.chunk_tokens))
        ahead = made_ahead(pieces(folder, _readings(files, progress)), most=1)
        for _ in worked(ahead, make, workers or settings.threads):
            pass
        finish(folder)
    shards = prepared(folder)
    refusals = list(chain.from_iterable(shard.refusals() for shard in shards))
    for refusal in refusals:
        say(f"refused  {refusal.origin}: {refusal.reason}")
    click.echo(f"{len(shards)} shards are prepared; {len(refusals)} articles were refused")
    if refusals:
        context.exit(1)


@bulk.command()
@click.argument("folder", type=_FOLDER)
@_workers
@click.option(
    "--ray", "address", help="Work on a cluster of Ray: its HOST:PORT, `auto` from within it, or `local` to try it."
)
@click.pass_context
def embed(context: click.Context, folder: Path, workers: int | None, address: str | None) -> None:
    """Embed the chunks of what is prepared in FOLDER."""
    settings = settings_of(context)
    shards = prepared(folder)
    with getting_ready(exclusive(folder / "lock")), bar() as progress:
        left = [shard for shard in shards if not shard.is_embedded()]
        task = progress.add_task("Shards", total=len(shards), completed=len(shards) - len(left))
        chunks = 0
        for embedded in _embedded(settings, left, workers, address):
            chunks += embedded
            progress.update(task, advance=1, description=f"{chunks} chunks; shards")
    click.echo(f"{len(shards)} shards are embedded; {chunks} chunks of them now")


@bulk.command()
@click.argument("folder", type=_FOLDER)
@click.pass_context
def load(context: click.Context, folder: Path) -> None:
    """Take what is embedded in FOLDER into the database, and make the indexes."""
    settings = settings_of(context)
    shards = prepared(folder)
    left = sum(not shard.is_embedded() for shard in shards)
    if left:
        raise Refused(f"{left} of {len(shards)} shards are not embedded yet; give `hoidap bulk embed {folder}`")
    with getting_ready(opened_ingester(settings, say)) as (store, ingester, encoder):
        store.claim_model(encoder.fingerprint, settings.embedding_model)
        counts: Counter[str] = Counter()
        with bar() as progress:
            for shard in progress.track(shards, description="Shards"):
                counts.update(outcome.status for outcome in ingester.load(shard.embedded(encoder.fingerprint)))
        click.echo(", ".join(f"{counts[status]} {status}" for status in ("added", "updated", "unchanged")))
        with getting_ready(opened_catalogue(settings, store, encoder, say)) as catalogue:
            catalogue.catch_up()
            catalogue.publish_if_worth()


def _embedded(settings: Settings, left: list[Shard], workers: int | None, address: str | None) -> Iterator[int]:
    """The numbers of chunks of shards, as they are embedded."""
    make = partial(embedding, passage_model(settings))
    if address is None:
        return worked(left, make, workers or settings.threads)
    with needing_extra():
        # Here, as it needs the extra `ray`.
        from index.bulk.on_ray import worked_on_ray  # noqa: PLC0415
    return worked_on_ray(left, make, address, workers)


def _readings(files: list[Path], progress: Progress) -> Iterator[Reading]:
    boilerplate = folder_boilerplate(files)
    for path in progress.track(files, description="Files"):
        yield from readings(path, boilerplate=boilerplate[path.parent])
