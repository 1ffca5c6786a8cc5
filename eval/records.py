"""The records of an evaluation: a case as it is asked, and a result as it came out. Frozen, and without logic.

A run is a folder with a `manifest.json` and one `<suite>.jsonl` a suite, in which each line is a `Result`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter

from index.records import Metadata
from rag.records.answers import Answer, Checks


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """Gold words: they stand in the article's text, letter for letter."""

    article_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Nugget:
    """One thing that a good answer says: `text` in words of its own, and all sentences of articles that state it."""

    text: str
    importance: Literal["vital", "okay"]
    sentences: tuple[GoldQuote, ...]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Regular expressions that a right answer matches (`has`), and that it does not (`lacks`).

    `expect`: an answer; an overview, of which a share of `has` is enough; that the articles do not tell; or talk.
    """

    expect: Literal["answer", "overview", "decline", "chat"]
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is right about it. `kind` names the sort of question, `language` is ISO 639-1.

    `group` is the cluster for the bootstrap: the article that the question is about. `answers` are spellings, any of
    which counts as right; `articles` are relevant, every one, 2 or 1 by `grades` where they are graded. Where
    `answerable` is false, abstaining is right.
    """

    id: str
    question: str
    language: str
    kind: str
    group: str
    answers: tuple[str, ...]
    articles: tuple[str, ...]
    quotes: tuple[GoldQuote, ...] = ()
    history: tuple[str, ...] = ()
    answerable: bool = True
    grades: Mapping[str, int] = field(default_factory=dict)
    nuggets: tuple[Nugget, ...] = ()
    patterns: Patterns | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """What was right, as it stands beside a result."""

    articles: tuple[str, ...]
    quotes: tuple[GoldQuote, ...]
    answers: tuple[str, ...]
    grades: Mapping[str, int] = field(default_factory=dict)
    nuggets: tuple[Nugget, ...] = ()
    patterns: Patterns | None = None


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """An article in a ranking, with the score of its best chunk."""

    article_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage that the answer was chosen from: `article.text[start_char:end_char] == text`."""

    article_id: str
    chunk_id: int
    metadata: Metadata
    text: str
    start_char: int
    end_char: int
    score: float


@dataclass(frozen=True, slots=True)
class Result:
    """A case as it was run: one line of a run.

    `ranking` holds distinct articles, best first. `answer` is missing, and `passages` are empty, in a run of retrieval
    alone. `scores` holds no measure that the case is not eligible for. `timings_ms` has `encoding`, `search`, `answer`.
    `generator` made the answer, `trouble` is why not the one that was asked; `checks` counts what a model wrote.
    """

    id: str
    kind: str
    language: str
    group: str
    question: str
    history: tuple[str, ...]
    understood: str
    answerable: bool
    gold: Gold
    ranking: tuple[RankedArticle, ...]
    answer: Answer | None
    passages: tuple[Excerpt, ...]
    timings_ms: Mapping[str, float]
    scores: Mapping[str, float] = field(default_factory=dict)
    generator: str | None = None
    checks: Checks | None = None
    trouble: str | None = None

    def to_json(self) -> str:
        """One line, without its end."""
        return _RESULT.dump_json(self).decode()

    @classmethod
    def from_json(cls, line: str | bytes) -> "Result":
        """What `to_json` wrote. ValueError where the line is of another form."""
        return _RESULT.validate_json(line)


_RESULT = TypeAdapter(Result)
