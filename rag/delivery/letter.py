"""What a channel shows of an issue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

What = Literal["figure", "date", "corrected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Cited:
    """An article's exact words.

    `day` is in ISO 8601; `page` is where this service shows them, as a path after its address (`/#/articles/...`).
    """

    words: str
    title: str
    source: str | None = None
    day: str | None = None
    url: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an overview, and the words that it rests on."""

    text: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What an article now says otherwise; `now` is None where it is withdrawn."""

    what: What
    before: Cited
    now: Cited | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What is new on a topic. `answer_id` is what its overview is rated by, empty where it cannot be."""

    heading: str
    notices: int
    sources: int
    sentences: tuple[Sentence, ...]
    changes: tuple[Change, ...] = ()
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """An issue as its readers get it; `language` is vi or en."""

    issue: str
    briefing: str
    name: str
    made_at: datetime
    language: str
    sections: tuple[Section, ...]
