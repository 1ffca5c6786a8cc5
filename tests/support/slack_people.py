"""People of a Slack on this machine, who write, press, and fill in. Shapes after Slack's public documentation."""

from typing import Any

from tests.support.slack_workspace import ANH, BOT, DIRECT, NEWS, TEAM, Args, Posted, Workspace


class People(Workspace):
    """What they do reaches the bot as envelopes of Socket Mode, or as a test has them sent."""

    def deliver(self, envelope: Args) -> None:
        """Send an envelope to the bot."""
        raise NotImplementedError

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
        self.deliver(envelope)
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
