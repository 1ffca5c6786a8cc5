"""The embedding model in processes of their own, for passages alone."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.model.bundled import bundled_model
from index.model.embedder import Embedder, Precision
from rag.settings import BUNDLED, Settings


def passage_model(settings: Settings) -> Callable[[], Embedder]:
    """What loads the embedding model, without the reader, on one thread. It can be pickled, and has no secrets.

    Where processes are as many as cores, threads within one that wait for each other take its time: with two of them,
    on a machine that had more to do, a chunk took six times as long.
    """
    return partial(_loaded, settings.embedding_model, settings.data, settings.precision)


def _loaded(model: str, data: Path, precision: Precision) -> Embedder:
    folder = bundled_model(data, lambda _: None) if model == BUNDLED else model
    return Embedder.load(folder, precision, threads=1)
