"""Overviews, lists, timelines and comparisons, made of quoted sentences."""

from collections.abc import Sequence

from index.derived.terms import Idf
from prompts import Prompts
from rag.answer.broad.comparison import comparison
from rag.answer.broad.confidence import FITTED, confidence
from rag.answer.broad.lead import lead
from rag.answer.broad.overview import listed, overview
from rag.answer.broad.selection import Candidate, candidates, of_the_matter
from rag.answer.broad.timeline import timeline
from rag.passages.countries import of_countries
from rag.records.answers import Generated, Statement
from rag.records.search import AnswerKind, Passage, Query

KINDS: frozenset[AnswerKind] = frozenset({"overview", "list", "timeline", "comparison"})


class Broad:
    """Answers questions of the kinds `KINDS`."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    def extracted(self, query: Query, passages: Sequence[Passage], idf: Idf) -> Generated:
        """The sentences that tell most of what was asked, in the shape that the question asks for."""
        return self._told(query, passages, _shaped(query, candidates(query, passages, idf)))

    def timeline(self, query: Query, passages: Sequence[Passage], idf: Idf, most: int) -> Generated:
        """Up to `most` events, of every article of the matter whose passages were read."""
        ranked = candidates(query, passages, idf, most_articles=len(passages))
        return self._told(query, passages, timeline(query, ranked, most))

    def _told(self, query: Query, passages: Sequence[Passage], said: Sequence[Statement]) -> Generated:
        statements = tuple(said)
        sure = confidence(query, passages) if statements else 0.0
        if sure < FITTED.threshold:
            return Generated((), sure, "none", query.kind)
        quoted = {quote.hit.chunk.article_id for statement in statements for quote in statement.quotes}
        of_matter = of_the_matter(of_countries(query.understood, passages))
        articles = [next(p for p in passages if p.hit.chunk.article_id == article) for article in of_matter]
        words = lead(query, articles, quoted, self._prompts)
        return Generated(statements, sure, "answered", query.kind, words)


def _shaped(query: Query, ranked: Sequence[Candidate]) -> list[Statement]:
    match query.kind:
        case "list":
            return listed(ranked)
        case "timeline":
            return timeline(query, ranked)
        case "comparison":
            return comparison(query.understood, ranked)
        case _:
            return overview(ranked)
