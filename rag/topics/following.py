"""New articles against all topics, a batch at a time; the position moves in the transaction that keeps the matches."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from index.clock import WALL_CLOCK, Clock
from index.model.centring import centring_of
from index.store.store import Store
from index.stories.story_store import StoryStore
from rag.topics.matching import Matcher, incoming
from rag.topics.profiles import Profiles
from rag.topics.records import Found
from rag.topics.store import Followed, TopicStore

# Articles at once: questions and ingestion wait no longer than these take.
_BATCH = 50


class TopicFollower:
    """Matches what comes into the store, once it has its story.

    An article is followed once for its words: one that was embedded anew, or whose title or date was put right, is no
    news. What comes with other words is a correction to whoever was told of it, and news to others.
    """

    def __init__(
        self, store: Store, stories: StoryStore, profiles: Profiles, topics: TopicStore, clock: Clock = WALL_CLOCK
    ) -> None:
        """`clock` counts seconds since 1970."""
        self._store, self._stories, self._clock = store, stories, clock
        self._profiles, self._topics = profiles, topics
        self._matcher: tuple[tuple[int, str], Matcher | None] | None = None

    def follow(self) -> bool:
        """Follow one batch; whether there is more. StoreError where a database cannot be used."""
        since = self._topics.position()
        placed = self._stories.position()
        changed = [row for row in self._store.changed(since, _BATCH) if row[0] <= placed]
        if not changed:
            # Articles of another past, as of a backup: what comes from now on is followed.
            last = self._store.sequence()
            if since > last:
                self._topics.advance(Followed(since, last, self._topics.version()), {}, (), self._clock.now())
            return False
        model, version = self._profiles.model, self._topics.version()
        matcher = self._ready(model, version)
        stored = {article: sequence for sequence, article in changed}
        digests = self._fresh(list(stored))
        known = self._topics.digests(digests)
        new = {article: digest for article, digest in digests.items() if known.get(article) != digest}
        found = self._matched(matcher, stored, new, model) if matcher else []
        followed = Followed(since, changed[-1][0], version)
        self._topics.advance(followed, new, found, self._clock.now())
        return True

    def _fresh(self, articles: Sequence[str]) -> dict[str, bytes]:
        texts = ((article, self._store.text(article)) for article in articles)
        return {article: sha256(text.encode()).digest() for article, text in texts if text is not None}

    def _matched(
        self, matcher: Matcher, stored: Mapping[str, int], new: Mapping[str, bytes], model: str
    ) -> list[Found]:
        articles = [one for article in new if (one := incoming(self._store, article, model))]
        pairs = [
            (profile.topic.id, article.article_id, score)
            for profile, article, score in matcher.matched(articles, self._profiles.idf)
            if stored[article.article_id] > profile.since
        ]
        told = self._topics.matched({topic for topic, _, _ in pairs}, {article for _, article, _ in pairs})
        return [
            Found(topic, article, score, "corrected" if (topic, article) in told else "new")
            for topic, article, score in pairs
        ]

    def _ready(self, model: str, version: int) -> Matcher | None:
        """The topics as they are now; None where there are none."""
        if self._matcher is None or self._matcher[0] != (version, model):
            profiles = [profile for profile in self._profiles.all() if not profile.topic.paused]
            self._matcher = (version, model), Matcher(profiles, centring_of(model)) if profiles else None
        return self._matcher[1]
