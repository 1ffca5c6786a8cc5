"""What people point at -> drafts.

    discover(paths)  -> files       folder_boilerplate(files) -> lines that are no article's
    read_drafts(file), read_bytes(bytes, name), read_text(bytes) -> drafts and refusals
    readings(file)   -> what makes each of these, here or in another process

A file that cannot be read, and an article that is not right, become a `Refusal`; the others go on.
"""

import json
import re
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO, TextIO

from index.intake.drafts import draft_from_document, draft_from_page, draft_from_record
from index.intake.extract import decode, marked_encoding, mend, site_boilerplate
from index.intake.forms.document import Parts, Unread
from index.intake.forms.feed import is_json_feed, read_feed_file
from index.intake.forms.reading import FORMS, INSTEAD, read_form
from index.intake.forms.reading import LARGEST as LARGEST_FORM
from index.language.showing import shorten
from index.records import Draft, Raw
from index.storage.errors import Refused

__all__ = [
    "MEDIA_TYPES",
    "Reading",
    "Refusal",
    "discover",
    "draft_from_record",
    "read_bytes",
    "read_drafts",
    "read_text",
    "readings",
]

_TEXTS = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
}
MEDIA_TYPES = _TEXTS | FORMS
LARGEST_FILE = 20 * 1024 * 1024
LONGEST_LINE = 10 * 1024 * 1024
LONGEST_HEAD = 4096
# Enough pages of a folder to see what they have in common.
COMPARED_PAGES = 200
_MARKUP = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|article|main|section|div|meta|p)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that could not be taken in: where it stands (a file, or a line of it), and why, with how to mend it."""

    origin: str
    reason: str


# An article that is read and not extracted yet: calling it gives its draft, or its refusal. It can be pickled.
Reading = Callable[[], Draft | Refusal]


def discover(paths: Sequence[Path]) -> Iterator[Path]:
    """The files that `paths` name: each file given, and of each folder the articles below it, in sorted order.

    Inside folders, hidden files and files of other kinds are passed over, and links to folders are not followed. A
    path that cannot be read comes through as it is, for `read_drafts` to say why.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def _walk(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            if entry.suffix.lower() in MEDIA_TYPES:
                yield entry
        elif not entry.is_symlink():
            yield from _walk(entry)


def read_drafts(path: Path, *, boilerplate: frozenset[str] = frozenset()) -> Iterator[Draft | Refusal]:
    """Every article of the file at `path`, and a refusal for each that cannot be taken.

    `boilerplate` holds lines that pages of this site have in common (see `extract.site_boilerplate`).
    """
    return (make() for make in readings(path, boilerplate=boilerplate))


def readings(path: Path, *, boilerplate: frozenset[str] = frozenset()) -> Iterator[Reading]:
    """What makes each of the drafts and refusals that `read_drafts` gives, in their order."""
    origin = str(path)
    try:
        media_type = _media_type(path)
        with path.open("rb") as stream:
            if media_type == "application/jsonl":
                yield from _read_records(_lines(stream), origin, str(path.resolve()))
                return
            if media_type in FORMS.values():
                yield from _read_form(stream.read(LARGEST_FORM), path, origin, str(path.resolve()))
                return
            content = decode(stream.read(LARGEST_FILE))
    except Refused as refusal:
        yield _refusing(origin, str(refusal))
    except OSError as error:
        yield _refusing(origin, f"the file cannot be read ({error.strerror}); check its name and permissions")
    else:
        yield from _read_content(content, media_type, origin, path, str(path.resolve()), boilerplate)


def read_bytes(data: bytes, name: str) -> Iterator[Draft | Refusal]:
    """Every article of a file that came as bytes, read as `read_drafts` reads a file that ends like `name`.

    `name` is only a label, and what the one article of a file is known by: no path is looked up.
    """
    return (make() for make in _of_bytes(data, name))


def _of_bytes(data: bytes, name: str) -> Iterator[Reading]:
    label = PurePosixPath(name)
    try:
        media_type = _kind(label, len(data))
        if media_type == "application/jsonl":
            yield from _read_records(_lines(BytesIO(data)), name, name)
            return
        if media_type in FORMS.values():
            yield from _read_form(data, label, name, name)
            return
        content = decode(data)
    except Refused as refusal:
        yield _refusing(name, str(refusal))
    else:
        yield from _read_content(content, media_type, name, label, name)


def folder_boilerplate(files: Sequence[Path]) -> dict[Path, frozenset[str]]:
    """For each folder among `files`, the lines that its page texts have in common (see `extract.site_boilerplate`)."""
    pages: dict[Path, list[str]] = defaultdict(list)
    for path in files:
        siblings = pages[path.parent]
        if path.suffix.lower() != ".txt" or len(siblings) == COMPARED_PAGES:
            continue
        try:
            if _media_type(path) == "text/plain":
                siblings.append(mend(decode(path.read_bytes())))
        except (Refused, OSError):
            continue  # it is refused, with its reason, when its turn comes
    return {folder: site_boilerplate(siblings) for folder, siblings in pages.items()}


def read_text(data: bytes, name: str) -> Iterator[Draft | Refusal]:
    """The articles of `data`, whose kind shows in how it begins: JSON, JSON lines, HTML, or a page's text.

    `name` says where it came from, as `standard input`.
    """
    return (make() for make in _of_text(data, name))


def _of_text(data: bytes, name: str) -> Iterator[Reading]:
    try:
        content = decode(data)
    except Refused as refusal:
        yield _refusing(name, str(refusal))
        return
    start = content.lstrip()[:1]
    if start == "{" and not _is_json(content):
        yield from _read_records(enumerate(content.split("\n"), start=1), name, None)
    elif start == "{" or (start == "[" and _is_json(content)):
        yield from _read_json(content, name, None)
    else:
        raw = Raw(content, _page_type(content, "text/plain"), name)
        yield _attempting(name, partial(draft_from_page, raw))


def _media_type(path: Path) -> str:
    """What the file's name says it is. Raises `Refused` for what is no article file, and `OSError`."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise Refused("the folder cannot be listed; check its permissions")
    if not stat.S_ISREG(status.st_mode):
        raise Refused("this is no regular file; give a file, or pipe it in as standard input")
    return _kind(path, status.st_size)


def _kind(path: PurePath, size: int) -> str:
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        mend = INSTEAD.get(path.suffix.lower()) or f"give one of {' '.join(MEDIA_TYPES)}"
        raise Refused(f"files that end in {path.suffix or path.name!r} are not read; {mend}")
    if media_type in FORMS.values():
        if size > LARGEST_FORM:
            raise Refused(f"the file has {size:,} bytes, more than {LARGEST_FORM:,}; split it")
    elif size > LARGEST_FILE and media_type != "application/jsonl":
        raise Refused(f"the file has {size:,} bytes, more than {LARGEST_FILE:,}; split it, or use .jsonl")
    return media_type


def _read_form(data: bytes, path: PurePath, origin: str, file: str) -> Iterator[Reading]:
    """The articles of a file that holds them in another form."""
    yield from _read_parts(read_form(data, path.name, _TEXTS), path.stem, origin, file)


def _read_parts(parts: Parts, name: str, origin: str, file: str) -> Iterator[Reading]:
    for part in parts:
        where = ", ".join(filter(None, (origin, part.place)))
        placed = f"{file}#{part.place}" if part.place else file
        if isinstance(part, Unread):
            yield _refusing(where, part.reason)
        elif part.media_type == "application/jsonl":
            yield from _read_records(enumerate(part.content.split("\n"), start=1), where, placed)
        elif part.media_type == "application/json":
            yield from _read_json(part.content, where, placed)
        else:
            make = partial(draft_from_document, part, where, name=part.place or name, file=placed)
            yield _attempting(where, make)


def _read_content(
    content: str,
    media_type: str,
    origin: str,
    path: PurePath,
    file: str,
    boilerplate: frozenset[str] = frozenset(),
) -> Iterator[Reading]:
    """The articles of a file's decoded content, for every kind but JSON lines."""
    if media_type == "application/json":
        yield from _read_json(content, origin, file)
        return
    raw = Raw(content, _page_type(content, media_type), origin)
    yield _attempting(origin, partial(draft_from_page, raw, name=path.stem, file=file, boilerplate=boilerplate))


def _page_type(content: str, media_type: str) -> str:
    return "text/html" if media_type == "text/plain" and _MARKUP.match(content) else media_type


def _read_json(content: str, origin: str, file: str | None) -> Iterator[Reading]:
    """An article, a list of them, or `{"articles": [...]}`."""
    try:
        value = _parse_json(content)
    except Refused as refusal:
        yield _refusing(origin, str(refusal))
        return
    if isinstance(value, dict) and is_json_feed(value):
        yield from _read_parts(read_feed_file(content.encode("utf-8", "replace")), "", origin, file or origin)
        return
    if isinstance(value, dict) and isinstance(value.get("articles"), list):
        value = value["articles"]
    if not isinstance(value, list):
        yield _attempting(origin, partial(_draft_from_value, value, origin, file))
        return
    for number, item in enumerate(value, start=1):
        where = f"{origin}, article {number}"
        yield _attempting(where, partial(_draft_from_value, item, where, _placed(file, number)))


def _read_records(lines: Iterable[tuple[int, str | Refused]], origin: str, file: str | None) -> Iterator[Reading]:
    """A record a line. A line that is wrong is refused by its number."""
    for number, line in lines:
        where = f"{origin}, line {number}"
        if isinstance(line, Refused):
            yield _refusing(where, str(line))
        elif line.strip():
            yield _attempting(where, partial(_draft_from_line, line, where, _placed(file, number)))


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str | Refused]]:
    """The lines of `stream` with their numbers from 1, never more than one in memory."""
    encoding = marked_encoding(stream.read(LONGEST_HEAD))
    stream.seek(0)
    if encoding is not None and encoding != "utf-8-sig":
        text = TextIOWrapper(stream, encoding, "replace", newline="\n")
        try:
            yield from _wide_lines(text)
        finally:
            text.detach()  # whoever opened the stream closes it
        return
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, _too_long()
            continue
        try:
            yield number, decode(line)
        except Refused as refusal:
            yield number, refusal


def _wide_lines(stream: TextIO) -> Iterator[tuple[int, str | Refused]]:
    """The lines of a file whose letters have two bytes or more, so that it cannot be split before it is decoded."""
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                pass
            yield number, _too_long()
        else:
            yield number, line


def _too_long() -> Refused:
    return Refused(f"the line is longer than {LONGEST_LINE:,} bytes; split the article")


def _refusing(origin: str, reason: str) -> Reading:
    return partial(Refusal, origin, reason)


def _attempting(origin: str, make: Callable[[], Draft]) -> Reading:
    return partial(_attempt, origin, make)


def _attempt(origin: str, make: Callable[[], Draft]) -> Draft | Refusal:
    try:
        return make()
    except Refused as refusal:
        return Refusal(origin, str(refusal))


def _draft_from_line(line: str, origin: str, file: str | None) -> Draft:
    return _draft_from_value(_parse_json(line), origin, file)


def _placed(file: str | None, number: int) -> str | None:
    """A file with the place of a record in it."""
    return f"{file}#{number}" if file else None


def _draft_from_value(value: object, origin: str, file: str | None = None) -> Draft:
    if not isinstance(value, dict):
        raise Refused(f"{shorten(value)} is no article; write an object with `text` or `html`")
    return draft_from_record(value, origin, file=file)


def _parse_json(content: str) -> object:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refused(f"not valid JSON: {error.msg} at {place}; check the quotes and commas there") from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"not usable JSON ({error}); give plain article objects") from error


def _is_json(content: str) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
