"""How often a key, or an address with wrong keys, may ask."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from index.storage.database import Server
from rag.http.access.keys import Keys, opened_keys
from rag.http.access.rates import SharedRates
from tests.support.gate import Clock, ask, bearer, cookie, gate
from tests.support.postgres import Postgres


def test_a_key_that_asks_too_often_waits_exactly(keys: Keys, clock: Clock) -> None:
    _, text = keys.add("a", ["ask"], 3)
    _, other = keys.add("b", ["ask"])
    app = gate(keys, per_minute=4, clock=clock)
    statuses = [ask(app, "POST /v1/ask", bearer(text)).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]

    clock.seconds += 0.5
    answer = ask(app, "POST /v1/chat/completions", bearer(text))
    # One in 20 s, of which half a second is over.
    assert (answer.status, answer.headers["retry-after"]) == (429, "20")
    assert answer.body["error"]["code"] == "rate_limit_exceeded"
    assert answer.body["detail"] == "This key may send 3 requests a minute; the next one in 20 s."
    # Another key has the settings' number, and public routes cost nothing.
    assert [ask(app, "POST /v1/ask", bearer(other)).status for _ in range(5)] == [200, 200, 200, 200, 429]
    assert ask(app, "GET /", cookie(f"hoidap_key={text}")).status == 200

    clock.seconds += 19.5
    assert [ask(app, "POST /v1/ask", bearer(text)).status for _ in range(2)] == [200, 429]


def test_what_a_key_may_not_do_counts_too(keys: Keys) -> None:
    _, text = keys.add("a", ["ask"], 2)
    app = gate(keys)
    assert [ask(app, "GET /metrics", bearer(text)).status for _ in range(3)] == [403, 403, 429]


def test_wrong_keys_are_limited_by_address(keys: Keys, clock: Clock) -> None:
    _, text = keys.add("a", ["ask"])
    app = gate(keys, clock=clock)
    statuses = [ask(app, "POST /v1/ask", bearer("hoidap_x")).status for _ in range(21)]
    assert statuses == [401] * 20 + [429]
    answer = ask(app, "GET /v1/session", cookie("hoidap_key=x"))
    assert (answer.status, answer.headers["retry-after"]) == (429, "3")
    # Not by a header that anybody can write, not for others, and not for right keys.
    forwarded = (b"x-forwarded-for", b"198.51.100.1"), (b"forwarded", b"for=198.51.100.1")
    assert ask(app, "POST /v1/ask", bearer("hoidap_x"), *forwarded).status == 429
    assert ask(app, "POST /v1/ask", bearer("hoidap_x"), client=("192.0.2.8", 1)).status == 401
    assert ask(app, "POST /v1/ask", bearer("hoidap_x"), client=None).status == 401
    assert ask(app, "POST /v1/ask", bearer(text)).status == 200
    assert ask(app, "POST /v1/ask").status == 401
    clock.seconds += 3
    assert ask(app, "POST /v1/ask", bearer("hoidap_x")).status == 401


def test_a_household_of_ipv6_is_one_address(keys: Keys) -> None:
    app = gate(keys)
    statuses = [
        ask(app, "POST /v1/ask", bearer("x"), client=(f"2001:db8:1:2::{number:x}", 1)).status for number in range(21)
    ]
    assert statuses == [401] * 20 + [429]
    assert ask(app, "POST /v1/ask", bearer("x"), client=("2001:db8:1:3::1", 1)).status == 401


def test_without_keys_nothing_is_limited(keys: Keys) -> None:
    app = gate(keys, "open", per_minute=1)
    assert {ask(app, "POST /v1/ask", bearer("x")).status for _ in range(30)} == {200}


# --- Counted over all who share a server -------------------------------------------------------------------


@pytest.fixture
def server(postgres: Postgres) -> Iterator[Server]:
    with postgres.schema() as schema:
        yield schema


def let_pass(rates: SharedRates, seconds: float) -> None:
    rates._db.rows("UPDATE rates SET filled_at = filled_at - CAST(? AS DOUBLE PRECISION)", (seconds,))


def test_a_bucket_empties_and_fills_evenly_on_a_server(server: Server) -> None:
    """Three a minute: one in 20 s. The statements take milliseconds of the time that passes."""
    with closing(SharedRates(server)) as rates:
        assert [rates.take("k", 3) for _ in range(3)] == [0, 0, 0]
        assert rates.take("k", 3) == pytest.approx(20, abs=1)
        assert rates.take("other", 3) == 0
        let_pass(rates, 10)
        assert rates.take("k", 3) == pytest.approx(10, abs=1)
        let_pass(rates, 10)
        assert rates.take("k", 3) == 0
        assert rates.take("k", 3) == pytest.approx(20, abs=1)
        let_pass(rates, 100_000)
        assert [rates.take("k", 3) > 0 for _ in range(4)] == [False, False, False, True]


def test_replicas_at_once_let_in_no_more_than_one_would(server: Server) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(8) as threads:
        replicas = [stack.enter_context(closing(SharedRates(server))) for _ in range(2)]
        waits = list(threads.map(lambda number: replicas[number % 2].take("k", 10), range(60)))
    assert waits.count(0) == 10


def test_two_servers_count_together_and_a_revoked_key_ends_on_both_at_once(server: Server) -> None:
    with opened_keys(server) as one, opened_keys(server) as two:
        key, text = one.add("a", ["ask"], 5)
        gates = [gate(one), gate(two)]
        statuses = [ask(gates[number % 2], "POST /v1/ask", bearer(text)).status for number in range(6)]
        assert statuses == [200] * 5 + [429]
        assert one.revoke(key.id)
        assert [ask(each, "POST /v1/ask", bearer(text)).status for each in gates] == [401, 401]


def test_a_server_that_is_gone_lets_nobody_in(server: Server) -> None:
    with opened_keys(server) as keys:
        _, text = keys.add("a", ["ask"], 5)
        app = gate(keys)
        assert keys.rates is not None
        keys.rates.close()
        assert ask(app, "POST /v1/ask", bearer(text)).status == 503
