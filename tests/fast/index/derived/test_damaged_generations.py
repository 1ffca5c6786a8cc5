"""Generations that are damaged, old or another model's are found out and made again."""

import json
import shutil
from pathlib import Path

import pytest

from index.derived.generations import BrokenGenerationError, generations, verified
from index.store.store import Store
from tests.support.encoders import HashEncoder, ingester, whole
from tests.support.generations import World, found


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x10
    file.write_bytes(content)


def delete(file: Path) -> None:
    file.unlink()


def test_a_file_too_many_is_found(world: World) -> None:
    world.open()
    (world.folder / "gen-000001" / "terms" / "more").write_text("x")
    with pytest.raises(BrokenGenerationError, match="terms/more"):
        verified(world.folder / "gen-000001")


# Every file, damaged in many ways: `tests/fast/eval/endurance/test_corruptions.py`.
@pytest.mark.parametrize("name", ["vectors.f32", "manifest.json"])
def test_damage_to_the_newest_falls_back_to_the_one_before(world: World, name: str) -> None:
    world.add(1, 2)
    indexes = world.open()
    world.add(3)
    indexes.publish()
    world.add(4)
    world.store.remove(["a1"])
    flip(world.folder / "gen-000002" / name)
    again = world.open()
    assert world.kept() == ["gen-000001"]
    assert whole(world.store, again)
    assert found(world, again, "mèo") == {"a2", "a3", "a4"}


@pytest.mark.parametrize("name", ["terms/meta.json", "manifest.json"])
def test_damage_to_all_makes_a_new_one(world: World, name: str) -> None:
    world.add(1, 2)
    world.open().publish()
    for generation in generations(world.folder):
        delete(generation / name)
    again = world.open()
    assert whole(world.store, again)
    assert found(world, again, "mèo") == {"a1", "a2"}
    verified(world.folder / world.kept()[-1])


def test_a_generation_of_an_older_release_is_made_again(world: World) -> None:
    world.add(1, 2)
    world.open()
    file = world.folder / "gen-000001" / "manifest.json"
    manifest = json.loads(file.read_text())
    del manifest["version"]
    file.write_text(json.dumps(manifest))
    with pytest.raises(BrokenGenerationError, match="it has version 0"):
        verified(file.parent)
    indexes = world.open()
    assert whole(world.store, indexes)
    assert found(world, indexes, "mèo") == {"a1", "a2"}
    assert verified(world.folder / world.kept()[-1]).version > 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model": "hash"}', "null", "3"])
def test_a_manifest_that_says_nothing_is_found(world: World, content: str) -> None:
    world.add(1)
    world.open()
    (world.folder / "gen-000001" / "manifest.json").write_text(content)
    again = world.open()
    assert whole(world.store, again)


@pytest.mark.parametrize(("name", "value"), [("chunks", 1), ("sequence", 2), ("recall", 0.5)])
def test_a_manifest_that_says_something_else_is_found(world: World, name: str, value: float) -> None:
    """Of a later change, what came with those before it would never be replayed."""
    world.add(1, 2)
    world.open()
    world.add(3)
    file = world.folder / "gen-000001" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))
    indexes = world.open()
    assert whole(world.store, indexes)
    assert found(world, indexes, "mèo") == {"a1", "a2", "a3"}


def test_another_models_generation_is_not_used(world: World) -> None:
    world.add(1, 2)
    world.open()
    world.encoder = HashEncoder("other", 16)
    assert world.open().snapshot.vectors.ids().tolist() == []
    list(ingester(world.store, world.encoder).embed_stale())
    indexes = world.open()
    assert whole(world.store, indexes)
    assert found(world, indexes, "mèo") == {"a1", "a2"}


def test_a_generation_newer_than_the_truth_is_not_used(world: World) -> None:
    world.add(1, 2)
    world.store.close()
    shutil.copy(world.path, world.path.with_suffix(".copy"))
    world.store = Store(world.path)
    world.ingester = ingester(world.store, world.encoder)
    world.add(3)
    world.open()
    world.store.close()
    shutil.copy(world.path.with_suffix(".copy"), world.path)
    world.store = Store(world.path)
    indexes = world.open()
    assert whole(world.store, indexes)
    assert found(world, indexes, "mèo") == {"a1", "a2"}
