"""SQuAD-form files, passages with questions; and news articles, a record a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter

from eval.data.files import read_json, read_lines
from index.language.detection import detect_language
from index.language.text import nfc
from index.records import Article, Draft, Metadata, Raw
from index.storage.errors import Refused


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the passage that it stands with, and the answers that count as right (none: unanswerable).

    `group` is the number of the article, in the file, that the passage is from.
    """

    id: str
    group: int
    question: str
    article_id: str
    answers: tuple[str, ...]


class _Answer(BaseModel):
    text: str


class _Question(BaseModel):
    id: str | int
    question: str
    answers: list[_Answer] = []
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: str = Field(pattern=r"\S")
    qas: list[_Question]


class _Entry(BaseModel):
    paragraphs: list[_Paragraph]


class _File(BaseModel):
    data: list[_Entry]


class _News(BaseModel):
    id: str | int
    title: str | None = None
    abstract: str = ""
    body: str = Field(pattern=r"\S", validation_alias=AliasChoices("body", "text"))


_FILE = TypeAdapter(_File)
_NEWS = TypeAdapter(_News)


def read_squad(path: Path) -> tuple[list[Draft], list[SquadQuestion]]:
    """The passages of a SQuAD 1.1 or 2.0 file as articles without a title, and its questions, in NFC.

    A passage that stands twice in the file is one article. Refused where the file is of another form or empty.
    """
    entries = read_json(path, _FILE).data
    language = _language(entries)
    drafts: dict[str, Draft] = {}
    cases: list[SquadQuestion] = []
    for group, entry in enumerate(entries):
        for paragraph in entry.paragraphs:
            text = nfc(paragraph.context).strip()
            made = drafts.setdefault(text, draft(f"{path.stem}-{len(drafts)}", text, language=language))
            cases.extend(
                SquadQuestion(
                    str(asked.id),
                    group,
                    nfc(asked.question).strip(),
                    made.article.id,
                    () if asked.is_impossible else tuple(nfc(answer.text) for answer in asked.answers),
                )
                for asked in paragraph.qas
            )
    if not cases:
        raise Refused(f"{path} holds no question; give a SQuAD file with some")
    return list(drafts.values()), cases


def read_articles(path: Path) -> Iterator[tuple[Draft, str]]:
    """Articles of a JSON lines file with `id`, `title`, `abstract` and `body` (or `text`), each with its abstract.

    Refused at the first line of another form.
    """
    for record in read_lines(path, _NEWS):
        title = nfc(record.title).strip() if record.title else None
        yield draft(str(record.id), nfc(record.body), title or None), nfc(record.abstract).strip()


def draft(article_id: str, text: str, title: str | None = None, language: str = "vi") -> Draft:
    """A draft of clean text."""
    return Draft(Article(article_id, text, Metadata(title), language), Raw(text, "application/json", "benchmark"))


def with_abstract(made: Draft, abstract: str) -> Draft:
    """The same draft with its abstract before its text."""
    whole = f"{abstract}\n{made.article.text}" if abstract else made.article.text
    return replace(made, article=replace(made.article, text=whole), raw=replace(made.raw, content=whole))


def from_source(made: Draft, source: str) -> Draft:
    """The same draft from a source, for searches that are restricted to some."""
    return replace(made, article=replace(made.article, metadata=replace(made.article.metadata, source=source)))


def _language(entries: Sequence[_Entry]) -> str:
    """Of the file as a whole: a passage that is half names says little by itself."""
    return detect_language(" ".join(paragraph.context[:40] for entry in entries for paragraph in entry.paragraphs[:1]))


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text, letter for letter but for case."""
    lowered = text.lower()
    return any(answer.lower() in lowered for answer in answers)
