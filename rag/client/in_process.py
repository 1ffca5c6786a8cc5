"""A `rag.client.protocol.Client` of a service in the same process."""

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from time import time

from typing_extensions import override

from index.fetching.discovery import find_feeds
from index.intake.drafts import checked_edits, draft_from_record
from index.intake.files import Refusal, read_bytes
from index.records import Draft, Filters
from index.storage.errors import Refused, StorageFull, StoreError
from rag.client.archive.in_process import InProcessArchive
from rag.client.conversing import converse
from rag.client.protocol import AnswerEvent, Client, FileEvent
from rag.client.stories.in_process import InProcessStories
from rag.client.suggesting import next_questions
from rag.client.topics.in_process import InProcessTopics
from rag.contract.answers import AskOut, Overview, SearchOut, search_out
from rag.contract.articles import (
    ArticleEdit,
    FileBegun,
    FileDone,
    FileOutcome,
    OutcomeBody,
    OutcomesBody,
    SourcesOut,
    StoredArticle,
    sources_out,
    stored_article,
)
from rag.contract.changes import Text, as_of_today
from rag.contract.conversations import (
    ConversationEdit,
    ConversationOut,
    ConversationPage,
    Exported,
    ExportForm,
    ListedConversation,
    ListedShare,
    SharedOut,
    ShareOut,
    SharesOut,
    SuggestionsOut,
    TurnOut,
)
from rag.contract.feeds import FeedsOut, feed_out
from rag.contract.questions import READ_EXCHANGES, AskBody, FeedbackBody, SearchBody
from rag.errors import ServerStops
from rag.export.exporting import exported
from rag.records.answers import Feedback
from rag.records.search import Language, Origin, Request
from rag.service.background import caught_up, following
from rag.service.conversations import Conversation, StoredTurn, timestamp
from rag.service.data_folder import remove_articles
from rag.service.ingesting import ingested
from rag.service.visiting import fetch_drafts, reachable
from rag.service.wiring import Service, opened
from rag.settings import Settings

# A file is read whole before the first article is taken in, so that progress can be told.
MOST_ARTICLES = 10_000
_FAULTS = 20
STOPPED = "the server is stopping; send it again"


@contextmanager
def opened_in_process(settings: Settings, progress: Callable[[str], None], owner: str) -> Iterator["InProcess"]:
    """A client of a service that is opened with it, and follows what other processes ingest."""
    with opened(settings, progress) as service, following(service):
        yield InProcess(service, owner, origin=owner)


@contextmanager
def opened_briefly(settings: Settings, progress: Callable[[str], None], *, up_to_date: bool) -> Iterator["InProcess"]:
    """A client for one command, of whoever needs no key.

    Where it is to be `up_to_date`, what is derived from the articles follows them first.
    """
    with opened(settings, progress) as service:
        if up_to_date:
            caught_up(service)
        yield InProcess(service, owner="", origin="")


class InProcess(Client):
    """A `Client` of an open service; conversations belong to `owner`.

    `origin` is noted with articles that are sent in one by one, for people: the way that they came.
    """

    def __init__(self, service: Service, owner: str, origin: str = "http") -> None:
        self._service = service
        self.archive = InProcessArchive(service)
        self._owner = owner
        self._origin = origin
        self.stories = InProcessStories(service)
        self.topics = InProcessTopics(service, owner)

    @override
    def answer_events(self, body: AskBody) -> Generator[AnswerEvent, None, None]:
        return converse(self._service, body, self._owner)

    @override
    def search(self, body: SearchBody | str) -> SearchOut:
        sought = SearchBody(query=body) if isinstance(body, str) else body
        return search_out(self._service.answerer.search(Request(sought.query, sought.k, sought.filters.filters())))

    @override
    def overview(self) -> Overview:
        service = self._service
        articles, chunks = service.store.counts()
        return Overview(
            articles=articles,
            chunks=chunks,
            generators=list(service.answerer.generators),
            generator=service.settings.generator,
            languages=sorted(service.answerer.prompts.languages),
        )

    # --- Articles ----------------------------------------------------------------------------------------

    @override
    def ingest(self, articles: Sequence[Mapping[str, object]]) -> OutcomesBody:
        # Before ingestion, which holds a lock that a slow site is not to hold.
        drafts = [draft for article in articles for draft in self._drafts(article)]
        results = [
            OutcomeBody(id=outcome.id, status=outcome.status, reason=outcome.reason)
            for outcome in ingested(self._service, drafts)
        ]
        results += [OutcomeBody(id=None, status="refused", reason=STOPPED) for _ in drafts[len(results) :]]
        return OutcomesBody(results=results)

    def _drafts(self, record: Mapping[str, object]) -> list[Draft | Refusal]:
        """The article of a record, or those at the address that is all it holds."""
        url = record.get("url")
        if isinstance(url, str) and not any(record.get(key) for key in record if key != "url"):
            return fetch_drafts(url, self._service.visitor)
        return [_draft(record, self._origin)]

    @override
    def ingest_file(self, data: bytes, name: str) -> Generator[FileEvent, None, None]:
        items = list(islice(read_bytes(data, name), MOST_ARTICLES + 1))
        if len(items) > MOST_ARTICLES:
            raise Refused(f"{name} holds more than {MOST_ARTICLES:,} articles; split it")
        yield FileBegun(articles=len(items))
        counts: Counter[str] = Counter()
        titles: deque[str | None] = deque()
        for outcome in ingested(self._service, _noting(items, titles)):
            counts[outcome.status] += 1
            yield FileOutcome(
                id=outcome.id,
                status=outcome.status,
                reason=outcome.reason,
                origin=outcome.origin,
                title=titles.popleft(),
            )
        kept = counts.total()
        for item in items[kept:]:
            origin = item.origin if isinstance(item, Refusal) else item.raw.origin
            yield FileOutcome(id=None, status="refused", reason=STOPPED, origin=origin)
        if kept < len(items):
            raise ServerStops(f"{name}: {STOPPED}; of {len(items):,} articles, {kept:,} are kept.")
        yield FileDone(
            results=kept,
            added=counts["added"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            refused=counts["refused"],
        )

    @override
    def article(self, article_id: str) -> StoredArticle | None:
        draft = self._service.store.draft(article_id)
        return None if draft is None else stored_article(draft)

    @override
    def edit(self, article_id: str, body: ArticleEdit) -> StoredArticle | None:
        changes = checked_edits(body.changes)
        service = self._service
        with service.ingesting:
            service.ingester.edit(article_id, changes)
        service.catalogue.catch_up()
        return self.article(article_id)

    @override
    def remove(self, article_id: str) -> bool:
        service = self._service
        with service.ingesting:
            removed = remove_articles(service.settings, service.store, [article_id])
            # What the store does not have is not found, whatever the indexes say: they may follow when there is room.
            with suppress(StoreError):
                service.catalogue.refresh()
        return bool(removed)

    @override
    def sources(self) -> SourcesOut:
        return sources_out(self._service.store.coverage(Filters()))

    # --- Feeds -------------------------------------------------------------------------------------------

    @override
    def feeds(self) -> FeedsOut:
        store = self._service.feeds
        pages = store.counts()
        feeds = [feed_out(feed, pages.get(feed.id, {}), store.faults(feed.url, _FAULTS)) for feed in store.feeds()]
        return FeedsOut(feeds=feeds, watched=self._service.visitor is not None)

    @override
    def add_feed(self, url: str) -> FeedsOut:
        for found in find_feeds(url, reachable(self._service.visitor)):
            self._service.feeds.add(found.url, found.feed.title, time())
        return self.feeds()

    @override
    def remove_feed(self, url: str) -> bool:
        return self._service.feeds.remove(url)

    # --- Conversations -----------------------------------------------------------------------------------

    @override
    def conversations(
        self, limit: int = 100, before: str | None = None, *, origin: Origin | None = None, q: str = ""
    ) -> ConversationPage:
        found = self._service.conversations.list(self._owner, limit, before, origin=origin, words=q)
        next_ = found[-1].place if len(found) == limit else None
        return ConversationPage(conversations=list(map(_listed, found)), next=next_)

    @override
    def conversation(self, conversation_id: str) -> ConversationOut | None:
        text = cache(self._service.store.text)
        turns = [_turn(stored, text) for stored in self._service.conversations.turns(self._owner, conversation_id)]
        return ConversationOut(id=conversation_id, turns=turns) if turns else None

    @override
    def edit_conversation(self, conversation_id: str, body: ConversationEdit) -> ListedConversation | None:
        self._service.conversations.edit(self._owner, conversation_id, body.changes)
        found = self._service.conversations.get(self._owner, conversation_id)
        return _listed(found) if found else None

    @override
    def delete_conversation(self, conversation_id: str) -> bool:
        return self._service.conversations.delete(self._owner, conversation_id)

    @override
    def feedback(self, body: FeedbackBody) -> bool:
        given = Feedback(body.answer_id, timestamp(datetime.now(UTC)), body.rating, body.comment, body.better)
        service = self._service
        return service.conversations.feedback(self._owner, given) or service.topics.issues.rate(given)

    # --- Answers that are kept ---------------------------------------------------------------------------

    @override
    def suggestions(self, answer_id: str) -> SuggestionsOut | None:
        stored = self._answer(answer_id)
        if stored is None:
            return None
        kept = self._service.conversations
        questions = kept.suggestions(self._owner, answer_id)
        if questions is None:
            before = kept.history(self._owner, stored.conversation_id, READ_EXCHANGES - 1, before=answer_id)
            questions = next_questions(self._service.suggester, stored, before)
            # On a full disk they are made again for who asks again.
            with suppress(StorageFull):
                kept.keep_suggestions(self._owner, answer_id, questions)
        return SuggestionsOut(questions=list(questions))

    @override
    def export(self, answer_id: str, form: ExportForm, language: Language = "vi") -> Exported | None:
        stored = self._answer(answer_id)
        return exported(_turn(stored, cache(self._service.store.text)), form, language) if stored else None

    @override
    def share(self, answer_id: str) -> ShareOut | None:
        token = self._service.conversations.share(self._owner, answer_id, timestamp(datetime.now(UTC)))
        return ShareOut(id=token.partition("-")[0], token=token) if token else None

    @override
    def shares(self) -> SharesOut:
        found = self._service.conversations.shares(self._owner)
        return SharesOut(shares=[ListedShare.model_validate(one, from_attributes=True) for one in found])

    @override
    def shared(self, token: str) -> SharedOut | None:
        found = self._service.conversations.shared(token)
        if found is None:
            return None
        stored, shared_at = found
        turn = _turn(stored, cache(self._service.store.text))
        # Whoever has the link is told of nothing else that its owner asked.
        turn.answered.conversation_id = ""
        return SharedOut(turn=turn, shared_at=shared_at)

    @override
    def unshare(self, token: str) -> bool:
        return self._service.conversations.unshare(self._owner, token)

    def _answer(self, answer_id: str) -> StoredTurn | None:
        stored = self._service.conversations.answer(answer_id)
        return stored if stored and stored.owner == self._owner else None


def _listed(found: Conversation) -> ListedConversation:
    return ListedConversation.model_validate(found, from_attributes=True)


def _turn(stored: StoredTurn, text: Text) -> TurnOut:
    answered = as_of_today(AskOut.model_validate_json(stored.record), text)
    return TurnOut(question=stored.turn.question, asked_at=stored.asked_at, answered=answered)


def _draft(record: Mapping[str, object], origin: str) -> Draft | Refusal:
    try:
        return draft_from_record(record, origin)
    except Refused as error:
        return Refusal(origin, str(error))


def _noting(items: Iterable[Draft | Refusal], titles: deque[str | None]) -> Iterator[Draft | Refusal]:
    for item in items:
        titles.append(item.article.metadata.title if isinstance(item, Draft) else None)
        yield item
