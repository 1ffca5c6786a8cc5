"""A sentence of a passage as a statement that quotes it."""

from rag.records.answers import Quote, Statement
from rag.records.search import Passage, Sentence


def verbatim(passage: Passage, sentence: Sentence, score: float) -> Statement:
    """The sentence, word for word, with itself as its evidence; `score` says how well it answers."""
    quote = Quote(passage.hit, sentence.start, sentence.end, round(score, 4), "full")
    return Statement(sentence.text, (quote,))
