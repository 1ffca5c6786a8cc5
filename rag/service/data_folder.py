"""Where the truth lies, a data folder or a PostgreSQL server, and what is derived from it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from index.entities.tables import EntityTables
from index.fetching.feed_store import FeedStore
from index.model.kept import KeptStates
from index.records import passage_text
from index.storage.database import Server, Where
from index.storage.errors import StorageFull
from index.storage.reserve import Reserve
from index.store.store import Store
from index.stories.story_store import StoryStore
from rag.extras import needing_extra
from rag.settings import Settings

# As the files are called, and the schemas on a server.
Name = Literal["hoidap", "conversations", "keys", "desk"]


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The truth alone, for what needs no model."""
    with closing(Store(where(settings))) as store:
        yield store


@contextmanager
def opened_feeds(settings: Settings) -> Iterator[FeedStore]:
    """The feeds that are watched, and what became of their pages; they lie in the truth's database."""
    with closing(FeedStore(where(settings))) as feeds:
        yield feeds


@contextmanager
def opened_stories(store: Store) -> Iterator[StoryStore]:
    """Which story each article of the truth belongs to; it lies in the same database."""
    with closing(StoryStore(store.where)) as stories:
        yield stories


@contextmanager
def opened_entities(store: Store) -> Iterator[EntityTables]:
    """The names and words of the articles; they lie in the truth's database, and are derived from it."""
    with closing(EntityTables(store.where)) as tables:
        yield tables


def where(settings: Settings, name: Name = "hoidap") -> Where:
    """Where a database is: a file of the data folder, which is made for the truth, or a schema of a server.

    SettingsError where what a server needs is not installed.
    """
    if name == "hoidap":
        settings.data.mkdir(parents=True, exist_ok=True)
    if settings.database is None:
        return settings.data / f"{name}.sqlite3"
    with needing_extra():
        # Here, as it needs the extra `cluster`.
        import index.storage.postgres  # noqa: F401, PLC0415
    return Server(settings.database.get_secret_value(), name if name == "hoidap" else f"hoidap_{name}")


def generations_folder(settings: Settings) -> Path:
    """Where the derived indexes lie."""
    # Numbers of another database's changes would stand for other passages.
    return settings.data / ("generations" if settings.database is None else "server-generations")


def kept_states(settings: Settings) -> KeptStates:
    """What the model made of passages; it lies beside the database."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return KeptStates(settings.data / "states.sqlite3", settings.states_megabytes)


def reserve(settings: Settings) -> Reserve:
    """The room that a full disk has for removing articles."""
    return Reserve(settings.data / "reserve")


def remove_articles(settings: Settings, store: Store, ids: Sequence[str]) -> list[str]:
    """Remove articles, and what the model made of them, on a full disk too where there is a reserve.

    The ids that existed.
    """
    texts = [text for article in ids for text in _passages(store, article)]
    try:
        removed = store.remove(ids)
    except StorageFull:
        if not reserve(settings).give_up():
            raise
        removed = store.remove(ids)
    with closing(kept_states(settings)) as kept:
        kept.forget(texts)
    return removed


def _passages(store: Store, article: str) -> list[str]:
    """The texts of an article's passages, as they are read with questions."""
    found = store.article(article)
    if found is None:
        return []
    return [passage_text(found.metadata.title, hit.chunk.text) for hit in store.passages_of(found.id)]
