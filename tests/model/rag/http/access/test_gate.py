"""The gate before small applications: who comes in, with what key, from where; and what browsers are told."""

import asyncio
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from rag.http import sessions
from rag.http.access.callers import SCOPES, caller_of
from rag.http.access.gate import Gate, Mode, needed
from rag.http.access.headers import Headers
from rag.http.access.keys import FILE, Keys, opened_keys
from rag.http.app import build_app
from rag.http.problems import add_handlers
from rag.http.state import State
from rag.service.wiring import Service

HERE = "http://tin.example"


class Clock:
    def __init__(self) -> None:
        self.seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    with opened_keys(tmp_path / FILE) as opened:
        yield opened


async def _who(request: Request) -> Response:
    caller = caller_of(request)
    return JSONResponse({"key": caller.key, "name": caller.name, "scopes": sorted(caller.scopes)})


async def _socket(socket: WebSocket) -> None:
    await socket.accept()


def small_app() -> Starlette:
    anything = ["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"]
    return Starlette(routes=[WebSocketRoute("/{path:path}", _socket), Route("/{path:path}", _who, methods=anything)])


def gate(
    keys: Keys, mode: Mode = "keys", *, per_minute: int = 1000, loopback_only: bool = False, clock: Clock | None = None
) -> Gate:
    return Gate(
        small_app(), keys if mode == "keys" else None, per_minute, loopback_only=loopback_only, now=clock or Clock()
    )


@dataclass(frozen=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: Any


def ask(
    app: ASGIApp,
    line: str,
    *headers: tuple[bytes, bytes],
    host: Sequence[bytes] = (b"tin.example",),
    client: tuple[str, int] | None = ("192.0.2.7", 4711),
    scheme: str = "http",
) -> Answer:
    """A request as the server hands it in, with headers that no client library would send."""
    method, path = line.split()
    sent: list[Any] = []
    connection = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [*((b"host", each) for each in host), *headers],
        "client": client,
        "server": ("127.0.0.1", 8000),
        "state": {"request_id": "r1"},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def requested() -> None:
        await app(connection, receive, send)

    asyncio.run(requested())
    assert [message["type"] for message in sent].count("http.response.start") == 1
    body = b"".join(message.get("body", b"") for message in sent)
    return Answer(sent[0]["status"], httpx.Headers(sent[0]["headers"]), json.loads(body) if body else None)


def bearer(text: str, scheme: str = "Bearer") -> tuple[bytes, bytes]:
    return b"authorization", f"{scheme} {text}".encode()


def cookie(text: str) -> tuple[bytes, bytes]:
    return b"cookie", text.encode()


# --- What each route needs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_line", "scope"),
    [
        ("GET /", None),
        ("HEAD /", None),
        ("GET /static/main.js", None),
        ("GET /livez", None),
        ("GET /readyz", None),
        ("GET /openapi.json", None),
        ("GET /favicon.ico", None),
        ("GET /v1/session", None),
        ("POST /v1/session", None),
        ("DELETE /v1/session", None),
        ("POST /v1/ask", "ask"),
        ("POST /v1/search", "ask"),
        ("GET /v1/articles", "ask"),
        ("HEAD /v1/articles", "ask"),
        ("GET /v1/articles/cau-ho", "ask"),
        ("GET /v1/sources", "ask"),
        ("GET /v1/conversations", "ask"),
        ("GET /v1/conversations/c1", "ask"),
        ("DELETE /v1/conversations/c1", "ask"),
        ("POST /v1/feedback", "ask"),
        ("GET /v1/models", "ask"),
        ("GET /v1/models/hoidap", "ask"),
        ("POST /v1/chat/completions", "ask"),
        ("POST /mcp", "ask"),
        ("GET /mcp", "ask"),
        ("POST /mcp/", "ask"),
        ("POST /v1/articles", "ingest"),
        ("POST /v1/files", "ingest"),
        ("DELETE /v1/articles/cau-ho", "ingest"),
        ("GET /metrics", "admin"),
        # What is not in the table.
        ("GET /v1", "admin"),
        ("GET /v1/", "admin"),
        ("GET /v1/keys", "admin"),
        ("GET /v1/ask", "admin"),
        ("PUT /v1/articles/cau-ho", "admin"),
        ("PATCH /v1/session", "admin"),
        ("POST /", "admin"),
        ("OPTIONS /v1/ask", "admin"),
        ("OPTIONS /", "admin"),
        ("post /v1/ask", "admin"),
        ("BREW /v1/ask", "admin"),
        # What means another route to those who read paths in another way.
        ("POST //v1/ask", "admin"),
        ("POST /v1//ask", "admin"),
        ("POST /V1/ask", "admin"),
        ("POST /v1/ask/", "admin"),
        ("POST /v1/ask\n", "admin"),
        ("POST /v1/ask\x00", "admin"),
        ("POST /v1/ask;a=b", "admin"),
        ("GET /v1/session/../articles", "admin"),
        ("GET /v1/articles/../x", "admin"),
        ("GET /v1/articles/a/b", "admin"),
        ("GET /static/../v1/articles", "admin"),
        ("GET /static/", "admin"),
        ("GET /./", "admin"),
        ("GET //", "admin"),
        ("GET ", "admin"),
        ("GET *", "admin"),
        ("GET /metrics/", "admin"),
        ("GET /livez/../metrics", "admin"),
        ("POST /mcpx", "admin"),
        ("POST /mcp/x", "admin"),
    ],
)
def test_what_a_request_needs(request_line: str, scope: str | None) -> None:
    method, _, path = request_line.partition(" ")
    assert needed(method, path) == scope


def test_a_scope_opens_its_routes_and_admin_all(keys: Keys) -> None:
    app = gate(keys)
    texts = {scope: keys.add(scope, [scope])[1] for scope in SCOPES}
    lines = {"ask": "POST /v1/ask", "ingest": "DELETE /v1/articles/a", "admin": "GET /metrics"}
    opened = {
        (holder, scope)
        for holder, text in texts.items()
        for scope, line in lines.items()
        if ask(app, line, bearer(text)).status == 200
    }
    assert opened == {
        ("ask", "ask"),
        ("ingest", "ingest"),
        ("admin", "ask"),
        ("admin", "ingest"),
        ("admin", "admin"),
    }


def test_the_missing_scope_is_named(keys: Keys) -> None:
    _, text = keys.add("Trang tin", ["ask"])
    answer = ask(gate(keys), "POST /v1/articles", bearer(text))
    assert answer.status == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="ingest"'
    assert answer.body == {
        "type": "/problems/key-scope",
        "title": "The key may not do this",
        "status": 403,
        "detail": "This needs a key with the scope ingest; the one you sent has: ask.",
    }


# --- Keys ------------------------------------------------------------------------------------------------


def test_the_routes_learn_who_asks(keys: Keys) -> None:
    key, text = keys.add("Tòa soạn", ["ingest", "ask"])
    who = {"key": key.id, "name": "Tòa soạn", "scopes": ["ask", "ingest"]}
    for header in (
        bearer(text),
        bearer(text, "bearer"),
        bearer(text, "BEARER"),
        bearer(f"  {text} "),
        cookie(f"hoidap_key={text}"),
        cookie(f"theme=dark; hoidap_key={text}; a=b=c;;"),
    ):
        answer = ask(gate(keys), "POST /v1/ask", header)
        assert (answer.status, answer.body) == (200, who), header


def test_without_a_key(keys: Keys) -> None:
    for header in ((b"x-nothing", b""), bearer("dXNlcjpwYXNz", "Basic"), cookie("other=1"), (b"authorization", b"")):
        answer = ask(gate(keys), "POST /v1/ask", header)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "hoidap keys add NAME --scope ask" in answer.body["detail"]
        assert "error" not in answer.body


def test_a_proxys_own_credentials_leave_the_cookie_alone(keys: Keys) -> None:
    _, text = keys.add("a", ["ask"])
    basic = bearer("dXNlcjpwYXNz", "Basic")
    assert ask(gate(keys), "POST /v1/ask", basic, cookie(f"hoidap_key={text}")).status == 200


def test_what_is_not_one_right_key_is_wrong(keys: Keys) -> None:
    _, text = keys.add("a", ["admin"])
    wrong: list[list[tuple[bytes, bytes]]] = [
        [bearer(text), bearer(text)],
        [bearer(text), bearer("dXNlcjpwYXNz", "Basic")],
        [bearer(f"{text}, {text}")],
        [bearer(f"{text} {text}")],
        [bearer("")],
        [(b"authorization", b"Bearer")],
        [bearer(f'"{text}"')],
        [(b"authorization", b"Bearer \xff\xfe" + text.encode())],
        [(b"authorization", b"Bearer " + "hoidap_ắ".encode())],
        [bearer("x" * 1_000_000)],
        [bearer(text[:-1])],
        # A wrong one in the header is not made good by the cookie.
        [bearer("hoidap_x"), cookie(f"hoidap_key={text}")],
        [cookie(f'hoidap_key="{text}"')],
        [cookie(f"hoidap_key={text}; hoidap_key={text}")],
        [cookie(f"hoidap_key={text}"), cookie("hoidap_key=other")],
        [cookie("hoidap_key=")],
        [cookie("hoidap_key")],
        [(b"cookie", b"hoidap_key=\xff" + text.encode())],
    ]
    for headers in wrong:
        # A new gate each: this is more than a minute's wrong keys.
        answer = ask(gate(keys), "GET /metrics", *headers)
        assert answer.status == 401, headers
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_no_key_is_sent_back_or_logged(keys: Keys, caplog: pytest.LogCaptureFixture) -> None:
    key, text = keys.add("a", ["ask"], 1)
    secret = text.split("_", 2)[2]
    app = gate(keys)
    with caplog.at_level(logging.DEBUG):
        answers = [
            ask(app, "POST /v1/articles", bearer(text)),
            ask(app, "POST /v1/ask", bearer(text)),
            ask(app, "POST /v1/ask", bearer(text + "x")),
        ]
        keys.revoke(key.id)
        answers.append(ask(app, "POST /v1/ask", bearer(text)))
    assert [answer.status for answer in answers] == [403, 429, 401, 401]
    assert secret not in f"{answers}{caplog.text}"


def test_a_revoked_key_ends_at_once(keys: Keys, tmp_path: Path) -> None:
    key, text = keys.add("a", ["ask"])
    app = gate(keys)
    assert ask(app, "POST /v1/ask", bearer(text)).status == 200
    with opened_keys(tmp_path / FILE) as others:
        others.revoke(key.id)
    assert ask(app, "POST /v1/ask", bearer(text)).status == 401


def test_a_database_that_cannot_be_read_lets_nobody_in(keys: Keys) -> None:
    _, text = keys.add("a", ["admin"])
    app = gate(keys)
    keys.close()
    answer = ask(app, "POST /v1/chat/completions", bearer(text))
    assert answer.status == 503
    assert answer.body["error"]["type"] == "server_error"


def test_openai_clients_find_the_error(keys: Keys) -> None:
    for path, method in (("/v1/chat/completions", "POST"), ("/v1/models", "GET"), ("/v1/models/hoidap", "GET")):
        answer = ask(gate(keys), f"{method} {path}", bearer("hoidap_x"))
        assert answer.status == answer.body["status"] == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.body["error"] == {
            "message": answer.body["detail"],
            "type": "invalid_request_error",
            "param": None,
            "code": "invalid_api_key",
        }


def test_public_routes_know_nobody(keys: Keys) -> None:
    _, text = keys.add("a", ["admin"])
    nobody = {"key": "", "name": "", "scopes": []}
    for line in ("GET /", "GET /static/shared/app.css", "GET /livez", "POST /v1/session", "DELETE /v1/session"):
        answer = ask(gate(keys), line, bearer(text))
        assert (answer.status, answer.body) == (200, nobody), line


def test_the_session_tells_who_asks_without_a_need(keys: Keys) -> None:
    key, text = keys.add("a", ["ask"])
    app = gate(keys)
    assert ask(app, "GET /v1/session", cookie(f"hoidap_key={text}")).body["key"] == key.id
    assert ask(app, "GET /v1/session", cookie("hoidap_key=old")).body["scopes"] == []
    assert ask(app, "GET /v1/session").body["scopes"] == []


def test_the_state_of_a_request_is_its_own(keys: Keys) -> None:
    shared = {"request_id": "r1"}
    seen: list[Any] = []

    async def inner(connection: Any, receive: Any, send: Any) -> None:
        seen.append(connection["state"])
        await Response()(connection, receive, send)

    _, text = keys.add("a", ["ask"])
    app = Gate(inner, keys, 10, loopback_only=False)
    connection = {
        "type": "http",
        "method": "POST",
        "path": "/v1/ask",
        "scheme": "http",
        "headers": [bearer(text)],
        "state": shared,
    }

    async def send(message: Any) -> None: ...

    async def receive() -> Any: ...

    async def requested() -> None:
        await app(connection, receive, send)

    asyncio.run(requested())
    assert set(seen[0]) == {"request_id", "caller"}
    assert shared == {"request_id": "r1"}


def test_websockets_stay_outside(keys: Keys) -> None:
    for app in (gate(keys), gate(keys, "open")):
        with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect("/v1/ask"):
            pass


# --- Rates -----------------------------------------------------------------------------------------------


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


# --- By which name, from which site ----------------------------------------------------------------------


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


# --- What browsers are told ------------------------------------------------------------------------------

TOLD = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def test_every_response_tells_browsers_to_be_careful(keys: Keys) -> None:
    app = Headers(gate(keys))
    for line in ("GET /", "GET /livez", "POST /v1/ask", "GET /nowhere"):
        headers = ask(app, line).headers
        assert {name: headers.get(name) for name in TOLD} == TOLD
        assert headers.get("cache-control") == ("no-store" if "/v1/" in line else None)
        assert "strict-transport-security" not in headers
    assert ask(app, "GET /", scheme="https").headers["strict-transport-security"] == "max-age=31536000"


def test_what_a_response_says_itself_stays() -> None:
    own = {"Content-Security-Policy": "default-src 'self'", "Cache-Control": "max-age=60"}

    async def page(connection: Any, receive: Any, send: Any) -> None:
        await Response("", headers=own)(connection, receive, send)

    headers = ask(Headers(page), "GET /v1/page").headers
    assert headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert headers.get_list("cache-control") == ["max-age=60"]


# --- Before our routes -----------------------------------------------------------------------------------


@pytest.fixture
def ours(sample_service: Service, keys: Keys) -> Iterator[TestClient]:
    with TestClient(build_app(State.of(sample_service, keys)), HERE, raise_server_exceptions=False) as client:
        yield client


def test_every_route_is_in_the_table(ours: TestClient) -> None:
    described = ours.get("/openapi.json").json()["paths"]
    lines = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    assert "DELETE /v1/articles/{article_id}" in lines
    public = {"GET /livez", "GET /readyz", "GET /v1/session", "POST /v1/session", "DELETE /v1/session"}
    for line in lines - public:
        method, path = line.split()
        assert (line, needed(method, path)) in {(line, "ask"), (line, "ingest"), ("GET /metrics", "admin")}
        answer = ours.request(method, path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), line
        assert {name: answer.headers.get(name) for name in TOLD} == TOLD


def test_our_routes_with_a_key(ours: TestClient, keys: Keys) -> None:
    headers = {"Authorization": f"Bearer {keys.add('a', ['ask'])[1]}"}
    answer = ours.get("/v1/articles", headers=headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert ours.get("/v1/models", headers=headers).status_code == 200
    assert ours.get("/metrics", headers=headers).status_code == 403
    assert ours.delete("/v1/articles/none", headers=headers).status_code == 403
    assert ours.get("/livez").status_code == 200
    admin = {"Authorization": f"Bearer {keys.add('b', ['admin'])[1]}"}
    assert ours.get("/metrics", headers=admin).status_code == 200
    # Paths come decoded: these are other routes, or none.
    for path in ("//v1/articles", "/v1/articles/%2e%2e/%2e%2e/metrics", "/v1/%61rticles", "/V1/articles"):
        expected = {"/v1/%61rticles": 200}.get(path, 403)
        assert ours.get(f"{HERE}{path}", headers=headers).status_code == expected, path


# --- The session, before a service ----------------------------------------------------------------------


@pytest.fixture
def page(sample_service: Service, keys: Keys, clock: Clock) -> Iterator[TestClient]:
    with TestClient(session_app(sample_service, keys, clock), HERE, raise_server_exceptions=False) as client:
        yield client


def session_app(service: Service, keys: Keys | None, clock: Clock) -> FastAPI:
    app = FastAPI()
    state = State.of(service, keys)
    app.state.hoidap = state
    app.include_router(sessions.router)
    app.add_api_route("/v1/ask", _who, methods=["POST"])
    add_handlers(app)
    app.add_middleware(Gate, keys=keys, per_minute=100, loopback_only=False, now=clock)
    return app


def test_a_page_logs_in_and_out(page: TestClient, keys: Keys) -> None:
    key, text = keys.add("Tòa soạn", ["ingest", "ask"])
    session = page.get("/v1/session").json()
    assert (session["access"], session["name"], session["scopes"]) == ("keys", None, [])
    assert page.post("/v1/ask").status_code == 401

    answer = page.post("/v1/session", json={"key": f" {text}\n"})
    assert (answer.status_code, answer.content) == (204, b"")
    said = answer.headers["set-cookie"]
    assert said == f"hoidap_key={text}; HttpOnly; Path=/; SameSite=strict"

    session = page.get("/v1/session").json()
    assert (session["name"], session["scopes"]) == ("Tòa soạn", ["ask", "ingest"])
    assert page.post("/v1/ask").json()["key"] == key.id

    assert page.delete("/v1/session").status_code == 204
    assert page.post("/v1/ask").status_code == 401
    assert keys.check(text) == key


def test_what_there_is_to_ask(page: TestClient) -> None:
    session = page.get("/v1/session").json()
    assert session == {
        "access": "keys",
        "name": None,
        "scopes": [],
        "generators": ["extractive"],
        "generator": "extractive",
        "articles": 42,
        "chunks": session["chunks"],
        "languages": ["en", "ja", "ru", "vi", "zh"],
    }


def test_the_cookie_is_secure_where_the_page_is(page: TestClient, keys: Keys) -> None:
    _, text = keys.add("a", ["ask"])
    answer = page.post("https://tin.example/v1/session", json={"key": text})
    assert answer.headers["set-cookie"].split("; ")[1:] == ["HttpOnly", "Path=/", "SameSite=strict", "Secure"]


def test_a_wrong_key_gets_no_cookie_and_is_counted(page: TestClient, clock: Clock) -> None:
    wrong = "hoidap_00000000_" + "x" * 43
    answers = [page.post("/v1/session", json={"key": wrong}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert answers[0].headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answers[0].json()["type"] == "/problems/key-wrong"
    assert answers[20].headers["retry-after"] == "3"
    assert not [answer for answer in answers if "set-cookie" in answer.headers or wrong in answer.text]
    # The same count as for keys in headers.
    assert page.post("/v1/ask", headers={"Authorization": "Bearer x"}).status_code == 429
    clock.seconds += 3
    assert page.post("/v1/session", json={"key": wrong}).status_code == 401


def test_a_body_that_is_no_key_is_not_sent_back(page: TestClient) -> None:
    for body in ({"key": "hoidap_" + "s" * 500}, {"key": ["sssss"]}, {"schlüssel": "sssss"}):
        answer = page.post("/v1/session", json=body)
        assert answer.status_code == 422
        assert "sssss" not in answer.text


def test_no_key_is_asked_for_where_none_is_needed(sample_service: Service, clock: Clock) -> None:
    with TestClient(session_app(sample_service, None, clock), HERE) as page:
        session = page.get("/v1/session").json()
        assert (session["access"], session["name"], session["scopes"]) == ("open", None, ["admin", "ask", "ingest"])
        answer = page.post("/v1/session", json={"key": "anything"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (204, False)
