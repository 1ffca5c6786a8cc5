"""Issues of briefings on their way: what a letter shows of one, whether it is still wanted, and how readers leave."""

from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from typing_extensions import override

from index.language.showing import called
from index.storage.database import Database
from rag.delivery import letter as letters
from rag.delivery.channels import Channel, Email
from rag.delivery.letter import Cited, Letter, Section, Sentence
from rag.delivery.outbox import Outbox
from rag.delivery.readers import Leaving
from rag.delivery.sender import Issues
from rag.delivery.unsubscribing import briefing_of, proves
from rag.records.answers import Citation, Source
from rag.topics.briefing_store import BriefingStore
from rag.topics.records import Briefing, Change, Issue, TopicNews

_SEAL_BASE = 16777619


class Letters(Issues):
    """What the sender asks of the desk; `alive` tells whether the key of an owner lets in still."""

    def __init__(self, store: BriefingStore, alive: Callable[[str], bool]) -> None:
        self._store, self._alive = store, alive

    @override
    def stopped(self, issue: str, channel: Channel) -> str | None:
        briefing = self._store.of_issue(issue)
        if briefing is None:
            return "the briefing is no longer there"
        if briefing.paused:
            return "the briefing is paused"
        if channel not in briefing.channels:
            return "the briefing no longer goes there"
        return None if self._alive(briefing.owner) else "the key that it belongs to is revoked"

    @override
    def letter(self, issue: str) -> Letter | None:
        found, briefing = self._store.issue(issue), self._store.of_issue(issue)
        return letter_of(found, briefing.schedule.zone) if found and briefing else None


def letter_of(issue: Issue, zone: str) -> Letter:
    """What channels show of an issue; its time is that of the clocks of a zone."""
    made_at = datetime.fromtimestamp(issue.made_at, ZoneInfo(zone))
    sections = tuple(_section(news, issue.answer_id(news)) for news in issue.topics)
    return Letter(issue.id, issue.briefing, issue.name, made_at, issue.language, sections)


def _section(news: TopicNews, answer_id: str) -> Section:
    sentences = tuple(_sentence(citation) for citation in news.answer.citations)
    return Section(news.name, news.notices, news.sources, sentences, tuple(map(_change, news.changes)), answer_id)


def _sentence(citation: Citation) -> Sentence:
    return Sentence(citation.text, tuple(map(cited, citation.sources)))


def _change(change: Change) -> letters.Change:
    return letters.Change(change.what, cited(change.before), cited(change.now) if change.now else None)


def cited(source: Source) -> Cited:
    """The words of a source, and what its article is called."""
    metadata, words = source.metadata, source.cited_text
    day = metadata.published_at and metadata.published_at[:10]
    title = called(metadata.title, metadata.opening or words)
    place = f"?start={source.start_char}&end={source.end_char}&words={_seal(words)}"
    page = f"/#/a/{quote(source.article_id, safe='')}{place}"
    return Cited(words, title, metadata.source, day, metadata.url, page)


def _seal(words: str) -> str:
    """What the page knows words by where their article has changed (`sealOf` in `rag/web/static/shared/text.js`)."""
    seal = 0
    for point in words:
        seal = (seal * _SEAL_BASE + ord(point)) % 2**32
    return f"{seal:08x}"


class Leavers:
    """Readers of e-mail, who leave a briefing by the link in a letter."""

    def __init__(self, database: Database) -> None:
        self._store = BriefingStore(database)
        self._key = Outbox(database).key()

    def leaving(self, token: str) -> Leaving | None:
        """The briefing that a token leads out of; None where it was sent to nobody."""
        found = self._found(token)
        return _leaving(*found) if found else None

    def leave(self, token: str) -> Leaving | None:
        """Send the briefing no longer to who has the token; where it goes nowhere else, it is paused."""
        found = self._found(token)
        if found is None:
            return None
        briefing, channel = found
        others = [each for each in briefing.channels if each != channel]
        if channel in briefing.channels and others:
            self._store.send_to(briefing.id, others)
        elif channel in briefing.channels:
            self._store.pause(briefing.id)
        return Leaving(briefing.name, briefing.language, left=True)

    def _found(self, token: str) -> tuple[Briefing, Email] | None:
        named = briefing_of(token)
        briefing = self._store.anyones(named) if named else None
        if briefing is None:
            return None
        addressed = (each for each in self._addressed(briefing) if proves(token, self._key, briefing.id, each))
        return next(((briefing, each) for each in addressed), None)

    def _addressed(self, briefing: Briefing) -> Iterator[Email]:
        """Who gets the briefing, or got it."""
        for channel in dict.fromkeys([*briefing.channels, *self._store.sent_to(briefing.id)]):
            if isinstance(channel, Email):
                yield channel


def _leaving(briefing: Briefing, channel: Email) -> Leaving:
    return Leaving(briefing.name, briefing.language, left=briefing.paused or channel not in briefing.channels)
