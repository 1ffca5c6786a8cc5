"""A feed that came as a file -> what it lists, in a process of its own (see `isolated`): a large one takes long."""

from dataclasses import asdict

from index.intake.feeds.reading import list_feed
from index.storage.errors import Refused

_MOST_ITEMS = 10_000


def convert(data: bytes) -> dict[str, object]:
    """A `Listing` as a dictionary. Raises `Refused` where it is no feed."""
    listing = list_feed(data)
    if len(listing.listed) > _MOST_ITEMS:
        raise Refused(f"the feed has {len(listing.listed):,} items, more than {_MOST_ITEMS:,}; split it")
    return asdict(listing)
