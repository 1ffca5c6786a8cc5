"""Invisible differences put right before anything looks at a text."""

import re

from index.language.text import nfc

_NOTHING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def tidy_text(text: str) -> str:
    """`text` in NFC with `\\n` line ends, without control characters, trailing spaces and outer blank lines."""
    text = _LINE_END.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("", _NOTHING.sub("", text)))
    lines = [line.rstrip() for line in nfc(text).split("\n")]
    return "\n".join(lines).strip("\n")


def tidy_line(text: str) -> str:
    """`text` as one line: tidied, with single plain spaces."""
    return _SPACES.sub(" ", tidy_text(text)).strip()
