"""Statements -> a numbered, checked answer. Nothing leaves here that does not resolve to the words of an article."""

from collections.abc import Iterable, Mapping

from rag.records import Answer, Citation, Quote, Source, Statement


def cite(
    statements: Iterable[Statement], articles: Mapping[str, str], *, confidence: float, language: str
) -> Answer | None:
    """Put sentences together, each followed by its `[n]` markers; None where no sentence is supported.

    `articles` maps article ids to their stored text. Passages are numbered from 1 in the order of their first use. A
    quote that is not a slice of its article is dropped, and with the last of its quotes the sentence.
    """
    text = ""
    numbers: dict[int, int] = {}
    citations: list[Citation] = []
    for statement in statements:
        quotes = [quote for quote in statement.quotes if _resolves(quote, articles)]
        if not quotes:
            continue
        start = len(text) + (1 if text else 0)
        end = start + len(statement.text)
        by_number: dict[int, list[Quote]] = {}
        for quote in quotes:
            number = numbers.setdefault(quote.hit.chunk.id, len(numbers) + 1)
            by_number.setdefault(number, []).append(quote)
        marks = "".join(f"[{number}]" for number in by_number)
        text = f"{text}{' ' if text else ''}{statement.text} {marks}"
        citations.extend(
            Citation(number, start, end, statement.text, tuple(_source(quote, articles) for quote in cited))
            for number, cited in by_number.items()
        )
    return Answer(text, False, confidence, language, tuple(citations)) if citations else None


def _resolves(quote: Quote, articles: Mapping[str, str]) -> bool:
    text = articles.get(quote.hit.chunk.article_id)
    chunk = quote.hit.chunk
    inside = chunk.start <= quote.start < quote.end <= chunk.end
    # The passage must still be the article's: a search may have run just before the article was replaced.
    return inside and text is not None and text[chunk.start : chunk.end] == chunk.text


def _source(quote: Quote, articles: Mapping[str, str]) -> Source:
    hit = quote.hit
    return Source(
        article_id=hit.chunk.article_id,
        chunk_id=hit.chunk.id,
        title=hit.title,
        url=hit.url,
        source=hit.source,
        published_at=hit.published_at,
        cited_text=articles[hit.chunk.article_id][quote.start : quote.end],
        start_char=quote.start,
        end_char=quote.end,
        score=quote.score,
        support=quote.support,
        why=quote.why,
    )
