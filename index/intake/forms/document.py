"""What a form gives back, and how much of a file is read before it is refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.records import Metadata
from index.storage.errors import Refused

# Text that is an article already: paragraphs with blank lines between them, a table's rows a line each.
ARTICLE = "text/plain-article"


@dataclass(frozen=True, slots=True)
class Document:
    """One article of a file.

    `content` is a page, or clean text where `media_type` is `ARTICLE`; `metadata` is what the file states about it.
    `place` tells the articles of one file apart (a path in an archive, a Message-ID); empty for the only one.
    `pages` are the code-point offsets in `content` at which the pages of a PDF begin.
    """

    content: str
    media_type: str = ARTICLE
    metadata: Metadata = Metadata()
    place: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a file that gives no article: its place as in `Document`, and the reason with the mend."""

    place: str
    reason: str


Parts = Iterator[Document | Unread]
# Reads a member of a container, given its bytes, its name and its place.
ReadMember = Callable[[bytes, str, str], Parts]


class Budget:
    """What is left of the members and bytes that one file may unpack to, however its containers are nested."""

    def __init__(self, *, members: int, size: int) -> None:
        self.members = members
        self.size = size

    @property
    def is_spent(self) -> bool:
        """Whether nothing more can be taken."""
        return self.members <= 0 or self.size <= 0

    def take(self, size: int) -> None:
        """Count one member of `size` bytes. Raises `Refused` where that is too much."""
        self.members -= 1
        self.size -= size
        if self.members < 0:
            raise Refused("the file holds too many parts; split it")
        if self.size < 0:
            raise Refused("the file unpacks to too many bytes; split it, or give the articles unpacked")
