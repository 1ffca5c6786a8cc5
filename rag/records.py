"""The records of answering: request, query, passage, statement, answer, citation. Frozen, with hardly any logic."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from index.arrays import Vectors
from index.language.sentences import sentences
from index.model.tokens import SpanScores
from index.records import Filters, Hit, Metadata

Support = Literal["full", "partial"]
# Whether articles answer the question, or only treat its subject, or neither.
Outcome = Literal["answered", "related", "none"]
# The shape of an answer, which is that of its question. Yes or no, who, when and how many are facts.
AnswerKind = Literal["fact", "why", "list", "timeline", "comparison", "overview", "archive", "chat"]

_LONGEST_SPAN = 30  # tokens of the words that answer


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """The time that a question asks about: days `first` to `last`, both included; `words` are those that name it.

    `newest`: it asks for the latest ("mới nhất"), of that time, or of all time where `first` and `last` are None.
    """

    words: str
    first: date | None
    last: date | None
    newest: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A question as typed (`text`), and as it is read for (`understood`): diacritics restored, shorthand spelled out.

    `language` is an ISO 639-1 code, as is `answer_in`, the language requested for the answer, None for the question's.
    `period` is the time it asks about, None where it names none; `asked_on` the day from which "last month" counts.
    `kind` is the shape of answer that it asks for. `shown` are sentences that were quoted before, and are not wanted
    again. `context` is what was asked before, where this question goes on from it: passages are found and compared
    with both, and read for this question alone.
    """

    text: str
    understood: str
    language: str
    period: AskedPeriod | None = None
    asked_on: date | None = None
    answer_in: str | None = None
    kind: AnswerKind = "fact"
    shown: tuple[str, ...] = ()
    context: str = ""

    @property
    def whole(self) -> str:
        """The question behind its context: what is searched for, and shown as understood."""
        return f"{self.context} {self.understood}".lstrip()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, earlier in the same conversation.

    `understood` is the question rewritten to stand alone; `answer` the text with its `[n]` markers; `cited` the quoted
    words of its sources, in order.
    """

    question: str
    understood: str
    language: str
    answer: str
    abstained: bool
    cited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A question to search or answer: from `k` passages of articles that pass the filters.

    `generator` is a name, None for the default; `language` an ISO 639-1 code for the answer, None for the question's;
    `history` the earlier turns of the conversation, oldest first.
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
    """A near-duplicate: an article with almost the words of another, and the same figures."""

    article_id: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Span:
    """The likeliest answer in a stretch of a passage: offsets into the chunk's text, end exclusive.

    `margin` is its logit less that of there being no answer in the passage.
    """

    start: int
    end: int
    margin: float


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A question and a passage compared token by token, and, for the best passages, read together.

    `similarity` are cosines of shape (question, passage tokens); `places`, (passage tokens,), the offset of each token
    in the chunk's text, below 0 in the title; `vectors`, (passage tokens, width), the tokens' states as rows of length
    1. `joint` are the reader's logits, its spans offsets into the chunk's text, below 0 in the title.
    """

    similarity: Vectors
    places: npt.NDArray[np.int64]
    vectors: Vectors
    joint: SpanScores | None = None

    def closeness(self, start: int | None = None, end: int | None = None, *, titled: bool = False) -> float:
        """Mean of the question tokens' best cosines (MaxSim of ColBERT) in the passage, or in `chunk.text[start:end]`.

        With `titled`, the title counts too. 0 where no token lies there.
        """
        inside = self.similarity
        if start is not None and end is not None:
            inside = inside[:, self.within(start, end) | (titled & (self.places < 0))]
        return float(inside.max(axis=1).mean()) if inside.size else 0.0

    def within(self, start: int, end: int) -> npt.NDArray[np.bool_]:
        """Which of the passage's tokens stand in `chunk.text[start:end]`, of shape (passage tokens,)."""
        return (self.places >= start) & (self.places < end)

    def span(self, start: int, end: int) -> Span | None:
        """The likeliest answer in `chunk.text[start:end]`; None where the passage was not read."""
        if self.joint is None:
            return None
        inside = np.flatnonzero((self.joint.spans[:, 1] > start) & (self.joint.spans[:, 1] <= end))
        if not inside.size:
            return None
        pairs = self.joint.start[inside, None] + self.joint.end[None, inside]
        first, last = np.indices(pairs.shape)
        pairs = np.where((first <= last) & (last < first + _LONGEST_SPAN), pairs, -np.inf)
        one, other = np.unravel_index(int(pairs.argmax()), pairs.shape)
        spans = self.joint.spans[inside]
        return Span(max(start, int(spans[one, 0])), int(spans[other, 1]), float(pairs[one, other]) - self.joint.none)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: `article.text[start:end] == text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Passage:
    """A chunk that was retrieved for a question, with each signal of its relevance.

    `dense` is the cosine to the question, in [-1, 1]; `lexical` the BM25 score over the highest possible for the
    question, in [0, 1]; `fused` their min-max fusion, in [0, 1]; `timeliness` a factor in (0, 1], below 1 for passages
    of another time than asked about; `reading` what came of reading it, None beyond the first found. `score`, in
    [0, 1], combines them, set by `rag.passages.fusion` alone. `copies` are the retrieved near-duplicates of its
    article.
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
        """The sentences of the chunk, in order."""
        chunk = self.hit.chunk
        return tuple(
            Sentence(chunk.start + start, chunk.start + end, chunk.text[start:end])
            for start, end in sentences(chunk.text)
        )


@dataclass(frozen=True, slots=True)
class Quote:
    """The span of an article that supports a statement: code point offsets into the article's text, end exclusive.

    `score`, in [0, 1], is how well it does, `support` whether in full or in part, and `why` names the evidence.
    """

    hit: Hit
    start: int
    end: int
    score: float
    support: Support
    why: str = "verbatim"


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
class Source:
    """The article side of a citation: `article.text[start_char:end_char] == cited_text`, in code points.

    `score`, `support` and `why` are those of its `Quote`; `copies` are near-duplicates of the article.
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

    `generator`, `checks` and `trouble` are those of `Generated`; `checks` is None without a language model.
    """

    query: Query
    generator: str
    answer: Answer
    passages: tuple[Passage, ...]
    timings: Timings
    checks: Checks | None = None
    trouble: str | None = None


def turn_of(answered: Answered) -> Turn:
    """An answer as a turn of history, for the questions that follow it."""
    query, answer = answered.query, answered.answer
    cited = tuple(source.cited_text for citation in answer.citations for source in citation.sources)
    return Turn(query.text, query.whole, query.language, answer.text, answer.abstained, cited)


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
