"""The embedding model in processes of their own, for passages alone."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.model.bundled import bundled_model
from index.model.embedder import Embedder, Precision
from rag.settings import BUNDLED, Settings


def passage_model(settings: Settings, threads: int) -> Callable[[], Embedder]:
    """What loads the embedding model on so many threads, without the reader. It can be pickled, and has no secrets."""
    return partial(_loaded, settings.embedding_model, settings.data, settings.precision, threads)


def _loaded(model: str, data: Path, precision: Precision, threads: int) -> Embedder:
    folder = bundled_model(data, lambda _: None) if model == BUNDLED else model
    return Embedder.load(folder, precision, threads)
