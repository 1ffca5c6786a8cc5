"""Questions a line, with what is right about each: its answers and quotes, or its nuggets and graded articles, or the
patterns of a right answer."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter

from eval.data.files import read_lines
from eval.records import Case, GoldQuote, Nugget, Patterns
from index.language.detection import detect_language
from index.language.text import nfc


class _Stated(BaseModel):
    article_id: str
    sentence: str


class _Nugget(BaseModel):
    text: str
    importance: Literal["vital", "okay"]
    sentences: tuple[_Stated, ...]


class _Line(BaseModel):
    """A case as a line of a file. What a plain list of questions and articles need not say has a default."""

    id: str | int
    question: str
    article: str | None = None
    articles: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    quotes: tuple[GoldQuote, ...] = ()
    history: tuple[str, ...] = ()
    language: str | None = None
    kind: str = Field("question", validation_alias=AliasChoices("kind", "category"))
    group: str | None = None
    answerable: bool = True
    relevant: dict[str, int] = {}
    nuggets: tuple[_Nugget, ...] = ()
    expect: Literal["answer", "overview", "decline", "chat"] | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


_LINE = TypeAdapter(_Line)


def read_cases(path: Path, first: int | None = None) -> Iterator[Case]:
    """The cases of a file of JSON lines, in NFC, or the first so many of them."""
    for line in islice(read_lines(path, _LINE), first):
        named = (*((line.article,) if line.article else ()), *line.articles, *line.relevant)
        articles = tuple(dict.fromkeys(named))
        question = nfc(line.question).strip()
        # Questions about several articles are of no one's: each is a group of its own.
        alone = bool(line.expect or line.nuggets or line.relevant or not articles)
        yield Case(
            str(line.id),
            question,
            line.language or detect_language(question),
            line.kind,
            line.group or (str(line.id) if alone else articles[0]),
            tuple(map(nfc, line.answers)),
            articles,
            tuple(replace(quote, text=nfc(quote.text)) for quote in line.quotes),
            line.history,
            line.answerable and line.kind != "unanswerable" and line.expect != "decline",
            line.relevant,
            tuple(map(_nugget, line.nuggets)),
            Patterns(line.expect, tuple(map(nfc, line.has)), tuple(map(nfc, line.lacks))) if line.expect else None,
        )


def _nugget(line: _Nugget) -> Nugget:
    stated = tuple(GoldQuote(one.article_id, nfc(one.sentence)) for one in line.sentences)
    return Nugget(nfc(line.text), line.importance, stated)
