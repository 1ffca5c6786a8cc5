"""What extraction gives back, and the reasons it may name for leaving something out."""

from dataclasses import dataclass
from typing import Literal, get_args

from index.records import Metadata, Removed

Reason = Literal[
    "navigation",  # menus, breadcrumbs, banners and labels before the article
    "related",  # headlines of other articles, with their teasers
    "most-read",  # lists of what others read
    "caption",  # words under a picture; kept apart as captions
    "share",  # follow, share, print, listen
    "repeated-title",  # the headline, where it stands in the text
    "date-line",
    "byline",  # who wrote it, and where it was first published
    "tags",
    "comments",
    "multimedia",  # lists of videos and picture stories
    "footer",  # everything of the site after the article
    "boilerplate",  # lines that many pages of the site have in common
    "markup",  # left-over code and place-holders
]
REASONS: frozenset[str] = frozenset(get_args(Reason))


@dataclass(frozen=True, slots=True)
class Extraction:
    """One page's article alone.

    `text` is NFC, its paragraphs joined by a blank line; empty where the page holds no article. `id` is what the
    author named, which only Markdown can. Every `removed` has a reason of `REASONS`.
    """

    text: str
    metadata: Metadata = Metadata()
    id: str | None = None
    captions: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
