"""Issues of briefings: what is new on each topic since the last one, made when they are due."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from index.clock import WALL_CLOCK, Clock
from index.storage.errors import IndexingError
from index.store.store import Store
from rag.records.answers import Answer
from rag.topics.briefing_store import BriefingStore
from rag.topics.changes import overtaken
from rag.topics.composing import Composer
from rag.topics.notices import Notices
from rag.topics.profiles import Profiles
from rag.topics.records import Briefing, Change, Issue, Told, TopicNews
from rag.topics.store import LAST, TopicStore, new_id

_log = logging.getLogger(__name__)

# What a preview shows where nothing new came yet: the latest matches of each topic.
_SHOWN = 5


class Briefings:
    """Makes issues. `alive` tells whether the key of an owner lets in still; the clock counts seconds since 1970."""

    def __init__(
        self,
        store: BriefingStore,
        topics: TopicStore,
        profiles: Profiles,
        notices: Notices,
        composer: Composer,
        articles: Store,
        alive: Callable[[str], bool],
        clock: Clock = WALL_CLOCK,
    ) -> None:
        self._store, self._topics, self._profiles = store, topics, profiles
        self._notices, self._composer, self._articles = notices, composer, articles
        self._alive, self._clock = alive, clock

    def follow(self) -> bool:
        """Make what is due now; it never leaves more to do."""
        self.make_due(self._clock.now())
        return False

    def make_due(self, now: float) -> int:
        """Make the issues that are due at a moment, each with its deliveries; how many there are.

        However many times of a briefing were missed, it has one issue. Where nothing new came it has none.
        """
        made = 0
        for briefing in self._store.due(now):
            if not self._alive(briefing.owner):
                continue
            try:
                made += self.make(briefing, now)
            except IndexingError:
                raise
            except Exception:  # noqa: BLE001 - what one briefing holds must not end all others
                _log.exception("The issue of a briefing cannot be made")
        return made

    def make(self, briefing: Briefing, now: float) -> bool:
        """Make a briefing's issue now, and move on to its next time; whether there is one."""
        upto = self._topics.last_match()
        issue, gone = self._issue(briefing, now, self._store.told(briefing.id), upto)
        next_at = briefing.schedule.next_after(now)
        if not issue.topics:
            self._store.move_on(briefing, next_at, upto)
            return False
        return self._store.keep(briefing, next_at, upto, issue, gone)

    def preview(self, briefing: Briefing) -> Issue:
        """The issue that a briefing would have now, neither kept nor sent.

        Where nothing new came, what its topics found last shows how it will look.
        """
        now, upto = self._clock.now(), self._topics.last_match()
        issue, _ = self._issue(briefing, now, self._store.told(briefing.id), upto)
        if not issue.topics:
            issue, _ = self._issue(replace(briefing, upto=0), now, (), LAST, newest=_SHOWN)
        return replace(issue, id="")

    def _issue(
        self, briefing: Briefing, now: float, told: Sequence[Told], upto: int, newest: int | None = None
    ) -> tuple[Issue, list[Told]]:
        """The issue of the matches since the last one, or of the `newest` of each topic whenever they came; and which
        of the sentences told before it overtakes.
        """
        standing = [one for one in told if not one.overtaken]
        changed = [(one, change) for one, change in overtaken(standing, self._articles.article)]
        gone = [one for one, _ in changed]
        said, topics = _with_changes(told, changed), []
        for topic_id in briefing.topics:
            changes = _each_once(change for one, change in changed if one.topic == topic_id)
            news, retold = self._news(briefing, topic_id, said, upto, newest)
            gone += retold
            if news is None and changes:
                news = self._nothing_new(briefing, topic_id)
            if news is not None:
                topics.append(replace(news, changes=(*changes, *news.changes)))
                said += _as_told(topics[-1])
        made = Issue(new_id(), briefing.id, briefing.name, now, briefing.since, briefing.language, tuple(topics))
        return made, gone

    def _news(
        self, briefing: Briefing, topic_id: str, told: Sequence[Told], upto: int, newest: int | None
    ) -> tuple[TopicNews | None, Sequence[Told]]:
        profile = self._profiles.of(topic_id)
        if profile is None:
            return None, ()
        matches = self._topics.matches(topic_id, briefing.upto, upto, *([newest] if newest else []))
        if newest is None:
            matches = [match for match in matches if match.kind != "earlier"]
        composed = self._composer.composed(profile, self._notices.events(matches), told, briefing.language)
        return (composed.news, composed.overtaken) if composed else (None, ())

    def _nothing_new(self, briefing: Briefing, topic_id: str) -> TopicNews | None:
        topic = self._topics.topic(briefing.owner, topic_id)
        nothing = Answer("", "none", 0.0, briefing.language, kind="overview")
        return TopicNews(topic.id, topic.name, 0, 0, nothing) if topic else None


def _with_changes(told: Sequence[Told], changed: Sequence[tuple[Told, Change]]) -> list[Told]:
    """What was told, as it stands after changes, and what these tell."""
    gone = {one.number for one, _ in changed}
    now = [Told(0, one.topic, change.now) for one, change in changed if change.now]
    return [*(replace(one, overtaken=one.overtaken or one.number in gone) for one in told), *now]


def _each_once(changes: Iterable[Change]) -> list[Change]:
    """The changes, of each article that is gone one, however much of it was told."""
    kept: dict[object, Change] = {}
    for change in changes:
        kept.setdefault(change.before.article_id if change.what == "withdrawn" else change, change)
    return list(kept.values())


def _as_told(news: TopicNews) -> Iterable[Told]:
    return [Told(0, news.topic, citation.sources[0]) for citation in news.answer.citations]
