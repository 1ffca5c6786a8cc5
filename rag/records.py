"""The records of the second flow: question -> passages -> answer -> citations. Frozen, and without logic."""

from dataclasses import dataclass
from typing import Literal

from index.records import Hit

Support = Literal["full", "partial"]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was asked, and as it was understood (diacritics restored). `language` is ISO 639-1."""

    text: str
    understood: str
    language: str

    @property
    def restored(self) -> bool:
        """Whether diacritics were restored."""
        return self.understood != self.text


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit with what each side of retrieval said of it.

    `dense` is the cosine to the question; `lexical` the BM25 score as a share of the most that any text could
    score for the question's words; `hit.score` their fusion, in [0, 1].
    """

    hit: Hit
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage that a statement rests on: code point offsets into the article's text, end exclusive."""

    hit: Hit
    start: int
    end: int
    score: float
    support: Support


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, before it is numbered and checked."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """What a generator made: statements, best first, and the probability that they answer the question.

    `sufficient` says whether that is enough to answer rather than abstain.
    """

    statements: tuple[Statement, ...]
    confidence: float
    sufficient: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The article side of a citation: `article.text[start_char:end_char] == cited_text`."""

    article_id: str
    chunk_id: int
    title: str | None
    url: str | None
    source: str | None
    published_at: str | None
    cited_text: str
    start_char: int
    end_char: int
    score: float
    support: Support


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
    """What the user reads. An answer that abstained has no citations."""

    text: str
    abstained: bool
    confidence: float
    language: str
    citations: tuple[Citation, ...] = ()


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
    """An answer with the passages that it was chosen from, best first."""

    query: Query
    generator: str
    answer: Answer
    passages: tuple[Passage, ...]
    timings: Timings
