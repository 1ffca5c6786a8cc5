"""What strangers wrote, as it may be shown: text without hidden characters, and addresses that are the web's."""

import re
from urllib.parse import urlsplit

_MAX_URL = 2000
# Half characters and what is none, controls, and what turns the direction of the text behind it.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_BREAKS = re.compile(r"[\s<>|\\\x00-\x1f]")


def shown(text: str) -> str:
    """The text without what cannot be shown, or would show another text than it is."""
    return _UNSHOWABLE.sub("", text)


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(shown(text).split())


def web_address(url: str | None) -> str | None:
    """The address of a page of the web; None for anything else, which is to be no link."""
    if not url or len(url) > _MAX_URL or _BREAKS.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
