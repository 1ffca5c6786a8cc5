"""What the listeners work with."""

from dataclasses import dataclass
from functools import partial

from rag.client.protocol import Client
from rag.slack.asking import AskedQuestion, Asker
from rag.slack.blocks import note
from rag.slack.memory import Memory
from rag.slack.replies import Reply
from rag.slack.web_api import WebApi
from rag.slack.words import words
from rag.slack.working import Job, Workers


@dataclass(frozen=True, slots=True)
class AnswerJob:
    """A job of the workers, which can be told that it will not be done."""

    asker: Asker
    asked: AskedQuestion
    reply: Reply

    def __call__(self) -> None:
        """Answer it."""
        self.asker.answer(self.asked, self.reply)

    def interrupted(self) -> None:
        """Say that it will not be answered."""
        self.reply.interrupt()


@dataclass(frozen=True, slots=True)
class Parts:
    """What the listeners work with: `me` is the bot's own user, `chores` does what is short."""

    api: WebApi
    memory: Memory
    client: Client
    asker: Asker
    questions: Workers
    chores: Workers
    me: str

    def ask(self, asked: AskedQuestion, reply: Reply) -> bool:
        """Have a question answered; False where too many wait already."""
        return self.questions.submit(AnswerJob(self.asker, asked, reply))

    def help(self, channel: str, thread: str) -> None:
        """Tell in a thread how to ask."""
        texts = words(self.memory.settings(channel).language)
        self.chore(partial(self.api.post, channel, note(texts.help), thread))

    def chore(self, job: Job) -> None:
        """Have something short done; too much of it at once is dropped."""
        self.chores.submit(job)
