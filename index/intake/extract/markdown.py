"""A clean article in Markdown: front matter and a `# title` line, then the text as it is."""

import re

from index.intake.extract.extraction import Extraction
from index.intake.extract.page_dates import parse_date
from index.intake.extract.tidy import tidy_line, tidy_text
from index.records import Metadata
from index.storage.errors import Refused

_FENCE = re.compile(r"---[ \t]*")
_FIELD = re.compile(r"([A-Za-z_]{1,40})[ \t]*:(.*)")
_TITLE = re.compile(r"#[ \t]+(.*?)[ \t]*#*")


def extract_markdown(text: str) -> Extraction:
    """The article that `text` is. Front matter may give `title`, `url`, `source`, `date` and `id`.

    Raises `Refused` where its date is none.
    """
    fields, body = _split_front_matter(tidy_text(text))
    first, _, rest = body.partition("\n")
    heading = _TITLE.fullmatch(first)
    if heading is not None:
        body = rest.strip("\n")
    stated = fields.get("published_at") or fields.get("date")
    published_at = parse_date(stated) if stated else None
    if stated and published_at is None:
        raise Refused(f"the date {stated!r} is no date; write it as 2025-10-21 or 21/10/2025")
    return Extraction(
        text=body,
        metadata=Metadata(
            title=fields.get("title") or (tidy_line(heading[1]) if heading else None) or None,
            url=fields.get("url"),
            source=fields.get("source"),
            published_at=published_at,
        ),
        id=fields.get("id"),
    )


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return {}, text
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=1):
        if _FENCE.fullmatch(line):
            return fields, "\n".join(lines[number + 1 :]).strip("\n")
        field = _FIELD.fullmatch(line)
        if field is None and line.strip():
            break  # a rule and not front matter
        if field is not None and (value := tidy_line(field[2]).strip("\"'")):
            fields[field[1].lower()] = value
    return {}, text
