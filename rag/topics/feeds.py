"""Feeds of topics, each open to who knows its secret."""

from collections.abc import Callable
from datetime import UTC, datetime

from rag.delivery.atom import Entry, Feed
from rag.delivery.secret import FORM, digest, new_secret
from rag.topics.letters import cited
from rag.topics.records import Notice
from rag.topics.store import TopicStore
from rag.topics.topics import Topics

_ENTRIES = 50


class TopicFeeds:
    """Opens, closes and reads feeds; `alive` tells whether the key of an owner lets in still."""

    def __init__(self, topics: Topics, alive: Callable[[str], bool]) -> None:
        self._topics, self._store, self._alive = topics, TopicStore(topics.database), alive

    def open(self, owner: str, topic_id: str) -> str | None:
        """A new secret of a topic's feed, and the one before opens nothing; None where there is no such topic."""
        secret = new_secret()
        return secret if self._store.open_feed(owner, topic_id, digest(secret)) else None

    def close(self, owner: str, topic_id: str) -> bool:
        """Let nobody read a topic's feed; False where there is no such topic."""
        return self._store.open_feed(owner, topic_id, None)

    def feed(self, secret: str) -> Feed | None:
        """What a secret opens; None where it opens nothing, or its owner's key is revoked."""
        topic = self._store.of_feed(digest(secret)) if FORM.fullmatch(secret) else None
        if topic is None or not self._alive(topic.owner):
            return None
        entries = tuple(_entry(notice) for notice in self._topics.news(topic, _ENTRIES).notices)
        newest = max((entry.updated for entry in entries), default=datetime.fromtimestamp(topic.created_at, UTC))
        return Feed(topic.id, topic.name, newest, entries)


def _entry(notice: Notice) -> Entry:
    said = cited(notice.source)
    # Articles that join an event later are rarely of an earlier day than all that it has.
    first = min(notice.articles, key=lambda one: (one.metadata.published_at or "9", one.id))
    return Entry(first.id, notice.title, datetime.fromtimestamp(notice.at, UTC), said.words, said.url, said.source)
