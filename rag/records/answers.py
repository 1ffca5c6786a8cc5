"""The records of an answer: statement, quote, citation, and the answer as it is made. Frozen, with hardly any logic."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from index.records import Hit, Metadata
from rag.records.search import AnswerKind, Copy, Found, Passage, Query, Timings, Turn

Support = Literal["full", "partial"]
# Whether articles answer the question, or only treat its subject, or neither.
Outcome = Literal["answered", "related", "none"]


@dataclass(frozen=True, slots=True)
class Quote:
    """The span of an article that supports a statement: code point offsets into the article's text, end exclusive.

    `score`, in [0, 1], is how well it does, `support` whether in full or in part, and `why` names the evidence. `also`
    are other articles that tell the same.
    """

    hit: Hit
    start: int
    end: int
    score: float
    support: Support
    why: str = "verbatim"
    also: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of an answer stands for: the day of an event or article, a side of a comparison, an article.

    `heading` are the service's own words before the statement, which name the article.
    """

    day: date | None = None
    side: str | None = None
    article_id: str | None = None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with its evidence, before its citations are numbered and resolved.

    `line` is set on a statement that begins a line of its own; those without one go on the line begun before.
    """

    text: str
    quotes: tuple[Quote, ...]
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The words of an article that answer a question: offsets into the article's text, end exclusive."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence of a language model: plain text, and the numbers of the passages it cites, from 1, without repeats."""

    text: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """How many sentences a language model wrote, how many had a citation put right, and how many were dropped."""

    written: int = 0
    repaired: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Generated:
    """A generator's result: statements, best first, and the probability that the passages answer the question.

    `outcome`: "answered" where that is enough to answer; with "related" the statements are the nearest that articles
    say. `kind` is the shape that the answer has, `lead` the service's own words to begin with, and `span` the words
    that answer, where they are few. `generator` is the name of the one that made the
    statements; `trouble` says why the language model failed or stopped early, None if it did not.
    """

    statements: tuple[Statement, ...]
    confidence: float
    outcome: Outcome
    kind: AnswerKind = "fact"
    lead: str = ""
    span: AnswerSpan | None = None
    generator: str = "extractive"
    checks: Checks | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """Cited words in another language (ISO 639-1), by a language model, checked: an aid to read them, no quotation."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """The article side of a citation: `article.text[start_char:end_char] == cited_text`, in code points.

    `score`, `support` and `why` are those of its `Quote`; `copies` are near-duplicates of the article. `page` is the
    one of a paged document that the words begin on, from 1.
    """

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
    page: int | None = None
    translation: Translation | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """The answer side of a citation: `answer.text[start:end] == text`, followed by its markers, such as `[1]`."""

    index: int
    start: int
    end: int
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """The words that answer: `answer.citations[citation].sources[source].cited_text[start:end] == text`."""

    text: str
    citation: int
    source: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, timeline, comparison or overview: `answer.text[start:end]`, with its markers.

    `citations` are positions in `answer.citations`; `day`, `side` and `article_id` as in `Line`.
    """

    start: int
    end: int
    citations: tuple[int, ...]
    day: date | None = None
    side: str | None = None
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer as the user reads it. `confidence` is a probability in [0, 1].

    Where `outcome` is not "answered", it abstained: `text` begins by saying so, and what it may cite is only near.
    `lead`, with which `text` then begins, is the service's own words: it states no news and cites nothing. `short` are
    the words that answer, inside a citation. `disagreement`: the cited articles give different figures for one thing;
    the newest article's comes first, and `note`, words of the service outside `text`, says so. `language` is the ISO
    639-1 code of the sentences that cite.
    """

    text: str
    outcome: Outcome
    confidence: float
    language: str
    citations: tuple[Citation, ...] = ()
    disagreement: bool = False
    note: str | None = None
    kind: AnswerKind = "fact"
    lead: str | None = None
    short: Short | None = None
    items: tuple[Item, ...] = ()

    @property
    def abstained(self) -> bool:
        """Whether the articles do not answer the question."""
        return self.outcome != "answered"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with the passages that it was chosen from, best first.

    `generator`, `checks` and `trouble` are those of `Generated`; `checks` is None without a language model.
    """

    query: Query
    generator: str
    answer: Answer
    passages: tuple[Passage, ...]
    timings: Timings
    checks: Checks | None = None
    trouble: str | None = None


def turn_of(query: Query, answer: Answer) -> Turn:
    """A question and its answer as a turn of history, for the questions that follow it."""
    cited = tuple(source.cited_text for citation in answer.citations for source in citation.sources)
    return Turn(query.text, query.whole, query.language, answer.text, answer.abstained, cited)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer, at a moment in ISO 8601; `better` is what should have been answered."""

    answer_id: str
    given_at: str
    rating: Literal["up", "down"]
    comment: str | None
    better: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """Search or answering begins."""

    name: Literal["search", "answer"]


@dataclass(frozen=True, slots=True)
class Working:
    """Sent while there is nothing to show yet, so that a connection is not silent."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A further piece of the answer's text, to be appended."""

    text: str


# An answer as it is made: the last event is the whole of it; closing the iterator stops the work.
Event = Stage | Found | Working | Delta | Citation | Answered
Events = Generator[Event, None, None]
# The same for a part of the work, which comes to a result.
_T = TypeVar("_T")
EventsOf = Generator[Event, None, _T]
