"""Statements -> an answer with numbered citations, each of which resolves to a slice of a stored article."""

from collections.abc import Callable, Sequence

from rag.records import Answer, Citation, Passage, Quote, Source, Statement


class CitedText:
    """The text of an answer under construction: each sentence is followed by its `[n]` markers.

    Passages are numbered from 1 in the order of their first use.
    """

    def __init__(self, article: Callable[[str], str | None], passages: Sequence[Passage]) -> None:
        """`article` gives the stored text of an article by id, None where it was removed."""
        self.text = ""
        self.citations: tuple[Citation, ...] = ()
        self._article = article
        self._copies = {passage.hit.chunk.id: passage.copies for passage in passages}
        self._numbers: dict[int, int] = {}

    def add(self, statement: Statement) -> tuple[str, tuple[Citation, ...]]:
        """Append a sentence; returns the text that it adds, and its citations.

        A quote that is no slice of the stored article is dropped; a sentence without quotes is not appended.
        """
        by_number: dict[int, list[Source]] = {}
        for quote in statement.quotes:
            source = self._source(quote)
            if source is not None:
                number = self._numbers.setdefault(quote.hit.chunk.id, len(self._numbers) + 1)
                by_number.setdefault(number, []).append(source)
        if not by_number:
            return "", ()
        start = len(self.text) + (1 if self.text else 0)
        end = start + len(statement.text)
        marks = "".join(f"[{number}]" for number in by_number)
        added = f"{' ' if self.text else ''}{statement.text} {marks}"
        citations = tuple(
            Citation(number, start, end, statement.text, tuple(sources)) for number, sources in by_number.items()
        )
        self.text += added
        self.citations += citations
        return added, citations

    def answer(self, confidence: float, language: str) -> Answer | None:
        """The finished answer; None where no sentence was appended."""
        return Answer(self.text, False, confidence, language, self.citations) if self.citations else None

    def _source(self, quote: Quote) -> Source | None:
        hit, chunk = quote.hit, quote.hit.chunk
        text = self._article(chunk.article_id)
        # The passage must still be the article's: a search may have run just before the article was replaced.
        if text is None or text[chunk.start : chunk.end] != chunk.text:
            return None
        if not chunk.start <= quote.start < quote.end <= chunk.end:
            return None
        return Source(
            article_id=chunk.article_id,
            chunk_id=chunk.id,
            metadata=hit.metadata,
            cited_text=text[quote.start : quote.end],
            start_char=quote.start,
            end_char=quote.end,
            score=quote.score,
            support=quote.support,
            copies=self._copies.get(chunk.id, ()),
            why=quote.why,
        )
