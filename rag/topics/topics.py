"""Following, as the clients of a service in this process use it; every call is for one owner."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from index.clock import WALL_CLOCK, Clock
from index.language.showing import checked_name, one_line
from index.language.text import nfc
from index.records import Filters
from index.storage.database import Database
from index.stories.story_store import StoryStore
from rag.answering import Answerer, QueryEncoder
from rag.delivery.channels import Channel
from rag.delivery.schedule import Schedule
from rag.errors import NotKept
from rag.records.search import Language
from rag.topics.briefing_store import BriefingStore
from rag.topics.briefings import Briefings
from rag.topics.composing import Composer
from rag.topics.following import TopicFollower
from rag.topics.notices import Event, Notices
from rag.topics.profiles import Profiles
from rag.topics.records import Briefing, Match, Notice, Profile, Topic, TopicNews
from rag.topics.store import LAST, TopicStore, new_id

T = TypeVar("T")

_LONGEST_NAME = 200
_MOST_CHANNELS, _MOST_OF_BRIEFING = 10, 50
# Articles that a new topic shows though they were there before it, and those that an overview on demand looks at.
_EARLIER, _BRIEF = 5, 30
_AFTER = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class NewsPage:
    """Notices of a topic; `next` is the place behind them, None at the end."""

    notices: tuple[Notice, ...]
    next: str | None


class Topics:
    """Topics, their news, and briefings. Any number of threads may use it."""

    def __init__(
        self,
        database: Database,
        answerer: Answerer,
        encoder: QueryEncoder,
        stories: StoryStore,
        alive: Callable[[str], bool],
        clock: Clock = WALL_CLOCK,
    ) -> None:
        """`alive` tells whether the key of an owner lets in still; `clock` counts seconds since 1970."""
        store, catalogue = answerer.store, answerer.catalogue
        self._clock = clock
        self.database = database
        self._store, self.issues = TopicStore(database), BriefingStore(database)
        self._profiles = Profiles(store, catalogue, encoder, self._store)
        self._notices, self._composer = Notices(store, catalogue, stories), Composer(answerer)
        self.follower = TopicFollower(store, stories, self._profiles, self._store, clock)
        self.briefings = Briefings(
            self.issues, self._store, self._profiles, self._notices, self._composer, store, alive, clock
        )

    # --- Topics ------------------------------------------------------------------------------------------

    def add(self, owner: str, question: str, name: str | None, filters: Filters) -> Topic:
        """Save a question. It begins with what comes from now on, and shows the latest that is there, as not new.

        BadQuestion where it holds no word, or is too long; NotKept for a name that cannot be one, or a topic too many.
        """
        snapshot = self._profiles.snapshot
        profile = self._profiles.new(owner, question, "", filters, self._clock.now(), snapshot)
        given = shortened(profile.topic.query.text) if name is None else _checked(name)
        profile = replace(profile, topic=replace(profile.topic, name=given))
        found = self._profiles.about(profile, filters, snapshot)
        newest = sorted(found, key=lambda one: one[0].metadata.published_at or "", reverse=True)[:_EARLIER]
        earlier = [(article.article_id, sure) for article, sure in reversed(newest)]
        return self._store.add(profile, self._profiles.model, earlier)

    def topics(self, owner: str) -> list[Topic]:
        """An owner's topics, oldest first."""
        return self._store.topics(owner)

    def topic(self, owner: str, topic_id: str) -> Topic | None:
        """An owner's topic; None where it is unknown, or another's."""
        return self._store.topic(owner, topic_id)

    def change(self, topic: Topic) -> Topic | None:
        """Keep a topic's name, filters and pause; None where it is gone. NotKept for a name that cannot be one."""
        named = replace(topic, name=_checked(topic.name))
        return named if self._store.change(named) else None

    def remove(self, owner: str, topic_id: str) -> bool:
        """Remove a topic and its news; False where it is unknown, or another's."""
        return self._store.remove(owner, topic_id)

    def see(self, owner: str, topic_id: str) -> bool:
        """Note that an owner has seen a topic's news; False where it is unknown, or another's."""
        return self._store.see(owner, topic_id)

    def unseen(self, topic: Topic) -> int:
        """How many notices of a topic its owner has not seen."""
        return len(self._notices.events(self._store.matches(topic.id, topic.seen)))

    def news(self, topic: Topic, limit: int, after: str | None = None) -> NewsPage:
        """Notices of a topic: the new ones first, of these those with the most sources, then the others likewise.

        `after` is the `next` of the page before; what came since then is on the first page only.
        """
        upto, skipped = _place(after)
        profile = self._profiles.of(topic.id)
        if profile is None:
            return NewsPage((), None)
        matches = self._store.matches(topic.id, upto=upto)
        upto = max((match.number for match in matches), default=0)
        found = sorted(self._notices.events(matches), key=lambda event: event.number <= topic.seen)
        shown = self._told(replace(profile, topic=topic), found[skipped : skipped + limit])
        end = skipped + limit
        return NewsPage(shown, f"{upto}-{end}" if end < len(found) else None)

    def _told(self, profile: Profile, found: Sequence[Event]) -> tuple[Notice, ...]:
        return tuple(notice for event in found if (notice := self._notices.notice(profile, event)))

    # --- Overviews and briefings -------------------------------------------------------------------------

    def brief(self, question: str, filters: Filters, language: Language) -> TopicNews | None:
        """An overview of the articles that are about a question and pass filters; None where there are none.

        BadQuestion where it holds no word, or is too long.
        """
        now, snapshot = self._clock.now(), self._profiles.snapshot
        profile = self._profiles.new("", question, shortened(question), filters, now, snapshot)
        found = self._profiles.about(profile, filters, snapshot)[:_BRIEF]
        matches = [
            Match(number, article.article_id, now, sure, "earlier") for number, (article, sure) in enumerate(found)
        ]
        composed = self._composer.composed(profile, self._notices.events(matches), (), language)
        return composed.news if composed else None

    def add_briefing(
        self,
        owner: str,
        name: str,
        topics: Sequence[str],
        schedule: Schedule,
        language: Language,
        channels: Sequence[Channel],
    ) -> Briefing:
        """Begin a briefing on what comes from now on. NotKept where its owner lacks a topic, or it is one too many."""
        now = self._clock.now()
        briefing = Briefing(
            new_id(),
            owner,
            _checked(name),
            _bounded(topics, _MOST_OF_BRIEFING, "topics"),
            schedule,
            language,
            _bounded(channels, _MOST_CHANNELS, "channels"),
            paused=False,
            created_at=now,
            next_at=schedule.next_after(now),
            upto=self._store.last_match(),
            since=now,
        )
        self.issues.add(briefing)
        return briefing

    def change_briefing(self, briefing: Briefing) -> Briefing | None:
        """Keep a briefing as it is now, due at its next time; None where it is gone. NotKept as for a new one."""
        changed = replace(
            briefing,
            name=_checked(briefing.name),
            topics=_bounded(briefing.topics, _MOST_OF_BRIEFING, "topics"),
            channels=_bounded(briefing.channels, _MOST_CHANNELS, "channels"),
            next_at=briefing.schedule.next_after(self._clock.now()),
        )
        return changed if self.issues.change(changed) else None


def _checked(name: str) -> str:
    try:
        return checked_name(name, _LONGEST_NAME)
    except ValueError as error:
        raise NotKept(str(error)) from error


def shortened(question: str) -> str:
    """The name of a topic that was given none."""
    one = one_line(nfc(question))
    return one if len(one) <= _LONGEST_NAME else one[: _LONGEST_NAME - 1].rsplit(" ", 1)[0] + "…"


def _bounded(items: Sequence[T], most: int, what: str) -> tuple[T, ...]:
    once = tuple(dict.fromkeys(items))
    if not (once or what == "channels") or len(once) > most:
        raise NotKept(f"A briefing has {len(once)} {what}; give it at most {most}, and at least one topic.")
    return once


def _place(after: str | None) -> tuple[int, int]:
    """The last match that a list shows, and how many of its notices were shown."""
    found = _AFTER.fullmatch(after or "")
    return (int(found[1]), int(found[2])) if found else (LAST, 0)
