"""The second flow, whole: question -> query -> passages -> answer -> checked citations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from index.generations import Catalogue, Snapshot
from index.store import Filters, Store
from index.terms import TermIndex
from index.text import detect_language
from index.vectors import Vectors
from prompts import FALLBACK, languages, template
from rag.budget import ContextBudget
from rag.citations import cite
from rag.query import understand
from rag.records import Answer, Answered, Found, Generated, Passage, Query, Timings
from rag.retrieval import Fusion, retrieve


class QueryEncoder(Protocol):
    """The embedding model, as far as questions need it."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One normalised vector a text, float32 of shape (len(texts), dimension)."""


class Generator(Protocol):
    """Makes an answer out of passages."""

    @property
    def name(self) -> str:
        """What it is called in settings and answers."""

    def generate(self, query: Query, vector: Vectors, passages: Sequence[Passage], terms: TermIndex) -> Generated:
        """Statements with the quotes that they rest on. `vector` is the question's, of shape (dimension,)."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Everything that an answer needs, put together once."""

    store: Store
    catalogue: Catalogue
    encoder: QueryEncoder
    generator: Generator
    budget: ContextBudget
    fusion: Fusion

    def search(self, question: str, k: int, filters: Filters) -> Found:
        """The k best passages for a question."""
        return self._found(question, k, filters, self.catalogue.snapshot)[0]

    def ask(self, question: str, k: int, filters: Filters) -> Answered:
        """An answer whose every sentence cites the exact words of an article, or one that abstains."""
        snapshot = self.catalogue.snapshot
        found, vector = self._found(question, k, filters, snapshot)
        started = perf_counter()
        passages = self.budget.fit(found.passages)
        generated = self.generator.generate(found.query, vector, passages, snapshot.terms)
        answer = self._checked(generated) or _abstention(found.query, generated)
        timings = replace(found.timings, answer=_milliseconds(started))
        return Answered(found.query, self.generator.name, answer, found.passages, timings)

    def _found(self, question: str, k: int, filters: Filters, snapshot: Snapshot) -> tuple[Found, Vectors]:
        started = perf_counter()
        query = understand(question, snapshot.syllables)
        vector = self.encoder.embed_queries([query.understood])[0]
        encoding = _milliseconds(started)
        started = perf_counter()
        passages = retrieve(query, vector, k, filters, store=self.store, snapshot=snapshot, fusion=self.fusion)
        timings = Timings(encoding=encoding, search=_milliseconds(started))
        return Found(query, tuple(passages), timings), vector

    def _checked(self, generated: Generated) -> Answer | None:
        if not generated.sufficient:
            return None
        cited = {quote.hit.chunk.article_id for statement in generated.statements for quote in statement.quotes}
        articles = {article: text for article in cited if (text := self.store.text(article)) is not None}
        language = detect_language(" ".join(statement.text for statement in generated.statements))
        return cite(generated.statements, articles, confidence=generated.confidence, language=language)


def _abstention(query: Query, generated: Generated) -> Answer:
    language = query.language if query.language in languages() else FALLBACK
    return Answer(template("abstain", language), True, generated.confidence, language)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
