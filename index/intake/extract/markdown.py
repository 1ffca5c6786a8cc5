"""A clean article in Markdown: front matter and a `# title` line, then the text as it is."""

import re

from index.intake.extract.extraction import Extraction
from index.intake.extract.front_matter import split_front_matter
from index.intake.extract.mending import mend
from index.intake.extract.page_dates import parse_date, unread_date
from index.intake.extract.tidy import tidy_line, tidy_text
from index.records import Metadata

_TITLE = re.compile(r"#[ \t]+(.*?)[ \t]*#*")


def extract_markdown(text: str) -> Extraction:
    """The article that `text` is, with what its front matter says (see `front_matter`).

    A date that cannot be read is left out, and shown among what was removed. Raises `Refused` for text in no
    encoding that can be made out.
    """
    stated, body = split_front_matter(tidy_text(mend(text)))
    first, _, rest = body.partition("\n")
    heading = _TITLE.fullmatch(first)
    if heading is not None:
        body = rest.strip("\n")
    published_at = parse_date(stated.date) if stated.date else None
    return Extraction(
        text=body,
        metadata=Metadata(
            title=stated.title or (tidy_line(heading[1]) if heading else None) or None,
            url=stated.url,
            source=stated.source,
            published_at=published_at,
        ),
        id=stated.id,
        removed=unread_date(stated.date, published_at),
    )
