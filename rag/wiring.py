"""Settings -> a service. The only place that names concrete classes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from index.bundled import bundled_model
from index.chunking import Chunking
from index.embedding import Embedder
from index.encoder import Encoder
from index.extract.dates import VIETNAM
from index.generations import Catalogue
from index.ingest import Ingester
from index.store import Store
from rag.answering import Answerer
from rag.budget import ContextBudget
from rag.calibration import Calibrations
from rag.copies import Copies
from rag.extractive import Extractive, Weights
from rag.reading import Closeness, Reader
from rag.retrieval import Fusion
from rag.settings import BUNDLED, Settings
from rag.truth import generations_folder, opened_store

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that the surfaces use."""

    settings: Settings
    store: Store
    encoder: Encoder
    ingester: Ingester
    catalogue: Catalogue
    answerer: Answerer


@contextmanager
def opened_encoder(settings: Settings, progress: Progress) -> Iterator[Encoder]:
    """The embedding model on its thread."""
    progress("Loading the embedding model")
    path = bundled_model(settings.data, progress) if settings.embedding_model == BUNDLED else settings.embedding_model
    encoder = Encoder(
        Embedder.load(path, precision=settings.precision, threads=settings.threads), queue_limit=settings.queue
    )
    try:
        yield encoder
    finally:
        encoder.close()


@contextmanager
def opened_ingester(settings: Settings, progress: Progress) -> Iterator[tuple[Store, Ingester, Encoder]]:
    """What taking articles in needs."""
    with opened_store(settings) as store, opened_encoder(settings, progress) as encoder:
        yield store, Ingester(store, encoder, Chunking(settings.chunk_tokens)), encoder


@contextmanager
def opened_catalogue(settings: Settings, store: Store, encoder: Encoder, progress: Progress) -> Iterator[Catalogue]:
    """The derived indexes, checked or made anew. ModelError if they belong to another model."""
    store.claim_model(encoder.fingerprint, settings.embedding_model)
    progress("Checking the indexes")
    catalogue = Catalogue(store, generations_folder(settings), encoder.fingerprint, encoder.dimension)
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def opened(settings: Settings, progress: Progress) -> Iterator[Service]:
    """The whole service."""
    with (
        opened_ingester(settings, progress) as (store, ingester, encoder),
        opened_catalogue(settings, store, encoder, progress) as catalogue,
    ):
        yield put_together(settings, store, encoder, ingester, catalogue)


def put_together(
    settings: Settings, store: Store, encoder: Encoder, ingester: Ingester, catalogue: Catalogue
) -> Service:
    """The whole service out of parts that are open."""
    answerer = Answerer(
        store=store,
        catalogue=catalogue,
        encoder=encoder,
        generator=Extractive(Calibrations.load(), Weights()),
        budget=ContextBudget(settings.context_tokens),
        fusion=Fusion(dense_weight=settings.dense_weight),
        reader=Reader(encoder, Closeness()),
        copies=Copies(),
        today=lambda: datetime.now(VIETNAM).date(),
    )
    return Service(settings, store, encoder, ingester, catalogue, answerer)
