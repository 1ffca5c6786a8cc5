"""A Slack on this machine: the Web API that the bot uses and Socket Mode.

It checks arguments as Slack does, records everything with its time, and fails on demand.
"""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from typing_extensions import override

from index.clock import Clock
from tests.support.clock import FakeClock
from tests.support.loopback import mounted
from tests.support.slack_blocks import blocks_error, view_error
from tests.support.slack_people import People
from tests.support.slack_workspace import ANH, APP_TOKEN, BOT, BOT_ID, BOT_TOKEN, DIRECT, TEAM, Args, Posted


class Slack(People):
    """The server's side of a workspace."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._sockets: list[WebSocket] = []
        self._limits: Counter[str] = Counter()
        self._retry_after = 1
        self._failing: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- What a test does --------------------------------------------------------------------------------

    def limit(self, method: str, times: int, retry_after: int = 1) -> None:
        """Answer 429 to the next calls of a method."""
        self._limits[method], self._retry_after = times, retry_after

    def fail(self, method: str, error: str) -> None:
        """Answer an error to every call of a method from now on; one about blocks, where there are any."""
        self._failing[method] = error

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the bot to connect anew, as Slack does every few hours."""
        self._note("socket", "disconnect", {"reason": reason})
        self.deliver({"type": "disconnect", "reason": reason, "debug_info": {"host": "loopback"}})

    def drop(self) -> None:
        """Break the connection off without a word."""
        self._note("socket", "dropped", {})
        socket = self._sockets[-1]
        self._run(socket.close(1011))

    # --- The Web API -------------------------------------------------------------------------------------

    async def api(self, request: Request) -> Response:
        """Answer a call."""
        method = request.path_params["method"]
        args = await _arguments(request)
        if self._limits[method] > 0:
            self._limits[method] -= 1
            self._note("call", method, args, {"ok": False, "error": "ratelimited", "retry_after": self._retry_after})
            headers = {"Retry-After": str(self._retry_after)}
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
        result = self._result(request, method, args)
        self._note("call", method, args, result)
        return JSONResponse(result)

    def _result(self, request: Request, method: str, args: Args) -> Args:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != expected:
            return _error("invalid_auth" if token else "not_authed")
        failing = self._failing.get(method)
        if failing and ("blocks" not in failing or args.get("blocks")):
            return _error(failing)
        name = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", method.replace(".", "_"))
        handler = getattr(self, f"_{name}", None)
        if handler is None:
            return _error("unknown_method")
        result: Args = handler(args)
        return {"ok": True, **result} if "error" not in result else result

    def _auth_test(self, _: Args) -> Args:
        return {
            "url": self.url,
            "team": "Loopback",
            "user": "hoidap",
            "team_id": TEAM,
            "user_id": BOT,
            "bot_id": BOT_ID,
        }

    def _apps_connections_open(self, _: Args) -> Args:
        return {"url": f"{self.url.replace('http', 'ws', 1)}/link?ticket={next(self._numbers)}"}

    def _chat_post_message(self, args: Args) -> Args:
        channel = str(args.get("channel"))
        # A person stands for the direct message with the bot.
        channel = DIRECT if channel == ANH else channel
        wrong = _content_error(args) or self._entry_error(channel)
        if wrong:
            return _error(wrong)
        ts = self._ts()
        self.posted[ts] = Posted(channel, ts, BOT, args["text"], args.get("blocks", []), args.get("thread_ts"))
        return {"channel": channel, "ts": ts, "message": {"ts": ts, "user": BOT, "text": args["text"]}}

    def _chat_update(self, args: Args) -> Args:
        posted = self.posted.get(str(args.get("ts")))
        wrong = _content_error(args) or self._entry_error(str(args.get("channel")))
        if wrong:
            return _error(wrong)
        if posted is None or posted.channel != args["channel"] or posted.ephemeral:
            return _error("message_not_found")
        if posted.user != BOT:
            return _error("cant_update_message")
        posted.text = args["text"]
        posted.blocks = args.get("blocks", posted.blocks)
        return {"channel": posted.channel, "ts": posted.ts, "text": posted.text}

    def _chat_post_ephemeral(self, args: Args) -> Args:
        channel = str(args.get("channel"))
        wrong = _content_error(args) or self._entry_error(channel)
        if wrong:
            return _error(wrong)
        if args.get("user") not in self._members[channel]:
            return _error("user_not_in_channel")
        ts = self._ts()
        blocks = args.get("blocks", [])
        self.posted[ts] = Posted(channel, ts, BOT, args["text"], blocks, args.get("thread_ts"), args["user"])
        return {"message_ts": ts}

    def _reactions_add(self, args: Args) -> Args:
        return {} if str(args.get("timestamp")) in self.posted else _error("message_not_found")

    _reactions_remove = _reactions_add

    def _views_open(self, args: Args) -> Args:
        if self._triggers.pop(str(args.get("trigger_id")), 0.0) < self.clock.now() - 3:
            return _error("expired_trigger_id")
        return self._put_view(f"V{next(self._numbers)}", args.get("view"))

    def _views_update(self, args: Args) -> Args:
        known = args.get("view_id") in self.views
        return self._put_view(args["view_id"], args.get("view")) if known else _error("not_found")

    def _put_view(self, view_id: str, view: Any) -> Args:
        wrong = view_error(view)
        if wrong:
            return _error(wrong)
        self.views[view_id] = {**view, "id": view_id}
        return {"view": self.views[view_id]}

    def _assistant_threads_set_status(self, args: Args) -> Args:
        if str(args.get("thread_ts")) not in self._panes:
            return _error("channel_not_supported")
        self.statuses.append(args["status"])
        return {}

    def _assistant_threads_set_title(self, args: Args) -> Args:
        right = str(args.get("thread_ts")) in self._panes and 0 < len(args.get("title", "")) <= 250
        return {} if right else _error("invalid_arguments")

    def _assistant_threads_set_suggested_prompts(self, args: Args) -> Args:
        prompts = args.get("prompts", [])
        right = 0 < len(prompts) <= 4 and all(prompt["title"] and prompt["message"] for prompt in prompts)
        return {} if right and str(args.get("thread_ts")) in self._panes else _error("invalid_arguments")

    def _entry_error(self, channel: str) -> str | None:
        if channel not in self._members:
            return "channel_not_found"
        return None if BOT in self._members[channel] else "not_in_channel"

    async def response(self, request: Request) -> Response:
        """Take what is sent to a response URL: five times within half an hour."""
        key = request.path_params["key"]
        args = await request.json()
        channel, user, uses = self._urls.get(key, ("", "", [0.0] * 5))
        if len(uses) >= 5 or (not args.get("delete_original") and _content_error(args)):
            self._note("response", key, args, {"ok": False})
            return PlainTextResponse("used_url", 404)
        uses.append(self.clock.now())
        if args.get("delete_original"):
            self.posted.pop(key.partition("-")[2], None)
        else:
            ts = self._ts()
            only = user if args.get("response_type", "ephemeral") == "ephemeral" else None
            self.posted[ts] = Posted(channel, ts, BOT, args["text"], args.get("blocks") or [], None, only)
        self._note("response", key, args, {"ok": True})
        return PlainTextResponse("ok")

    # --- Socket Mode -------------------------------------------------------------------------------------

    async def link(self, socket: WebSocket) -> None:
        """Keep a connection of the bot."""
        await socket.accept()
        self._loop = asyncio.get_running_loop()
        self._sockets.append(socket)
        hello = {"type": "hello", "num_connections": len(self._sockets), "connection_info": {"app_id": "A0"}}
        await socket.send_text(json.dumps(hello))
        self._note("socket", "hello", hello)
        try:
            while True:
                answer = json.loads(await socket.receive_text())
                self._note("ack", answer["envelope_id"], answer)
        except WebSocketDisconnect:
            self._note("socket", "closed", {})
        finally:
            self._sockets.remove(socket)

    @override
    def deliver(self, message: Args) -> None:
        self.until(lambda: self._sockets[-1:])
        self._run(self._sockets[-1].send_text(json.dumps(message)))

    def _run(self, doing: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(5)


@contextmanager
def running_slack(clock: Clock | None = None) -> Iterator[Slack]:
    """A Slack; nobody waits, neither it nor its bot, unless the clock is a real one."""
    slack = Slack(clock or FakeClock())
    app = Starlette(
        routes=[
            Route("/api/{method:path}", slack.api, methods=["POST", "GET"]),
            Route("/response/{key}", slack.response, methods=["POST"]),
            WebSocketRoute("/link", slack.link),
        ]
    )
    # Slack's clients would send even what is for this machine through a proxy.
    proxies = {name: os.environ.pop(name) for name in list(os.environ) if name.lower() in {"http_proxy", "https_proxy"}}
    try:
        with mounted(app) as slack.url:
            yield slack
    finally:
        os.environ.update(proxies)


async def _arguments(request: Request) -> Args:
    """The arguments of a call: JSON, or a form in which lists and objects are JSON."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        args: Args = json.loads(body or b"{}")
        return args
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return {name: json.loads(value) if value[:1] in "[{" else value for name, value in form.items()}


def _content_error(args: Args) -> str | None:
    if len(args.get("text") or "") > 40_000:
        return "msg_too_long"
    if not args.get("text") and not args.get("blocks"):
        return "no_text"
    return blocks_error(args.get("blocks") or [])


def _error(error: str) -> Args:
    return {"ok": False, "error": error}
