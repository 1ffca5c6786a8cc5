"""Filters by day and source: the same chunks pass in both indexes, in a generation and in what came since."""

import pytest

from index.derived.generations import Snapshot
from index.records import Filters
from tests.support.encoders import draft
from tests.support.generations import World

DATED: list[tuple[str, str | None, str | None]] = [
    ("a", "2025-01-31", "Báo A"),
    ("b", "2025-02-01T23:59:59+07:00", "Báo B"),
    ("c", "2025-02-28", "Báo A"),
    ("d", None, "Báo A"),
    ("e", "2025-03-01T00:00:00+07:00", None),
    ("f", "2025-02-15", 'Báo "F", [x]'),
]


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(), "abcdef"),
        (Filters(published_from="2025-02-01"), "bcef"),
        (Filters(published_to="2025-02-01"), "ab"),
        (Filters("2025-02-01", "2025-02-28"), "bcf"),
        (Filters("2025-02-01", "2025-02-01"), "b"),
        (Filters("2025-03-01", "2025-02-01"), ""),
        (Filters(sources=("Báo A",)), "acd"),
        (Filters(sources=("Báo A", "Báo B")), "abcd"),
        (Filters(sources=('Báo "F", [x]',)), "f"),
        (Filters(sources=("báo a",)), ""),
        (Filters("2025-02-01", None, ("Báo A",)), "c"),
    ],
)
def test_what_passes(world: World, filters: Filters, passing: str) -> None:
    take_in(world, DATED[:3])
    indexes = world.open()
    take_in(world, DATED[3:])
    indexes.refresh()
    assert found(world, indexes.snapshot, filters) == passing
    indexes.publish()
    assert found(world, indexes.snapshot, filters) == passing


def test_an_edit_of_day_or_source_is_filtered_by_at_once(world: World) -> None:
    take_in(world, DATED)
    indexes = world.open()
    world.ingester.edit("a", {"published_at": "2025-02-10"})
    world.ingester.edit("d", {"source": "Báo B", "published_at": "2025-02-11"})
    indexes.refresh()
    assert found(world, indexes.snapshot, Filters("2025-02-10", "2025-02-11")) == "ad"
    assert found(world, indexes.snapshot, Filters(sources=("Báo A",))) == "ac"
    world.ingester.edit("a", {"published_at": None})
    indexes.refresh()
    assert found(world, indexes.snapshot, Filters("2025-02-10", "2025-02-11")) == "d"
    assert found(world, indexes.snapshot, Filters("2025-01-31", "2025-01-31")) == "a"


def test_filters_and_given_chunks_restrict_together(world: World) -> None:
    take_in(world, DATED)
    snapshot = world.open().snapshot
    filters, only = Filters(sources=("Báo A",)), snapshot.vectors.ids()[:2]
    dense = snapshot.dense(world.encoder.embed_query("chữ"), 9, filters, only)
    assert world.store.owners(chunk for chunk, _ in dense) == ["a"]
    assert [chunk for chunk, _ in snapshot.lexical("chữ", 9, filters, only)] == [chunk for chunk, _ in dense]


def take_in(world: World, dated: list[tuple[str, str | None, str | None]]) -> None:
    drafts = [draft(name, f"Chữ {name}.", source=source, published_at=day) for name, day, source in dated]
    assert [outcome.status for outcome in world.ingester.ingest(drafts)] == ["added"] * len(dated)


def found(world: World, snapshot: Snapshot, filters: Filters) -> str:
    """The articles of the chunks that pass, in both indexes."""
    dense = snapshot.dense(world.encoder.embed_query("chữ"), 9, filters)
    lexical = snapshot.lexical("chữ", 9, filters)
    assert {chunk for chunk, _ in dense} == {chunk for chunk, _ in lexical}
    return "".join(sorted(world.store.owners(chunk for chunk, _ in dense)))
