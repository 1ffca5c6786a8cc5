"""The index in Milvus follows the store, through changes, broken tries, lost rows and generations."""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from pymilvus import MilvusClient

from index.cluster.catalogue import ClusterCatalogue
from index.cluster.checking import examine_rows
from index.cluster.cluster_index import Rows
from index.cluster.collection import Collection, Plan
from index.cluster.generation import LAYOUT
from index.cluster.indexer import Indexer
from index.cluster.registry import Made, Registry
from index.derived.generations import BrokenGenerationError
from index.derived.protocol import Changing, Entry, Lag
from index.records import Filters
from index.storage.database import Where
from index.storage.errors import Refused, StoreError
from index.store.outbox import Outbox
from index.store.store import Store
from tests.support.clock import FakeClock
from tests.support.cluster import embedded
from tests.support.encoders import HashEncoder, draft, ingester
from tests.support.places import IN_A_FILE

PLAN = Plan("FLAT", 0)
NONE = Filters()
NOON = 1_764_406_800.0  # 29 November 2025


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusClient]:
    with embedded(tmp_path_factory.mktemp("milvus")) as opened:
        yield opened


class World:
    """A truth, what ingests into it, and an embedded Milvus. Whoever waits for others waits a tenth of a second."""

    def __init__(self, where: Where, client: MilvusClient) -> None:
        self.where = where
        self.clock = FakeClock()
        self.clock.pass_(NOON)
        self.store = Store(where, self.clock)
        self.registry, self.outbox = Registry(self.store.database), Outbox(self.store.database)
        self.client = client
        self.encoder = HashEncoder()

    def add(self, *numbers: int, text: str = "Bài số {} kể chuyện mèo đen. Hết.", source: str | None = None) -> None:
        drafts = [draft(f"a{n}", text.format(n), source=source, published_at="2025-01-05") for n in numbers]
        list(ingester(self.store, self.encoder).ingest(drafts))

    def open(self, *, indexes: bool = True, patience: float = 0.1, store: Store | None = None) -> ClusterCatalogue:
        return ClusterCatalogue(
            store or self.store,
            self.client,
            self.encoder.fingerprint,
            self.encoder.dimension,
            PLAN,
            indexes=indexes,
            patience=patience,
            clock=self.clock,
        )

    def held(self, catalogue: ClusterCatalogue) -> set[int]:
        return set(catalogue.snapshot.rows.collection.ids())

    def collections(self) -> set[str]:
        return {name for name in self.client.list_collections() if name.startswith(self.prefix)}

    @property
    def prefix(self) -> str:
        return f"hoidap_{self.store.identity()[:8]}_"


@pytest.fixture
def world(where: Where, client: MilvusClient) -> Iterator[World]:
    made = World(where, client)
    yield made
    for name in made.collections():
        client.drop_collection(name)
    made.store.close()


def found(world: World, catalogue: ClusterCatalogue, words: str, filters: Filters = NONE) -> set[str]:
    """Ids of the articles that are found by words, which the vectors must find as well."""
    lexical = dict(catalogue.snapshot.lexical(words, 50, filters))
    dense = dict(catalogue.snapshot.dense(world.encoder.embed_query(words), 50, filters))
    assert set(lexical) <= set(dense)
    return {hit.chunk.article_id for hit in world.store.hits(lexical, 50)}


def test_it_follows_what_comes_changes_and_goes(world: World) -> None:
    world.add(1, 2, 3)
    catalogue = world.open()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    assert catalogue.snapshot.sequence == world.store.sequence()
    assert catalogue.snapshot.syllables.restore("meo den") == "mèo đen"
    world.add(4, text="Chuyện hổ trắng số {}.", source="Báo Một")
    world.add(2, text="Chuyện voi xám số {}.")
    world.store.remove(["a3"])
    assert found(world, catalogue, "hổ") == set()
    catalogue.refresh()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    assert found(world, catalogue, "hổ trắng") == {"a4"}
    assert found(world, catalogue, "voi xám") == {"a2"}
    assert found(world, catalogue, "mèo") == {"a1"}
    assert found(world, catalogue, "trắng", Filters("2025-01-05", "2025-01-05", ("Báo Một",))) == {"a4"}
    assert found(world, catalogue, "trắng", Filters("2025-01-06")) == set()
    assert world.store.unknown == 0


def test_replicas_that_read_take_what_is_there(world: World) -> None:
    with pytest.raises(BrokenGenerationError, match="start one that indexes"):
        world.open(indexes=False)
    world.add(1)
    indexing = world.open()
    reading = world.open(indexes=False)
    world.add(2, text="Chuyện hổ trắng số {}.")
    reading.refresh()
    assert reading.snapshot.sequence == 1
    assert found(world, reading, "hổ") == set()
    world.clock.pass_(7.5)
    assert reading.lag() == Lag(1, 7.5)
    with pytest.raises(StoreError, match=r"no indexer has brought it into Milvus within 0\.1 s"):
        reading.catch_up()
    indexing.refresh()
    reading.catch_up()
    assert reading.lag() == Lag()
    assert reading.snapshot.sequence == 2
    assert found(world, reading, "hổ") == {"a2"}
    with pytest.raises(Refused, match="does not index"):
        reading.publish()
    indexing.publish()
    reading.refresh()
    assert reading.snapshot.idf("ho") == indexing.snapshot.idf("ho")


@IN_A_FILE
def test_a_replica_waits_until_an_indexer_has_done_its_change(world: World) -> None:
    world.add(1)
    indexing, reading = world.open(), world.open(indexes=False, patience=30)
    world.add(2, text="Chuyện hổ trắng số {}.")
    later = threading.Timer(0.3, indexing.refresh)
    later.start()
    reading.catch_up()
    later.join()
    assert found(world, reading, "hổ") == {"a2"}


@dataclass(frozen=True)
class Breaking:
    """Breaks off after Milvus acknowledged the changes, as an indexer does that is killed there."""

    rows: Rows

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        self.rows.apply(removed, added)
        raise KeyboardInterrupt


@dataclass(frozen=True)
class Overtaken:
    """Lets something happen before the rows that were read arrive in Milvus."""

    rows: Rows
    meanwhile: Callable[[], None]

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        entries = list(added)
        if entries:
            self.meanwhile()
        self.rows.apply(removed, entries)


def indexer(world: World, catalogue: ClusterCatalogue, index: Changing) -> Indexer:
    name = catalogue.snapshot.rows.collection.name
    return Indexer(world.store, world.outbox, index, name, world.encoder.fingerprint, world.encoder.dimension)


def test_what_was_broken_off_is_repeated(world: World) -> None:
    world.add(1, 2)
    catalogue = world.open()
    name = catalogue.snapshot.rows.collection.name
    world.add(3)
    world.store.remove(["a1"])
    with pytest.raises(KeyboardInterrupt):
        indexer(world, catalogue, Breaking(catalogue.snapshot.rows)).follow()
    assert world.outbox.reached(name) == 1
    assert [change.sequence for change in world.outbox.outstanding(name)] == [2, 3]
    # What it had read of article 3 is gone before another takes over.
    world.store.remove(["a3"])
    again = world.open()
    assert world.outbox.reached(name) == 4
    assert again.snapshot.rows.collection.name == name
    assert again.snapshot.rows.collection.count() == 1
    assert world.held(again) == set(world.store.chunk_ids().tolist())


def test_what_another_removed_before_it_arrived_is_taken_out(world: World) -> None:
    world.add(1)
    catalogue = world.open()
    rows = catalogue.snapshot.rows
    world.add(2, 3)

    def remove_and_follow() -> None:
        world.store.remove(["a2"])
        [change] = [one for one in world.outbox.outstanding(rows.collection.name) if one.sequence == 3]
        indexer(world, catalogue, rows)._bring_in([change])

    indexer(world, catalogue, Overtaken(rows, remove_and_follow)).follow()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    assert len(world.held(catalogue)) == 2


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_two_indexers_share_the_work(world: World) -> None:
    world.add(1)
    first, second = world.open(), Store(world.where)
    for number in range(2, 70):
        world.add(number)
    name = first.snapshot.rows.collection.name
    with world.outbox.taken(name, 100, 50) as changes:
        assert [change.sequence for change in changes] == list(range(2, 52))
        # The other takes what is left, and does not wait.
        world.open(store=second).refresh()
        assert [change.sequence for change in world.outbox.outstanding(name)] == list(range(2, 52))
        assert world.outbox.reached(name) == 1
        for change in changes:
            indexer(world, first, first.snapshot.rows)._bring_in([change])
    assert world.outbox.reached(name) == 69
    assert world.held(first) == set(world.store.chunk_ids().tolist())
    second.close()


def test_a_generation_goes_on_with_the_collection_until_lengths_move(world: World) -> None:
    world.add(1, 2, 3)
    catalogue = world.open()
    [first] = world.collections()
    world.add(4)
    catalogue.refresh()
    catalogue.publish(anew=False)
    assert world.collections() == {first}
    assert world.registry.generations() == [2, 1]
    # Four chunks of nine syllables: the new one is in all counts.
    assert catalogue.snapshot.idf("meo") < 0.11
    late = world.open(indexes=False)
    world.add(5, text="Một câu dài hơn hẳn, kể thêm nhiều điều khác nữa về chuyến đi {} của cả nhà bác An hôm qua.")
    catalogue.refresh()
    catalogue.publish(anew=False)
    second = catalogue.snapshot.rows.collection.name
    assert world.collections() == {first, second}
    # The one before is followed for a minute more, by which all replicas have turned to the next.
    world.add(6, text="Chuyện hổ trắng số {}.")
    catalogue.refresh()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist()) == set(late.snapshot.rows.collection.ids())
    world.clock.pass_(59)
    catalogue.refresh()
    assert world.collections() == {first, second}
    world.clock.pass_(2)
    catalogue.refresh()
    assert world.collections() == {second}
    assert list(world.registry.live()) == [second]
    assert world.outbox.outstanding(first) == []
    late.refresh()
    assert late.snapshot.rows.collection.name == second
    catalogue.publish(anew=False)
    assert world.registry.generations() == [4, 3]


def test_what_another_release_reads_is_kept_until_a_day_has_gone(world: World) -> None:
    world.add(1)
    catalogue = world.open()
    other = Registry(world.store.database, LAYOUT + 1, world.clock)
    theirs = f"{world.prefix}theirs"
    Collection.create(world.client, theirs, 3, PLAN)
    other.register(theirs, Made("theirs", 3, {}))
    assert other.publish(theirs, b"what they read")
    world.add(2)
    catalogue.refresh()
    # Theirs is neither touched nor read; an hour in which nobody follows it may be one of a slow rolling update.
    assert [change.sequence for change in world.outbox.outstanding(theirs)] == [2]
    assert world.open().snapshot.rows.collection.name == catalogue.snapshot.rows.collection.name
    catalogue.publish()
    world.clock.pass_(86_399)
    catalogue.refresh()
    assert theirs in world.collections()
    assert other.content(other.generations()[0]) == b"what they read"
    world.clock.pass_(2)
    catalogue.refresh()
    assert theirs not in world.collections()
    assert (list(other.live()), world.outbox.outstanding(theirs)) == ([], [])


@dataclass
class Creating:
    """A client to which something happens before it creates a collection, once."""

    client: MilvusClient
    meanwhile: Callable[[str], None] | None

    def create_collection(self, name: str, **more: Any) -> None:
        if self.meanwhile is not None:
            self.meanwhile(name)
            self.meanwhile = None
        self.client.create_collection(name, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


def test_what_comes_while_a_collection_is_filled_is_in_it_when_it_opens(world: World) -> None:
    world.add(1, 2)
    catalogue = world.open()
    before = catalogue.snapshot.rows.collection.name

    def meanwhile(name: str) -> None:
        world.add(3)
        world.store.remove(["a1"])
        assert list(world.registry.live()) == [before]
        assert [change.sequence for change in world.outbox.outstanding(name)] == [2, 3]

    world.client = cast(MilvusClient, Creating(world.client, meanwhile))
    catalogue = world.open()
    catalogue.publish()
    assert catalogue.snapshot.rows.collection.name != before
    assert catalogue.snapshot.sequence == world.store.sequence()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())


@IN_A_FILE
def test_an_archive_that_begins_with_nothing(world: World) -> None:
    catalogue = world.open()
    assert found(world, catalogue, "mèo") == set()
    assert catalogue.snapshot.ceiling("mèo") > 0
    world.add(*range(10))
    catalogue.refresh()
    assert len(found(world, catalogue, "mèo")) == 10
    assert catalogue.publish_if_worth()
    assert not catalogue.publish_if_worth()
    score = dict(catalogue.snapshot.lexical("mèo", 1, NONE))
    assert 0 < max(score.values()) <= catalogue.snapshot.ceiling("mèo")


@IN_A_FILE
def test_of_several_processes_one_makes_the_generation(world: World) -> None:
    world.add(*range(4))
    first, second = world.open(), world.open()
    world.add(*range(4, 8))
    for catalogue in (first, second):
        catalogue.refresh()
    with world.registry.publishing() as mine:
        assert mine
        assert not second.publish_if_worth()
    assert first.publish_if_worth()
    assert not second.publish_if_worth()
    assert world.registry.generations() == [2, 1]
    second.refresh()
    assert second.snapshot.statistics.documents == 8


@IN_A_FILE
def test_rows_that_milvus_lost_come_again(world: World) -> None:
    world.add(1, 2, 3)
    catalogue = world.open()
    [fine] = examine_rows(world.store, world.client, PLAN)
    assert (fine.part, fine.problem) == ("Milvus", "")
    catalogue.snapshot.rows.collection.delete(world.store.chunk_ids()[:2].tolist())
    [finding] = examine_rows(world.store, world.client, PLAN)
    assert "lacks 2 chunks and holds 0 unknown ones" in finding.problem
    again = world.open()
    assert world.held(again) == set(world.store.chunk_ids().tolist())
    assert world.registry.generations() == [2, 1]


@IN_A_FILE
def test_what_waits_is_no_problem(world: World) -> None:
    world.add(1, 2)
    world.open()
    world.add(3)
    world.store.remove(["a1"])
    [finding] = examine_rows(world.store, world.client, PLAN)
    assert finding.problem == ""
    assert "2 changes wait" in finding.state


@IN_A_FILE
def test_a_collection_that_is_gone_is_made_again(world: World) -> None:
    world.add(1, 2)
    world.client.drop_collection(world.open().snapshot.rows.collection.name)
    [finding] = examine_rows(world.store, world.client, PLAN)
    assert finding.problem == "the next start of an indexer makes another"
    world.add(3)
    again = world.open()
    assert found(world, again, "mèo") == {"a1", "a2", "a3"}
    world.add(4)
    again.refresh()
    assert found(world, again, "mèo") == {"a1", "a2", "a3", "a4"}


def test_a_try_that_broke_off_is_begun_anew(world: World) -> None:
    world.add(1)
    catalogue = world.open()
    # What one leaves that is killed while it fills: a collection with a row of other lengths, and the changes since.
    half = Collection.create(world.client, f"{world.prefix}half", world.encoder.dimension, PLAN)
    world.registry.register(half.name, Made("hash", 32, {}))
    terms, vector = {7: 1.0}, world.encoder.embed_query("x")
    half.upsert([{"id": 99, "article": "x", "source": 0, "day": 0, "month": 0, "vector": vector, "terms": terms}])
    world.add(2)
    catalogue.catch_up()
    assert [change.sequence for change in world.outbox.outstanding(half.name)] == [2]
    catalogue.publish()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    assert half.name not in world.collections()
    assert world.outbox.outstanding(half.name) == []


@IN_A_FILE
def test_a_truth_restored_from_a_copy_is_indexed_anew(world: World) -> None:
    assert isinstance(world.where, Path)
    copy = world.where.with_suffix(".copy")
    world.add(1)
    world.open()
    world.store.close()
    shutil.copy(world.where, copy)
    world.store = Store(world.where)
    world.add(2)
    world.store.remove(["a1"])
    world.open()
    world.store.close()
    shutil.copy(copy, world.where)
    world.store = Store(world.where)
    catalogue = world.open()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    assert found(world, catalogue, "mèo") == {"a1"}


@IN_A_FILE
def test_another_model_has_its_own_collection(world: World) -> None:
    world.add(1, 2)
    world.open()
    world.encoder = HashEncoder("other", 16)
    catalogue = world.open()
    assert world.held(catalogue) == set()
    list(ingester(world.store, world.encoder).embed_stale())
    catalogue.refresh()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())


@IN_A_FILE
@pytest.mark.parametrize("content", [b"", b"half of it", None], ids=["nothing", "no archive", "cut short"])
def test_a_damaged_generation_is_left_aside(world: World, content: bytes | None) -> None:
    world.add(1, 2)
    catalogue = world.open()
    catalogue.publish(anew=False)
    damaged = world.registry.content(2)[:-100] if content is None else content
    world.store.database.rows("UPDATE cluster_generations SET content = ? WHERE number = 2", (damaged,))
    again = world.open()
    assert again.snapshot.statistics.documents == 2
    assert found(world, again, "mèo") == {"a1", "a2"}


@IN_A_FILE
def test_what_milvus_refuses_is_an_error_of_the_store(world: World) -> None:
    world.add(1)
    collection = world.open().snapshot.rows.collection
    with pytest.raises(StoreError, match="Milvus does not do what the index needs"):
        collection.search("terms", {1: 1.0}, 5, "nothing ==", fresh=True)
