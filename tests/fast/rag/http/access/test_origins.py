"""By which name and from which site the service is asked."""

import pytest

from rag.http.access.keys import Keys
from tests.support.gate import ask, bearer, gate


@pytest.mark.parametrize(
    "host",
    [b"localhost", b"LocalHost:8000", b"127.0.0.1", b"127.0.0.1:8000", b"127.9.8.7:1", b"[::1]", b"[::1]:8000"],
)
def test_loopback_names_are_answered_without_keys(keys: Keys, host: bytes) -> None:
    answer = ask(gate(keys, "open", loopback_only=True), "POST /v1/articles", host=[host])
    assert (answer.status, answer.body["scopes"]) == (200, ["admin", "ask", "ingest"])


@pytest.mark.parametrize("header", [b"forwarded", b"x-forwarded-for", b"x-real-ip"])
def test_a_proxy_in_front_wants_keys(keys: Keys, header: bytes) -> None:
    """It may ask for this machine by its loopback name, whoever it asks for."""
    forwarded, here = (header, b"203.0.113.9"), [b"127.0.0.1:8000"]
    answer = ask(gate(keys, "open", loopback_only=True), "POST /v1/ask", forwarded, host=here)
    assert answer.status == 421
    assert "HOIDAP_ACCESS=keys" in answer.body["detail"]
    assert ask(gate(keys, "open", loopback_only=True), "POST /v1/ask", host=here).status == 200
    assert ask(gate(keys, "open"), "POST /v1/ask", forwarded, host=here).status == 200


@pytest.mark.parametrize(
    "host",
    [
        [],
        [b""],
        [b"tin.example"],
        [b"localhost.tin.example"],
        [b"127.0.0.1.tin.example"],
        [b"tin.example@localhost"],
        [b"localhost@tin.example"],
        [b"localhost:80@tin.example"],
        [b"localhost:8000:8000"],
        [b"localhost:"],
        [b"localhost:x"],
        [b"localhost/"],
        [b"localhost\n"],
        [b"localhost, tin.example"],
        [b"localhost", b"localhost"],
        [b"localhost", b"tin.example"],
        [b"::1"],
        [b"[::2]"],
        [b"[::1].tin.example"],
        [b"128.0.0.1"],
        [b"0.0.0.0"],
        [b"192.168.1.7:8000"],
        ["127.0.0.١".encode()],
        [b"\xff"],
    ],
)
def test_other_names_are_not(keys: Keys, host: list[bytes]) -> None:
    app = gate(keys, "open", loopback_only=True)
    for line in ("POST /v1/ask", "GET /", "GET /v1/session"):
        answer = ask(app, line, (b"x-forwarded-host", b"localhost"), host=host)
        assert answer.status == 421
        assert "HOIDAP_ACCESS=keys" in answer.body["detail"]
    # Where keys are needed, or the operator opened the server to all, the name does not matter.
    assert ask(gate(keys, "open"), "POST /v1/ask", host=host).status == 200
    _, text = keys.add("a", ["ask"])
    assert ask(gate(keys, loopback_only=True), "POST /v1/ask", bearer(text), host=host).status == 200


@pytest.mark.parametrize(
    ("scheme", "host", "origin"),
    [
        ("http", b"tin.example", b"http://tin.example"),
        ("http", b"tin.example", b"HTTP://TIN.example"),
        ("http", b"tin.example:8000", b"http://tin.example:8000"),
        ("http", b"tin.example:80", b"http://tin.example"),
        ("https", b"tin.example:443", b"https://tin.example"),
        ("https", b"[2001:db8::1]:8443", b"https://[2001:db8::1]:8443"),
    ],
)
def test_our_own_pages_may_use_us(keys: Keys, scheme: str, host: bytes, origin: bytes) -> None:
    app = gate(keys, "open")
    for site in ([], [(b"sec-fetch-site", b"same-origin")], [(b"sec-fetch-site", b"none")]):
        assert ask(app, "POST /v1/ask", (b"origin", origin), *site, host=[host], scheme=scheme).status == 200


def test_our_own_pages_behind_a_proxy_that_speaks_https(keys: Keys) -> None:
    app = gate(keys, "open")
    ours, same = (b"origin", b"https://tin.example"), (b"sec-fetch-site", b"same-origin")
    assert ask(app, "POST /v1/ask", ours, same).status == 200
    # Without the browser's word it could be another server on that name.
    assert ask(app, "POST /v1/ask", ours).status == 403
    assert ask(app, "POST /v1/ask", ours, (b"x-forwarded-proto", b"https")).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        [(b"origin", b"http://other.example")],
        [(b"origin", b"null")],
        [(b"origin", b"")],
        [(b"origin", b"tin.example")],
        [(b"origin", b"http://tin.example/")],
        [(b"origin", b"http://tin.example.other.example")],
        [(b"origin", b"http://tin.example:8000")],
        [(b"origin", b"http://user@tin.example")],
        [(b"origin", b"https://tin.example")],
        [(b"origin", b"http://tin.example"), (b"origin", b"http://tin.example")],
        [(b"origin", b"http://tin.example, http://other.example")],
        [(b"origin", b"http://other.example"), (b"sec-fetch-site", b"same-origin")],
        [(b"origin", b"null"), (b"sec-fetch-site", b"same-origin")],
        [(b"sec-fetch-site", b"cross-site")],
        [(b"sec-fetch-site", b"same-site")],
        [(b"sec-fetch-site", b"same-origin"), (b"sec-fetch-site", b"cross-site")],
        [(b"sec-fetch-site", b"")],
        [(b"sec-fetch-site", b"cross-site"), (b"origin", b"http://tin.example")],
    ],
)
def test_other_sites_pages_may_not(keys: Keys, headers: list[tuple[bytes, bytes]]) -> None:
    _, text = keys.add("a", ["admin"])
    for app in (gate(keys, "open"), gate(keys)):
        for line in ("POST /v1/ask", "POST /mcp", "POST /v1/session", "DELETE /v1/articles/a", "GET /v1/articles"):
            answer = ask(app, line, bearer(text), *headers)
            assert (answer.status, answer.body["type"]) == (403, "/problems/origin-refused"), line
        for line in ("GET /", "HEAD /static/shared/app.css", "GET /livez", "GET /v1/session"):
            assert ask(app, line, *headers).status == 200, line


def test_two_hosts_have_no_origin(keys: Keys) -> None:
    two = [b"tin.example", b"tin.example"]
    assert ask(gate(keys, "open"), "POST /v1/ask", (b"origin", b"http://tin.example"), host=two).status == 403


def test_a_link_on_another_site_may_be_followed(keys: Keys) -> None:
    link = [(b"sec-fetch-site", b"cross-site"), (b"sec-fetch-mode", b"navigate"), (b"sec-fetch-dest", b"document")]
    app = gate(keys, "open")
    assert ask(app, "GET /v1/articles/a", *link).status == 200
    # But not as a form's target or inside a frame.
    assert ask(app, "POST /v1/articles", *link).status == 403
    assert ask(app, "DELETE /v1/articles/a", *link).status == 403
    assert ask(app, "GET /v1/articles/a", *link[:2], (b"sec-fetch-dest", b"iframe")).status == 403
    assert ask(app, "GET /v1/articles/a", *link, (b"origin", b"null")).status == 403


def test_a_preflight_is_answered_with_nothing(keys: Keys) -> None:
    preflight = [
        (b"origin", b"http://other.example"),
        (b"access-control-request-method", b"POST"),
        (b"access-control-request-headers", b"authorization"),
    ]
    for app in (gate(keys), gate(keys, "open")):
        answer = ask(app, "OPTIONS /v1/ask", *preflight)
        assert answer.status == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]
