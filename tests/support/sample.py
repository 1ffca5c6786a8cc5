"""The sample articles behind a service: indexed once for all runs and workers, opened over a model that is loaded."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import index
from index.chunking import Chunking
from index.ingest import Ingester
from index.intake.files import discover, read_drafts
from index.model.bundled import SHA256
from index.model.embedder import Embedder, fastest_precision
from index.model.encoder import Encoder
from index.storage.files import exclusive
from rag.service.data_folder import opened_store
from rag.service.wiring import Service, opened_catalogue, put_together
from rag.settings import Settings

SAMPLE = Path(index.__file__).with_name("sample")


def settings_for(data: Path, model: Path, **more: Any) -> Settings:
    return Settings(data=data, embedding_model=str(model), threads=1, **more)


@contextmanager
def service_with(embedder: Embedder, data: Path, model: Path, **more: Any) -> Iterator[Service]:
    """The whole service over a data folder, with a model that is loaded already; `more` settings."""
    settings = settings_for(data, model, **more)
    encoder = Encoder(embedder, queue_limit=settings.queue)
    try:
        with opened_store(settings) as store, opened_catalogue(settings, store, encoder, _quiet) as catalogue:
            ingester = Ingester(store, encoder, Chunking(settings.chunk_tokens))
            with put_together(settings, store, encoder, ingester, catalogue, _quiet) as service:
                yield service
    finally:
        encoder.close()


def sample_folder(cache: Path, model: Path, embedder: Embedder) -> Path:
    """A data folder with the sample articles, indexed by the first worker that comes; for copying only."""
    folder = cache / f"sample-{_made_of()}"
    with exclusive(cache / "sample.lock"):
        if not folder.exists():
            for old in cache.glob("sample-*"):
                shutil.rmtree(old)
            unfinished = cache / "sample-unfinished"
            with service_with(embedder, unfinished, model) as service:
                drafts = (draft for path in discover([SAMPLE]) for draft in read_drafts(path))
                assert [outcome.status for outcome in service.ingester.ingest(drafts)] == ["added"] * 42
                service.catalogue.publish()
            unfinished.rename(folder)
    return folder


def _made_of() -> str:
    """What names everything that the folder hangs on: the code that indexes, the articles, the model as it computes."""
    made = hashlib.sha256(f"{SHA256} {fastest_precision()}".encode())
    packages = [Path(index.__file__).parent, Path(opened_store.__code__.co_filename).parent]
    for path in sorted(path for package in packages for path in package.rglob("*") if path.is_file()):
        if path.suffix != ".pyc":
            made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()[:16]


def _quiet(_: str) -> None:
    pass
