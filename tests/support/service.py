"""What the tests of the second flow share: a service over the sample, a client, a server process, a small model."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from starlette.testclient import TestClient

from eval.endurance import serving as serving_alone
from eval.endurance.serving import READY, running, save_small_model
from index.chunking import Chunking
from index.entities.browsing import Browsing
from index.entities.follower import EntityFollower
from index.ingest import Ingester
from index.stories.follower import StoryFollower
from rag.http.app import build_app
from rag.http.state import State
from rag.service.conversations import opened_conversations
from rag.service.data_folder import opened_entities, opened_feeds, opened_store, opened_stories
from rag.service.visiting import visitor_of
from rag.service.wiring import Service, is_local, opened_catalogue
from rag.suggesting.examples import Examples
from rag.suggesting.suggester import Suggester
from rag.topics.desk import FILE as DESK
from rag.topics.desk import opened_desk
from rag.topics.topics import Topics
from tests.support.sample import settings_for

__all__ = ["READY", "save_small_model"]


class ServerProcess(serving_alone.ServerProcess):
    """`hoidap serve` on a free port of this machine."""

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=300, limits=httpx.Limits(max_connections=None))


@contextmanager
def serving(data: Path, model: Path, *flags: str) -> Iterator[ServerProcess]:
    with running(ServerProcess(data, model, *flags)) as server:
        yield server


def copied(data: Path, target: Path) -> Path:
    """A copy of a data folder that nothing writes to at the moment, the write-ahead log included."""
    return Path(shutil.copytree(data, target))


@contextmanager
def empty_beside(service: Service, data: Path, **more: Any) -> Iterator[Service]:
    """A service of its own over an empty data folder, with the model of one that is open already."""
    settings = settings_for(data, Path(service.settings.embedding_model), **more)
    with (
        opened_store(settings) as store,
        opened_catalogue(settings, store, service.encoder, lambda _: None) as catalogue,
        opened_conversations(data / "conversations.sqlite3") as conversations,
        opened_feeds(settings) as feeds,
        opened_stories(store) as stories,
        opened_desk(data / DESK) as desk,
        opened_entities(store) as entities,
    ):
        answerer = replace(service.answerer, store=store, catalogue=catalogue)
        topics = Topics(desk, answerer, service.encoder, stories, is_local)
        suggester = Suggester(answerer, answerer.prompts, settings.k)
        yield Service(
            settings,
            store,
            service.encoder,
            Ingester(store, service.encoder, Chunking(settings.chunk_tokens)),
            catalogue,
            answerer,
            conversations,
            feeds,
            visitor_of(settings),
            stories,
            topics,
            Browsing(entities),
            suggester,
            Examples(suggester, store, catalogue),
            followers=(
                EntityFollower(store, entities),
                StoryFollower(store, stories, catalogue, service.encoder.fingerprint),
                topics.follower,
                topics.briefings,
            ),
        )


def empty(service: Service) -> None:
    """Take out every article, and every conversation that needed no key."""
    service.store.remove([article.id for article in service.store.articles(1000)])
    service.catalogue.refresh()
    for conversation in service.conversations.list("", 1000):
        service.conversations.delete("", conversation.id)


@contextmanager
def client_of(service: Service) -> Iterator[TestClient]:
    """HTTP to the application in this process; what the application raises comes out as its answer, as it does live."""
    app = build_app(State.of(service))
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def check_answer(answered: dict[str, Any], client: TestClient | httpx.Client) -> None:
    """Every citation of an answer resolves to the stored words, and everything said is cited."""
    answer = answered["answer"]
    text = answer["text"]
    if answer["outcome"] == "none":
        assert answer["citations"] == []
        return
    covered = 0
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["text"]
        assert text[citation["end"] :].startswith(" [")
        covered = max(covered, citation["end"])
        for source in citation["sources"]:
            stored = client.get(f"/v1/articles/{source['article_id']}").json()
            assert stored["text"][source["start_char"] : source["end_char"]] == source["cited_text"]
            assert (stored["title"], stored["source"]) == (source["title"], source["source"])
            assert source["cited_text"] == citation["text"]
    assert re.fullmatch(r"( \[|\[)\d+\](\[\d+\])*", text[covered:])
    numbers = [citation["index"] for citation in answer["citations"]]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1))
