"""A record or a page -> a draft, validated once and in one way for every door."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from index.intake.extract import (
    Extraction,
    extract_html,
    extract_markdown,
    extract_plain,
    infer_date,
    mend_all,
    parse_date,
    tidy_line,
    tidy_text,
    unread_date,
)
from index.intake.forms.document import ARTICLE, Document
from index.intake.identity import by_file, by_id, by_url, by_words, canonical_url, readable_id
from index.language.showing import shorten
from index.records import Article, Draft, Metadata, Raw
from index.storage.errors import Refused

# Clients take "." and ".." out of a path, so an article of that id could be neither read nor removed over HTTP.
_ID = re.compile(r"(?!\.\.?\Z)[^\s/\\\x00-\x1f\ud800-\udfff]{1,200}")
_URL = re.compile(r"[^\s\x00-\x20\x7f\ud800-\udfff]{1,2000}")
EDITABLE = ("title", "source", "published_at")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9-]{1,20})?")


def draft_from_record(record: Mapping[str, object], origin: str, *, file: str | None = None) -> Draft:
    """The draft of an article record `{id?, title?, text | html, url?, source?, published_at?, language?}`.

    Other keys are passed over. `text` is taken as it is, `html` is extracted, and what the record says goes before
    what the page says. `file` is the file that it came in, with its place there. A date that cannot be read is left
    out, and shown among what was removed. Raises `Refused`.
    """
    mended = _mended(record)
    text, html = _string(mended, "text"), _string(mended, "html")
    if (text is None) == (html is None):
        raise Refused("an article needs either `text` or `html`, and not both; give one of them")
    url = _url(_string(record, "url"))
    page = Extraction(tidy_text(text)) if text is not None else extract_html(html or "", url=url)
    stated_date = _published_at(record)
    published_at = parse_date(stated_date) if stated_date else None
    metadata = Metadata(
        title=_line(mended, "title") or page.metadata.title,
        url=_address(url, page.metadata.url),
        source=_line(mended, "source") or page.metadata.source,
        published_at=published_at or page.metadata.published_at,
    )
    removed = page.removed + unread_date(stated_date, published_at)
    stated = replace(page, metadata=metadata, id=_id(record), removed=removed)
    raw = Raw(json.dumps(dict(record), ensure_ascii=False, default=str), "application/json", origin)
    return _draft(stated, raw, file=file, language=_language(_string(record, "language")))


def checked_edits(changes: Mapping[str, str | None]) -> dict[str, str | None]:
    """Fields of an article's metadata that somebody puts right, made as those of a record are. Raises `Refused`.

    `changes` has `title`, `source` or `published_at`, None where the field goes back to what the article states.
    """
    checked = {field: value if value is None else tidy_line(value) for field, value in changes.items()}
    for field, value in checked.items():
        if value == "":
            raise Refused(f"`{field}` is empty; give a value, or null for what the article states")
    day = checked.get("published_at")
    if day is not None:
        checked["published_at"] = parse_date(day)
        if checked["published_at"] is None:
            raise Refused(f"`published_at` {shorten(day)} is no date; write 2025-10-21, or 21/10/2025 08:30")
    return checked


def _mended(record: Mapping[str, object]) -> Mapping[str, object]:
    """The record with its texts put right together, where an encoding broke them."""
    texts = {key: value for key in ("text", "html", "title", "source") if isinstance(value := record.get(key), str)}
    return {**record, **dict(zip(texts, mend_all(list(texts.values())), strict=True))}


def draft_from_page(
    raw: Raw, *, name: str = "", file: str | None = None, boilerplate: frozenset[str] = frozenset()
) -> Draft:
    """The draft of a page or a Markdown text, which came in `file`. Raises `Refused`.

    `name` goes into the id where there is no title.
    """
    if raw.media_type == "text/html":
        page = extract_html(raw.content)
    elif raw.media_type == "text/markdown":
        page = extract_markdown(raw.content)
        _id({"id": page.id})
        _url(page.metadata.url)
    else:
        page = extract_plain(raw.content, boilerplate=boilerplate)
    return _draft(page, raw, name=name, file=file)


def draft_from_document(document: Document, origin: str, *, name: str, file: str) -> Draft:
    """The draft of an article that a file of another form holds. What the file states about it goes before what the
    page says; an address that is none is left out. Raises `Refused`.
    """
    stated = document.metadata
    raw = Raw(document.content, document.media_type, origin)
    try:
        url = _url(stated.url)
    except Refused:
        url = None
    if document.media_type == "text/html":
        page = extract_html(document.content, url=url)
    elif document.media_type == ARTICLE:
        page = Extraction(document.content)
    else:
        return draft_from_page(raw, name=name, file=file)
    metadata = Metadata(
        title=tidy_line(stated.title or "") or page.metadata.title,
        url=_address(url, page.metadata.url),
        source=tidy_line(stated.source or "") or page.metadata.source,
        published_at=parse_date(stated.published_at or "") or page.metadata.published_at,
    )
    return _draft(replace(page, metadata=metadata), raw, name=name, file=file, pages=document.pages)


def _draft(
    page: Extraction,
    raw: Raw,
    *,
    name: str = "",
    file: str | None = None,
    language: str | None = None,
    pages: tuple[int, ...] = (),
) -> Draft:
    if not page.text.strip():
        raise Refused("no article text found; give the article's text, or a page that holds one")
    metadata = replace(page.metadata, url=canonical_url(page.metadata.url) if page.metadata.url else None)
    if metadata.published_at is None and (day := infer_date(metadata.title, page.text)):
        metadata = replace(metadata, published_at=day.isoformat(), date_inferred=True)
    identity = _identity(page.id, metadata, file, page.text)
    article_id = page.id or readable_id(metadata.title or name, identity)
    article = Article(article_id, page.text, metadata, language, page.captions, pages)
    return Draft(article, raw, page.removed, identity)


def _identity(given: str | None, metadata: Metadata, file: str | None, text: str) -> str:
    if given:
        return by_id(given)
    if metadata.url:
        return by_url(metadata.url)
    return by_file(metadata.source, file) if file else by_words(text)


def _address(given: str | None, stated: str | None) -> str | None:
    """The address that the page states for itself, unless it was read at another site."""
    if given and stated and by_url(stated).split("/")[2] == by_url(given).split("/")[2]:
        return stated
    return given or stated


def _string(record: Mapping[str, object], key: str) -> str | None:
    """The string under `key`; blank is the same as absent, but for the text itself."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused(f"`{key}` is {shorten(value)}, which is no string; put it in quotes")
    return value if value.strip() or key in {"text", "html"} else None


def _line(record: Mapping[str, object], key: str) -> str | None:
    value = _string(record, key)
    return tidy_line(value) or None if value is not None else None


def _id(record: Mapping[str, object]) -> str | None:
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    identifier = _string(record, "id")
    if identifier is not None and not _ID.fullmatch(identifier):
        raise Refused(
            f"the id {shorten(identifier)} cannot be used; take 1 to 200 characters without spaces and slashes"
        )
    return identifier


def _url(value: str | None) -> str | None:
    if value is None:
        return None
    url = value.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and _URL.fullmatch(url) is not None
    except ValueError:
        usable = False
    if not usable:
        raise Refused(f"the url {shorten(value)} is no web address; write it as https://host/path or leave it out")
    return url


def _published_at(record: Mapping[str, object]) -> str | None:
    """The date as the record states it, which may be a number: seconds or milliseconds since 1970."""
    value = record.get("published_at")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _string(record, "published_at")


def _language(value: str | None) -> str | None:
    if value is None:
        return None
    found = _LANGUAGE.fullmatch(value.strip())
    if found is None:
        raise Refused(f"`language` {shorten(value)} is no language code; write two letters, as vi or en")
    return found[1].lower()
