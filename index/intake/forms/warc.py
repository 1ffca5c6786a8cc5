"""A WARC, packed or not (ISO 28500) -> the pages and files that a crawler kept, each known by its address."""

from base64 import b64decode
from dataclasses import replace

from index.intake.extract import decode
from index.intake.extract.tidy import tidy_line
from index.intake.forms.document import Budget, Document, Parts, ReadMember, Unread
from index.intake.forms.isolated import run_apart
from index.records import Metadata
from index.storage.errors import Refused

_LARGEST_PAGE = 20 * 1024 * 1024


def read_warc(data: bytes, budget: Budget, read: ReadMember) -> Parts:
    """The articles of the pages that were answered with 200. Raises `Refused` where there are none."""
    found = run_apart("warc_records", data)
    assert isinstance(found, dict)
    for stated, ending, charset, packed in found["records"]:
        address, body = tidy_line(stated)[:2000], b64decode(packed)
        try:
            budget.take(len(body))
            if ending:
                yield from (_of(part, address) for part in read(body, f"file{ending}", address))
            else:
                yield _page(body, charset, address)
        except Refused as refusal:
            yield Unread(address, str(refusal))
            if budget.is_spent:
                return
    if found["fault"]:
        yield Unread("", found["fault"])
    elif not found["records"]:
        raise Refused("the WARC holds no page that was answered with 200; crawl the site again")


def _page(body: bytes, charset: str | None, address: str) -> Document:
    """A page. What the answer's header says of its encoding goes before what the page says, as in browsers."""
    if len(body) > _LARGEST_PAGE:
        raise Refused(f"the page has more than {_LARGEST_PAGE:,} bytes; give its article alone")
    markup = decode(body, charset)
    return Document(markup, "text/html", Metadata(url=address), address)


def _of(part: Document | Unread, address: str) -> Document | Unread:
    """The part of an answer with the address that it was fetched from."""
    if isinstance(part, Unread):
        return part
    return replace(part, metadata=replace(part.metadata, url=part.metadata.url or address))
