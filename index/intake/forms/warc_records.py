"""A WARC -> the bodies of its answers, by warcio, in a process of its own (see `isolated`)."""

from base64 import b64encode
from email.message import Message
from io import BytesIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from index.storage.errors import Refused

_LARGEST_BODY = 40 * 1024 * 1024
_MOST_UNPACKED = 200 * 1024 * 1024
_PAGES = {"text/html", "application/xhtml+xml"}
_FILES = {
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


def convert(data: bytes) -> dict[str, object]:
    """`records`: address, the end of a file's name (empty for a page), charset or None, and body in base 64 of each
    answer of a kind that is read; and `fault`, why reading ended before the end, or None.
    """
    records: list[list[str | None]] = []
    unpacked = 0
    try:
        for record in ArchiveIterator(BytesIO(data)):
            kind = _kind(record)
            if kind is None:
                continue
            body = record.content_stream().read(_LARGEST_BODY + 1)
            unpacked += len(body)
            if unpacked > _MOST_UNPACKED:
                return {"records": records, "fault": f"it unpacks to more than {_MOST_UNPACKED:,} bytes; split it"}
            records.append([record.rec_headers.get_header("WARC-Target-URI"), *kind, b64encode(body).decode("ascii")])
    except (ArchiveLoadFailed, ValueError, OSError, EOFError, IndexError, KeyError, AttributeError) as error:
        if not records:
            raise Refused("the WARC is damaged, or is none; crawl the site again") from error
        return {"records": records, "fault": "the rest of the WARC is damaged, or cut off; crawl the site again"}
    return {"records": records, "fault": None}


def _kind(record: ArcWarcRecord) -> tuple[str, str | None] | None:
    """The end of a file's name, and the charset, of an answer that is a page or a file; None for all else."""
    if record.rec_type not in {"response", "resource"}:
        return None
    headers = record.http_headers
    if headers is not None and headers.get_statuscode() != "200":
        return None
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    stated = Message()
    stated["Content-Type"] = (headers or record.rec_headers).get_header("Content-Type") or ""
    media_type = stated.get_content_type()
    if not address.startswith(("http://", "https://")) or media_type not in _PAGES | set(_FILES):
        return None
    return _FILES.get(media_type, ""), stated.get_content_charset()
