"""The records of the second flow: request -> query -> passages -> answer -> citations. Frozen; hardly any logic."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.arrays import Vectors
from index.language.sentences import sentences
from index.records import Filters, Hit, Metadata

Support = Literal["full", "partial"]


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """The time that a question asks about: days `first` to `last`, both included, and the words that say so.

    Without days it asks for what is newest; `newest` with days for the newest of that time.
    """

    words: str
    first: date | None
    last: date | None
    newest: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was asked, and as it was understood (diacritics restored). `language` is ISO 639-1.

    `period` is the time it asks about, None where it names none; `asked_on` the day from which it counts. `answer_in`
    is the language that the answer was told to be in, None for the question's.
    """

    text: str
    understood: str
    language: str
    period: AskedPeriod | None = None
    asked_on: date | None = None
    answer_in: str | None = None

    @property
    def restored(self) -> bool:
        """Whether diacritics were restored."""
        return self.understood != self.text


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked and answered before, in one conversation.

    `understood` is the question as it stood on its own; `answer` the text with its markers; `cited` the words of
    articles that it rested on.
    """

    question: str
    understood: str
    language: str
    answer: str
    abstained: bool
    cited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: `k` passages, of articles that pass the filters; None takes what the settings say.

    `history` is what was said before, oldest first.
    """

    question: str
    k: int
    filters: Filters = field(default_factory=Filters)
    generator: str | None = None
    language: str | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that says the same as another, almost word for word, with the same figures."""

    article_id: str
    metadata: Metadata


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """How a passage reads to a question: cosines of their tokens, of shape (question's tokens, passage's tokens).

    `places`, of shape (passage's tokens,), says where in the chunk's text each stands; those below 0 are of the title.
    """

    similarity: Vectors
    places: npt.NDArray[np.int64]

    def closeness(self, start: int | None = None, end: int | None = None) -> float:
        """The mean, over the question's tokens, of the best cosine in the passage, or in `text[start:end]` of it."""
        inside = self.similarity
        if start is not None and end is not None:
            inside = inside[:, (self.places >= start) & (self.places < end)]
        return float(inside.max(axis=1).mean()) if inside.size else 0.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: `article.text[start:end] == text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Passage:
    """A chunk that was found for a question, with each signal of its relevance.

    `dense` is the cosine to the question, in [-1, 1]; `lexical` the BM25 score as a share of the most that any text
    could score for the question's words; `fused` their min-max fusion, in [0, 1]; `timeliness` a factor in (0, 1] by
    which a passage that is not of the time asked about is worth less; `reading` its late interaction with the
    question, None where it was not read. `score`, in [0, 1], combines them: `rag.passages.fusion` alone sets it.
    `copies` are other articles that were found and say the same as this one's.
    """

    hit: Hit
    dense: float
    lexical: float
    fused: float = 0.0
    timeliness: float = 1.0
    reading: Reading | None = field(default=None, compare=False, repr=False)
    score: float = 0.0
    copies: tuple[Copy, ...] = ()

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the chunk, in order; cut once for all who read the passage."""
        chunk = self.hit.chunk
        return tuple(
            Sentence(chunk.start + start, chunk.start + end, chunk.text[start:end])
            for start, end in sentences(chunk.text)
        )


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage that a statement rests on: code point offsets into the article's text, end exclusive.

    `why` says in a few words what `support` rests on.
    """

    hit: Hit
    start: int
    end: int
    score: float
    support: Support
    why: str = "verbatim"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, before it is numbered and checked."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence in plain text without its markers, and the passages it cites: numbers as written, without repeats."""

    text: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """What became of the sentences that a language model wrote."""

    written: int = 0
    repaired: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Generated:
    """What a generator made: statements, best first, and the probability that the passages hold an answer.

    `sufficient` says whether that is enough to answer rather than abstain. `trouble` is why the language model that
    was asked gave nothing, or less than it might have; `generator` names whose statements these are.
    """

    statements: tuple[Statement, ...]
    confidence: float
    sufficient: bool
    generator: str = "extractive"
    checks: Checks | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The article side of a citation: `article.text[start_char:end_char] == cited_text`."""

    article_id: str
    chunk_id: int
    metadata: Metadata
    cited_text: str
    start_char: int
    end_char: int
    score: float
    support: Support
    copies: tuple[Copy, ...] = ()
    why: str = "verbatim"


@dataclass(frozen=True, slots=True)
class Citation:
    """The answer side: `answer.text[start:end] == text`, marked `[index]` right behind it."""

    index: int
    start: int
    end: int
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user reads. An answer that abstained has no citations.

    `disagreement`: the cited articles give different figures for one thing, and `note` says so in words of the
    service's own, which are no part of `text`; the newest article's sentence stands first.
    """

    text: str
    abstained: bool
    confidence: float
    language: str
    citations: tuple[Citation, ...] = ()
    disagreement: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent on each stage."""

    encoding: float
    search: float
    answer: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search."""

    query: Query
    passages: tuple[Passage, ...]
    timings: Timings


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with the passages that it was chosen from, best first.

    `generator` is whose it is; `trouble` why it is not wholly that of the one that was asked for. `checks` counts what
    a language model wrote.
    """

    query: Query
    generator: str
    answer: Answer
    passages: tuple[Passage, ...]
    timings: Timings
    checks: Checks | None = None
    trouble: str | None = None


def turn_of(answered: Answered) -> Turn:
    """What the next question of a conversation needs of an answer."""
    query, answer = answered.query, answered.answer
    cited = tuple(source.cited_text for citation in answer.citations for source in citation.sources)
    return Turn(query.text, query.understood, query.language, answer.text, answer.abstained, cited)


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being done now."""

    name: Literal["search", "answer"]


@dataclass(frozen=True, slots=True)
class Working:
    """A sign of life while nothing can be shown yet."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A further piece of the answer's text."""

    text: str


# An answer as it is made: the last event is the whole of it; closing the iterator stops the work.
Event = Stage | Found | Working | Delta | Citation | Answered
Events = Generator[Event, None, None]
