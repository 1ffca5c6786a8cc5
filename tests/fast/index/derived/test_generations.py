"""Generations of the derived indexes: made, followed, published."""

import multiprocessing
import threading
from pathlib import Path

from index.derived.generations import Catalogue, generations, verified
from tests.support.encoders import catalogue, whole
from tests.support.generations import FILES, World, found

# --- Building and loading -----------------------------------------------------------------------------------


def test_the_first_start_makes_a_generation(world: World) -> None:
    world.add(1, 2, 3)
    indexes = world.open()
    assert world.kept() == ["gen-000001"]
    assert whole(world.store, indexes)
    assert indexes.snapshot.sequence == world.store.sequence()
    assert found(world, indexes, "bài số 2 kể chuyện") >= {"a2"}
    assert indexes.snapshot.syllables.restore("meo den") == "mèo đen"


def test_an_empty_truth_is_well(world: World) -> None:
    indexes = world.open()
    assert whole(world.store, indexes)
    assert indexes.snapshot.lexical("mèo", 3) == []
    world.add(1)
    indexes.refresh()
    assert found(world, indexes, "mèo") == {"a1"}


def test_the_next_start_loads_it(world: World) -> None:
    world.add(1, 2, 3)
    world.open()
    before = sorted((world.folder / "gen-000001").rglob("*"))
    indexes = world.open()
    assert world.kept() == ["gen-000001"]
    assert sorted((world.folder / "gen-000001").rglob("*")) == before
    assert whole(world.store, indexes)


def test_after_many_changes_the_next_start_makes_another(world: World) -> None:
    world.add(1, 2)
    world.open()
    world.add(3, 4, 5)
    assert world.store.chunks_after(0) == 5

    for most, made in ((3, ["gen-000001"]), (2, ["gen-000001", "gen-000002"])):
        encoder = world.encoder
        indexes = Catalogue(world.store, world.folder, encoder.fingerprint, encoder.dimension, most_replayed=most)
        assert world.kept() == made
        assert whole(world.store, indexes)
        indexes.close()


def test_what_was_made_from_another_database_is_made_anew(world: World, tmp_path: Path) -> None:
    """Of as many changes: what a server's address names may be another database by now."""
    world.add(1, 2)
    world.open()
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other")
    other.add(3, 4)
    indexes = catalogue(other.store, world.folder, other.encoder)
    assert whole(other.store, indexes)
    assert found(other, indexes, "mèo") == {"a3", "a4"}
    indexes.close()
    other.close()


def test_the_manifest_says_what_is_there(world: World) -> None:
    world.add(1, 2, 3)
    world.open()
    manifest = verified(world.folder / "gen-000001")
    assert (manifest.model, manifest.dimension) == ("hash", 32)
    assert manifest.chunks == world.store.counts()[1] == 3
    assert manifest.sequence == world.store.sequence()
    on_disk = {
        str(path.relative_to(world.folder / "gen-000001"))
        for path in (world.folder / "gen-000001").rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }
    assert on_disk == {*manifest.files, "manifest.json"}
    assert set(FILES) <= on_disk


def test_searching_and_following_leave_a_generation_as_it_was(world: World) -> None:
    world.add(1, 2, 3)
    indexes = world.open()
    found(world, indexes, "mèo")
    world.add(4)
    world.store.remove(["a1"])
    indexes.refresh()
    found(world, indexes, "mèo")
    verified(world.folder / "gen-000001")


# --- Following the truth ------------------------------------------------------------------------------------


def test_refresh_follows_adds_updates_and_removals(world: World) -> None:
    world.add(1, 2, 3)
    indexes = world.open()
    world.add(4, text="Chuyện hổ trắng số {}.")
    world.add(2, text="Chuyện voi xám số {}.")
    world.store.remove(["a3"])
    assert found(world, indexes, "hổ") == set()
    indexes.refresh()
    assert whole(world.store, indexes)
    assert found(world, indexes, "hổ trắng") == {"a4"}
    assert found(world, indexes, "voi xám") == {"a2"}
    assert found(world, indexes, "mèo") == {"a1"}
    assert world.store.unknown == 0


def test_a_start_replays_what_came_after_the_generation(world: World) -> None:
    world.add(1, 2, 3)
    world.open()
    world.add(4, 5)
    world.add(2, text="Chuyện voi xám số {}.")
    world.store.remove(["a1", "a5"])
    indexes = world.open()
    assert world.kept() == ["gen-000001"]
    assert whole(world.store, indexes)
    assert found(world, indexes, "mèo") == {"a3", "a4"}


def test_a_snapshot_in_use_stays_as_it_is(world: World) -> None:
    world.add(1, 2)
    indexes = world.open()
    snapshot = indexes.snapshot
    before = snapshot.lexical("mèo", 5)
    for number in range(3, 8):
        world.add(number)
        world.store.remove([f"a{number - 2}"])
        indexes.refresh()
    indexes.publish()
    assert snapshot.lexical("mèo", 5) == before
    assert snapshot.vectors.ids().tolist() == snapshot.terms.ids().tolist() == [1, 2]


def test_nothing_new_keeps_the_snapshot(world: World) -> None:
    world.add(1)
    indexes = world.open()
    snapshot = indexes.snapshot
    indexes.refresh()
    assert indexes.snapshot is snapshot


# --- Publishing ---------------------------------------------------------------------------------------------


def test_publish_keeps_two(world: World) -> None:
    indexes = world.open()
    for number in range(1, 5):
        world.add(number)
        indexes.publish()
        assert whole(world.store, indexes)
    assert world.kept() == ["gen-000004", "gen-000005"]
    assert verified(world.folder / "gen-000005").chunks == 4
    assert verified(world.folder / "gen-000004").chunks == 3


def test_published_syllables_know_the_new_words(world: World) -> None:
    indexes = world.open()
    world.add(1)
    indexes.refresh()
    assert indexes.snapshot.syllables.restore("meo") == "meo"
    indexes.publish()
    assert indexes.snapshot.syllables.restore("meo") == "mèo"


def test_a_leftover_is_removed(world: World) -> None:
    world.add(1)
    world.folder.mkdir()
    leftover = world.folder / "gen-000001.tmp"
    (leftover / "terms").mkdir(parents=True)
    (leftover / "vectors.f32").write_bytes(b"half")
    indexes = world.open()
    assert not leftover.exists()
    assert world.kept() == ["gen-000001"]
    assert whole(world.store, indexes)


def test_a_small_archive_is_published_when_half_of_it_is_new(world: World) -> None:
    world.add(*range(10))
    indexes = world.open()
    world.add(*range(10, 19))
    indexes.refresh()
    assert not indexes.publish_if_worth()
    world.add(19)
    indexes.refresh()
    assert indexes.publish_if_worth()


def test_publish_when_worth_it(world: World) -> None:
    world.add(*range(400))
    indexes = world.open()
    assert not indexes.publish_if_worth()
    world.add(*range(400, 599))
    indexes.refresh()
    assert not indexes.publish_if_worth()
    world.add(599)
    indexes.refresh()
    assert indexes.publish_if_worth()
    assert not indexes.publish_if_worth()
    assert world.kept() == ["gen-000001", "gen-000002"]
    assert whole(world.store, indexes)


def test_working_copies_are_removed(world: World) -> None:
    world.add(1)
    indexes = world.open()
    for number in range(2, 6):
        world.add(number)
        indexes.refresh()
        indexes.publish()
    [workspace] = world.folder.glob("work-*")
    assert [path.name for path in workspace.iterdir()] == ["lock"]
    indexes.close()
    assert list(world.folder.glob("work-*")) == []


def test_the_working_copies_of_a_killed_process_are_swept_and_those_of_a_living_one_kept(world: World) -> None:
    world.add(1)
    living = world.open()
    killed = world.folder / "work-killed"
    (killed / "terms-1").mkdir(parents=True)
    (killed / "lock").touch()
    world.open()
    assert not killed.exists()
    assert len(list(world.folder.glob("work-*"))) == 2
    world.add(2)
    living.refresh()
    assert whole(world.store, living)


# --- Together -----------------------------------------------------------------------------------------------


def test_readers_go_on_while_generations_are_published(world: World) -> None:
    world.add(*range(20))
    indexes = world.open()
    stop = threading.Event()
    failures: list[object] = []
    searches = [0]
    query = world.encoder.embed_query("bài số kể chuyện mèo đen")

    def read() -> None:
        while not stop.is_set():
            snapshot = indexes.snapshot
            lexical = snapshot.lexical("chuyện mèo đen", 50)
            dense = snapshot.dense(query, 50)
            ids = set(snapshot.vectors.ids().tolist())
            if {chunk for chunk, _ in lexical} != ids or {chunk for chunk, _ in dense} != ids:
                failures.append((lexical, dense, ids))
            if any(hit.chunk.text.count("mèo") != 1 for hit in world.store.hits(dict(lexical), 50)):
                failures.append("text")
            searches[0] += 1

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(20, 26):
        world.add(number)
        world.store.remove([f"a{number - 20}"])
        indexes.refresh()
        indexes.publish()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert searches[0] > 3
    assert whole(world.store, indexes)


def _publish_alone(folder: Path, name: int, rounds: int) -> None:
    world = World(folder)
    indexes = world.open()
    for number in range(rounds):
        world.add(name + number)
        indexes.publish()
    assert indexes.snapshot.vectors.ids().tolist() == indexes.snapshot.terms.ids().tolist()
    world.close()


def test_processes_publish_together(world: World) -> None:
    context = multiprocessing.get_context("spawn")
    folder = world.path.parent
    processes = [context.Process(target=_publish_alone, args=(folder, 100 * n, 4)) for n in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(world.kept()) == 2
    for generation in generations(world.folder):
        verified(generation)
    indexes = world.open()
    assert world.store.counts()[0] == 8
    assert whole(world.store, indexes)


def test_a_generation_that_another_process_removed_can_be_followed(world: World) -> None:
    world.add(1)
    reader = world.open()
    publisher = world.open()
    for number in range(2, 5):
        world.add(number)
        publisher.publish()
    assert "gen-000001" not in world.kept()
    assert found(world, reader, "mèo") == {"a1"}
    reader.refresh()
    assert whole(world.store, reader)
    assert found(world, reader, "mèo") == {"a1", "a2", "a3", "a4"}
