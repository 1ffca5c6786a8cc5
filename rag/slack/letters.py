"""Issues of briefings as Slack's messages, as many as they need, in a thread of the first."""

import json
from collections.abc import Iterator
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from typing_extensions import override

from index.clock import CLOCK, Clock
from index.language.showing import web_address
from rag.delivery.channels import SlackChannel
from rag.delivery.letter import Change, Cited, Letter, Section
from rag.delivery.transport import DeliveryError, Parcel, Transport, TryLater, Undeliverable, Unknown
from rag.delivery.words import Words, words
from rag.slack import words as bot
from rag.slack.blocks import buttons
from rag.slack.elements import Block, SlackMessage, messages, quote, rich, short, text_element
from rag.slack.pace import Pace
from rag.slack.splitting import pieces
from rag.slack.web_api import SECONDS_A_MESSAGE, content_of

_TIMEOUT = 20
# Slack says of these that they pass, and that nothing was done ...
_PASSING = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "request_timeout"})
# ... and of these that something may have been done.
_UNSURE = frozenset({"fatal_error", "internal_error"})


class SlackLetters(Transport):
    """Sends letters to a workspace's channels and people."""

    def __init__(self, token: str, base_url: str, home: str | None, clock: Clock = CLOCK) -> None:
        """`home` is this service's address as readers reach it, where that is known."""
        # Nothing is tried again here: the library does not know what was posted when a connection broke.
        self._web = WebClient(token, base_url=base_url, timeout=_TIMEOUT, retry_handlers=[])
        self._home = home
        self._pace = Pace(clock)

    @override
    def send(self, parcel: Parcel) -> None:
        channel = parcel.delivery.channel
        assert isinstance(channel, SlackChannel)
        # What arrived of an earlier try, and the thread it is in.
        done, thread = json.loads(parcel.delivery.progress or "[0, null]")
        for number, message in enumerate(letter_messages(parcel.letter, self._home)):
            if number < done:
                continue
            self._pace.wait(channel.channel, SECONDS_A_MESSAGE)
            parcel.mark()
            posted = self._post(channel.channel, message, thread)
            thread = thread or posted
            parcel.progressed(json.dumps([number + 1, thread]))

    def _post(self, channel: str, message: SlackMessage, thread: str | None) -> str:
        try:
            posted = self._web.chat_postMessage(
                channel=channel, thread_ts=thread, unfurl_links=False, unfurl_media=False, **content_of(message)
            )
        except SlackApiError as error:
            raise _refusal(error) from error
        except (SlackClientError, OSError) as error:
            raise _broken(error) from error
        return str(posted["ts"])


def letter_messages(letter: Letter, home: str | None) -> list[SlackMessage]:
    """A letter as messages; `home` is this service's address as readers reach it, where that is known."""
    return messages(_blocks(letter, home, words(letter.language)))


def _blocks(letter: Letter, home: str | None, texts: Words) -> Iterator[Block]:
    yield rich([text_element(f"{short(letter.name)} · {texts.day(letter.made_at.date())}", bold=True)])
    for section in letter.sections:
        yield {"type": "divider"}
        yield _heading(section, texts)
        for sentence in section.sentences:
            for start, end in pieces(sentence.text):
                yield rich([text_element(sentence.text[start:end])])
            yield from _evidence([each for each in sentence.cited if each.words != sentence.text], home, texts)
            for cited in sentence.cited:
                if cited.words == sentence.text:
                    yield rich(_source(cited, home, texts))
        for change in section.changes:
            yield from _changed(change, home, texts)
        if section.answer_id:
            yield buttons(section.answer_id, bot.ALL[letter.language])


def _heading(section: Section, texts: Words) -> Block:
    counts = f"\n{texts.counts.format(section.notices, section.sources)}" if section.notices else ""
    return rich([text_element(short(section.heading), bold=True), *([text_element(counts)] if counts else [])])


def _evidence(cited: list[Cited], home: str | None, texts: Words) -> Iterator[Block]:
    for each in cited:
        yield from (quote(each.words[start:end]) for start, end in pieces(each.words))
        yield rich(_source(each, home, texts))


def _changed(change: Change, home: str | None, texts: Words) -> Iterator[Block]:
    yield rich([text_element(f"{texts.changes}: {texts.what[change.what]}", bold=True)])
    yield from _evidence([change.before, *([change.now] if change.now else [])], home, texts)


def _source(cited: Cited, home: str | None, texts: Words) -> list[Block]:
    """Title, source and day; the title leads to the original, and a word to this service's own page."""
    url, ours = web_address(cited.url), web_address(home.rstrip("/") + cited.page if home and cited.page else None)
    title = short(cited.title)
    known = ", ".join(filter(None, (cited.source and short(cited.source), texts.day(cited.day))))
    said = [{"type": "link", "url": url, "text": title} if url else text_element(title), text_element(f" — {known}")]
    return [*said, text_element(" · "), {"type": "link", "url": ours, "text": texts.here}] if ours else said


def _refusal(error: SlackApiError) -> DeliveryError:
    response = error.response
    if response.status_code == 429 or response.get("error") in _PASSING:
        return TryLater("Slack asks to wait", float(response.headers.get("Retry-After", 0)))
    said = str(response.get("error"))
    if response.status_code >= 500 or said in _UNSURE:
        return Unknown(f"Slack failed ({said}); the message may have arrived")
    return Undeliverable(f"Slack refuses the message ({said}); check the channel, and that the bot is in it")


def _broken(error: Exception) -> DeliveryError:
    # Raised while the request was being sent; what breaks later comes as it is.
    if isinstance(error, URLError):
        return TryLater("Slack cannot be reached")
    return Unknown("the connection to Slack broke while the message was sent; it may have arrived")
