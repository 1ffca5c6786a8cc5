"""What is the case in a Slack of this machine: who is where, what was written, and everything that happened."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

from index.clock import Clock
from tests.support.slack_blocks import shown

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


class Workspace:
    """A workspace with two channels, of which the bot is in one, and a direct message."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.entries: list[Entry] = []
        self.posted: dict[str, Posted] = {}
        self.views: dict[str, Args] = {}
        self.statuses: list[str] = []
        self.url = ""
        self._members = {NEWS: {BOT, ANH, BINH}, OTHER: {ANH}, DIRECT: {BOT, ANH}}
        self._numbers = itertools.count(1)
        self._triggers: dict[str, float] = {}
        self._urls: dict[str, tuple[str, str, list[float]]] = {}
        self._panes: set[str] = set()
        self._changed = threading.Condition()

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

    def _note(self, kind: str, name: str, data: Args, result: Args | None = None) -> None:
        with self._changed:
            self.entries.append(Entry(self.clock.now(), kind, name, data, result or {}))
            self._changed.notify_all()

    def _ts(self) -> str:
        return f"1790000{next(self._numbers):03d}.000100"

    def _trigger(self) -> str:
        trigger = f"trigger{next(self._numbers)}"
        self._triggers[trigger] = self.clock.now()
        return trigger

    def _response_url(self, channel: str, user: str, message: str = "") -> str:
        key = f"r{next(self._numbers)}-{message}"
        self._urls[key] = (channel, user, [])
        return f"{self.url}/response/{key}"


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
