"""What strangers wrote, as it may be shown: text without hidden characters, and addresses that are the web's."""

import re
from urllib.parse import urlsplit

_MAX_URL = 2000
# Half characters and what is none, controls, and what turns the direction of the text behind it.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_BREAKS = re.compile(r"[\s<>|\\\x00-\x1f\x7f-\x9f]")


def showable(text: str) -> str:
    """A text without what people could not see, or would read other than it is; line ends and tabs stay."""
    return _UNSHOWABLE.sub("", text)


def one_line(text: str) -> str:
    """A `showable` text with single spaces for all white space."""
    return " ".join(showable(text).split())


def web_address(url: str | None) -> str | None:
    """The address of a page of the web; None for anything else, as `javascript:`, which is to be no link."""
    if not url or len(url) > _MAX_URL or _BREAKS.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
