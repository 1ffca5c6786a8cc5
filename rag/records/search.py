"""The records of a search: request, query, passage, and what reading it tells. Frozen, with hardly any logic."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from index.language.sentences import sentences
from index.records import Filters, Hit, Metadata

if TYPE_CHECKING:
    # numpy takes a while to load, and who asks over HTTP needs none of it.
    import numpy as np
    import numpy.typing as npt

    from index.arrays import Ids, Vectors
    from index.model.tokens import SpanScores

# The shape of an answer, which is that of its question. Yes or no, who, when and how many are facts.
AnswerKind = Literal["fact", "why", "list", "timeline", "comparison", "overview", "archive", "chat", "revision"]

# Where a conversation was begun: on the page, or through any other door.
Origin = Literal["page", "api"]

# The languages of the page, and of what is sent out.
Language = Literal["vi", "en"]

# Characters that a question may have.
MAX_QUESTION = 2000

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
class Revision:
    """What is asked for of an answer that was given: `request` ("Dịch sang tiếng Anh"), and that `answer`'s text."""

    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question as typed (`text`), and as it is read for (`understood`): diacritics restored, shorthand spelled out.

    `language` is an ISO 639-1 code, as is `answer_in`, the language requested for the answer, None for the question's.
    `period` is the time it asks about, None where it names none; `asked_on` the day from which "last month" counts.
    `kind` is the shape of answer that it asks for. `shown` are sentences that were quoted before, and are not wanted
    again. `context` is what was asked before, where this question goes on from it: passages are found and compared
    with both, and read for this question alone. With a `revision`, the question is the one answered before, and its
    answer is wanted otherwise.
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
    revision: Revision | None = None

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

    similarity: "Vectors"
    places: "Ids"
    vectors: "Vectors"
    joint: "SpanScores | None" = None

    def closeness(self, start: int | None = None, end: int | None = None, *, titled: bool = False) -> float:
        """Mean of the question tokens' best cosines (MaxSim of ColBERT) in the passage, or in `chunk.text[start:end]`.

        With `titled`, the title counts too. 0 where no token lies there.
        """
        inside = self.similarity
        if start is not None and end is not None:
            inside = inside[:, self.within(start, end) | (titled & (self.places < 0))]
        return float(inside.max(axis=1).mean()) if inside.size else 0.0

    def within(self, start: int, end: int) -> "npt.NDArray[np.bool_]":
        """Which of the passage's tokens stand in `chunk.text[start:end]`, of shape (passage tokens,)."""
        return (self.places >= start) & (self.places < end)

    def span(self, start: int, end: int) -> Span | None:
        """The likeliest answer in `chunk.text[start:end]`; None where the passage was not read."""
        if self.joint is None:
            return None
        # Here, as above.
        import numpy as np  # noqa: PLC0415

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
