"""A Slack on this machine: the Web API that the bot uses, Socket Mode, and people who write and press.

It checks arguments as Slack does, records everything with its time, and fails on demand. Shapes of events after
Slack's public documentation.
"""

import asyncio
import itertools
import json
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, TypeVar
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.support.slack_blocks import blocks_error, shown, view_error

BOT_TOKEN, APP_TOKEN = "xoxb-test", "xapp-test"
TEAM, BOT, BOT_ID = "T0NEWS", "U0BOT", "B0BOT"
NEWS, OTHER, DIRECT = "C0NEWS", "C0OTHER", "D0ANH"
ANH, BINH = "U0ANH", "U0BINH"

Args = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """Something that happened: `kind` is call, envelope, ack, socket or response."""

    at: float
    kind: str
    name: str
    data: Args
    result: Args = field(default_factory=dict)


@dataclass
class Posted:
    """A message; `ephemeral` is who alone sees it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Args]
    thread: str | None = None
    ephemeral: str | None = None

    @property
    def shown(self) -> str:
        """What people read."""
        return shown(self.blocks) or self.text


class Slack:
    """A workspace with two channels, of which the bot is in one, and a direct message."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.posted: dict[str, Posted] = {}
        self.views: dict[str, Args] = {}
        self.statuses: list[str] = []
        self.url = ""
        self._members = {NEWS: {BOT, ANH, BINH}, OTHER: {ANH}, DIRECT: {BOT, ANH}}
        self._sockets: list[WebSocket] = []
        self._numbers = itertools.count(1)
        self._triggers: dict[str, float] = {}
        self._urls: dict[str, tuple[str, str, list[float]]] = {}
        self._limits: Counter[str] = Counter()
        self._retry_after = 1
        self._failing: dict[str, str] = {}
        self._panes: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = threading.Condition()

    # --- What a test does --------------------------------------------------------------------------------

    def limit(self, method: str, times: int, retry_after: int = 1) -> None:
        """Answer 429 to the next calls of a method."""
        self._limits[method], self._retry_after = times, retry_after

    def fail(self, method: str, error: str) -> None:
        """Answer an error to every call of a method from now on; one about blocks, where there are any."""
        self._failing[method] = error

    def send(self, kind: str, payload: Args, retry: int = 0) -> str:
        """Send an envelope through the newest socket; its id."""
        envelope: Args = {
            "envelope_id": f"e{next(self._numbers)}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        self._note("envelope", kind, envelope)
        self._deliver(envelope)
        return str(envelope["envelope_id"])

    def event(self, event: Args, event_id: str | None = None, retry: int = 0) -> str:
        """Send an event of the Events API; its envelope's id."""
        payload = {
            "token": "x",
            "team_id": TEAM,
            "api_app_id": "A0",
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._numbers)}",
            "event_time": 1,
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
        return self.send("events_api", payload, retry)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the bot to connect anew, as Slack does every few hours."""
        self._note("socket", "disconnect", {"reason": reason})
        self._deliver({"type": "disconnect", "reason": reason, "debug_info": {"host": "loopback"}})

    def drop(self) -> None:
        """Break the connection off without a word."""
        self._note("socket", "dropped", {})
        socket = self._sockets[-1]
        self._run(socket.close(1011))

    def written(self, user: str, channel: str, text: str, thread: str | None = None, **more: Any) -> Args:
        """A message that somebody writes, as the event of it says."""
        ts = self._ts()
        self.posted[ts] = Posted(channel, ts, user, text, [], thread)
        kind = "im" if channel.startswith("D") else "channel"
        event = {"type": "message", "user": user, "ts": ts, "text": text, "channel": channel, "event_ts": ts}
        return event | {"channel_type": kind} | ({"thread_ts": thread} if thread else {}) | more

    def mention(self, text: str, channel: str = NEWS, thread: str | None = None, user: str = ANH, **more: Any) -> Args:
        """Somebody names the bot; the event, which is sent with it."""
        event = self.written(user, channel, f"<@{BOT}> {text}", thread, **more) | {"type": "app_mention"}
        del event["channel_type"]
        self.event(event)
        return event

    def say(self, text: str, channel: str, thread: str | None = None, user: str = ANH, **more: Any) -> Args:
        """Somebody writes; the event, which is sent with it."""
        event = self.written(user, channel, text, thread, **more)
        self.event(event)
        return event

    def open_pane(self) -> str:
        """Somebody opens the assistant pane; its thread."""
        ts = self._ts()
        self._panes.add(ts)
        thread = {"user_id": ANH, "context": {}, "channel_id": DIRECT, "thread_ts": ts}
        self.event({"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": ts})
        return ts

    def command(self, text: str, channel: str = NEWS, user: str = ANH) -> Args:
        """Somebody gives `/hoidap`; what the command's acknowledgement shows."""
        envelope = self.send(
            "slash_commands",
            {
                "command": "/hoidap",
                "text": text,
                "team_id": TEAM,
                "channel_id": channel,
                "channel_name": "news",
                "user_id": user,
                "user_name": "anh",
                "trigger_id": self._trigger(),
                "response_url": self._response_url(channel, user),
                "api_app_id": "A0",
            },
        )
        said: Args = self.acknowledged(envelope).data.get("payload", {})
        return said

    def shortcut(self, message: str, user: str = ANH) -> None:
        """Somebody chooses the shortcut of a message."""
        posted = self.posted[message]
        payload = {
            "type": "message_action",
            "callback_id": "ask_privately",
            "trigger_id": self._trigger(),
            "response_url": self._response_url(posted.channel, user),
            "user": {"id": user, "name": "anh", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "loopback"},
            "channel": {"id": posted.channel, "name": "news"},
            "message_ts": message,
            "message": {"type": "message", "user": posted.user, "ts": message, "text": posted.text},
        }
        self.acknowledged(self.send("interactive", payload))

    def press(self, message: Posted, action: str, user: str = ANH) -> None:
        """Somebody presses a button of a message."""
        button = next(
            element
            for block in message.blocks
            if block["type"] == "actions"
            for element in block["elements"]
            if element["action_id"] == action
        )
        payload = {
            "type": "block_actions",
            "user": {"id": user, "name": "anh", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "loopback"},
            "channel": {"id": message.channel, "name": "news"},
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": message.ephemeral is not None,
                **({"thread_ts": message.thread} if message.thread else {}),
            },
            "trigger_id": self._trigger(),
            "response_url": self._response_url(message.channel, user, message.ts),
            "actions": [{**button, "action_ts": "1"}],
        }
        self.acknowledged(self.send("interactive", payload))

    def submit(self, view: Args, values: Args, user: str = ANH) -> None:
        """Somebody fills a window in and sends it."""
        payload = {
            "type": "view_submission",
            "user": {"id": user, "name": "anh", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "loopback"},
            "view": {**view, "state": {"values": {name: {"value": value} for name, value in values.items()}}},
        }
        self.acknowledged(self.send("interactive", payload))

    # --- What a test asks --------------------------------------------------------------------------------

    def calls(self, method: str) -> list[Entry]:
        """The calls of a method, the refused ones too."""
        return [entry for entry in list(self.entries) if entry.kind == "call" and entry.name == method]

    def acknowledged(self, envelope: str) -> Entry:
        """The acknowledgement of an envelope, waited for."""
        return self.until(lambda: next((e for e in list(self.entries) if (e.kind, e.name) == ("ack", envelope)), None))

    def in_thread(self, thread: str) -> list[Posted]:
        """What the bot wrote in a thread for all to see, oldest first."""
        return [p for p in list(self.posted.values()) if p.thread == thread and p.user == BOT and p.ephemeral is None]

    def whispered(self, user: str = ANH) -> list[Posted]:
        """What only this user saw, oldest first."""
        return [posted for posted in list(self.posted.values()) if posted.ephemeral == user]

    def until(self, found: Callable[[], T | None], seconds: float = 15) -> T:
        """Wait until there is something, and give it."""
        end = monotonic() + seconds
        while not (value := found()):
            assert monotonic() < end, "it did not happen:\n" + self.transcript()
            with self._changed:
                self._changed.wait(0.05)
        return value

    def answer(self, thread: str, number: int = 1) -> Posted:
        """The answer number so many in a thread, waited for: the message that has the buttons."""

        def found() -> Posted | None:
            answers = [p for p in self.in_thread(thread) if any(block["type"] == "actions" for block in p.blocks)]
            return answers[number - 1] if len(answers) >= number else None

        return self.until(found)

    def connected(self, times: int = 1) -> None:
        """Wait until the bot has connected so many times."""
        self.until(lambda: [e for e in self.entries if (e.kind, e.name) == ("socket", "hello")][times - 1 :])

    def transcript(self) -> str:
        """Everything that happened, a line each."""
        begun = self.entries[0].at if self.entries else 0.0
        return "\n".join(f"{entry.at - begun:7.2f}s  {_line(entry)}" for entry in list(self.entries))

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
        if self._triggers.pop(str(args.get("trigger_id")), 0.0) < monotonic() - 3:
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
        uses.append(monotonic())
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

    def _deliver(self, message: Args) -> None:
        self.until(lambda: self._sockets[-1:])
        self._run(self._sockets[-1].send_text(json.dumps(message)))

    def _run(self, doing: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(5)

    # --- Shared ------------------------------------------------------------------------------------------

    def _note(self, kind: str, name: str, data: Args, result: Args | None = None) -> None:
        with self._changed:
            self.entries.append(Entry(monotonic(), kind, name, data, result or {}))
            self._changed.notify_all()

    def _ts(self) -> str:
        return f"1790000{next(self._numbers):03d}.000100"

    def _trigger(self) -> str:
        trigger = f"trigger{next(self._numbers)}"
        self._triggers[trigger] = monotonic()
        return trigger

    def _response_url(self, channel: str, user: str, message: str = "") -> str:
        key = f"r{next(self._numbers)}-{message}"
        self._urls[key] = (channel, user, [])
        return f"{self.url}/response/{key}"


@contextmanager
def running_slack() -> Iterator[Slack]:
    """A Slack on a free port."""
    slack = Slack()
    app = Starlette(
        routes=[
            Route("/api/{method:path}", slack.api, methods=["POST", "GET"]),
            Route("/response/{key}", slack.response, methods=["POST"]),
            WebSocketRoute("/link", slack.link),
        ]
    )
    config = uvicorn.Config(
        app,
        port=0,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_ping_interval=0.2,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    # Slack's clients would send even what is for this machine through a proxy.
    proxies = {name: os.environ.pop(name) for name in list(os.environ) if name.lower() in {"http_proxy", "https_proxy"}}
    try:
        while not server.started:
            sleep(0.01)
        slack.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield slack
    finally:
        os.environ.update(proxies)
        server.should_exit = True
        thread.join()


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


def _line(entry: Entry) -> str:
    """One thing that happened, readable."""
    match entry.kind:
        case "envelope":
            return "Slack → bot   " + _envelope(entry)
        case "ack":
            said = entry.data.get("payload", {}).get("text", "")
            return f"bot → Slack   ack {entry.name}" + (f" “{_brief(said)}”" if said else "")
        case "socket":
            return f"socket        {entry.name} {entry.data.get('reason', '')}".rstrip()
    failed = "" if entry.result.get("ok") else f"  ✗ {entry.result.get('error', 'refused')}"
    if entry.result.get("retry_after"):
        failed += f", Retry-After {entry.result['retry_after']}"
    said = shown(entry.data.get("blocks") or []) or entry.data.get("text") or entry.data.get("status") or ""
    where = " ".join(
        str(entry.data[name]) for name in ("channel", "channel_id", "ts", "thread_ts") if entry.data.get(name)
    )
    name = entry.name if entry.kind == "call" else "response_url"
    return f"bot → Slack   {name} {where} “{_brief(said)}”{failed}".replace(" “”", "")


def _envelope(entry: Entry) -> str:
    payload, number = entry.data["payload"], entry.data["envelope_id"]
    retry = f" retry_attempt={entry.data['retry_attempt']}" if entry.data.get("retry_attempt") else ""
    if entry.name == "events_api":
        event = payload["event"]
        return f"{number} {event['type']} {payload['event_id']}{retry} “{_brief(event.get('text', ''))}”".replace(
            " “”", ""
        )
    what = payload.get("command") or payload["type"]
    more = payload.get("text") or next((action["action_id"] for action in payload.get("actions", [])), "")
    return f"{number} {what} {more}".rstrip()


def _brief(text: str) -> str:
    flat = " ⏎ ".join(text.splitlines())
    return flat if len(flat) <= 300 else flat[:299] + "…"
