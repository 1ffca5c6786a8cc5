"""The second flow, whole: question -> query -> passages -> answer -> checked citations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter
from typing import Protocol

from index.arrays import Vectors
from index.generations import Catalogue, Snapshot
from index.store import Filters, Store
from index.terms import TermIndex
from index.text import detect_language
from prompts import FALLBACK, languages, template
from rag.budget import ContextBudget
from rag.citations import cite
from rag.copies import Copies, with_copies
from rag.disagreement import noted, with_other_sides
from rag.periods import preferred, understood_period
from rag.query import understand
from rag.reading import Reader
from rag.records import Answer, Answered, Found, Generated, Passage, Query, Timings
from rag.retrieval import Fusion, retrieve

# Passages looked at for each that is given: copies among them fall away, and a period asked brings others forward.
_LOOKED_AT = 3


class QueryEncoder(Protocol):
    """The embedding model, as far as questions need it."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One normalised vector a text, float32 of shape (len(texts), dimension)."""


class Generator(Protocol):
    """Makes an answer out of passages."""

    @property
    def name(self) -> str:
        """What it is called in settings and answers."""

    def generate(self, query: Query, passages: Sequence[Passage], terms: TermIndex) -> Generated:
        """Statements with the quotes that they rest on."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Everything that an answer needs, put together once."""

    store: Store
    catalogue: Catalogue
    encoder: QueryEncoder
    generator: Generator
    budget: ContextBudget
    fusion: Fusion
    reader: Reader
    copies: Copies
    # The day from which "last month" in a question counts.
    today: Callable[[], date]

    def search(self, question: str, k: int, filters: Filters) -> Found:
        """The k best passages for a question."""
        return self._found(question, k, filters, self.catalogue.snapshot)

    def ask(self, question: str, k: int, filters: Filters) -> Answered:
        """An answer whose every sentence cites the exact words of an article, or one that abstains."""
        snapshot = self.catalogue.snapshot
        found = self._found(question, k, filters, snapshot)
        started = perf_counter()
        passages = self.budget.fit(found.passages)
        generated = self.generator.generate(found.query, passages, snapshot.terms)
        answer = self._checked(found, generated) or _abstention(found.query, generated)
        timings = replace(found.timings, answer=_milliseconds(started))
        return Answered(found.query, self.generator.name, answer, found.passages, timings)

    def _found(self, question: str, k: int, filters: Filters, snapshot: Snapshot) -> Found:
        started = perf_counter()
        query = understand(question, snapshot.syllables)
        today = self.today()
        query = replace(query, period=understood_period(query.understood, today), asked_on=today)
        vector = self.encoder.embed_queries([query.understood])[0]
        encoding = _milliseconds(started)
        started = perf_counter()
        passages = retrieve(
            query, vector, _LOOKED_AT * k, filters, store=self.store, snapshot=snapshot, fusion=self.fusion
        )
        if query.period is not None:
            passages = preferred(passages, query.period)
        passages = self.reader.read(query, self.copies.collapsed(passages, self.store)[:k])
        timings = Timings(encoding=encoding, search=_milliseconds(started))
        return Found(query, tuple(passages), timings)

    def _checked(self, found: Found, generated: Generated) -> Answer | None:
        if not generated.sufficient:
            return None
        statements, sides = with_other_sides(found.query, generated.statements, found.passages)
        cited = {quote.hit.chunk.article_id for statement in statements for quote in statement.quotes}
        articles = {article: text for article in cited if (text := self.store.text(article)) is not None}
        language = detect_language(" ".join(statement.text for statement in statements))
        answer = cite(statements, articles, confidence=generated.confidence, language=language)
        return noted(with_copies(answer, found.passages), sides, found.query.language) if answer else None


def _abstention(query: Query, generated: Generated) -> Answer:
    language = query.language if query.language in languages() else FALLBACK
    return Answer(template("abstain", language), True, generated.confidence, language)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
