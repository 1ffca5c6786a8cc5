"""What people press and command: `/hoidap`, the message shortcut, buttons under answers, windows."""

from contextlib import suppress
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from index.storage.errors import IndexingError
from rag.contract.answers import AskOut
from rag.contract.questions import FeedbackBody
from rag.errors import AnsweringError
from rag.slack.asking import AskedQuestion
from rag.slack.blocks import DOWN, SHARE, UP, note, shared_messages
from rag.slack.incoming import asks_for_help, conversation_of, question_of
from rag.slack.memory import ChannelSettings
from rag.slack.parts import Parts
from rag.slack.replies import Private
from rag.slack.settings_view import (
    BETTER,
    SETTINGS,
    Place,
    better_in,
    better_view,
    loading_view,
    settings_in,
    settings_view,
)
from rag.slack.words import Words, words

Body = dict[str, Any]

COMMAND = "/hoidap"
SHORTCUT = "ask_privately"
_NO_ENTRY = {"not_in_channel", "channel_not_found", "is_archived", "restricted_action"}


class Interactions:
    """Listeners of commands, shortcuts, buttons and windows: each acknowledges first."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def listen(self, app: App) -> None:
        """Register with an app."""
        app.command(COMMAND)(self.commanded)
        app.message_shortcut(SHORTCUT)(self.chosen)
        app.action(UP)(self.up)
        app.action(DOWN)(self.down)
        app.action(SHARE)(self.share)
        app.view(BETTER)(self.bettered)
        app.view(SETTINGS)(self.set)

    # --- Questions ---------------------------------------------------------------------------------------

    def commanded(self, ack: Ack, body: Body) -> None:
        """`/hoidap QUESTION`, `/hoidap settings`, or `/hoidap` for help."""
        channel, question = body["channel_id"], question_of(body.get("text") or "", self._parts.me)
        settings = self._parts.memory.settings(channel)
        if question.casefold() in {"settings", "cài đặt", "cai dat"}:
            ack()
            place = Place(channel, settings.language)
            self._open_settings(body["trigger_id"], place)
        elif asks_for_help(question):
            ack(text=words(settings.language).help)
        else:
            self._ask(ack, body, question, body["user_id"], body["team_id"], settings)

    def chosen(self, ack: Ack, body: Body) -> None:
        """The shortcut of a message: its text is the question."""
        channel = body["channel"]["id"]
        settings = self._parts.memory.settings(channel)
        question = question_of(body["message"].get("text") or "", self._parts.me)
        if asks_for_help(question):
            ack()
            texts = words(settings.language)
            self._parts.chore(partial(self._parts.api.respond, body["response_url"], note(texts.help)))
        else:
            self._ask(ack, body, question, body["user"]["id"], body["team"]["id"], settings)

    def _ask(  # Slack's two ways to ask alone name the same things differently.
        self, ack: Ack, body: Body, question: str, user: str, team: str, settings: ChannelSettings
    ) -> None:
        parts, trigger = self._parts, body["trigger_id"]
        if not parts.memory.claim(f"trigger:{trigger}"):
            ack()
            return
        # Of its own, not the channel's: what is shared later must not carry what was asked in private before.
        asked = AskedQuestion(question, user, conversation_of(team, user, trigger), settings)
        began = parts.ask(asked, Private(parts.api, asked.words.interrupted, body["response_url"]))
        said = asked.words.search if began else asked.words.busy
        if "command" in body:
            ack(response_type="ephemeral", text=said)
        else:
            ack()
            parts.chore(partial(parts.api.respond, body["response_url"], note(said)))

    # --- Opinions ----------------------------------------------------------------------------------------

    def up(self, ack: Ack, body: Body) -> None:
        """An answer is right."""
        ack()
        given = FeedbackBody(answer_id=body["actions"][0]["value"], rating="up")
        # Under a private answer the bot may be in a channel that it cannot write to.
        url = body["response_url"] if body["container"].get("is_ephemeral") else None
        self._parts.chore(partial(self._rate, given, body["user"]["id"], self._place(body), url))

    def down(self, ack: Ack, body: Body) -> None:
        """An answer is not right: that is kept at once, and what were right is asked for."""
        ack()
        place = self._place(body)
        given = FeedbackBody(answer_id=place.answer, rating="down")
        self._parts.chore(partial(self._parts.client.feedback, given))
        # Here and not as a chore: the trigger holds for three seconds.
        self._parts.api.web.views_open(trigger_id=body["trigger_id"], view=better_view(place, self._texts(place)))

    def bettered(self, ack: Ack, body: Body) -> None:
        """Somebody says what should have been answered."""
        ack()
        place = Place.of(body["view"])
        given = FeedbackBody(answer_id=place.answer, rating="down", better=better_in(body["view"]))
        self._parts.chore(partial(self._rate, given, body["user"]["id"], place))

    def _rate(self, given: FeedbackBody, user: str, place: Place, url: str | None = None) -> None:
        kept, texts = self._parts.client.feedback(given), self._texts(place)
        said = note(texts.thanks if kept else texts.not_kept)
        if url:
            self._parts.api.respond(url, said)
        else:
            self._parts.api.post_ephemeral(place.channel, user, said, place.thread)

    # --- Sharing -----------------------------------------------------------------------------------------

    def share(self, ack: Ack, body: Body) -> None:
        """Who asked alone wants the channel to see the answer."""
        ack()
        self._parts.chore(partial(self._share, self._place(body), body["user"]["id"], body["response_url"]))

    def _share(self, place: Place, user: str, url: str) -> None:
        parts, texts = self._parts, self._texts(place)
        draft = parts.memory.take_draft(place.answer, user)
        if draft is None:
            parts.api.respond(url, note(texts.gone))
            return
        out, asked_at = self._as_of_today(AskOut.model_validate_json(draft.record))
        messages = shared_messages(out, user, words(place.language, out.query.text), asked_at)
        try:
            thread = parts.api.post_all(place.channel, messages)
        except SlackApiError as error:
            parts.memory.put_draft(draft)
            if error.response["error"] not in _NO_ENTRY:
                raise
            parts.api.respond(url, note(texts.cannot_share))
            return
        parts.memory.engage(place.channel, thread, draft.conversation)
        parts.api.withdraw(url)

    def _as_of_today(self, out: AskOut) -> tuple[AskOut, str]:
        """A private answer as its conversation has it now, which tells where articles have changed; and its time."""
        with suppress(IndexingError, AnsweringError):
            conversation = self._parts.client.conversation(out.conversation_id)
            for turn in conversation.turns if conversation else ():
                if turn.answered.id == out.id:
                    return turn.answered, turn.asked_at
        return out, ""

    # --- Settings ----------------------------------------------------------------------------------------

    def _open_settings(self, trigger: str, place: Place) -> None:
        texts = self._texts(place)
        opened = self._parts.api.web.views_open(trigger_id=trigger, view=loading_view(place, texts))
        self._parts.chore(partial(self._fill_settings, str(opened["view"]["id"]), place))

    def _fill_settings(self, view_id: str, place: Place) -> None:
        known = [source.name for source in self._parts.client.sources().sources]
        now = self._parts.memory.settings(place.channel)
        self._parts.api.web.views_update(view_id=view_id, view=settings_view(place, now, known, self._texts(place)))

    def set(self, ack: Ack, body: Body) -> None:
        """A channel's settings are saved."""
        ack()
        place, chosen = Place.of(body["view"]), settings_in(body["view"])
        self._parts.memory.set_settings(place.channel, chosen)
        said = note(words(chosen.language).settings_saved)
        self._parts.chore(partial(self._parts.api.post_ephemeral, place.channel, body["user"]["id"], said))

    # --- Shared ------------------------------------------------------------------------------------------

    def _place(self, body: Body) -> Place:
        channel = body["channel"]["id"]
        language = self._parts.memory.settings(channel).language
        return Place(channel, language, body["actions"][0]["value"], body["container"].get("thread_ts"))

    def _texts(self, place: Place) -> Words:
        return words(place.language)
