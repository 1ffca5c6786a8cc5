"""Words of a passage as a statement that quotes them, and as the article side of a citation."""

from index.records import Chunk, Hit
from rag.records.answers import Quote, Source, Statement
from rag.records.search import Passage, Sentence


def verbatim(passage: Passage, sentence: Sentence, score: float) -> Statement:
    """The sentence, word for word, with itself as its evidence; `score` says how well it answers."""
    quote = Quote(passage.hit, sentence.start, sentence.end, round(score, 4), "full")
    return Statement(sentence.text, (quote,))


def source_of(quote: Quote) -> Source:
    """A quote, which lies in its chunk, as the article side of a citation."""
    hit, chunk = quote.hit, quote.hit.chunk
    return Source(
        article_id=chunk.article_id,
        chunk_id=chunk.id,
        metadata=hit.metadata,
        cited_text=chunk.text[quote.start - chunk.start : quote.end - chunk.start],
        start_char=quote.start,
        end_char=quote.end,
        score=quote.score,
        support=quote.support,
        copies=quote.also,
        why=quote.why,
        page=hit.page(quote.start),
    )


def passage_of(source: Source) -> Passage:
    """The words of a source as a passage of their own."""
    chunk = Chunk(source.chunk_id, source.article_id, source.start_char, source.end_char, source.cited_text)
    return Passage(Hit(chunk, source.metadata), dense=0.0, lexical=0.0)
