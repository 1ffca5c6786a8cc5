"""Where the truth lies, a data folder or a PostgreSQL server, and what is derived from it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.entities.tables import EntityTables
from index.fetching.feed_store import FeedStore
from index.model.kept import KeptStates
from index.records import passage_text
from index.storage.database import Server, Where
from index.storage.errors import StorageFull
from index.storage.reserve import Reserve
from index.store.store import Store
from index.stories.story_store import StoryStore
from rag.errors import SettingsError
from rag.extras import needing_extra
from rag.settings import Settings

if TYPE_CHECKING:
    from pymilvus import MilvusClient

    from index.cluster.collection import Plan

# As the files are called, and the schemas on a server.
Name = Literal["hoidap", "conversations", "keys", "desk", "slack"]


@dataclass(frozen=True, slots=True)
class Milvus:
    """A connection to Milvus, and how collections are laid out there."""

    client: "MilvusClient"
    plan: "Plan"


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
    return Server(settings.database.get_secret_value(), schema_of(name))


def schema_of(name: Name) -> str:
    """The schema of a database on a server."""
    return name if name == "hoidap" else f"hoidap_{name}"


def generations_folder(settings: Settings) -> Path:
    """Where the derived indexes lie."""
    return indexes_folder(settings.data, on_server=settings.database is not None)


def indexes_folder(data: Path, *, on_server: bool) -> Path:
    """Where the indexes of the files, or of a server, lie in a data folder."""
    # So that going to a server and back makes nothing anew.
    return data / ("server-generations" if on_server else "generations")


def kept_states(settings: Settings) -> KeptStates:
    """What the model made of passages; it lies beside the database."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return KeptStates(settings.data / "states.sqlite3", settings.states_megabytes)


@contextmanager
def opened_milvus(settings: Settings) -> Iterator[Milvus]:
    """What the indexes lie in where they lie in Milvus. SettingsError where that is not set, or its package missing."""
    if settings.milvus is None:
        raise SettingsError("HOIDAP_MILVUS is not set; give it the address, such as http://127.0.0.1:19530.")
    with needing_extra():
        # Here, as they need the extra `cluster`.
        from index.cluster.collection import plan_for  # noqa: PLC0415
        from index.cluster.connection import Address, connected  # noqa: PLC0415
    address = Address.of(settings.milvus.get_secret_value())
    with connected(address) as client:
        yield Milvus(client, plan_for(address))


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
