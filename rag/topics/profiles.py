"""Topics as what articles are compared with: their questions understood as questions are, and embedded."""

from collections.abc import Sequence

from index.derived.protocol import DerivedIndex, Indexes
from index.model.centring import centring_of
from index.records import Filters
from index.store.store import Store
from rag.answering import QueryEncoder
from rag.question.understanding import understand
from rag.topics.matching import Incoming, Matcher, incoming
from rag.topics.records import Profile, Topic
from rag.topics.store import TopicStore, new_id

# Passages that either index gives, of which the articles are looked at.
_DEPTH = 100


class Profiles:
    """Makes profiles, and keeps their vectors those of the model that is used."""

    def __init__(self, store: Store, catalogue: Indexes, encoder: QueryEncoder, topics: TopicStore) -> None:
        self._store, self._catalogue, self._encoder, self._topics = store, catalogue, encoder, topics

    @property
    def model(self) -> str:
        """The fingerprint of the model whose vectors are compared."""
        return self._catalogue.model

    def idf(self, token: str) -> float:
        """The inverse document frequency of a token."""
        return self._catalogue.snapshot.idf(token)

    @property
    def snapshot(self) -> DerivedIndex:
        """The indexes as they are now."""
        return self._catalogue.snapshot

    def new(
        self, owner: str, question: str, name: str, filters: Filters, now: float, snapshot: DerivedIndex
    ) -> Profile:
        """The profile of a question that is no topic yet. BadQuestion where it holds no word, or is too long.

        What is stored after the snapshot is new to it.
        """
        query = understand(question, snapshot.syllables)
        topic = Topic(new_id(), owner, name, query, filters, False, now)
        return Profile(topic, self._encoder.embed_queries([query.understood])[0], snapshot.sequence)

    def of(self, topic_id: str) -> Profile | None:
        """The profile of a topic, None where it is gone."""
        found = self._topics.profile(topic_id)
        return self._current([found])[0] if found else None

    def all(self) -> list[Profile]:
        """The profiles of all topics, oldest first."""
        return self._current(self._topics.profiles())

    def _current(self, found: Sequence[tuple[Profile, str]]) -> list[Profile]:
        """The profiles with the vectors of today's model."""
        stale = [profile for profile, made_by in found if made_by != self.model]
        if not stale:
            return [profile for profile, _ in found]
        vectors = self._encoder.embed_queries([profile.topic.query.understood for profile in stale])
        made = {profile.topic.id: vector for profile, vector in zip(stale, vectors, strict=True)}
        self._topics.embed(made, self.model)
        return [
            Profile(profile.topic, made.get(profile.topic.id, profile.vector), profile.since) for profile, _ in found
        ]

    def about(self, profile: Profile, filters: Filters, snapshot: DerivedIndex) -> list[tuple[Incoming, float]]:
        """The articles that a topic is about and that pass filters, and how surely, the surest first."""
        near = snapshot.dense(profile.vector, _DEPTH, filters)
        near += snapshot.lexical(profile.topic.query.understood, _DEPTH, filters)
        hits = self._store.hits((chunk for chunk, _ in near), 2 * _DEPTH)
        ids = dict.fromkeys(hit.chunk.article_id for hit in hits)
        articles = [one for article in ids if (one := incoming(self._store, article, self.model))]
        matched = Matcher([profile], centring_of(self.model)).matched(articles, self.idf)
        return sorted(((article, sure) for _, article, sure in matched), key=lambda one: -one[1])
