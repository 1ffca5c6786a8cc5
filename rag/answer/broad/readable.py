"""Sentences that read well out of their place: whole ones, without what only their article's reader needs."""

import re

from index.language.text import folded_tokens
from index.language.words import DATELINE
from rag.records.search import Passage, Sentence

# A sentence of fewer words than this is a heading or a fragment.
_MIN_WORDS = 8
# What opens a sentence by pointing back: "Cũng theo bản tin này, ", "Trước đó, ".
_POINTS_BACK = re.compile(r"[^,.\d\n]{0,40}\b(?:này|đó|nói trên)\s?,\s")
_STOP = re.compile(r"[.!…。！:;)\]\d]\s?[\"”’»」』]?$|[\"”»」』]$")
_OPENING, _CLOSING = re.compile("[“«「『]"), re.compile("[”»」』]")


def readable(passage: Passage) -> list[Sentence]:
    """The sentences of a passage that can stand alone, each cut to the part that does; none that is a question."""
    trimmed = ((_trimmed(whole, _begins_line(passage, whole)), whole) for whole in passage.sentences)
    return [sentence for sentence, whole in trimmed if not whole.text[0].islower() and _stands_alone(sentence.text)]


def _begins_line(passage: Passage, sentence: Sentence) -> bool:
    chunk = passage.hit.chunk
    return sentence.start == chunk.start or chunk.text[: sentence.start - chunk.start].endswith("\n")


def _trimmed(sentence: Sentence, begins_line: bool) -> Sentence:
    """The sentence without a dateline and without an opening that points back."""
    text = sentence.text
    dateline = DATELINE.match(text) if begins_line else None
    start = dateline.end() if dateline else 0
    opening = _POINTS_BACK.match(text, start)
    start = opening.end() if opening else start
    start += len(text[start:]) - len(text[start:].lstrip())
    return Sentence(sentence.start + start, sentence.end, text[start:])


def _stands_alone(text: str) -> bool:
    halved = text.count('"') % 2 or len(_OPENING.findall(text)) != len(_CLOSING.findall(text))
    return not halved and _STOP.search(text) is not None and len(folded_tokens(text)) >= _MIN_WORDS
