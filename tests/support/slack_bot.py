"""What the tests of the Slack bot share: a client that plays answers, and a running bot."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from typing_extensions import override

from rag.client.protocol import Client, OnStage, ignore_stage
from rag.contract.answers import AnswerOut, AskOut, CitationOut, CopyOut, HitOut, QueryOut, SourceOut, TimingsOut
from rag.contract.articles import SourceName, SourcesOut
from rag.contract.questions import AskBody
from rag.slack.bot import Tokens, running
from rag.slack.memory import Memory
from tests.support.canned import Canned
from tests.support.slack_server import Slack
from tests.support.slack_workspace import APP_TOKEN, BOT_TOKEN

_TIMINGS = TimingsOut(encoding=1, search=1, answer=1, total=3)
_URL = "https://bao.example/bai"


def source(
    title: str | None = "Một bài báo",
    url: str | None = _URL,
    *,
    name: str | None = "Báo Bắc Nam",
    published_at: str | None = "2026-08-20",
    support: str = "full",
    article: str = "b1",
    copies: list[CopyOut] | None = None,
) -> SourceOut:
    """An article as an answer cites it."""
    return SourceOut.model_validate(
        {
            "article_id": article,
            "chunk_id": 1,
            "title": title,
            "url": url,
            "source": name,
            "published_at": published_at,
            "cited_text": "x",
            "start_char": 0,
            "end_char": 1,
            "score": 1.0,
            "support": support,
            "copies": [copy.model_dump() for copy in copies or []],
        }
    )


def hit(title: str, url: str | None = _URL, article: str = "b1") -> HitOut:
    """A passage of an article."""
    return HitOut(
        article_id=article,
        chunk_id=1,
        title=title,
        url=url,
        source="Báo Bắc Nam",
        published_at="2026-08-20",
        text="x",
        start_char=0,
        end_char=1,
        score=1.0,
    )


def answered(*sentences: tuple[str, SourceOut], question: str = "Ai?", **more: object) -> AskOut:
    """An answer of sentences, each with its own source and number."""
    text, citations = "", []
    for index, (sentence, cited) in enumerate(sentences, 1):
        start = len(text) + bool(text)
        text = f"{text} {sentence}".strip()
        citations.append(CitationOut(index=index, start=start, end=len(text), text=sentence, sources=[cited]))
        text += f" [{index}]"
    answer = {"text": text, "outcome": "answered", "kind": "fact", "abstained": False, "confidence": 0.83}
    answer |= {"language": "vi", "citations": citations}
    return _out(question, AnswerOut.model_validate({**answer, **more}))


def abstained(question: str = "Ai?", passages: list[HitOut] | None = None) -> AskOut:
    """No answer."""
    text = "Các bài báo không nói."
    answer = AnswerOut(
        text=text, outcome="none", kind="fact", abstained=True, confidence=0.1, language="vi", citations=[]
    )
    return _out(question, answer, passages)


def _out(question: str, answer: AnswerOut, passages: list[HitOut] | None = None) -> AskOut:
    return AskOut(
        id="a1",
        conversation_id="c1",
        generator="extractive",
        query=QueryOut(text=question, understood=question, language="vi"),
        answer=answer,
        passages=passages or [],
        timings_ms=_TIMINGS,
    )


def plain(body: AskBody, _: OnStage) -> AskOut:
    """Answers every question with the same sentence."""
    out = answered(("Ba người.", source()), question=body.question)
    return out.model_copy(update={"conversation_id": body.conversation_id})


class Scripted(Canned):
    """A client that plays whole answers; it keeps what it was asked and told."""

    def __init__(self, answer: Callable[[AskBody, OnStage], AskOut] = plain) -> None:
        super().__init__()
        self.answer = answer

    @override
    def ask(self, body: AskBody | str, on_stage: OnStage = ignore_stage) -> AskOut:
        assert isinstance(body, AskBody)
        self.asked.append(body)
        return self.answer(body, on_stage)

    @override
    def sources(self) -> SourcesOut:
        names = [SourceName(name="Báo Bắc Nam", articles=2), SourceName(name="Đài Sông Hậu", articles=1)]
        return SourcesOut(sources=names, first=None, last=None)


class Gate:
    """Plays an answer that is held back until it is opened."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.open = threading.Event()

    def __call__(self, body: AskBody, told: OnStage) -> AskOut:
        self.asked.set()
        assert self.open.wait(60)
        return plain(body, told)


@contextmanager
def bot(slack: Slack, client: Client, data: Path) -> Iterator[Memory]:
    """A bot that is connected."""
    tokens = Tokens(BOT_TOKEN, APP_TOKEN)
    with Memory(data / "slack.sqlite3") as memory, running(client, memory, tokens, f"{slack.url}/api/", slack.clock):
        yield memory
