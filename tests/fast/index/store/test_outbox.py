"""Each change of the store leaves a row for each live collection, in its own transaction; whoever takes it is alone."""

import pytest

from index.clock import Clock
from index.storage.database import Where
from index.storage.errors import Refused
from index.store.outbox import Change, Outbox
from index.store.store import Store
from tests.support.clock import FakeClock
from tests.support.encoders import HashEncoder, draft, ingester

LIVE = "INSERT INTO collections (name, layout, made) VALUES (?, 1, '{}')"


def put(store: Store, *articles: str, text: str = "Mèo đen.") -> None:
    list(ingester(store, HashEncoder()).ingest([draft(article, f"{text} {article}") for article in articles]))


def live(store: Store, *names: str) -> Outbox:
    for name in names:
        store.database.rows(LIVE, (name,))
    return Outbox(store.database)


def test_without_a_collection_nothing_is_written(store: Store) -> None:
    outbox = live(store)
    put(store, "a")
    store.remove(["a"])
    assert store.database.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert outbox.reached("nobody") == 2


def test_changes_and_the_chunks_that_they_added(store: Store) -> None:
    put(store, "a")
    outbox = live(store, "one", "two")
    # A chunk holds 256 characters, so each of these sentences is one.
    put(store, "b", text=f"{'Mèo ' * 60}. {'Hổ ' * 80}.")
    put(store, "c")
    store.remove(["a", "nobody"])
    store.withdraw("c", "2025-01-05")
    [first, second] = [store.passages_of(article) for article in ("b", "c")]
    expected = [
        Change(2, first[0].chunk.id, first[-1].chunk.id),
        Change(3, second[0].chunk.id, second[0].chunk.id),
        Change(4, 1, 0),
    ]
    assert len(first) == 2
    assert outbox.outstanding("one") == outbox.outstanding("two") == expected


def test_who_is_known_by_reached(store: Store) -> None:
    outbox = live(store, "one", "two")
    for article in "abc":
        put(store, article)
    assert (outbox.reached("one"), outbox.reached("two")) == (0, 0)
    with outbox.taken("one", 2, 1) as changes:
        assert [change.sequence for change in changes] == [1]
        assert outbox.reached("one") == 0
    assert (outbox.reached("one"), outbox.reached("two")) == (1, 0)
    with outbox.taken("one", 2, 9) as changes:
        assert [change.sequence for change in changes] == [2]
    with outbox.taken("one", 2, 9) as changes:
        assert changes == []
    with outbox.taken("one", 3, 9):
        pass
    assert (outbox.reached("one"), outbox.outstanding("two")[0].sequence) == (3, 1)


def test_what_is_broken_off_is_free_again(store: Store) -> None:
    outbox = live(store, "one")
    put(store, "a")
    with pytest.raises(Refused), outbox.taken("one", 9, 9):
        raise Refused("broken off")
    with outbox.taken("one", 9, 9) as changes:
        assert [change.sequence for change in changes] == [1]


def test_a_change_that_is_not_written_has_no_row(store: Store) -> None:
    outbox = live(store, "one")
    put(store, "a")
    store.database.rows("DROP TABLE gone")
    with pytest.raises(Exception, match="gone"):
        store.remove(["a"])
    assert [change.sequence for change in outbox.outstanding("one")] == [1]


def test_lag(where: Where) -> None:
    clock: Clock = (fake := FakeClock())
    fake.pass_(1000)
    store = Store(where, clock)
    outbox = live(store, "one")
    assert outbox.lag("one") == (0, None)
    put(store, "a")
    fake.pass_(5)
    put(store, "b")
    assert outbox.lag("one") == (2, 1000.0)
    store.close()
