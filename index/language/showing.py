"""What strangers wrote, as it may be shown: text without hidden characters, names, and addresses of the web."""

import re
import unicodedata
from urllib.parse import urlsplit

from index.language.text import nfc

_MAX_URL = 2000
# Characters of its text that an article without a title is called by.
_CALLED = 60
# Half characters and what is none, controls, and what turns the direction of the text behind it.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_BREAKS = re.compile(r"[\s<>|\\\x00-\x1f\x7f-\x9f]")


def shorten(value: object) -> str:
    """`value` as a message can show it."""
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def showable(text: str) -> str:
    """A text without what people could not see, or would read other than it is; line ends and tabs stay."""
    return _UNSHOWABLE.sub("", text)


def one_line(text: str) -> str:
    """A `showable` text with single spaces for all white space."""
    return " ".join(showable(text).split())


def checked_name(name: str, most: int) -> str:
    """A name in NFC on one line; ValueError where it is empty, longer than `most`, or holds what cannot be seen."""
    one = " ".join(nfc(name).split())
    # Controls, what turns the direction of writing, half characters, and what no standard gives a meaning.
    odd = next((c for c in one if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn")), None)
    if odd is not None:
        raise ValueError(f"The name has the invisible character U+{ord(odd):04X}; leave it out.")
    if not 0 < len(one) <= most:
        raise ValueError(f"The name has {len(one)} characters; give it between 1 and {most}.")
    return one


def called(title: str | None, words: str) -> str:
    """What an article is called: its title; without one the first of its words, in “...”."""
    if title:
        return title
    words = " ".join(words.split())
    if len(words) > _CALLED:
        words = f"{words[: _CALLED + 1].rpartition(' ')[0] or words[:_CALLED]}…"
    return f"“{words}”" if words else ""


def web_address(url: str | None) -> str | None:
    """The address of a page of the web; None for anything else, as `javascript:`, which is to be no link."""
    if not url or len(url) > _MAX_URL or _BREAKS.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
