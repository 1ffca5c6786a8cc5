"""The log: a line for each request, in a form for people or for machines.

It never holds what was asked. A path, a query and the message of an exception may quote a question or a key, so that
routes are logged by their template, and exceptions by their types and places only.
"""

import logging
import os
import re
import secrets
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Literal, TypeAlias

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter
from rich.console import Console
from rich.text import Text
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from rag.telemetry.asgi import Middleware
from rag.telemetry.requests import request_id, route_of

_log = logging.getLogger("hoidap.requests")

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_OURS = ("hoidap", "rag", "index")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Asked often, and worth a line only to who looks for trouble.
_ROUTINE = {"/livez", "/readyz", "/metrics", "/static/{name:path}"}
# As nginx has it: the client left before its answer was whole.
_LEFT = 499
_FRAMES = 6
_CAUSES = 4

_ErrorInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# --- Requests --------------------------------------------------------------------------------------------


class Logged(Middleware):
    """Gives each request an id, or takes the one that it brings, and logs the request at its end."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        known = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        # Never put back: what the server logs about this request later, on the same task, is to have it too.
        request_id.set(known)
        exchange = _Exchange(receive, send, known)
        started = perf_counter()
        try:
            await self._app(scope, exchange.receive, exchange.send)
        finally:
            exchange.log(scope, round((perf_counter() - started) * 1000, 1))


@dataclass(slots=True)
class _Exchange:
    """What goes to and fro in a request, as it passes by."""

    _receive: Receive
    _send: Send
    _id: str
    _status: int = 500
    _sent: int = 0
    _whole: bool = False
    _left: bool = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._left = self._left or (message["type"] == "http.disconnect" and not self._whole)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", self._id.encode())]}
        elif message["type"] == "http.response.body":
            self._sent += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
        await self._send(message)

    def log(self, scope: Scope, milliseconds: float) -> None:
        route = route_of(scope)
        caller = scope.get("state", {}).get("caller")
        told = {
            "method": scope["method"] if scope["method"] in _METHODS else "other",
            "route": route,
            "status": _LEFT if self._left and not self._whole else self._status,
            "milliseconds": milliseconds,
            "bytes": self._sent,
            "key": caller.key if caller else "",
        }
        _log.log(logging.DEBUG if route in _ROUTINE else logging.INFO, "Request", extra=told)


# --- Lines -----------------------------------------------------------------------------------------------


def set_up_logs(form: Literal["text", "json"], console: Console) -> None:
    """Log from now on to this console: what others warn of, and of ours also what happens. Replaces what was set up."""
    handler = _ToConsole(console)
    handler.setFormatter(_Json() if form == "json" else _Line())
    handler.addFilter(_with_request_id)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


def _with_request_id(record: logging.LogRecord) -> bool:
    record.request_id = request_id.get()
    if record.name == "asyncio":
        # Behind the first line stand the task and its exception, as they describe themselves.
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


class _ToConsole(logging.Handler):
    """Prints lines whole, however narrow the terminal, and above what moves at its foot.

    Where the log's own disk is full, lines are lost: what they tell of goes on.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    @override
    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if self._console.is_terminal:
            self._console.print(Text(line), soft_wrap=True)
            return
        # Not printed: the console would hold on to what it could not write, and try it again with every line.
        with suppress(OSError):
            self._console.file.write(f"{line}\n")
            self._console.file.flush()


class _Quiet(logging.Formatter):
    """Times in ISO 8601, UTC; exceptions without their messages."""

    @override
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    @override
    def formatException(self, ei: _ErrorInfo) -> str:
        return described(ei[1]) if ei[1] else ""


class _Json(_Quiet, JsonFormatter):
    """An object a line."""

    def __init__(self) -> None:
        super().__init__(
            ["asctime", "levelname", "name", "message", "request_id"],
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "exception"},
        )


class _Line(_Quiet):
    """Time, level, logger, message, then all else as name=value: always one line, whatever it holds.

    As in JSON, a name that begins with _ is some library's own.
    """

    @override
    def format(self, record: logging.LogRecord) -> str:
        extras = {
            name: value
            for name, value in vars(record).items()
            if name not in RESERVED_ATTRS and not name.startswith("_") and value not in (None, "")
        }
        if record.exc_info:
            extras["exception"] = self.formatException(record.exc_info)
        words = [self.formatTime(record), record.levelname, record.name, record.getMessage()]
        return _escaped(" ".join([*words, *(f"{name}={value}" for name, value in extras.items())]))


def _escaped(text: str) -> str:
    """The text with line ends, control characters and half characters spelled out: nobody forges a line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def described(error: BaseException, causes: int = _CAUSES) -> str:
    """An exception in one line: types and places. Of messages only the system's own, as they cannot quote anything."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = ", ".join(f"{'/'.join(Path(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in reversed(frames))
    text = type(error).__qualname__
    if isinstance(error, OSError) and error.errno:
        text += f" ({os.strerror(error.errno)})"
    text += f" at {places}" if places else ""
    inner: list[BaseException] = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inner += [cause] if cause else []
    return "; ".join([text, *(f"from {described(each, causes - 1)}" for each in inner if causes)])
