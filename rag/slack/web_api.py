"""Slack's Web API as the bot uses it: paced, patient with rate limits, and without previews of links."""

import logging
from collections.abc import Sequence
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from index.clock import Clock
from rag.slack.elements import SlackMessage
from rag.slack.pace import Pace, RateLimits

_log = logging.getLogger(__name__)

SLACK = "https://slack.com/api/"

# What a call can raise: Slack refused, or cannot be reached.
SLACK_ERRORS = (SlackClientError, OSError)

SECONDS_A_MESSAGE = 1.0
_UPDATES = "chat.update"
_RATE_LIMITS = 5
_TIMEOUT = 20


class WebApi:
    """Calls of one workspace, from any number of threads. They raise SLACK_ERRORS, but for `show`."""

    def __init__(self, token: str, base_url: str, clock: Clock) -> None:
        limited = RateLimits(clock, _RATE_LIMITS)
        self.web = WebClient(
            token,
            base_url=base_url,
            timeout=_TIMEOUT,
            retry_handlers=[ConnectionErrorRetryHandler(), limited],
        )
        # What is out of date a second later is not worth waiting for.
        self._hasty = WebClient(token, base_url=base_url, timeout=_TIMEOUT, retry_handlers=[])
        self._limited = limited
        self._pace = Pace(clock)

    def post(self, channel: str, message: SlackMessage, thread: str | None = None) -> str:
        """Post a message; its timestamp, which is its name."""
        self._pace.wait(channel, SECONDS_A_MESSAGE)
        posted = self.web.chat_postMessage(
            channel=channel, thread_ts=thread, unfurl_links=False, unfurl_media=False, **content_of(message)
        )
        return str(posted["ts"])

    def post_all(self, channel: str, messages: Sequence[SlackMessage], thread: str | None = None) -> str:
        """Post messages one after the other in a thread, which the first begins where there is none; its timestamp."""
        first = self.post(channel, messages[0], thread)
        for message in messages[1:]:
            self.post(channel, message, thread or first)
        return first

    def update(self, channel: str, ts: str, message: SlackMessage) -> None:
        """Write a message anew; without its blocks where Slack does not take them."""
        self._pace.wait(_UPDATES, 0)
        try:
            self.web.chat_update(channel=channel, ts=ts, **content_of(message))
        except SlackApiError as error:
            if error.response["error"] not in {"invalid_blocks", "msg_blocks_too_long"}:
                raise
            _log.warning("Slack did not take the blocks of a message: %s", error.response["error"])
            self.web.chat_update(channel=channel, ts=ts, **content_of(SlackMessage(message.text)))

    def show(self, channel: str, ts: str, message: SlackMessage) -> None:
        """Write a message anew for the moment; where Slack does not want it now, not at all."""
        try:
            self._hasty.chat_update(channel=channel, ts=ts, **content_of(message))
        except SlackApiError as error:
            self._pace.hold(_UPDATES, float(error.response.headers.get("Retry-After", 0)))
            _log.info("A stage was not shown: %s", error_name(error))
        except SLACK_ERRORS as error:
            _log.info("A stage was not shown: %s", error_name(error))

    def post_ephemeral(self, channel: str, user: str, message: SlackMessage, thread: str | None = None) -> None:
        """Tell one person in a channel."""
        self._pace.wait(channel, SECONDS_A_MESSAGE)
        self.web.chat_postEphemeral(channel=channel, user=user, thread_ts=thread, **content_of(message))

    def react(self, channel: str, ts: str, name: str) -> None:
        """Put a reaction on a message."""
        self.web.reactions_add(channel=channel, timestamp=ts, name=name)

    def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take a reaction of ours off a message."""
        self.web.reactions_remove(channel=channel, timestamp=ts, name=name)

    def status(self, channel: str, thread: str, status: str, *, hasty: bool = False) -> None:
        """Say in the assistant pane what is being done; nothing where it is empty."""
        web = self._hasty if hasty else self.web
        web.assistant_threads_setStatus(channel_id=channel, thread_ts=thread, status=status)

    def respond(self, url: str, message: SlackMessage) -> None:
        """Answer who pressed a button or gave a command, where only that person sees it."""
        hook = WebhookClient(url, timeout=_TIMEOUT, retry_handlers=[ConnectionErrorRetryHandler(), self._limited])
        sent = hook.send(
            text=message.text,
            blocks=list(message.blocks) or None,
            response_type="ephemeral",
            replace_original=False,
            unfurl_links=False,
            unfurl_media=False,
        )
        if sent.status_code != 200:
            raise OSError(f"Slack answered {sent.status_code} to a response")

    def withdraw(self, url: str) -> None:
        """Delete the private message that a button was pressed in."""
        WebhookClient(url, timeout=_TIMEOUT).send(delete_original=True)


def error_name(error: Exception) -> str:
    """What a call of Slack failed of, in a word; nothing of what was sent."""
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__


def content_of(message: SlackMessage) -> dict[str, Any]:
    """A message as arguments of a call."""
    # Empty blocks, not none: `chat.update` keeps those of before where none are given.
    return {"text": message.text, "blocks": list(message.blocks), "parse": "none"}
