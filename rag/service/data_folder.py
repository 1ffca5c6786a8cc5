"""The data folder: where the truth lies, and what is derived from it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.entities.tables import EntityTables
from index.fetching.feed_store import FeedStore
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


@dataclass(frozen=True, slots=True)
class Milvus:
    """A connection to Milvus, how collections are laid out there, and the folder of what lies beside them."""

    client: "MilvusClient"
    plan: "Plan"
    folder: Path


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The truth alone, for what needs no model."""
    with closing(Store(_database(settings))) as store:
        yield store


@contextmanager
def opened_feeds(settings: Settings) -> Iterator[FeedStore]:
    """The feeds that are watched, and what became of their pages; they lie in the truth's database."""
    with closing(FeedStore(_database(settings))) as feeds:
        yield feeds


@contextmanager
def opened_stories(store: Store) -> Iterator[StoryStore]:
    """Which story each article of the truth belongs to; it lies in the same database."""
    with closing(StoryStore(store.path)) as stories:
        yield stories


@contextmanager
def opened_entities(store: Store) -> Iterator[EntityTables]:
    """The names and words of the articles; they lie in the truth's database, and are derived from it."""
    with closing(EntityTables(store.path)) as tables:
        yield tables


def _database(settings: Settings) -> Path:
    settings.data.mkdir(parents=True, exist_ok=True)
    return settings.data / "hoidap.sqlite3"


def generations_folder(settings: Settings) -> Path:
    """Where the derived indexes lie."""
    return settings.data / "generations"


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
        yield Milvus(client, plan_for(address), generations_folder(settings) / "milvus")


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
