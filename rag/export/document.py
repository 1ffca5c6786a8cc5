"""A kept answer as a document: its lines, columns and footnotes, before it is written in any form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from rag.contract.answers import AnswerOut, HitOut, SourceOut, nearest_articles
from rag.contract.conversations import TurnOut
from rag.contract.layout import AnswerLine, answer_lines, markers
from rag.contract.showing import one_line, web_address
from rag.export.fragments import words_address
from rag.export.words import Words

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """Words on one line; or, where it has one, the number of a footnote."""

    text: str = ""
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the answer; `label` is what is said before it, and `listed` whether it is one of a list."""

    pieces: tuple[Piece, ...]
    label: str = ""
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading, which is empty where they have none."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """Words of a source, what there is to say of them, and their address on the original page."""

    text: str
    remarks: tuple[str, ...]
    address: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """An article: what it is called, its source, date and the like, and its address."""

    named: str
    known: tuple[str, ...]
    address: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: an article and all words of it that the answer cites."""

    number: int
    article: Reference
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An answer to be written; with `columns` its groups stand beside each other, as the sides of a comparison."""

    question: str
    asked_at: datetime
    remarks: tuple[str, ...]
    short: str
    groups: tuple[Group, ...]
    columns: bool
    notes: tuple[Note, ...]
    nearest: tuple[Reference, ...]
    words: Words


def document_of(turn: TurnOut, words: Words) -> Document:
    """The answer of a turn with everything that a reader needs to check it."""
    out, answer = turn.answered, turn.answered.answer
    asked_at = datetime.fromisoformat(turn.asked_at).astimezone(_ZONE)
    understood = out.query.understood
    remarks = [words.asked.format(words.written(asked_at.date()))]
    remarks += [words.understood.format(one_line(understood))] if understood != out.query.text else []
    remarks += [words.not_found] if answer.abstained else []
    remarks += [one_line(answer.note)] if answer.note else []
    numbers = _numbers(answer)
    groups = tuple(_groups(answer, numbers, words))
    columns = answer.kind == "comparison" and sum(bool(group.heading) for group in groups) > 1
    return Document(
        question=one_line(turn.question),
        asked_at=asked_at,
        remarks=tuple(remarks),
        short=one_line(answer.short.text) if answer.short else "",
        groups=groups,
        columns=columns,
        notes=tuple(_notes(answer, numbers, words)),
        nearest=tuple(_reference(hit, words) for hit in _nearest(out.answer, out.passages)),
        words=words,
    )


def _numbers(answer: AnswerOut) -> dict[str, int]:
    """The number of each article, in the order in which they are cited."""
    cited = [source.article_id for one in answer.citations for source in one.sources]
    return {article: number for number, article in enumerate(dict.fromkeys(cited), 1)}


def _nearest(answer: AnswerOut, passages: list[HitOut]) -> list[HitOut]:
    return nearest_articles(passages)[:_NEAREST] if answer.outcome == "none" else []


# --- Lines -----------------------------------------------------------------------------------------------


def _groups(answer: AnswerOut, numbers: dict[str, int], words: Words) -> Iterator[Group]:
    """The lines by the article or the side that heads them."""
    headed = 0
    numbered: list[tuple[int, str, AnswerLine]] = []
    heading = ""
    for line in answer_lines(answer):
        if line.article or line.side:
            headed += 1
            heading = _heading(line, words)
        numbered.append((headed, heading, line))
    for (_, name), lines in groupby(numbered, key=lambda one: one[:2]):
        yield Group(name, tuple(_line(answer, line, numbers, words) for _, _, line in lines))


def _heading(line: AnswerLine, words: Words) -> str:
    if line.article is None:
        return one_line(line.side or "")
    day = words.written(line.day) if line.day else words.undated
    return " · ".join(one_line(part) for part in (day, line.article.named, line.article.source) if part)


def _line(answer: AnswerOut, line: AnswerLine, numbers: dict[str, int], words: Words) -> Line:
    day = words.written(line.day) if line.day else words.undated
    listed = any(item.start == line.start for item in answer.items)
    return Line(tuple(_pieces(answer, line, numbers)), day if line.dated else "", listed)


def _pieces(answer: AnswerOut, line: AnswerLine, numbers: dict[str, int]) -> Iterator[Piece]:
    """The words between the answer's marks, and the numbers of the footnotes in the place of these."""
    said = line.start
    for end, after in markers(answer).items():
        if not said <= end <= line.end:
            continue
        yield Piece(_words(answer.text[said:end]))
        articles = [source.article_id for one in answer.citations if one.end == end for source in one.sources]
        yield from (Piece(note=numbers[article]) for article in dict.fromkeys(articles))
        said = after
    if rest := _words(answer.text[said : line.end]):
        yield Piece(rest)


def _words(text: str) -> str:
    """The words on one line, behind a space where they stand behind one."""
    return f"{' ' if text[:1].isspace() else ''}{one_line(text)}" if text.strip() else ""


# --- Footnotes -------------------------------------------------------------------------------------------


def _notes(answer: AnswerOut, numbers: dict[str, int], words: Words) -> Iterator[Note]:
    sources = [source for one in answer.citations for source in one.sources]
    for article, number in numbers.items():
        own = [source for source in sources if source.article_id == article]
        cited = {(source.start_char, source.cited_text): _cited(source, words) for source in own}
        yield Note(number, _reference(own[0], words), tuple(cited.values()))


def _cited(source: SourceOut, words: Words) -> Cited:
    changed = {"edited": words.edited, "removed": words.removed}.get(source.changed or "")
    partial = words.partial if source.support == "partial" and not changed else None
    page = words.page.format(source.page) if source.page else None
    address = words_address(source.url, source.cited_text)
    return Cited(one_line(source.cited_text), tuple(filter(None, (page, partial, changed))), address)


def _reference(found: SourceOut | HitOut, words: Words) -> Reference:
    day = words.written(found.published_at) if found.published_at else words.undated
    known = [one_line(found.source) if found.source else "", day]
    known += [words.inferred] if found.published_at and found.date_inferred else []
    known += [words.withdrawn.format(words.written(found.withdrawn_at))] if found.withdrawn_at else []
    others = _each(copy.source for copy in found.copies)
    known += [words.also.format(", ".join(others))] if others else []
    return Reference(one_line(found.named), tuple(filter(None, known)), web_address(found.url))


def _each(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(one_line(name) for name in names if name))
