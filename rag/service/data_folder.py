"""The data folder: where the truth lies, and what is derived from it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.storage.errors import StorageFull
from index.storage.reserve import Reserve
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


def reserve(settings: Settings) -> Reserve:
    """The room that a full disk has for removing articles."""
    return Reserve(settings.data / "reserve")


def remove_articles(settings: Settings, store: Store, ids: Sequence[str]) -> list[str]:
    """Remove articles, on a full disk too where there is a reserve; the ids that existed."""
    try:
        return store.remove(ids)
    except StorageFull:
        if not reserve(settings).give_up():
            raise
        return store.remove(ids)
