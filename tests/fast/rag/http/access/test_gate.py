"""What each route needs, and who comes in with what key."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from rag.http.access.callers import SCOPES
from rag.http.access.gate import Gate, needed
from rag.http.access.keys import FILE, Keys, opened_keys
from tests.support.gate import ask, bearer, cookie, gate

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
        ("GET /v1/facets", "ask"),
        ("GET /v1/archive", "ask"),
        ("GET /v1/entities", "ask"),
        ("GET /v1/entities/person/ai", "ask"),
        ("GET /v1/entities/person", "admin"),
        ("PATCH /v1/articles", "ingest"),
        ("DELETE /v1/articles", "ingest"),
        ("GET /v1/conversations", "ask"),
        ("GET /v1/conversations/c1", "ask"),
        ("DELETE /v1/conversations/c1", "ask"),
        ("PATCH /v1/conversations/c1", "ask"),
        ("GET /v1/answers/a1/export", "ask"),
        ("GET /v1/answers/a1/suggestions", "ask"),
        ("POST /v1/answers/a1/share", "ask"),
        ("GET /v1/shared", "ask"),
        ("GET /v1/shared/t1", "ask"),
        ("DELETE /v1/shared/t1", "ask"),
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
