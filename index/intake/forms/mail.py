"""A message (RFC 5322, MIME) -> the article that it is, and those that are attached to it; a mailbox -> its messages.

Quoted replies, signatures and the feet of mailing lists are left out.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import PurePosixPath

from lxml.html import HtmlElement

from index.intake.extract import decode
from index.intake.extract.tidy import tidy_line
from index.intake.forms.document import Budget, Document, Parts, ReadMember, Unread
from index.intake.forms.markup import paragraphs, parse_markup
from index.intake.forms.wrapped import unwrapped
from index.language.dates.calendar import VIETNAM
from index.records import Metadata
from index.storage.errors import Refused

_MOST_PARTS = 1000
_DEEPEST = 30
_LONGEST_HEADER = 4000
# A body shorter than this, in characters, only hands over what is attached.
_COVER_NOTE = 200
_REPLY = re.compile(r"(?:(?:re|fwd?|tr|trả lời|chuyển tiếp|chuyển)\s*:\s*)+", re.IGNORECASE)
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "message/rfc822": ".eml",
    "text/html": ".html",
    "text/markdown": ".md",
}
# How mail programs mark what is quoted, and everything from there on; and what they put beside it.
_QUOTES = (
    "//blockquote[@type='cite']|//*[contains(@class, 'gmail_quote')]"
    "|//div[@id='appendonsend']|//div[@id='divRplyFwdMsg']|//div[@id='divRplyFwdMsg']/following-sibling::*"
)
_BESIDE = ("gmail_signature", "gmail_attr", "moz-signature", "moz-cite-prefix")
_SIGNATURES = "|".join(f"//*[contains(@class, '{name}')]" for name in _BESIDE)
_ATTRIBUTION = re.compile(
    r"(?:on|vào|ngày|le)\b.{4,200}(?:wrote|đã viết|viết|a écrit)\s*:"
    r"|-{2,}\s*(?:original message|thư gốc|tin nhắn gốc)\s*-{2,}",
    re.IGNORECASE,
)
_RULE = re.compile(r"_{20,}|-{20,}")
_LONGEST_FOOT = 1500
_UNSUBSCRIBE = re.compile(
    r"unsubscribe|mailing list|hủy đăng ký|huỷ đăng ký|ngừng nhận (?:thư|email|bản tin)", re.IGNORECASE
)
_FROM_LINE = re.compile(rb"^From \S+ .*\d{4}[^\n]*\n", re.MULTILINE)


def read_mbox(data: bytes, budget: Budget, is_read: Callable[[str], bool], read: ReadMember) -> Parts:
    """The articles of a mailbox's messages. The format is that of RFC 4155."""
    begins = [found for found in _FROM_LINE.finditer(data) if _is_apart(data, found.start())]
    if not begins:
        raise Refused("the mailbox holds no message; save it again as mbox, or its messages as .eml")
    ends = [found.start() for found in begins[1:]] + [len(data)]
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True), start=1):
        message = re.sub(rb"^>(>*From )", rb"\1", data[begin.end() : end], flags=re.MULTILINE)
        try:
            budget.take(len(message))
            yield from _read_message(message, f"message {number}", budget, is_read, read)
        except Refused as refusal:
            yield Unread(f"message {number}", str(refusal))
            if budget.is_spent:
                return


def _is_apart(data: bytes, at: int) -> bool:
    """Whether the line at `at` is the first, or has a blank line before it."""
    return at == 0 or data[max(0, at - 2) : at] == b"\n\n" or data[max(0, at - 4) : at] == b"\r\n\r\n"


def read_eml(data: bytes, budget: Budget, is_read: Callable[[str], bool], read: ReadMember) -> Parts:
    """The articles of one message. Raises `Refused` where it is none, or has too many parts."""
    yield from _read_message(data, "", budget, is_read, read)


def _read_message(data: bytes, place: str, budget: Budget, is_read: Callable[[str], bool], read: ReadMember) -> Parts:
    message = _parsed(data)
    if place:
        place = tidy_line(str(message.get("Message-ID") or ""))[:200].strip("<> ") or place
    metadata = _metadata(message)
    attached = []
    for name, content in _attachments(message, is_read):
        budget.take(len(content))
        where = f"{place}, {name}" if place else name
        attached += [_with_mail(part, metadata) for part in read(content, name, where)]
    body = _body(message, 0)
    text = "\n\n".join(body[1:] if body and body[0] == metadata.title else body)
    articles = any(isinstance(part, Document) for part in attached)
    if text and not (articles and len(text) < _COVER_NOTE):
        yield Document(text, metadata=metadata, place=place)
    elif not attached:
        yield Unread(place, "the message holds no text and no article; save what it shows as a file")
    yield from attached


def _parsed(data: bytes) -> Message:
    try:
        message = message_from_bytes(data)
        count = sum(1 for _ in message.walk())
    except (RecursionError, MessageError, ValueError, IndexError, LookupError) as error:
        raise Refused("the message is damaged, or its parts are nested too deep; save it again as .eml") from error
    if count > _MOST_PARTS:
        raise Refused(f"the message has {count:,} parts, more than {_MOST_PARTS:,}; save the article in it as a file")
    if not any(message.get(name) for name in ("From", "Date", "Subject", "Message-ID", "MIME-Version")):
        raise Refused("this is no message: it has no header; save it as .eml from the mail program")
    return message


# --- Headers ---------------------------------------------------------------------------------------------------------


def _metadata(message: Message) -> Metadata:
    subject = _REPLY.sub("", _header(message, "Subject"), count=1).strip()
    name, address = parseaddr(_header(message, "From"))
    source = tidy_line(name).strip("'\"") or address.rpartition("@")[2] or None
    return Metadata(subject or None, None, source, _sent(_header(message, "Date")))


def _header(message: Message, name: str) -> str:
    """A header as text: encoded words decoded, and bytes that should have been."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    value = str(raw)[:_LONGEST_HEADER].encode("utf-8", "surrogateescape")
    try:
        parts = decode_header(decode(value))
    except (ValueError, Refused, MessageError):
        return tidy_line(value.decode("utf-8", "replace"))
    return tidy_line("".join(part if isinstance(part, str) else _decoded(part, label) for part, label in parts))


def _sent(value: str) -> str | None:
    """The moment in Vietnamese time; one without a zone is Vietnamese already, `-0000` is UTC (RFC 5322, 3.3)."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC if "-0000" in value else VIETNAM)
    try:
        return moment.astimezone(VIETNAM).isoformat()
    except OverflowError:
        return None


# --- Attachments -----------------------------------------------------------------------------------------------------


def _attachments(message: Message, is_read: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the parts that are files of a kind that is read."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part is not message:
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message):
                yield "message.eml", inner.as_bytes()
            part.set_payload([])
        elif not part.is_multipart() and _is_attached(part):
            name = _name(part)
            if is_read(name):
                yield name, _bytes(part)


def _is_attached(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    return part.get_content_type() in _SUFFIXES and not part.get_content_type().startswith("text/")


def _name(part: Message) -> str:
    try:
        parts = decode_header(str(part.get_filename() or ""))
        name = "".join(piece if isinstance(piece, str) else _decoded(piece, label) for piece, label in parts)
    except (ValueError, MessageError, LookupError):
        name = ""
    name = tidy_line(name).replace("\\", "/").rpartition("/")[2][-200:]
    suffix = _SUFFIXES.get(part.get_content_type(), "")
    return name if PurePosixPath(name).suffix else f"{name or 'attachment'}{suffix}"


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _with_mail(part: Document | Unread, mail: Metadata) -> Document | Unread:
    """An attachment that names no sender and no date has those of its message."""
    if isinstance(part, Unread):
        return part
    own = part.metadata
    metadata = Metadata(own.title, own.url, own.source or mail.source, own.published_at or mail.published_at)
    return Document(part.content, part.media_type, metadata, part.place, part.pages)


# --- The text --------------------------------------------------------------------------------------------------------


def _body(part: Message, depth: int) -> list[str]:
    """The paragraphs that a part shows; of alternatives the one that says most, of equals the last, which is markup."""
    if depth > _DEEPEST or part.get_content_type() == "message/rfc822" or (depth and _is_attached(part)):
        return []
    if part.is_multipart():
        payload = part.get_payload()
        bodies = [_body(inner, depth + 1) for inner in payload if isinstance(inner, Message)]
        if part.get_content_type() == "multipart/alternative":
            most = max((_said(body) for body in bodies), default=0)
            return next((body for body in reversed(bodies) if _said(body) >= 0.9 * most), [])
        return [paragraph for body in bodies for paragraph in body]
    if part.get_content_type() == "text/html":
        return _from_markup(_text(part))
    if part.get_content_type() == "text/plain":
        return _from_plain(_text(part), flowed=str(part.get_param("format") or "").lower() == "flowed")
    return []


def _said(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def _decoded(data: bytes, label: str | None) -> str:
    try:
        return decode(data, label)
    except Refused:
        return data.decode("utf-8", "replace")


def _text(part: Message) -> str:
    text = _decoded(_bytes(part), part.get_content_charset())
    return "" if 20 * text.count("\ufffd") > len(text) else text


def _from_markup(markup: str) -> list[str]:
    if not markup.strip():
        return []
    tree = parse_markup(markup)
    for element in tree.xpath(_SIGNATURES):
        _drop(element)
    quotes = tree.xpath(_QUOTES)
    whole = paragraphs(tree)
    for element in quotes:
        _drop(element)
    own = paragraphs(tree)
    # A message that only passes another on is that other.
    kept = own if sum(map(len, own)) >= _COVER_NOTE or not quotes else whole
    return _without_foot(kept)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _from_plain(text: str, *, flowed: bool) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    signature = next((at for at, line in enumerate(lines) if at and line in {"-- ", "--"}), len(lines))
    lines = lines[:signature]
    own = [line for line in lines if not line.startswith(">") and not _ATTRIBUTION.fullmatch(line.strip()[:300])]
    return _without_foot(unwrapped(own, flowed=flowed))


def _without_foot(found: list[str]) -> list[str]:
    """The paragraphs without what a mailing list puts below them."""
    for at in range(max(1, len(found) - 6), len(found)):
        below = " ".join(found[at:])
        if len(below) < _LONGEST_FOOT and _UNSUBSCRIBE.search(found[at] if not _RULE.match(found[at]) else below):
            return found[:at]
    return [paragraph for paragraph in found if not _RULE.fullmatch(paragraph)]
