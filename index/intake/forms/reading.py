"""A file's bytes -> its articles, whatever form they are in.

    first bytes -> form -> reader -> documents;    a container's members -> the same again, within one budget

The name says which form is meant, the bytes which it is: where they differ the file is refused, and told what it is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.intake.extract import decode
from index.intake.forms.archive import read_zip
from index.intake.forms.document import Budget, Document, Parts, Unread
from index.intake.forms.docx import read_docx
from index.intake.forms.epub import read_epub
from index.intake.forms.feed import read_feed_file
from index.intake.forms.gz import gunzip
from index.intake.forms.mail import read_eml, read_mbox
from index.intake.forms.packages import MOST_MEMBERS, MOST_UNPACKED, open_package
from index.intake.forms.pdf import read_pdf
from index.intake.forms.rtf import read_rtf
from index.intake.forms.warc import read_warc
from index.storage.errors import Refused

# By the end of a file's name.
FORMS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".docm": "application/vnd.ms-word.document.macroenabled.12",
    ".rtf": "application/rtf",
    ".epub": "application/epub+zip",
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
    ".zip": "application/zip",
    ".warc": "application/warc",
    ".gz": "application/gzip",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
}
# Files that desks receive, and are not read: what to do instead.
INSTEAD = {
    ".doc": "open it in a word processor and save it as .docx",
    ".dot": "open it in a word processor and save it as .docx",
    ".odt": "save it as .docx or PDF",
    ".pages": "save it as .docx or PDF",
    ".wps": "save it as .docx or PDF",
    ".msg": "save it as .eml from the mail program",
    ".pst": "save its messages as .eml or .mbox",
    ".ppt": "save the article in it as .docx or PDF",
    ".pptx": "save the article in it as .docx or PDF",
    ".xls": "save the article in it as .docx or PDF",
    ".xlsx": "save the article in it as .docx or PDF",
    ".mobi": "save it as .epub",
    ".azw3": "save it as .epub",
    ".rar": "pack it as .zip",
    ".7z": "pack it as .zip",
    ".tar": "pack it as .zip",
    ".tgz": "pack it as .zip",
}
LARGEST = 100 * 1024 * 1024
_DEEPEST = 4
_LARGEST_MARKUP = 20 * 1024 * 1024
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})")
_PROLOG = re.compile(rb"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_FEEDS = {b"rss", b"feed", b"rdf"}
_SITEMAPS = {b"urlset", b"sitemapindex"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_form(data: bytes, name: str, texts: Mapping[str, str]) -> Parts:
    """The articles of a file whose name ends in one of `FORMS`.

    `texts` are the media types of files that are text, by the end of their names: a container's members that end so
    come as they are, decoded. What cannot be read comes as `Unread`, with the reason; nothing is raised.
    """
    reader = _Reader(Budget(members=MOST_MEMBERS, size=MOST_UNPACKED), texts)
    yield from reader.read(data, name, "")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a file, and its members with a reader one level deeper."""

    budget: Budget
    texts: Mapping[str, str]
    depth: int = 0

    def read(self, data: bytes, name: str, place: str) -> Parts:
        """The articles of `data`, each with its place below `place`."""
        try:
            self._check_depth()
            yield from (_below(part, place) for part in self._read(data, PurePosixPath(name)))
        except Refused as refusal:
            yield Unread(place, str(refusal))
        except RecursionError:
            yield Unread(place, "its parts are nested too deep; save it again with another program")

    def _read(self, data: bytes, name: PurePosixPath) -> Parts:
        suffix = name.suffix.lower()
        if suffix in self.texts:
            yield Document(decode(data), self.texts[suffix])
            return
        form = _checked_form(data, suffix)
        inside = _Reader(self.budget, self.texts, self.depth + 1)
        match form:
            case "application/zip":
                yield from read_zip(data, self.budget, self.is_read, inside.read)
            case "message/rfc822":
                yield from read_eml(data, self.budget, self.is_read, inside.read)
            case "application/mbox":
                yield from read_mbox(data, self.budget, self.is_read, inside.read)
            case "application/warc":
                yield from read_warc(data, self.budget, inside.read)
            case "application/gzip":
                yield from self._read_packed(data, name, inside)
            case "application/epub+zip":
                yield from read_epub(data)
            case "text/html":
                yield Document(decode(data), form)
            case "application/xml":
                yield from _read_xml(data)
            case _:
                yield _DOCUMENTS[form](data)

    def _check_depth(self) -> None:
        if self.depth > _DEEPEST:
            raise Refused("it is packed in too many archives; unpack some of them")

    def _read_packed(self, data: bytes, name: PurePosixPath, inside: "_Reader") -> Parts:
        """A gzipped file. The records of a WARC are packed one by one, and unpacked so."""
        if name.stem.lower().endswith(".warc"):
            yield from read_warc(data, self.budget, inside.read)
            return
        if not self.is_read(name.stem):
            raise Refused(f"what is packed in it, {name.stem[-80:]!r}, is of a kind that is not read; unpack it")
        content = gunzip(data)
        self.budget.take(len(content))
        yield from inside.read(content, name.stem, "")

    def is_read(self, name: str) -> bool:
        """Whether a member of that name is read, or refused with what to do instead; others are passed over."""
        suffix = PurePosixPath(name).suffix.lower()
        return suffix in self.texts or suffix in FORMS


_DOCUMENTS: Mapping[str, Callable[[bytes], Document]] = {
    FORMS[".pdf"]: read_pdf,
    FORMS[".docx"]: read_docx,
    FORMS[".rtf"]: read_rtf,
}
_NAMES = {
    FORMS[".pdf"]: "a PDF",
    FORMS[".docx"]: "a Word document",
    FORMS[".rtf"]: "an RTF document",
    FORMS[".epub"]: "an EPUB",
    FORMS[".eml"]: "a message",
    FORMS[".mbox"]: "a mailbox",
    FORMS[".zip"]: "a ZIP archive",
    FORMS[".warc"]: "a WARC",
    FORMS[".gz"]: "a gzip archive",
    FORMS[".xml"]: "XML",
    "text/html": "an HTML page",
}
# Other ends of names that a form may have.
_ENDINGS = {
    FORMS[".docx"]: (".docm",),
    FORMS[".xml"]: (".rss", ".atom"),
    FORMS[".mbox"]: (".eml",),
    "text/html": (".xml",),
}


def _checked_form(data: bytes, suffix: str) -> str:
    """The form of a file. Raises `Refused` where its name says another."""
    if not data.strip(b"\0 \r\n\t"):
        raise Refused("the file is empty; save it again")
    form = form_of(data)
    if FORMS[suffix] != form and suffix not in _ENDINGS.get(form, ()):
        shown = _NAMES.get(form, "a file of another kind")
        raise Refused(f"this is {shown}, and its name ends in {suffix}; {_mend(form)}")
    return form


def form_of(data: bytes) -> str:
    """The media type that the first bytes of `data` tell, `text/plain` where they tell none.

    Raises `Refused` for old and encrypted Office documents.
    """
    start = data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if data.startswith(_OLE):
        raise Refused(_about_compound(data))
    if b"%PDF-" in data[:1024]:
        return FORMS[".pdf"]
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed_form(data)
    for signature, form in _SIGNATURES:
        if start.startswith(signature):
            return form
    if _FROM_LINE.match(start):
        return FORMS[".mbox"]
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return "text/html" if _root(data) == b"html" else FORMS[".xml"]
    return FORMS[".eml"] if _HEADER.match(start) else "text/plain"


_SIGNATURES = ((b"{\\rtf", FORMS[".rtf"]), (b"\x1f\x8b", FORMS[".gz"]), (b"WARC/", FORMS[".warc"]))
_FROM_LINE = re.compile(rb"From \S+ .*\d{4}")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,75}:[ \t]?\S.*\r?\n(?:[ \t].*\r?\n|[A-Za-z][A-Za-z0-9-]{1,75}:)")


def _about_compound(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "the document is encrypted; save it without a password"
    if "__substg1.0_".encode("utf-16-le") in data:
        return f"this is an Outlook message; {INSTEAD['.msg']}"
    return f"this is an old Office document; {INSTEAD['.doc']}"


def _packed_form(data: bytes) -> str:
    with open_package(data) as package:
        names = set(package.namelist())
    if "META-INF/container.xml" in names:
        return FORMS[".epub"]
    # A document that is none of Word's is refused with its name by the reader of Word documents.
    office = {"[Content_Types].xml"} <= names or {"mimetype", "content.xml"} <= names
    return FORMS[".docx"] if office else FORMS[".zip"]


def _root(data: bytes) -> bytes:
    """The name of the first element, in lower case."""
    head = data[:8192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode("utf-8")
    found = _ROOT.search(_PROLOG.sub(b"", head))
    return found[1].lower() if found else b""


def _read_xml(data: bytes) -> Parts:
    """The articles of a feed or of an XHTML page. Raises `Refused` for XML of another kind."""
    if len(data) > _LARGEST_MARKUP:
        raise Refused(f"the file has {len(data):,} bytes, more than {_LARGEST_MARKUP:,}; split it")
    root = _root(data)
    if root in _FEEDS:
        yield from read_feed_file(data)
    elif root == b"html":
        yield Document(decode(data), "text/html")
    elif root in _SITEMAPS:
        raise Refused("this is a site map: it holds addresses and no text; let them be fetched: hoidap feeds add URL")
    else:
        shown = root.decode("ascii", "replace")
        raise Refused(f"XML of the kind {shown!r} is not read; give a feed (RSS or Atom), or the article as HTML")


def _mend(form: str) -> str:
    ending = next((suffix for suffix, kind in FORMS.items() if kind == form), None)
    if form == "text/html":
        ending = ".html"
    return f"name it with {ending}" if ending else "save the article as text or HTML"


def _below(part: Document | Unread, place: str) -> Document | Unread:
    """The part with its place below `place`."""
    return replace(part, place=", ".join(filter(None, (place, part.place)))) if place else part
