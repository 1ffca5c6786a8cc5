"""An answer as Slack's messages.

Everything that strangers wrote stands in `rich_text` and `plain_text`, where Slack reads no markup: neither mentions
nor links nor emphasis. Only `text`, which notifications show, is markup, and is escaped.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from rag.contract.answers import AnswerOut, AskOut, HitOut, SourceOut, nearest_articles
from rag.contract.changes import words_gone
from rag.contract.layout import OWN_KINDS, AnswerLine, answer_lines
from rag.slack.splitting import BLOCK, pieces
from rag.slack.words import ALL, Words

Block = dict[str, Any]

UP, DOWN, SHARE = "feedback_up", "feedback_down", "share"

# Slack takes 50, and refuses a message of more than about 13,200 characters as msg_blocks_too_long.
_MAX_BLOCKS = 45
_MAX_MESSAGE = 12_000
_MAX_TITLE = 150
_MAX_URL = 2000
_MAX_NUMBER_URL = 300
_NEAREST = 5
# Half characters, controls, and what turns the direction of the text behind it.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MARKERS = re.compile(r"(?: ?\[\d{1,3}\])+")
_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message; `text` is what a notification says, in Slack's markup."""

    text: str
    blocks: tuple[Block, ...] = ()


def escaped(text: str) -> str:
    """Text that Slack's markup cannot take for a mention or a link."""
    return _shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def note(text: str) -> SlackMessage:
    """A sentence of the bot's own."""
    return SlackMessage(escaped(text), (_rich([_text(text)]),))


def answer_messages(out: AskOut, words: Words, *, private: bool = False) -> list[SlackMessage]:
    """An answer with its sources and buttons; more than one message where it is long."""
    return _messages([*_body(out, words), _buttons(out, words, private)])


def shared_messages(out: AskOut, user: str, words: Words, asked_at: str = "") -> list[SlackMessage]:
    """An answer that was private, under the name of who asked; `asked_at` is when, in ISO 8601."""
    question = [_text(words.shared_by), _text(_short(out.query.text, BLOCK - 100), bold=True)]
    asked = _rich([{"type": "user", "user_id": user}, *question])
    return _messages([asked, *_body(out, words, asked_at), _buttons(out, words, private=False)])


def crop(text: str, limit: int) -> str:
    """The beginning of a text, of at most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


# --- Parts of an answer ----------------------------------------------------------------------------------


def _body(out: AskOut, words: Words, asked_at: str = "") -> Iterator[Block]:
    answer = out.answer
    if asked_at and words_gone(answer):
        yield _quote(words.as_of.format(_day(datetime.fromisoformat(asked_at).astimezone().date(), words)))
    if answer.abstained:
        yield _rich([_text(f"🔍 {words.not_found}", bold=True)])
    if answer.disagreement:
        yield _rich([_text(f"⚠️ {words.disagreement}", bold=True)])
    if answer.note:
        yield from (_quote(answer.note[start:end]) for start, end in pieces(answer.note))
    if answer.short:
        yield _rich([_text(_short(answer.short.text, BLOCK), bold=True)])
    yield from _paragraphs(answer, words)
    if answer.citations:
        yield {"type": "divider"}
        yield from _lines(words.sources, list(_sources(answer, words)))
    elif answer.abstained:
        nearest = nearest_articles(out.passages)[:_NEAREST]
        yield from _lines(words.nearest, [_particulars(hit, words) for hit in nearest])
    yield from _remarks(out, words)


def _paragraphs(answer: AnswerOut, words: Words) -> list[Block]:
    """The text line by line, its numbers linked to their sources."""
    urls = {citation.index: _link(citation.sources[0].url) for citation in answer.citations if citation.sources}
    links = {index: url for index, url in urls.items() if url and len(url) <= _MAX_NUMBER_URL}
    markers = {
        end: found.end()
        for end in sorted({citation.end for citation in answer.citations})
        if (found := _MARKERS.match(answer.text, end))
    }
    blocks: list[Block] = []
    for limit in (BLOCK, BLOCK // 3, BLOCK // 10):
        blocks = [
            block
            for line in answer_lines(answer)
            for block in _line(answer, line, words, markers=markers, links=links, limit=limit)
        ]
        # Links between short sentences are longer than these.
        if max(map(_size, blocks)) <= _MAX_MESSAGE:
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
        yield _rich([*before, *said], "rich_text_quote" if near else "rich_text_section")
        before = []


def _before(line: AnswerLine, words: Words) -> Iterator[Block]:
    """What the bot says before a line: its article, its side, its day."""
    if line.article:
        yield from [*_particulars(line.article, words, dated=False), _text(" — ")]
    if line.article or line.dated:
        day = _day(line.day, words) if line.day else words.undated
        yield _text(f"{day}\n" if line.article else f"{day}: ", bold=True)
    if line.side:
        yield _text(f"{_short(line.side)}\n", bold=True)


def _marked(text: str, span: tuple[int, int], markers: dict[int, int], links: dict[int, str]) -> list[Block]:
    said, end = span
    elements: list[Block] = []
    for first, last in markers.items():
        if said <= first and last <= end:
            elements += [_text(text[said:first]), *_numbers(text[first:last], links)]
            said = last
    return [*elements, _text(text[said:end])]


def _numbers(text: str, links: dict[int, str]) -> Iterator[Block]:
    for found in _MARKER.finditer(text):
        url = links.get(int(found[1]))
        yield _text(" ")
        yield {"type": "link", "url": url, "text": found[0]} if url else _text(found[0])


def _sources(answer: AnswerOut, words: Words) -> Iterator[list[Block]]:
    """A line a source, by number; sentences that share a number share their sources."""
    seen: set[tuple[int, str]] = set()
    for citation in sorted(answer.citations, key=lambda each: each.index):
        for source in citation.sources:
            if (citation.index, source.article_id) in seen:
                continue
            seen.add((citation.index, source.article_id))
            line = [_text(f"[{citation.index}] ", bold=True), *_particulars(source, words)]
            if source.gone:
                line.append(_text(f" ({words.removed if source.changed == 'removed' else words.changed})"))
            elif source.support == "partial":
                line.append(_text(f" ({words.partial})"))
            others = list(dict.fromkeys(copy.source for copy in source.copies if copy.source))
            if others:
                line.append(_text(f" ({words.also.format(_short(', '.join(others)))})"))
            yield line


def _particulars(article: SourceOut | HitOut, words: Words, *, dated: bool = True) -> list[Block]:
    """Title, source and date; the title leads to the page where there is one."""
    url = _link(article.url)
    title = _short(article.named)
    day = _day(article.published_at[:10], words) if article.published_at and dated else None
    inferred = words.inferred if day and article.date_inferred else None
    page = words.page.format(article.page) if article.page else None
    known = ", ".join(part for part in (article.source and _short(article.source), day, inferred, page) if part)
    linked = {"type": "link", "url": url, "text": title} if url else _text(title)
    return [linked, _text(f" — {known}")] if known else [linked]


def _day(day: date | str, words: Words) -> str:
    """A day in ISO 8601 as it is written in Vietnamese, where that is spoken."""
    return "/".join(reversed(str(day).split("-"))) if words is ALL["vi"] else str(day)


def _remarks(out: AskOut, words: Words) -> Iterator[Block]:
    unrated = out.answer.abstained or out.answer.kind in OWN_KINDS or words_gone(out.answer)
    said = [] if unrated else [words.confidence.format(f"{out.answer.confidence:.0%}")]
    if out.query.understood != out.query.text:
        said.append(words.understood.format(_short(out.query.understood, 500)))
    if out.trouble:
        said.append(_short(out.trouble, 500))
    if out.kept is False:
        said.append(words.unkept)
    if said:
        yield {"type": "context", "elements": [{"type": "plain_text", "text": " · ".join(said), "emoji": False}]}


def _buttons(out: AskOut, words: Words, private: bool) -> Block:
    buttons = [(UP, words.up), (DOWN, words.down)] + ([(SHARE, words.share)] if private else [])
    elements = [
        {"type": "button", "action_id": action, "value": out.id, "text": {"type": "plain_text", "text": text}}
        for action, text in buttons
    ]
    return {"type": "actions", "elements": elements}


# --- Elements --------------------------------------------------------------------------------------------


def _text(text: str, *, bold: bool = False) -> Block:
    element: Block = {"type": "text", "text": _shown(text)}
    return {**element, "style": {"bold": True}} if bold else element


def _rich(elements: Iterable[Block], kind: str = "rich_text_section") -> Block:
    said = [element for element in elements if element.get("text") != ""]
    return {"type": "rich_text", "elements": [{"type": kind, "elements": said or [_text(" ")]}]}


def _quote(text: str) -> Block:
    return _rich([_text(text)], "rich_text_quote")


def _lines(title: str, lines: Sequence[list[Block]]) -> Iterator[Block]:
    """Lines under a title, in as many blocks as they need."""
    block, size = [_text(title, bold=True)], len(title)
    for line in lines:
        length = sum(len(element["text"]) + len(element.get("url", "")) for element in line) + 1
        if size + length > BLOCK:
            yield _rich(block)
            block, size = [], 0
        block += [_text("\n"), *line] if block else line
        size += length
    if lines:
        yield _rich(block)


def _link(url: str | None) -> str | None:
    """The address of a page of the web; anything else is no link."""
    if not url or len(url) > _MAX_URL or re.search(r"[\s<>|\x00-\x1f]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def _shown(text: str) -> str:
    return _UNSHOWABLE.sub("", text)


def _short(text: str, limit: int = _MAX_TITLE) -> str:
    return crop(" ".join(_shown(text).split()), limit) or "…"


# --- Messages --------------------------------------------------------------------------------------------


def _messages(blocks: Iterable[Block]) -> list[SlackMessage]:
    """Blocks in as few messages as hold them."""
    packed: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        length = _size(block)
        if packed[-1] and (size + length > _MAX_MESSAGE or len(packed[-1]) == _MAX_BLOCKS):
            packed.append([])
            size = 0
        packed[-1].append(block)
        size += length
    return [SlackMessage(escaped(crop(_plain(message), BLOCK)), tuple(message)) for message in packed]


def _size(block: Block) -> int:
    return len(json.dumps(block, ensure_ascii=False))


def _plain(blocks: Sequence[Block]) -> str:
    """What the blocks say, for a notification."""
    parts = [
        "".join(element.get("text", "") for inner in block["elements"] for element in inner["elements"])
        for block in blocks
        if block["type"] == "rich_text"
    ]
    return "\n".join(parts) or "…"
