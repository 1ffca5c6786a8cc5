"""Collections and generations of one layout, and what another release has beside them."""

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from index.cluster.generation import LAYOUT, Generation, Manifest, packed, unpacked
from index.cluster.registry import Made, Registry
from index.cluster.statistics import Statistics
from index.derived.generations import BrokenGenerationError
from index.language.diacritics.restore import SyllableModel
from index.storage.database import Where
from index.store.outbox import Outbox
from index.store.store import Store
from tests.support.clock import FakeClock

MADE = Made("hash", 32, {"title": 2.5, "text": 40.0})
DAY = 86_400.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(where: Where, clock: FakeClock) -> Iterator[Store]:
    with closing(Store(where, clock)) as opened:
        yield opened


def test_a_collection_is_followed_from_its_first_generation_on(store: Store, clock: FakeClock) -> None:
    registry = Registry(store.database, 7, clock)
    registry.register("one", MADE)
    assert (registry.live(), registry.unfilled(), registry.generations()) == ({}, ["one"], [])
    store.remove(["nobody"])
    # A change that may have been found in another collection must be in this one first.
    assert not registry.publish("one", b"first")
    with Outbox(store.database).taken("one", 9, 9) as changes:
        assert len(changes) == 1
    assert registry.publish("one", b"first")
    assert (registry.live(), registry.unfilled()) == ({"one": MADE}, [])
    store.remove(["nobody"])
    # It is read already, so that nobody misses what waits.
    assert registry.publish("one", b"second")
    assert registry.publish("one", b"third")
    numbers = registry.generations()
    assert [registry.content(number) for number in numbers] == [b"third", b"second"]
    assert registry.content(numbers[-1] - 1) == b""


def test_what_is_replaced_is_followed_for_a_minute(store: Store, clock: FakeClock) -> None:
    registry = Registry(store.database, 7, clock)
    for name in ("one", "two"):
        registry.register(name, MADE)
        assert registry.publish(name, name.encode())
    assert list(registry.live()) == ["two", "one"]
    clock.pass_(60)
    assert registry.given_up() == []
    clock.pass_(1)
    assert registry.given_up() == ["one"]
    store.remove(["nobody"])
    registry.forget("one")
    assert (list(registry.live()), registry.given_up()) == (["two"], [])
    assert store.database.rows("SELECT collection FROM outbox") == [("two",)]


def test_another_layout_is_given_up_once_a_change_has_waited_for_a_day(store: Store, clock: FakeClock) -> None:
    ours, theirs = Registry(store.database, 7, clock), Registry(store.database, 8, clock)
    theirs.register("theirs", MADE)
    assert theirs.publish("theirs", b"theirs")
    assert (ours.live(), ours.generations()) == ({}, [])
    # As long as nothing changes nobody can tell whether it is followed.
    clock.pass_(9 * DAY)
    assert ours.given_up() == []
    store.remove(["nobody"])
    clock.pass_(DAY)
    assert ours.given_up() == []
    clock.pass_(1)
    assert (ours.given_up(), theirs.given_up()) == (["theirs"], [])


def test_one_process_publishes(store: Store, where: Where) -> None:
    registry = Registry(store.database, 7)
    with (
        closing(Store(where)) as other,
        registry.publishing() as mine,
        Registry(other.database, 7).publishing() as theirs,
        Registry(other.database, 8).publishing() as another,
    ):
        assert (mine, theirs, another) == (True, False, True)


def test_a_generation_is_as_it_was_packed() -> None:
    texts = ["Mèo đen ngủ.", "Hổ trắng ngủ."]
    manifest = Manifest("one", MADE.averages, MADE.model, MADE.dimension, "digest", 5)
    content = packed(Generation(manifest, Statistics.count(texts), SyllableModel.count(texts)))
    again = unpacked(content)
    assert (again.manifest.collection, again.manifest.sequence, again.manifest.version) == ("one", 5, LAYOUT)
    assert again.manifest.averages == MADE.averages
    assert again.statistics.documents == 2
    assert np.array_equal(again.statistics.frequencies, Statistics.count(texts).frequencies)
    assert again.syllables.restore("ho trang") == "hổ trắng"


def test_a_generation_that_is_damaged_or_of_another_layout() -> None:
    texts = ["Mèo đen ngủ."]
    manifest = Manifest("one", MADE.averages, MADE.model, MADE.dimension, "", 5)
    whole = packed(Generation(manifest, Statistics.count(texts), SyllableModel.count(texts)))
    other = packed(
        Generation(Manifest("one", {}, "", 1, "", 5, version=99), Statistics.count([]), SyllableModel.count([]))
    )
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    for content in (b"", whole[:-9], whole[:middle], flipped, other):
        with pytest.raises(BrokenGenerationError):
            unpacked(content)
