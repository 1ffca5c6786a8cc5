"""What Slack's messages are made of.

Everything that strangers wrote stands in `rich_text` and `plain_text`, where Slack reads no markup: neither mentions
nor links nor emphasis. Only `text`, which notifications show, is markup, and is escaped.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.language.text import one_line, showable
from rag.delivery.letter import web_link
from rag.slack.splitting import BLOCK

Block = dict[str, Any]

# Slack takes 50, and refuses a message of more than about 13,200 characters as msg_blocks_too_long.
_MAX_BLOCKS = 45
MAX_MESSAGE = 12_000
_MAX_TITLE = 150
_MAX_URL = 2000


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message; `text` is what a notification says, in Slack's markup."""

    text: str
    blocks: tuple[Block, ...] = ()


def escaped(text: str) -> str:
    """Text that Slack's markup cannot take for a mention or a link."""
    return showable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def crop(text: str, limit: int) -> str:
    """The beginning of a text, of at most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def text_element(text: str, *, bold: bool = False) -> Block:
    """Text inside of `rich`."""
    element: Block = {"type": "text", "text": showable(text)}
    return {**element, "style": {"bold": True}} if bold else element


def rich(elements: Iterable[Block], kind: str = "rich_text_section") -> Block:
    """A block of elements; `kind` may be rich_text_quote, which is indented."""
    said = [element for element in elements if element.get("text") != ""]
    return {"type": "rich_text", "elements": [{"type": kind, "elements": said or [text_element(" ")]}]}


def quote(text: str) -> Block:
    """A block of text that looks like a quotation."""
    return rich([text_element(text)], "rich_text_quote")


def listed(title: str, lines: Sequence[list[Block]]) -> Iterator[Block]:
    """Lines under a title, in as many blocks as they need."""
    block, size = [text_element(title, bold=True)], len(title)
    for line in lines:
        length = sum(len(element["text"]) + len(element.get("url", "")) for element in line) + 1
        if size + length > BLOCK:
            yield rich(block)
            block, size = [], 0
        block += [text_element("\n"), *line] if block else line
        size += length
    if lines:
        yield rich(block)


def link(url: str | None) -> str | None:
    """The address of a page of the web; anything else is no link."""
    if not url or len(url) > _MAX_URL or re.search(r"[\s<>|\x00-\x1f]", url):
        return None
    return web_link(url)


def short(text: str, limit: int = _MAX_TITLE) -> str:
    """The beginning of a text on one line."""
    return crop(one_line(text), limit) or "…"


# --- Messages --------------------------------------------------------------------------------------------


def messages(blocks: Iterable[Block]) -> list[SlackMessage]:
    """Blocks in as few messages as hold them."""
    packed: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        length = size_of(block)
        if packed[-1] and (size + length > MAX_MESSAGE or len(packed[-1]) == _MAX_BLOCKS):
            packed.append([])
            size = 0
        packed[-1].append(block)
        size += length
    return [SlackMessage(escaped(crop(_plain(message), BLOCK)), tuple(message)) for message in packed]


def size_of(block: Block) -> int:
    """How much of a message a block takes up, in characters."""
    return len(json.dumps(block, ensure_ascii=False))


def _plain(blocks: Sequence[Block]) -> str:
    """What the blocks say, for a notification."""
    parts = [
        "".join(element.get("text", "") for inner in block["elements"] for element in inner["elements"])
        for block in blocks
        if block["type"] == "rich_text"
    ]
    return "\n".join(parts) or "…"
