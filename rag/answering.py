"""Answering, as one flow: request -> query -> passages -> statements -> answer with resolved citations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from time import perf_counter
from typing import Protocol

from index.arrays import Vectors
from index.derived.protocol import DerivedIndex, Indexes
from index.derived.terms import Idf
from index.language.dates.calendar import today
from index.language.detection import detect_language
from index.records import Filters
from index.store.store import Store
from prompts import Prompts
from rag.answer.archive import catalogued, no_articles, openings
from rag.answer.broad.answers import KINDS, Broad
from rag.answer.budget import ContextBudget, blanked
from rag.answer.chat import chatted
from rag.answer.citations import CitedText
from rag.answer.disagreement import noted, with_other_sides
from rag.errors import BadQuestion
from rag.passages.copies import Copies
from rag.passages.countries import countries_first
from rag.passages.following import follows
from rag.passages.fusion import Fusion, ranked, retrieve
from rag.passages.preferred import preferred
from rag.passages.reading import COMPARED, Reader
from rag.question.followups import in_context
from rag.question.periods import understood_period
from rag.question.revision import revised
from rag.question.shape import shape_asked
from rag.question.understanding import understand
from rag.records.answers import Answer, Answered, Delta, Event, Events, EventsOf, Generated, Stage, Statement, Working
from rag.records.search import Found, Passage, Query, Request, Timings, Turn

# Passages looked at for each that is given: copies among them fall away, and a period asked brings others forward.
_LOOKED_AT = 3
# What is asked of a whole matter is answered from so many times as many passages.
_OF_A_MATTER = 3
# For a whole timeline so many passages are found, three times over, and of these so many read.
_OF_A_TIMELINE, _READ_OF_IT = 20, 40
# The answers that state one thing, of which other articles may say otherwise.
_DISPUTED = ("fact", "why")
# Passages that are read both ways, in its context and alone, to tell whether a question goes on from that before it.
_TRIED = 3
# What the service answers itself, and searches no passages for.
_OF_CATALOGUE = ("archive", "chat", "revision")


class QueryEncoder(Protocol):
    """What embeds questions."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One normalised vector a text, float32 of shape (len(texts), dimension)."""


class Generator(Protocol):
    """Makes an answer out of passages."""

    def generate(
        self, query: Query, passages: Sequence[Passage], idf: Idf
    ) -> Iterator[Statement | Working | Generated]:
        """Yield statements as they are made, and at the end one `Generated` with all of them.

        Statements that come only in `Generated` may be reordered by the caller. Closing the iterator stops the work.
        """


class Rewriter(Protocol):
    """Rewrites follow-up questions to stand alone."""

    def rewrite(self, query: Query, history: Sequence[Turn]) -> Query:
        """The query with `understood` rewritten so that it needs no history. `history` is oldest first."""


class Translator(Protocol):
    """Translates what answers cite."""

    def translated(self, answer: Answer, language: str, idf: Idf) -> EventsOf[Answer]:
        """The answer with translations into a language (ISO 639-1) beside words of another."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Searches and answers. `generator` names the default one of `generators`. Any number of threads may share it."""

    store: Store
    catalogue: Indexes
    encoder: QueryEncoder
    generators: Mapping[str, Generator]
    generator: str
    budget: ContextBudget
    fusion: Fusion
    reader: Reader
    # Language models that rewrite follow-ups, by the name of their generator; others are searched in their context.
    rewriters: Mapping[str, Rewriter]
    # Likewise those that translate what is cited.
    translators: Mapping[str, Translator]
    copies: Copies
    prompts: Prompts
    broad: Broad
    # The day from which "last month" in a question counts.
    today: Callable[[], date] = today

    def search(self, request: Request) -> Found:
        """The `request.k` best passages for a question, best first. BadQuestion as `events` raises it."""
        snapshot = self.catalogue.snapshot
        found = self._found(request, self._in_context(request, self._understood(request, snapshot)), snapshot)
        return replace(found, passages=found.passages[: request.k])

    def ask(self, request: Request) -> Answered:
        """An answer whose every sentence cites the exact words of an article, or an abstention.

        BadQuestion as `events` raises it.
        """
        answered = [event for event in self.events(request) if isinstance(event, Answered)]
        return answered[-1]

    def timeline(self, request: Request, most: int) -> Answered:
        """A timeline of up to `most` events of a matter, from every passage that is about it.

        What `ask` answers to a question that asks for one is the same from fewer passages. `request.k` counts for
        nothing. BadQuestion as `events` raises it.
        """
        snapshot = self.catalogue.snapshot
        query = self._understood(request, snapshot)
        query = replace(query, kind="timeline", period=understood_period(query.understood, self.today()))
        found = self._found(replace(request, k=_OF_A_TIMELINE, generator="extractive"), query, snapshot, _READ_OF_IT)
        started = perf_counter()
        given = [blanked(passage) for passage in found.passages]
        generated = self.broad.timeline(found.query, given, snapshot.idf, most)
        answer = _result(self._completed(generated, found, given, CitedText(self.store.text, found.passages)))
        timings = replace(found.timings, answer=_milliseconds(started))
        return Answered(found.query, generated.generator, answer, found.passages, timings)

    def events(self, request: Request) -> Events:
        """The same answer as it is made; the last event is the whole `Answered`.

        BadQuestion, before the first event, where the question is empty or too long, or the generator is not set up.
        """
        snapshot = self.catalogue.snapshot
        generator = self._generator(request)
        query = self._understood(request, snapshot)
        yield Stage("search")
        query = self._in_context(request, query)
        own = query.kind in _OF_CATALOGUE
        found = self._listed(request, query) if own else self._found(request, query, snapshot)
        yield found
        yield Stage("answer")
        started = perf_counter()
        given = [blanked(passage, query.shown) for passage in self.budget.fit(found.passages)]
        page = CitedText(lru_cache(self.store.text), found.passages)
        generated = self._own(found, given, request.filters)
        if generated is None:
            generated = yield from self._generated(generator, found, given, snapshot.idf, page)
        answer = yield from self._completed(generated, found, given, page)
        if translator := self.translators.get(request.generator or self.generator):
            answer = yield from translator.translated(answer, self._readers(query), snapshot.idf)
        timings = replace(found.timings, answer=_milliseconds(started))
        yield Answered(
            found.query, generated.generator, answer, found.passages, timings, generated.checks, generated.trouble
        )

    def _generated(
        self, generator: Generator, found: Found, given: Sequence[Passage], idf: Idf, page: CitedText
    ) -> EventsOf[Generated]:
        """What a generator makes; the statements that it makes one by one are written on `page` at once."""
        generated = Generated((), 0.0, "none")
        for made in generator.generate(found.query, given, idf):
            match made:
                case Statement():
                    yield from _written(page, with_own_hits(made, found.passages))
                case Generated():
                    generated = made
                case Working():
                    yield made
        return generated

    def _completed(
        self, generated: Generated, found: Found, given: Sequence[Passage], page: CitedText
    ) -> EventsOf[Answer]:
        """The answer on `page` with what is not there yet: the lead, the statements, and what other articles say."""
        query, language = found.query, self._language(found.query)
        lead = generated.lead or ("" if generated.outcome == "answered" else self._not_said(query, generated))
        statements: Sequence[Statement] = generated.statements
        sides: Sequence[Statement] = ()
        if generated.outcome == "answered" and generated.kind in _DISPUTED:
            statements, sides = with_other_sides(query, statements, given)
        if lead and not page.citations:
            page.begin(lead)
            yield Delta(lead)
        for statement in statements:
            yield from _written(page, with_own_hits(statement, found.passages))
        cited = " ".join(one.text for one in page.citations)
        answer = page.answer(generated, detect_language(cited) if cited else language)
        if answer is not None:
            return self._noted(answer, sides, query, generated)
        if generated.outcome != "none":  # what was to be cited was removed while the answer was made
            generated = replace(generated, outcome="none")
            lead = self._not_said(query, generated)
            yield Delta(lead)
        return Answer(lead, "none", generated.confidence, language, kind=generated.kind)

    def _generator(self, request: Request) -> Generator:
        name = request.generator or self.generator
        if name not in self.generators:
            known = ", ".join(self.generators)
            raise BadQuestion(f"The generator {name!r} is not set up here; there are: {known}.", "generator-unknown")
        return self.generators[name]

    def _understood(self, request: Request, snapshot: DerivedIndex) -> Query:
        query = understand(request.question, snapshot.syllables)
        return replace(query, answer_in=request.language, asked_on=self.today())

    def _in_context(self, request: Request, query: Query) -> Query:
        """The query in the context of the conversation, with the shape of answer and the time that it asks for."""
        answered = bool(request.history)
        kind = shape_asked(query.text, answered=answered)
        if kind not in _OF_CATALOGUE:
            kind = shape_asked(query.understood, answered=answered)
        if kind == "revision" and (again := revised(query, request.history)) is not None:
            return replace(again, period=understood_period(again.understood, self.today()))
        if request.history and kind not in _OF_CATALOGUE:
            rewriter = self.rewriters.get(request.generator or self.generator)
            query = (rewriter.rewrite if rewriter else in_context)(query, request.history)
            kind = shape_asked(query.understood)
        if query.shown and kind in _DISPUTED:  # the one thing asked was told; what else is there?
            kind = "overview"
        return replace(query, period=understood_period(query.understood, self.today()), kind=kind)

    def _listed(self, request: Request, query: Query) -> Found:
        """The articles that a question about the archive lists; none for small talk."""
        started = perf_counter()
        passages = openings(self.store, query, request.filters) if query.kind == "archive" else ()
        return Found(query, passages, Timings(encoding=0.0, search=_milliseconds(started)))

    def _own(self, found: Found, given: Sequence[Passage], filters: Filters) -> Generated | None:
        """What the service says itself, of its catalogue; None where the passages are to answer."""
        query, language = found.query, self._language(found.query)
        if query.kind in ("chat", "revision"):
            return chatted(query, filters, self.store, self.prompts, language)
        if not found.passages and filters and not self.store.coverage(filters).articles:
            return Generated((), 0.0, "none", query.kind, lead=no_articles(filters, self.prompts, language))
        if query.kind == "archive" and given:
            return catalogued(query, given, filters, self.store, self.prompts, language)
        return None

    def _found(self, request: Request, query: Query, snapshot: DerivedIndex, compared: int = COMPARED) -> Found:
        """The passages read, for the question in its context where it goes on from that, otherwise for it alone."""
        found = self._searched(request, query, snapshot)
        started = perf_counter()
        if query.context:
            alone = self._searched(request, replace(query, context=""), snapshot)
            tried = [self.reader.read(alone.query, one.passages[:_TRIED]) for one in (found, alone)]
            found = found if follows(*tried) else alone
        passages = tuple(self.reader.read(found.query, found.passages, compared))
        timings = replace(found.timings, search=found.timings.search + _milliseconds(started))
        return replace(found, passages=passages, timings=timings)

    def _searched(self, request: Request, query: Query, snapshot: DerivedIndex) -> Found:
        """The passages that either index finds, best first, unread."""
        started = perf_counter()
        vector = self.encoder.embed_queries([query.whole])[0]
        encoding = _milliseconds(started)
        started = perf_counter()
        # A language model is given what was asked for: checks hold where it can join what few passages say.
        quotes = (request.generator or self.generator) == "extractive"
        k = request.k * (_OF_A_MATTER if quotes and query.kind in KINDS else 1)
        passages = retrieve(
            query, vector, _LOOKED_AT * k, request.filters, store=self.store, snapshot=snapshot, fusion=self.fusion
        )
        query = replace(query, period=query.period or understood_period(query.context, self.today()))
        if query.period is not None:
            passages = preferred(passages, query.period)
        passages = ranked(passages, self.reader.weights, query.language)
        if query.kind in KINDS:
            passages = countries_first(query.understood, passages)
        passages = self.copies.collapsed(passages, self.store)[:k]
        timings = Timings(encoding=encoding, search=_milliseconds(started))
        return Found(query, tuple(passages), timings)

    def _noted(self, answer: Answer, sides: Sequence[Statement], query: Query, generated: Generated) -> Answer:
        answer = noted(answer, sides, query.language, self.prompts)
        quoted = generated.generator == "extractive"
        if generated.trouble is not None:
            name = "fallback" if quoted else "incomplete"
        elif query.revision is not None and quoted:
            name = "revision-beyond"
        else:
            return answer
        said = self.prompts.text(name, self._readers(query))
        return replace(answer, note=f"{said} {answer.note}" if answer.note else said)

    def _not_said(self, query: Query, generated: Generated) -> str:
        """That the articles do not answer; and whether what follows is at least about the subject."""
        return self.prompts.text("related" if generated.outcome == "related" else "abstain", self._language(query))

    def _language(self, query: Query) -> str:
        """The language of the service's own words: the one requested or asked in, where there are templates in it."""
        return self.prompts.spoken(self._readers(query))

    @staticmethod
    def _readers(query: Query) -> str:
        """The language that the answer is wanted in."""
        return query.answer_in or query.language


def _result(events: EventsOf[Answer]) -> Answer:
    """The answer that a part of the work comes to, its events passed over."""
    while True:
        try:
            next(events)
        except StopIteration as done:
            answer = done.value
            assert isinstance(answer, Answer)
            return answer


def _written(page: CitedText, statement: Statement) -> Iterator[Event]:
    text, citations = page.add(statement)
    if text:
        yield Delta(text)
        yield from citations


def with_own_hits(statement: Statement, passages: Sequence[Passage]) -> Statement:
    """The statement quoting the passages as retrieved: generators get them with injected orders blanked."""
    hits = {passage.hit.chunk.id: passage.hit for passage in passages}
    quotes = tuple(replace(quote, hit=hits.get(quote.hit.chunk.id, quote.hit)) for quote in statement.quotes)
    return replace(statement, quotes=quotes)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
