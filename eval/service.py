"""A whole service over a given set of articles, to measure on."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from index.records import Draft
from rag.cli.common import bar, say
from rag.settings import read_settings
from rag.wiring import Service, opened


@contextmanager
def service_over(drafts: Sequence[Draft], model_data: Path) -> Iterator[Service]:
    """A service over nothing but these articles, in a folder that goes away.

    `model_data` is the data folder in which the bundled model lies unpacked, or will.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        models = model_data / "models"
        models.mkdir(parents=True, exist_ok=True)
        (data / "models").symlink_to(models.resolve())
        with opened(read_settings({"data": data}), say) as service:
            with bar() as progress:
                outcomes = list(
                    progress.track(service.ingester.ingest(drafts), total=len(drafts), description="Indexing")
                )
            refused = [outcome for outcome in outcomes if outcome.status == "refused"]
            if refused:
                raise click.ClickException(f"{len(refused)} articles were refused: {refused[0].reason}")
            service.catalogue.publish()
            yield service
