"""What browsers are told."""

from typing import Any

from starlette.responses import Response

from rag.http.access.headers import Headers
from rag.http.access.keys import Keys
from tests.support.gate import TOLD, ask, gate


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
