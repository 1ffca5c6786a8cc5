"""An answer in lines, as the doors show it: what the service says before each line, and where its words stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rag.contract.answers import AnswerOut, CitationOut, ItemOut, SourceOut

# Kinds that the service answers from its catalogue, or of itself: how sure it is of them says nothing.
OWN_KINDS = ("archive", "chat")
# What the words of an article may hold that ends emphasis in Markdown.
_MARKUP = frozenset("*_`[]<>\\\n")
_MARKERS = re.compile(r"(?: ?\[\d{1,3}\])+")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """`answer.text[start:end]`, and what is to be said before it.

    `article` is the one that this and the following lines quote, and `side` the side of a comparison that they tell of;
    both are None on the lines that follow. `dated` tells whether `day`, or that there is none, begins the line.
    """

    start: int
    end: int
    article: SourceOut | None = None
    side: str | None = None
    dated: bool = False
    day: date | None = None


def answer_lines(answer: AnswerOut) -> Iterator[AnswerLine]:
    """The lead, each item, and what stands between them, in the order of the text; each sentence that comes near."""
    items = {item.start: item for item in answer.items}
    edges = {
        0,
        len(answer.text),
        len(answer.lead or ""),
        *(edge for one in answer.items for edge in (one.start, one.end)),
    }
    if answer.outcome == "related" and not items:
        edges |= {citation.start for citation in answer.citations}
    before: ItemOut | None = None
    for begin, end in pairwise(sorted(edges)):
        said = answer.text[begin:end]
        if not said.strip():
            continue
        item = items.get(begin)
        start, stop = begin + len(said) - len(said.lstrip()), begin + len(said.rstrip())
        yield _item_line(answer, item, before) if item else AnswerLine(start, stop)
        before = item or before


def written_out(answer: AnswerOut, undated: str, gap: str = "\n") -> tuple[str, list[CitationOut]]:
    """The text with all that is said before its lines, and the citations where they stand in it.

    `undated` stands for a day that is not known, `gap` between lines.
    """
    text = ""
    moved = list(answer.citations)
    for line in answer_lines(answer):
        text += f"{gap if text else ''}{_heading(line, undated, gap)}"
        by = len(text) - line.start
        text += answer.text[line.start : line.end]
        for place, one in enumerate(answer.citations):
            if line.start <= one.start < line.end:
                moved[place] = one.model_copy(update={"start": one.start + by, "end": one.end + by})
    return text, moved


def markers(answer: AnswerOut) -> dict[int, int]:
    """Where the marks of sentences begin in the text, such as ` [1][2]`, and where they end; in their order."""
    ends = sorted({citation.end for citation in answer.citations})
    return {end: found.end() for end in ends if (found := _MARKERS.match(answer.text, end))}


def bold(answer: AnswerOut) -> str:
    """The words that answer, in Markdown; empty where there are none, or where they would be read as markup."""
    short = answer.short.text.strip() if answer.short else ""
    return f"**{short}**" if short and _MARKUP.isdisjoint(short) else ""


def _item_line(answer: AnswerOut, item: ItemOut, before: ItemOut | None) -> AnswerLine:
    first = answer.citations[item.citations[0]] if item.citations else None
    # A line may itself begin with words of the service, which then say what it is of.
    if first is None or answer.text[item.start : first.start].strip():
        return AnswerLine(item.start, item.end)
    if answer.kind == "timeline":
        return AnswerLine(item.start, item.end, dated=True, day=item.day)
    if answer.kind == "comparison":
        told = before.side if before else None
        return AnswerLine(item.start, item.end, side=item.side if item.side != told else None)
    if answer.kind in ("overview", "archive") and (before is None or before.article_id != item.article_id):
        return AnswerLine(item.start, item.end, article=first.sources[0], day=item.day)
    return AnswerLine(item.start, item.end)


def _heading(line: AnswerLine, undated: str, gap: str) -> str:
    day = str(line.day or undated)
    if line.article:
        known = (day, line.article.named, line.article.source)
        return f"{' · '.join(' '.join(part.split()) for part in known if part)}:{gap}"
    if line.side:
        return f"{line.side}:{gap}"
    return f"{day}: " if line.dated else ""
