"""What is new on a topic, put together: an overview of the articles given, in sentences that were not told before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.derived.terms import Idf
from index.language.detection import detect_language
from index.language.sentences import sentences
from index.language.text import folded_tokens
from index.model.centring import centring_of
from rag.answer.broad.lead import lead
from rag.answer.broad.overview import overview
from rag.answer.broad.selection import candidates
from rag.answer.budget import blanked
from rag.answer.citations import CitedText
from rag.answering import Answerer, with_own_hits
from rag.records.answers import Answer, Generated
from rag.records.search import Language, Passage, Query
from rag.topics.changes import differing
from rag.topics.matching import incoming
from rag.topics.notices import Event, nearest_passages
from rag.topics.records import Profile, Told, TopicNews

# Passages that are read, as many as a question's; and articles that are looked at for them, as copies fall away.
_READ, _LOOKED_AT = 10, 30
# What an article among those with the fewest sources is worth beside one among those with the most: all are of the
# matter, and where not all can be quoted these come last.
_LEAST = 0.8
# A sentence with this share of its words in one that was told says nothing new, unless a number of it does.
_REPEATED = 0.7


@dataclass(frozen=True, slots=True)
class Composed:
    """The news of a topic, and which of the sentences that were told before it overtakes."""

    news: TopicNews
    overtaken: tuple[Told, ...]


class Composer:
    """Puts together what is new, with the parts that answer questions."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def composed(
        self, profile: Profile, events: Sequence[Event], told: Sequence[Told], language: Language
    ) -> Composed | None:
        """The overview of events, the one with the most sources first, without what was `told`; None where no sentence
        of their articles is new.
        """
        topic = profile.topic
        query = replace(profile.topic.query, kind="overview", answer_in=language, asked_on=self._answerer.today())
        of_article = self._of_article(profile, events)
        if not of_article:
            return None
        passages = self._passages(of_article[:_LOOKED_AT])
        repeats = _Repeats([*(one.source.cited_text for one in told), *self._copied(of_article, told)])
        shown = [one.text for passage in passages for one in passage.sentences if repeats.told(one.text)]
        read = self._answerer.reader.read(query, passages)
        answer = self._answer(query, read, shown, [own[0] for own in of_article])
        if answer is None:
            return None
        sure = max(match.score for event in events for match in event.matches)
        own = [one for one in told if one.topic == topic.id and not one.overtaken]
        found = list(differing(own, [(passage, one) for passage in passages for one in passage.sentences]))
        sources = {own[0].hit.metadata.source for own in of_article}
        changes = tuple(change for _, change in found)
        told_of = replace(answer, confidence=sure)
        news = TopicNews(topic.id, topic.name, len(events), len(sources), told_of, changes)
        return Composed(news, tuple(one for one, _ in found))

    def _of_article(self, profile: Profile, events: Sequence[Event]) -> list[list[Passage]]:
        """The passages of each article of the events, the nearest to the topic first."""
        store, model = self._answerer.store, self._answerer.catalogue.model
        found = (incoming(store, match.article_id, model) for event in events for match in event.matches)
        return [nearest_passages(profile, article, centring_of(model)) for article in found if article]

    def _copied(self, of_article: Sequence[Sequence[Passage]], told: Sequence[Told]) -> list[str]:
        """The sentences of articles that were told of and that come again as copies: all of them, as a copy has them
        whether they were quoted or not.
        """
        store = self._answerer.store
        new = {own[0].hit.chunk.article_id for own in of_article}
        before = {one.source.article_id for one in told} - new
        texts = map(store.text, self._answerer.copies.copied(new, before, store))
        return [text[start:end] for text in texts if text for start, end in sentences(text)]

    def _passages(self, of_article: Sequence[Sequence[Passage]]) -> list[Passage]:
        """The passages to be read: the nearest of each article, then the others, copies merged."""
        worth = [1 - (1 - _LEAST) * place / len(of_article) for place in range(len(of_article))]
        ordered = [
            replace(own[place], fused=value, score=value)
            for place in range(max(map(len, of_article)))
            for own, value in zip(of_article, worth, strict=True)
            if place < len(own)
        ]
        return self._answerer.copies.collapsed(ordered, self._answerer.store)[:_READ]

    def _answer(
        self, query: Query, passages: Sequence[Passage], shown: Collection[str], articles: Sequence[Passage]
    ) -> Answer | None:
        """The answer from passages that were read, without the sentences `shown`; `articles` is a passage of each."""
        answerer = self._answerer
        given = [blanked(passage, shown) for passage in answerer.budget.fit(passages)]
        generated = self._written(query, given) or self._quoted(query, given, articles)
        page = CitedText(lru_cache(answerer.store.text), passages)
        if generated.lead:
            page.begin(generated.lead)
        for statement in generated.statements:
            page.add(with_own_hits(statement, passages))
        cited = " ".join(one.text for one in page.citations)
        return page.answer(generated, detect_language(cited)) if cited else None

    def _quoted(self, query: Query, passages: Sequence[Passage], articles: Sequence[Passage]) -> Generated:
        ranked = candidates(query, passages, self._idf)
        order = {passage.hit.chunk.article_id: place for place, passage in enumerate(articles)}
        statements = tuple(overview(ranked, lambda one: order[one.article_id]))
        quoted = {quote.hit.chunk.article_id for statement in statements for quote in statement.quotes}
        said = lead(query, articles, quoted, self._answerer.prompts) if statements else ""
        return Generated(statements, 1.0, "answered", "overview", said)

    def _written(self, query: Query, passages: Sequence[Passage]) -> Generated | None:
        """What a language model writes of the passages, checked; None where none is set up, or it writes nothing."""
        name = self._answerer.generator
        if name == "extractive":
            return None
        made = self._answerer.generators[name].generate(query, passages, self._idf)
        last = [one for one in made if isinstance(one, Generated)][-1]
        is_written = last.generator == name and last.outcome == "answered" and last.statements
        return replace(last, kind="overview") if is_written else None

    @property
    def _idf(self) -> Idf:
        return self._answerer.catalogue.snapshot.idf


class _Repeats:
    """Which sentences say what was told before."""

    def __init__(self, told: Sequence[str]) -> None:
        self._told = [_compared(text) for text in told]

    def told(self, text: str) -> bool:
        """Whether most of a sentence's words, and all its numbers, stand in one that was told."""
        words, figures = _compared(text)
        return any(len(words & own) >= _REPEATED * len(words) and figures <= values for own, values in self._told)


def _compared(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a sentence, and those of them that are numbers, days among them."""
    words = frozenset(folded_tokens(text))
    return words, frozenset(word for word in words if word[0].isdigit())
