"""The data folder: where the truth lies, and what is derived from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.store.store import Store
from rag.settings import Settings


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The truth alone, for what needs no model."""
    settings.data.mkdir(parents=True, exist_ok=True)
    store = Store(settings.data / "hoidap.sqlite3")
    try:
        yield store
    finally:
        store.close()


def generations_folder(settings: Settings) -> Path:
    """Where the derived indexes lie."""
    return settings.data / "generations"
