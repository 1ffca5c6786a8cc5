"""Admission of requests: the scope that each route needs, the key of the request, and its Host and Origin.

Whatever the table of routes does not name needs the scope `admin`. A key is never logged, nor sent back.
"""

import re
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic
from typing import Literal

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection
from typing_extensions import override

from index.storage.errors import StoreError
from rag.contract.problems import problem
from rag.errors import SettingsError
from rag.http.access.callers import LOCAL, Caller, Scope
from rag.http.access.keys import Key, Keys
from rag.http.access.origins import came_by_proxy, from_another_site, hosts, is_loopback, is_loopback_name, values
from rag.http.access.rates import Rates
from rag.http.problems import problem_of, response_of
from rag.telemetry.asgi import Middleware

COOKIE = "hoidap_key"
SESSION = "/v1/session"
Mode = Literal["open", "keys"]

# Where a key is needed and a public route is asked without one.
_NOBODY = Caller("", "", frozenset())
_WRONG_KEYS_PER_MINUTE = 20
_READERS = 8  # of keys on a server

# The scope that a route needs, None where anybody may come. HEAD counts as GET.
_ROUTES: tuple[tuple[str, str, Scope | None], ...] = (
    ("GET", r"/|/livez|/readyz|/openapi\.json|/favicon\.(ico|svg)|/static/([a-z]+/)?[^/]+", None),
    ("GET POST DELETE", SESSION, None),
    ("GET", r"/v1/(articles(/[^/]+)?|sources|stories(/[^/]+)?|timeline|models(/[^/]+)?)", "ask"),
    ("GET", r"/feeds/[^/]+\.atom", None),
    ("GET POST", r"/unsubscribe/[^/]+", None),
    ("GET", r"/v1/(articles(/[^/]+)?|facets|archive|entities(/[^/]+/[^/]+)?|sources|models(/[^/]+)?)", "ask"),
    ("POST", r"/v1/(ask|search|feedback|chat/completions)", "ask"),
    ("GET POST PATCH DELETE", r"/v1/(topics|briefings)(/[^/]+(/(news|seen|feed|preview|issues))?)?", "ask"),
    ("GET", r"/v1/issues/[^/]+", "ask"),
    ("POST", r"/v1/issues/[^/]+/deliveries/[^/]+", "ask"),
    ("POST", r"/v1/brief", "ask"),
    ("GET PATCH DELETE", r"/v1/conversations(/[^/]+)?", "ask"),
    ("GET", r"/v1/answers/[^/]+/(export|suggestions)", "ask"),
    ("POST", r"/v1/answers/[^/]+/share", "ask"),
    ("GET DELETE", r"/v1/shared(/[^/]+)?", "ask"),
    ("GET POST DELETE", r"/mcp/?", "ask"),
    ("POST", r"/v1/(articles|files)", "ingest"),
    ("GET POST DELETE", r"/v1/feeds", "ingest"),
    ("PATCH DELETE", r"/v1/articles(/[^/]+)?", "ingest"),
)
_NEEDED = tuple((methods.split(), re.compile(path), scope) for methods, path, scope in _ROUTES)
# Where clients are OpenAI's.
_OPENAI = re.compile(r"/v1/(chat/completions|models(/[^/]+)?)")


def mode_for(access: Literal["auto", "keys", "open"], host: str, keys_exist: bool) -> Mode:
    """Whether requests need a key on a server that listens on `host`. SettingsError where they do and there is none."""
    if access == "open" or (access == "auto" and is_loopback(host)):
        return "open"
    if not keys_exist:
        raise SettingsError(
            f"On {host or 'every address'} a key is needed (access = {access}) and there is none; make one with "
            "`hoidap keys add NAME --scope ask`, or listen on 127.0.0.1."
        )
    return "keys"


def needed(method: str, path: str) -> Scope | None:
    """The scope that a request needs; None where anybody may come. `path` is percent-decoded, as routes see it."""
    method = "GET" if method == "HEAD" else method
    found = (scope for methods, form, scope in _NEEDED if method in methods and form.fullmatch(path))
    return next(found, "admin")


class Gate(Middleware):
    """Admits requests, and leaves a `Caller` in the state of each; refuses the others.

    Without `keys` that is everybody; with `loopback_only` everybody who asked for this machine by a loopback name, as a
    page whose name was made to lead here did not (DNS rebinding), and through no proxy. The owner of the data folder,
    who comes over the socket in it, needs no key. `per_minute` is for keys without a number of their own; `now` gives
    seconds that never go back.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Keys | None,
        per_minute: int,
        *,
        loopback_only: bool,
        now: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(app)
        self._keys = keys
        self._per_minute = per_minute
        self._loopback_only = loopback_only
        self._requests = Rates(now)
        self._wrong_keys = Rates(now)
        self._shared = keys.rates if keys is not None else None
        # A file is read under a lock: more threads would only wait. The routes' threads are for the routes.
        self._reading = CapacityLimiter(1 if self._shared is None else _READERS)

    @override
    async def handle(self, scope: Connection, receive: Receive, send: Send) -> None:
        loopback_only = _is_owner(scope) or (self._keys is None and self._loopback_only)
        admitted = _refusal(scope, loopback_only) or await self._admitted(scope)
        if isinstance(admitted, Response):
            await admitted(scope, receive, send)
            return
        # Not into a dictionary that requests might share.
        scope["state"] = {**scope.get("state", {}), "caller": admitted}
        if self._keys is not None and (scope["method"], scope["path"]) == ("POST", SESSION):
            await self._limited(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _admitted(self, connection: Connection) -> Caller | Response:
        if self._keys is None or _is_owner(connection):
            return LOCAL
        method, path = connection["method"], connection["path"]
        scope = needed(method, path)
        if scope is None and (method, path) not in (("GET", SESSION), ("HEAD", SESSION)):
            return _NOBODY
        text = key_text(connection)
        if text is None:
            return _NOBODY if scope is None else _refused(connection, "key-missing", _NO_KEY, "Bearer")
        try:
            key = await run_sync(self._keys.check, text, limiter=self._reading)
            if key is not None:
                return key.caller if scope is None else await self._allowed(connection, key, scope)
        except StoreError as error:
            return response_of(problem_of(error), openai=_is_openai(connection))
        refusal = self._wrong(connection)
        return _NOBODY if scope is None and refusal.status_code == 401 else refusal

    async def _allowed(self, connection: Connection, key: Key, scope: Scope) -> Caller | Response:
        per_minute = key.per_minute or self._per_minute
        if wait := await self._take(key.id, per_minute):
            detail = f"This key may send {per_minute} requests a minute; the next one in {ceil(wait)} s."
            return _refused(connection, "key-rate", detail, wait=wait)
        if not key.scopes & {scope, "admin"}:
            has = " ".join(sorted(key.scopes))
            detail = f"This needs a key with the scope {scope}; the one you sent has: {has}."
            challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
            return _refused(connection, "key-scope", detail, challenge)
        return key.caller

    async def _take(self, key_id: str, per_minute: int) -> float:
        if self._shared is None:
            return self._requests.take(key_id, per_minute)
        return await run_sync(self._shared.take, key_id, per_minute, limiter=self._reading)

    def _wrong(self, connection: Connection) -> Response:
        """Refuse a wrong key: 401, and 429 to who sends many.

        Right keys go on working from the same address. Otherwise one stranger could lock out all who come through the
        same proxy, and there is nothing to win: the limit saves work, the keys cannot be guessed.
        """
        if wait := self._wrong_keys.take(_address(connection), _WRONG_KEYS_PER_MINUTE):
            detail = f"Too many wrong keys came from your address; try again in {ceil(wait)} s."
            return _refused(connection, "wrong-keys", detail, wait=wait)
        return _refused(connection, "key-wrong", _WRONG_KEY, 'Bearer error="invalid_token"')

    async def _limited(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Let the session's route look at a key in a body, and count a wrong one like those in headers."""
        refusal: Response | None = None

        async def answering(message: Message) -> None:
            nonlocal refusal
            if message["type"] == "http.response.start" and message["status"] == 401:
                refusal = self._wrong(connection)
                await refusal(connection, receive, send)
            elif refusal is None:
                await send(message)

        await self._app(connection, receive, answering)


def _is_owner(connection: Connection) -> bool:
    """Whether it came over a socket that has no port: `rag.service.own_socket` lets only its owner connect."""
    return connection.get("server") is not None and connection["server"][1] is None


def key_text(connection: Connection) -> str | None:
    """What a request brings as its key: "" where it cannot be one, None where it brings none.

    `Authorization: Bearer` goes before the cookie. Of two there is no telling which is meant, and a neighbouring
    site can add a second cookie of the name.
    """
    authorizations = values(connection, b"authorization")
    if len(authorizations) > 1:
        return ""
    for authorization in authorizations:
        scheme, _, credentials = authorization.partition(b" ")
        # Another scheme is meant for a proxy in front of us.
        if scheme.lower() == b"bearer":
            return credentials.strip().decode("ascii", "replace")
    pairs = [pair.strip().partition(b"=") for line in values(connection, b"cookie") for pair in line.split(b";")]
    found = [value for name, _, value in pairs if name == COOKIE.encode()]
    if not found:
        return None
    return found[0].decode("ascii", "replace") if len(found) == 1 else ""


_NO_KEY = "A key is needed; send `Authorization: Bearer hoidap_...`. `hoidap keys add NAME --scope ask` makes one."
_WRONG_KEY = "This key is unknown or revoked; check it, or have another made with `hoidap keys add`."


def _refusal(connection: Connection, loopback_only: bool) -> Response | None:
    """Refuse what came by a name that is not this machine's, or from another site's page."""
    if loopback_only and (not is_loopback_name(hosts(connection)) or came_by_proxy(connection)):
        detail = (
            "Without keys only requests to localhost, 127.0.0.1 or [::1], and through no proxy, are answered; use one "
            "of these names, or ask the port of a server that was started with HOIDAP_ACCESS=keys."
        )
        return _refused(connection, "host-refused", detail)
    method, path = connection["method"], connection["path"]
    harmless = method in ("GET", "HEAD") and needed(method, path) is None
    if not harmless and from_another_site(connection):
        detail = (
            "A page of another site may not use this one. Behind a proxy, let it pass on the Host header as the "
            "browser sent it, and say X-Forwarded-Proto from an address in FORWARDED_ALLOW_IPS."
        )
        return _refused(connection, "origin-refused", detail)
    return None


def _refused(connection: Connection, name: str, detail: str, challenge: str = "", wait: float = 0) -> Response:
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    if wait:
        headers["Retry-After"] = str(ceil(wait))
    return response_of(problem(name, detail), headers, openai=_is_openai(connection))


def _is_openai(connection: Connection) -> bool:
    return _OPENAI.fullmatch(connection["path"]) is not None


def _address(connection: Connection) -> str:
    """Whose address it is; of IPv6 the network that one household has."""
    host = connection["client"][0] if connection.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host
