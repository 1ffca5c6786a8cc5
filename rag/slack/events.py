"""What is written where the bot is: mentions, follow-ups in its threads, direct messages, the assistant pane."""

from functools import partial
from typing import Any

from slack_bolt import App, Assistant

from rag.slack.asking import AskedQuestion
from rag.slack.blocks import note
from rag.slack.incoming import asks_for_help, conversation_of, is_for_others, only_thanks, question_of
from rag.slack.parts import Parts
from rag.slack.replies import InPane, Quiet, Reply, Threaded
from rag.slack.words import words

Body = dict[str, Any]
Event = dict[str, Any]

# A reply that is shown in the channel too, and a message with files; every other subtype is no question.
_WRITTEN = {None, "thread_broadcast", "file_share"}
_MAX_TITLE = 200


class Events:
    """Listeners of Slack's events. Slack has its acknowledgement before any of them runs."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def listen(self, app: App) -> None:
        """Register with an app."""
        pane = Assistant()
        pane.thread_started(self.opened)
        # Which channel somebody looks at is nothing to us, and the default would ask Slack for it.
        pane.thread_context_changed(self.moved)
        pane.user_message(self.told)
        app.use(pane)
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.written)

    def mentioned(self, body: Body) -> None:
        """Somebody names the bot in a channel."""
        event = body["event"]
        if self._is_a_persons(event) and self._is_new(body):
            self._answer(body, event.get("thread_ts") or event["ts"])

    def written(self, body: Body) -> None:
        """A message where the bot is: a direct one, or one in a channel, which is a question in its threads only."""
        event = body["event"]
        if not self._is_a_persons(event):
            return
        if event.get("channel_type") == "im":
            self.told(body)
        elif (
            (thread := event.get("thread_ts"))
            and event.get("text")
            and self._parts.memory.engaged(event["channel"], thread)
            and not is_for_others(event["text"], self._parts.me)
            and not only_thanks(question_of(event["text"], self._parts.me))
            and self._is_new(body)
        ):
            self._answer(body, thread)

    def opened(self, body: Body) -> None:
        """Somebody opens the assistant pane."""
        thread = body["event"]["assistant_thread"]
        if self._parts.memory.claim(f"event:{body['event_id']}"):
            self._parts.chore(partial(self._greet, thread["channel_id"], thread["thread_ts"]))

    def moved(self) -> None:
        """Somebody looks at another channel beside the assistant pane."""

    def told(self, body: Body) -> None:
        """A direct message, in the assistant pane or not."""
        event = body["event"]
        if self._is_a_persons(event) and self._is_new(body):
            self._answer(body, event.get("thread_ts") or event["ts"], direct=True)

    def _answer(self, body: Body, thread: str, *, direct: bool = False) -> None:
        event, parts = body["event"], self._parts
        channel, user = event["channel"], event["user"]
        question = question_of(event.get("text") or "", parts.me)
        if asks_for_help(question):
            parts.help(channel, thread)
            return
        conversation = conversation_of(str(body.get("team_id")), channel, thread)
        asked = AskedQuestion(
            question, user, parts.memory.engage(channel, thread, conversation), parts.memory.settings(channel)
        )
        reply = self._reply(asked, channel, thread, event["ts"], direct=direct)
        if not parts.ask(asked, reply):
            parts.chore(
                partial(parts.api.post_ephemeral, channel, user, note(asked.words.busy), event.get("thread_ts"))
            )
        elif direct and "thread_ts" in event:
            parts.chore(partial(self._entitle, channel, thread, question))

    def _reply(self, asked: AskedQuestion, channel: str, thread: str, message: str, *, direct: bool) -> Reply:
        api, memory, interrupted = self._parts.api, self._parts.memory, asked.words.interrupted
        if direct:
            return InPane(api, interrupted, memory, channel, thread)
        if asked.settings.quiet:
            return Quiet(api, interrupted, channel, thread, message, asked.user)
        return Threaded(api, interrupted, memory, channel, thread)

    def _greet(self, channel: str, thread: str) -> None:
        texts = words(self._parts.memory.settings(channel).language)
        self._parts.api.post(channel, note(texts.greeting), thread)
        prompts = [{"title": prompt, "message": prompt} for prompt in texts.prompts]
        self._parts.api.web.assistant_threads_setSuggestedPrompts(
            channel_id=channel, thread_ts=thread, title=texts.prompts_title, prompts=prompts
        )

    def _entitle(self, channel: str, thread: str, question: str) -> None:
        if self._parts.memory.claim(f"title:{channel}:{thread}"):
            title = question[:_MAX_TITLE]
            self._parts.api.web.assistant_threads_setTitle(channel_id=channel, thread_ts=thread, title=title)

    def _is_a_persons(self, event: Event) -> bool:
        """Whether a person wrote it, and just now: not a bot, this one included, and no edit or deletion."""
        return (
            event.get("subtype") in _WRITTEN
            and bool(event.get("user"))
            and event.get("user") != self._parts.me
            and not ({"bot_id", "bot_profile", "edited", "hidden"} & {key for key, value in event.items() if value})
        )

    def _is_new(self, body: Body) -> bool:
        """Whether it was not seen before: Slack sends again what it has no acknowledgement of, and a mention twice."""
        event = body["event"]
        return self._parts.memory.claim(f"event:{body['event_id']}", f"message:{event['channel']}:{event['ts']}")
