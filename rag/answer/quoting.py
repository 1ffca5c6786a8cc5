"""A sentence of a passage as a statement that quotes it."""

from rag.records import Passage, Quote, Sentence, Statement


def verbatim(passage: Passage, sentence: Sentence, score: float) -> Statement:
    """The sentence, word for word, with itself as its evidence; `score` says how well it answers."""
    quote = Quote(passage.hit, sentence.start, sentence.end, round(score, 4), "full")
    return Statement(sentence.text, (quote,))
