"""Statements -> an answer with numbered citations, each of which resolves to a slice of a stored article."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer.quoting import source_of
from rag.records.answers import Answer, AnswerSpan, Citation, Generated, Item, Quote, Short, Source, Statement
from rag.records.search import Passage


class CitedText:
    """The text of an answer under construction: each sentence is followed by its `[n]` markers.

    Articles are numbered from 1 in the order of their first use. A statement with a `line` begins a line.
    """

    def __init__(self, article: Callable[[str], str | None], passages: Sequence[Passage]) -> None:
        """`article` gives the stored text of an article by id, None where it was removed."""
        self.text = self.lead = ""
        self.citations: tuple[Citation, ...] = ()
        self._statements: list[Statement] = []
        self._items: list[Item] = []
        self._article = article
        self._copies = {passage.hit.chunk.id: passage.copies for passage in passages}
        self._numbers: dict[str, int] = {}

    def begin(self, lead: str) -> None:
        """Put the service's own words first."""
        self.text = self.lead = lead

    def add(self, statement: Statement) -> tuple[str, tuple[Citation, ...]]:
        """Append a sentence that is not there yet; returns the text that it adds, and its citations.

        A quote that is no slice of the stored article is dropped; a sentence without quotes is not appended.
        """
        if statement in self._statements:
            return "", ()
        self._statements.append(statement)
        by_number: dict[int, list[Source]] = {}
        for quote in statement.quotes:
            source = self._source(quote)
            if source is not None:
                number = self._numbers.setdefault(source.article_id, len(self._numbers) + 1)
                by_number.setdefault(number, []).append(source)
        if not by_number:
            return "", ()
        gap = "\n" if statement.line or self.text == self.lead else " "
        before = gap if self.text else ""
        begins = len(self.text) + len(before)
        if statement.line and statement.line.heading:
            before += f"{statement.line.heading} "
        start = len(self.text) + len(before)
        end = start + len(statement.text)
        marks = "".join(f"[{number}]" for number in by_number)
        added = f"{before}{statement.text} {marks}"
        citations = tuple(
            Citation(number, start, end, statement.text, tuple(sources)) for number, sources in by_number.items()
        )
        self.text += added
        self._note_item(statement, begins, range(len(self.citations), len(self.citations) + len(citations)))
        self.citations += citations
        return added, citations

    def answer(self, generated: Generated, language: str) -> Answer | None:
        """The finished answer; None where no sentence was appended, unless it is a reply of the service's own words."""
        if not self.citations and generated.kind != "chat":
            return None
        return Answer(
            self.text,
            generated.outcome,
            generated.confidence,
            language,
            self.citations,
            kind=generated.kind,
            lead=self.lead or None,
            short=self._short(generated.span) if generated.span else None,
            items=tuple(self._items),
        )

    def _note_item(self, statement: Statement, start: int, citations: range) -> None:
        line = statement.line
        if line is not None:
            self._items.append(Item(start, len(self.text), tuple(citations), line.day, line.side, line.article_id))
        elif self._items:
            last = self._items[-1]
            self._items[-1] = replace(last, end=len(self.text), citations=(*last.citations, *citations))

    def _short(self, span: AnswerSpan) -> Short | None:
        """Where the words that answer stand in the first citation; None where a correction was put before theirs."""
        for number, source in enumerate(self.citations[0].sources):
            inside = source.start_char <= span.start < span.end <= source.end_char
            if source.article_id == span.article_id and inside:
                start, end = span.start - source.start_char, span.end - source.start_char
                return Short(source.cited_text[start:end], 0, number, start, end)
        return None

    def _source(self, quote: Quote) -> Source | None:
        chunk = quote.hit.chunk
        text = self._article(chunk.article_id)
        # The passage must still be the article's: a search may have run just before the article was replaced.
        if text is None or text[chunk.start : chunk.end] != chunk.text:
            return None
        if not chunk.start <= quote.start < quote.end <= chunk.end:
            return None
        source = source_of(quote)
        return replace(source, copies=tuple(dict.fromkeys([*self._copies.get(chunk.id, ()), *source.copies])))
