"""How often a key, or an address with wrong keys, may ask."""

from rag.http.access.keys import Keys
from tests.support.gate import Clock, ask, bearer, cookie, gate


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
