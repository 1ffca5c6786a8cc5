"""An answer as Slack's messages."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from index.language.showing import web_address
from rag.contract.answers import AnswerOut, AskOut, HitOut, SourceOut, nearest_articles
from rag.contract.changes import words_gone
from rag.contract.layout import OWN_KINDS, AnswerLine, answer_lines, markers
from rag.slack.elements import (
    MAX_MESSAGE,
    Block,
    SlackMessage,
    escaped,
    listed,
    messages,
    quote,
    rich,
    short,
    size_of,
    text_element,
)
from rag.slack.splitting import BLOCK, pieces
from rag.slack.words import ALL, Words

UP, DOWN, SHARE = "feedback_up", "feedback_down", "share"

_MAX_NUMBER_URL = 300
_NEAREST = 5
_MARKER = re.compile(r"\[(\d{1,3})\]")


def note(text: str) -> SlackMessage:
    """A sentence of the bot's own."""
    return SlackMessage(escaped(text), (rich([text_element(text)]),))


def answer_messages(out: AskOut, words: Words, *, private: bool = False) -> list[SlackMessage]:
    """An answer with its sources and buttons; more than one message where it is long."""
    return messages([*_body(out, words), buttons(out.id, words, private=private)])


def shared_messages(out: AskOut, user: str, words: Words, asked_at: str = "") -> list[SlackMessage]:
    """An answer that was private, under the name of who asked; `asked_at` is when, in ISO 8601."""
    question = [text_element(words.shared_by), text_element(short(out.query.text, BLOCK - 100), bold=True)]
    asked = rich([{"type": "user", "user_id": user}, *question])
    return messages([asked, *_body(out, words, asked_at), buttons(out.id, words)])


def buttons(answer_id: str, words: Words, *, private: bool = False) -> Block:
    """What people press below an answer, or below an issue's overview, of this id."""
    pressed = [(UP, words.up), (DOWN, words.down)] + ([(SHARE, words.share)] if private else [])
    elements = [
        {"type": "button", "action_id": action, "value": answer_id, "text": {"type": "plain_text", "text": text}}
        for action, text in pressed
    ]
    return {"type": "actions", "elements": elements}


# --- Parts of an answer ----------------------------------------------------------------------------------


def _body(out: AskOut, words: Words, asked_at: str = "") -> Iterator[Block]:
    answer = out.answer
    if asked_at and words_gone(answer):
        yield quote(words.as_of.format(_day(datetime.fromisoformat(asked_at).astimezone().date(), words)))
    if answer.abstained:
        yield rich([text_element(f"🔍 {words.not_found}", bold=True)])
    if answer.disagreement:
        yield rich([text_element(f"⚠️ {words.disagreement}", bold=True)])
    if answer.note:
        yield from (quote(answer.note[start:end]) for start, end in pieces(answer.note))
    if answer.short:
        yield rich([text_element(short(answer.short.text, BLOCK), bold=True)])
    yield from _paragraphs(answer, words)
    if answer.citations:
        yield {"type": "divider"}
        yield from listed(words.sources, list(_sources(answer, words)))
    elif answer.abstained:
        nearest = nearest_articles(out.passages)[:_NEAREST]
        yield from listed(words.nearest, [_particulars(hit, words) for hit in nearest])
    yield from _remarks(out, words)


def _paragraphs(answer: AnswerOut, words: Words) -> list[Block]:
    """The text line by line, its numbers linked to their sources."""
    urls = {citation.index: web_address(citation.sources[0].url) for citation in answer.citations if citation.sources}
    links = {index: url for index, url in urls.items() if url and len(url) <= _MAX_NUMBER_URL}
    blocks: list[Block] = []
    for limit in (BLOCK, BLOCK // 3, BLOCK // 10):
        blocks = [
            block
            for line in answer_lines(answer)
            for block in _line(answer, line, words, markers=markers(answer), links=links, limit=limit)
        ]
        # Links between short sentences are longer than these.
        if max(map(size_of, blocks)) <= MAX_MESSAGE:
            break
    return blocks


def _line(
    answer: AnswerOut,
    line: AnswerLine,
    words: Words,
    *,
    markers: dict[int, int],
    links: dict[int, str],
    limit: int,
) -> Iterator[Block]:
    """A line in as many blocks as it needs; those that only come near the question look like quotations."""
    near = answer.outcome == "related" and line.start > 0
    before = list(_before(line, words))
    moved = {first - line.start: last - line.start for first, last in markers.items()}
    for start, end in pieces(answer.text[line.start : line.end], moved, limit):
        said = _marked(answer.text, (line.start + start, line.start + end), markers, links)
        yield rich([*before, *said], "rich_text_quote" if near else "rich_text_section")
        before = []


def _before(line: AnswerLine, words: Words) -> Iterator[Block]:
    """What the bot says before a line: its article, its side, its day."""
    if line.article:
        yield from [*_particulars(line.article, words, dated=False), text_element(" — ")]
    if line.article or line.dated:
        day = _day(line.day, words) if line.day else words.undated
        yield text_element(f"{day}\n" if line.article else f"{day}: ", bold=True)
    if line.side:
        yield text_element(f"{short(line.side)}\n", bold=True)


def _marked(text: str, span: tuple[int, int], markers: dict[int, int], links: dict[int, str]) -> list[Block]:
    said, end = span
    elements: list[Block] = []
    for first, last in markers.items():
        if said <= first and last <= end:
            elements += [text_element(text[said:first]), *_numbers(text[first:last], links)]
            said = last
    return [*elements, text_element(text[said:end])]


def _numbers(text: str, links: dict[int, str]) -> Iterator[Block]:
    for found in _MARKER.finditer(text):
        url = links.get(int(found[1]))
        yield text_element(" ")
        yield {"type": "link", "url": url, "text": found[0]} if url else text_element(found[0])


def _sources(answer: AnswerOut, words: Words) -> Iterator[list[Block]]:
    """A line a source, by number; sentences that share a number share their sources."""
    seen: set[tuple[int, str]] = set()
    for citation in sorted(answer.citations, key=lambda each: each.index):
        for source in citation.sources:
            if (citation.index, source.article_id) in seen:
                continue
            seen.add((citation.index, source.article_id))
            line = [text_element(f"[{citation.index}] ", bold=True), *_particulars(source, words)]
            if source.gone:
                line.append(text_element(f" ({words.removed if source.changed == 'removed' else words.changed})"))
            elif source.support == "partial":
                line.append(text_element(f" ({words.partial})"))
            others = list(dict.fromkeys(copy.source for copy in source.copies if copy.source))
            if others:
                line.append(text_element(f" ({words.also.format(short(', '.join(others)))})"))
            yield line


def _particulars(article: SourceOut | HitOut, words: Words, *, dated: bool = True) -> list[Block]:
    """Title, source and date; the title leads to the page where there is one."""
    url = web_address(article.url)
    title = short(article.named)
    day = _day(article.published_at[:10], words) if article.published_at and dated else None
    inferred = words.inferred if day and article.date_inferred else None
    page = words.page.format(article.page) if article.page else None
    known = ", ".join(part for part in (article.source and short(article.source), day, inferred, page) if part)
    linked = {"type": "link", "url": url, "text": title} if url else text_element(title)
    return [linked, text_element(f" — {known}")] if known else [linked]


def _day(day: date | str, words: Words) -> str:
    """A day in ISO 8601 as it is written in Vietnamese, where that is spoken."""
    return "/".join(reversed(str(day).split("-"))) if words is ALL["vi"] else str(day)


def _remarks(out: AskOut, words: Words) -> Iterator[Block]:
    unrated = out.answer.abstained or out.answer.kind in OWN_KINDS or words_gone(out.answer)
    said = [] if unrated else [words.confidence.format(f"{out.answer.confidence:.0%}")]
    if out.query.understood != out.query.text:
        said.append(words.understood.format(short(out.query.understood, 500)))
    if out.trouble:
        said.append(short(out.trouble, 500))
    if out.kept is False:
        said.append(words.unkept)
    if said:
        yield {"type": "context", "elements": [{"type": "plain_text", "text": " · ".join(said), "emoji": False}]}
