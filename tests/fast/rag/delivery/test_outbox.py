import threading
from collections.abc import Iterator

import pytest

from index.storage.database import Database, Where
from rag.delivery.channels import Channel, Email, SlackChannel, Webhook
from rag.delivery.outbox import LEASE, LeaseLost, Outbox, enqueue
from tests.support.letters import outbox, put
from tests.support.stores import beside
from tests.support.webhook_server import SECRET

AN, ROOM, HOOK = Email("an@bao.example"), SlackChannel("C0NEWS"), Webhook("https://nhan.example/", SECRET)


@pytest.fixture
def desk(where: Where) -> Iterator[tuple[Database, Outbox]]:
    database, found = outbox(where)
    yield database, found
    database.close()


def test_an_issue_is_put_once_over_each_channel(desk: tuple[Database, Outbox]) -> None:
    database, box = desk
    with database.writing() as db:
        db.execute("INSERT INTO issues VALUES ('i1')")
        for now in (1.0, 2.0):
            enqueue(db, "i1", [AN, HOOK, AN], now)

    assert [(each.kind, each.to, each.state, each.tries) for each in box.of("i1")] == [
        ("email", "a…@bao.example", "waiting", 0),
        ("webhook", "https://nhan.example/…", "waiting", 0),
    ]
    assert box.due() == 1.0


def test_nothing_is_put_where_the_transaction_fails(desk: tuple[Database, Outbox]) -> None:
    database, box = desk
    with pytest.raises(ZeroDivisionError), database.writing() as db:
        db.execute("INSERT INTO issues VALUES ('i1')")
        enqueue(db, "i1", [AN], 1.0)
        raise ZeroDivisionError

    assert (box.of("i1"), box.due(), box.claim(9.0)) == ([], None, None)


def test_each_is_claimed_once_however_many_claim(desk: tuple[Database, Outbox], where: Where) -> None:
    database, _ = desk
    for number in range(20):
        put(database, AN, issue=f"i{number}")
    claimed: list[str] = []

    def claim() -> None:
        own, box = outbox(where)
        while found := box.claim(1.0):
            claimed.append(found.issue)
        own.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == sorted(f"i{number}" for number in range(20))


def test_the_oldest_goes_first_and_none_before_its_time(desk: tuple[Database, Outbox]) -> None:
    database, box = desk
    put(database, AN, 20.0, "late")
    put(database, AN, 10.0, "early")

    assert box.claim(9.9) is None
    assert [found.issue for found in (box.claim(30.0), box.claim(30.0)) if found] == ["early", "late"]


@pytest.mark.parametrize("channel", [AN, ROOM, HOOK], ids=["email", "slack", "webhook"])
def test_one_that_ends_before_the_mark_is_sent_by_another(desk: tuple[Database, Outbox], channel: Channel) -> None:
    database, box = desk
    put(database, channel)
    first = box.claim(1.0)
    assert first is not None

    assert box.claim(LEASE + 0.9) is None
    second = box.claim(LEASE + 1.0)

    assert second is not None
    assert (second.id, second.tries) == (first.id, 2)
    # The first was not dead, only slow.
    with pytest.raises(LeaseLost):
        box.mark(first, 400.0)
    with pytest.raises(LeaseLost):
        box.settle(first, "sent", "", 400.0)
    box.mark(second, 400.0)


@pytest.mark.parametrize("channel", [AN, ROOM], ids=["email", "slack"])
def test_one_that_ends_after_the_mark_is_left_to_people(desk: tuple[Database, Outbox], channel: Channel) -> None:
    database, box = desk
    name = put(database, channel)
    first = box.claim(1.0)
    assert first is not None
    box.mark(first, 2.0)

    assert box.claim(LEASE + 1.9) is None
    assert box.of("i1")[0].state == "waiting"
    assert box.claim(LEASE + 2.0) is None
    (standing,) = box.of("i1")
    assert (standing.state, standing.tries) == ("uncertain", 1)
    assert "may have arrived" in standing.detail

    assert box.again(name, 900.0)
    assert not box.again(name, 900.0)
    second = box.claim(900.0)
    assert second is not None
    assert (second.id, second.tries, second.since) == (name, 1, 900.0)
    with pytest.raises(LeaseLost):
        box.settle(first, "sent", "", 901.0)


def test_a_webhook_that_ends_after_the_mark_is_sent_again(desk: tuple[Database, Outbox]) -> None:
    database, box = desk
    put(database, HOOK)
    first = box.claim(1.0)
    assert first is not None
    box.mark(first, 2.0)

    second = box.claim(LEASE + 2.0)

    assert second is not None
    assert second.id == first.id


def test_one_that_was_only_slow_still_says_that_it_arrived(desk: tuple[Database, Outbox]) -> None:
    database, box = desk
    put(database, AN)
    first = box.claim(1.0)
    assert first is not None
    box.mark(first, 2.0)
    assert box.claim(LEASE + 2.0) is None

    box.settle(first, "sent", "", 400.0)

    assert [(each.state, each.at) for each in box.of("i1")] == [("sent", 400.0)]
    with pytest.raises(LeaseLost):
        box.mark(first, 401.0)


def test_parts_that_arrived_are_remembered(desk: tuple[Database, Outbox]) -> None:
    database, box = desk
    put(database, ROOM)
    first = box.claim(1.0)
    assert first is not None
    box.mark(first, 2.0)
    box.progressed(first, "[1, null]")

    second = box.claim(LEASE + 2.0)

    assert second is not None
    assert second.progress == "[1, null]"


def test_a_delivery_goes_with_its_issue(desk: tuple[Database, Outbox]) -> None:
    database, box = desk
    put(database, AN)
    claimed = box.claim(1.0)
    assert claimed is not None
    with database.writing() as db:
        db.execute("DELETE FROM issues")

    assert box.of("i1") == []
    with pytest.raises(LeaseLost):
        box.mark(claimed, 2.0)


def test_each_database_has_a_key_of_its_own(where: Where) -> None:
    keys = set()
    for name in ("a", "b"):
        database, box = outbox(beside(where, name))
        keys.add(box.key())
        database.close()
        database, box = outbox(beside(where, name))
        keys.add(box.key())
        database.close()

    assert [len(key) for key in keys] == [32, 32]
