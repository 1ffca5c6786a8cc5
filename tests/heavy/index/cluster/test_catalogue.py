"""The index in Milvus follows the store, through changes, broken tries, lost rows and generations."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from pymilvus import MilvusClient

from index.cluster.catalogue import ClusterCatalogue
from index.cluster.checking import examine_rows
from index.cluster.cluster_index import Rows
from index.cluster.collection import Collection, Plan, names
from index.cluster.indexer import Cursor, Indexer
from index.derived.generations import BrokenGenerationError
from index.derived.protocol import Entry
from index.records import Filters
from index.storage.errors import StoreError
from index.store.store import Store
from tests.support.cluster import embedded
from tests.support.encoders import HashEncoder, draft, ingester

PLAN = Plan("FLAT", 0)
NONE = Filters()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusClient]:
    with embedded(tmp_path_factory.mktemp("milvus")) as opened:
        yield opened


class World:
    """A truth, what ingests into it, and the folder beside the index in Milvus."""

    def __init__(self, folder: Path, client: MilvusClient) -> None:
        self.folder = folder / "cluster"
        self.path = folder / "truth.sqlite3"
        self.store = Store(self.path)
        self.client = client
        self.encoder = HashEncoder()

    def add(self, *numbers: int, text: str = "Bài số {} kể chuyện mèo đen. Hết.", source: str | None = None) -> None:
        drafts = [draft(f"a{n}", text.format(n), source=source, published_at="2025-01-05") for n in numbers]
        list(ingester(self.store, self.encoder).ingest(drafts))

    def open(self, *, indexes: bool = True) -> ClusterCatalogue:
        model, dimension = self.encoder.fingerprint, self.encoder.dimension
        return ClusterCatalogue(self.store, self.folder, self.client, model, dimension, PLAN, indexes=indexes)

    def held(self, catalogue: ClusterCatalogue) -> set[int]:
        return set(catalogue.snapshot.rows.collection.ids())

    def collections(self) -> list[str]:
        return names(self.client, (self.folder / "name").read_text())

    def kept(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("gen-*"))


@pytest.fixture
def world(tmp_path: Path, client: MilvusClient) -> Iterator[World]:
    made = World(tmp_path, client)
    yield made
    made.store.close()
    for name in made.collections():
        client.drop_collection(name)


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
    with pytest.raises(BrokenGenerationError, match="start one that indexes first"):
        world.open(indexes=False)
    world.add(1)
    indexing = world.open()
    reading = world.open(indexes=False)
    world.add(2, text="Chuyện hổ trắng số {}.")
    reading.refresh()
    assert reading.snapshot.sequence == 1
    assert found(world, reading, "hổ") == set()
    indexing.refresh()
    indexing.publish()
    reading.refresh()
    assert reading.snapshot.sequence == 2
    assert found(world, reading, "hổ") == {"a2"}
    assert reading.snapshot.idf("ho") == indexing.snapshot.idf("ho")


@dataclass(frozen=True)
class Breaking:
    """Breaks off after Milvus acknowledged the changes, as an indexer does that is killed there."""

    rows: Rows

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        self.rows.apply(removed, added)
        raise KeyboardInterrupt


def test_what_was_broken_off_is_repeated(world: World) -> None:
    world.add(1, 2)
    catalogue = world.open()
    name = catalogue.snapshot.rows.collection.name
    cursor = Cursor.of(world.folder, name)
    breaking = Breaking(catalogue.snapshot.rows)
    indexer = Indexer(world.store, breaking, cursor, world.encoder.fingerprint, world.encoder.dimension)
    world.add(3)
    world.store.remove(["a1"])
    with pytest.raises(KeyboardInterrupt):
        indexer.follow()
    assert cursor.read() == 1
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    again = world.open()
    assert cursor.read() == 3
    assert again.snapshot.rows.collection.name == name
    assert again.snapshot.rows.collection.count() == 2
    assert world.held(again) == set(world.store.chunk_ids().tolist())


def test_a_generation_goes_on_with_the_collection_until_lengths_move(world: World) -> None:
    world.add(1, 2, 3)
    catalogue = world.open()
    [first] = world.collections()
    world.add(4)
    catalogue.refresh()
    catalogue.publish(anew=False)
    assert world.collections() == [first]
    assert world.kept() == ["gen-000001", "gen-000002"]
    # Four chunks of nine syllables: the new one is in all counts.
    assert catalogue.snapshot.idf("meo") < 0.11
    world.add(5, text="Một câu dài hơn hẳn, kể thêm nhiều điều khác nữa về chuyến đi {} của cả nhà bác An hôm qua.")
    catalogue.refresh()
    catalogue.publish(anew=False)
    second = catalogue.snapshot.rows.collection.name
    assert world.collections() == [first, second]
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    catalogue.publish(anew=False)
    assert world.collections() == [second]
    assert world.kept() == ["gen-000003", "gen-000004"]
    assert sorted(path.name for path in world.folder.glob("*.cursor")) == [f"{second}.cursor"]


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


def test_of_several_processes_one_makes_the_generation(world: World) -> None:
    world.add(*range(4))
    first, second = world.open(), world.open()
    world.add(*range(4, 8))
    for catalogue in (first, second):
        catalogue.refresh()
    assert first.publish_if_worth()
    second.publish_if_worth()
    assert world.kept() == ["gen-000001", "gen-000002"]
    assert second.snapshot.statistics.documents == 8


def test_rows_that_milvus_lost_come_again(world: World) -> None:
    world.add(1, 2, 3)
    catalogue = world.open()
    [fine] = examine_rows(world.store, world.folder, world.client, PLAN)
    assert (fine.part, fine.problem) == ("Milvus", "")
    catalogue.snapshot.rows.collection.delete(world.store.chunk_ids()[:2].tolist())
    [finding] = examine_rows(world.store, world.folder, world.client, PLAN)
    assert "lacks 2 chunks and holds 0 unknown ones" in finding.problem
    again = world.open()
    assert world.held(again) == set(world.store.chunk_ids().tolist())
    assert world.kept() == ["gen-000001", "gen-000002"]


def test_a_collection_that_is_gone_is_made_again(world: World) -> None:
    world.add(1, 2)
    world.client.drop_collection(world.open().snapshot.rows.collection.name)
    [finding] = examine_rows(world.store, world.folder, world.client, PLAN)
    assert finding.problem == "the next start makes another"
    assert found(world, world.open(), "mèo") == {"a1", "a2"}


def test_a_try_that_broke_off_is_begun_anew(world: World) -> None:
    world.add(1)
    catalogue = world.open()
    prefix = (world.folder / "name").read_text()
    # What a process leaves that is killed while it fills: a collection with a row of other lengths, its cursor, a part.
    half = Collection.create(world.client, f"{prefix}000002", world.encoder.dimension, PLAN)
    terms, vector = {7: 1.0}, world.encoder.embed_query("x")
    half.upsert([{"id": 99, "article": "x", "source": 0, "day": 0, "month": 0, "vector": vector, "terms": terms}])
    Cursor.of(world.folder, f"{prefix}000002").move(1)
    (world.folder / "gen-000002.tmp").mkdir()
    (world.folder / "gen-000002.tmp" / "frequencies.npy").write_bytes(b"half")
    catalogue.publish()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    assert world.kept() == ["gen-000001", "gen-000002"]


def test_a_truth_restored_from_a_copy_is_indexed_anew(world: World) -> None:
    world.add(1)
    world.store.close()
    shutil.copy(world.path, world.path.with_suffix(".copy"))
    world.store = Store(world.path)
    world.add(2)
    world.open()
    world.store.close()
    shutil.copy(world.path.with_suffix(".copy"), world.path)
    world.store = Store(world.path)
    catalogue = world.open()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())
    assert found(world, catalogue, "mèo") == {"a1"}


def test_another_model_has_its_own_collection(world: World) -> None:
    world.add(1, 2)
    world.open()
    world.encoder = HashEncoder("other", 16)
    catalogue = world.open()
    assert world.held(catalogue) == set()
    list(ingester(world.store, world.encoder).embed_stale())
    catalogue.refresh()
    assert world.held(catalogue) == set(world.store.chunk_ids().tolist())


@pytest.mark.parametrize("name", ["manifest.json", "frequencies.npy", "lengths.json", "pairs.npy"])
def test_a_damaged_generation_is_left_aside(world: World, name: str) -> None:
    world.add(1, 2)
    catalogue = world.open()
    catalogue.publish(anew=False)
    file = world.folder / "gen-000002" / name
    file.write_bytes(file.read_bytes()[:-1])
    again = world.open()
    assert again.snapshot.statistics.documents == 2
    assert found(world, again, "mèo") == {"a1", "a2"}


def test_what_milvus_refuses_is_an_error_of_the_store(world: World) -> None:
    world.add(1)
    collection = world.open().snapshot.rows.collection
    with pytest.raises(StoreError, match="Milvus does not do what the index needs"):
        collection.search("terms", {1: 1.0}, 5, "nothing ==", fresh=True)
