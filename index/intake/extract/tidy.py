"""Invisible differences put right before anything looks at a text."""

import re

from index.language.legacy import WINDOWS_1252
from index.language.text import nfc

# Letters that join: parts of an emoji, and letters of scripts that have their own forms for it.
_PICTURE = "\u2190-\u2bff\U0001f000-\U0001faff"
_JOINED_SCRIPTS = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_JOINER = rf"(?:(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])|(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d])"
_KEPT_JOINER = re.compile(_JOINER)
# Marks of other scripts that never stand in these places.
_HELD = {"\u200d": "\u2d7f", "\u200c": "\U0001107f"}
_HELD_JOINER = re.compile(rf"(?<=[{_PICTURE}\ufe0f{_JOINED_SCRIPTS}])[\u2d7f\U0001107f]")
_JOINER_OF = {held: joiner for joiner, held in _HELD.items()}
_FOR_PARSERS = {0x0B: 0x2028, 0x0C: 0x0A, 0x1C: 0x2028, 0x1D: 0x2028, 0x1E: 0x2028, 0x1F: 0x20}
_REFERENCE = re.compile("&#(?:[xX]0{0,4}([0-9a-fA-F]{1,2})|0{0,4}([0-9]{1,2}));")
_NOTHING = re.compile(rf"(?!{_JOINER})[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]")

_LINE_END = re.compile("\r\n?|[\x0b\x1c-\x1e\x85\u2028\u2029]")
_PAGE_END = re.compile(r"\x0c[ \t\x0c]*")
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "。")
_CLOSING = " \t\"'”’»)]"
_SEPARATOR = re.compile("[\x1f\ufffc]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f\x80-\x9f\ufff9-\ufffb\ufffe\uffff]+")
_BETWEEN_FIGURES = re.compile(rf"(?<=\d){_CONTROL.pattern}(?=\d)")
_SURROGATE = re.compile("[\ud800-\udfff]")
# U+0085 is a line end too; only beside others of its kind is it windows-1252's ellipsis.
_WINDOWS = re.compile("[\x80-\x84\x86-\x9f]")
_SPACES = re.compile(r"\s+")


def tidy_text(text: str) -> str:
    """`text` in NFC with `\\n` line ends, without control characters, trailing spaces and outer blank lines.

    What separates words does so still: U+000B and U+001C to U+001E end a line, and so does a page (U+000C), unless its
    sentence goes on.
    """
    if _WINDOWS.search(text):
        text = windows_letters(text)
    text = _PAGE_END.sub(_end_or_space, _LINE_END.sub("\n", text))
    text = _HELD_JOINER.sub(lambda held: _JOINER_OF[held[0]], text)
    text = _SEPARATOR.sub(" ", _NOTHING.sub("", text))
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("", _BETWEEN_FIGURES.sub(" ", text)))
    lines = [line.rstrip() for line in nfc(text).split("\n")]
    return "\n".join(lines).strip("\n")


def tidy_line(text: str) -> str:
    """`text` as one line: tidied, with single plain spaces."""
    return _SPACES.sub(" ", tidy_text(text)).strip()


def windows_letters(text: str) -> str:
    """`text` with the letters of windows-1252 for U+0080 to U+009F, as the HTML standard reads numeric references."""
    return text.translate(WINDOWS_1252)


def separators_kept(markup: str) -> str:
    """Markup with letters that a parser of HTML keeps for the control characters that separate, which it drops."""
    return _REFERENCE.sub(_kept_reference, markup).translate(_FOR_PARSERS)


def _kept_reference(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if code in _FOR_PARSERS else found[0]


def hold_joiners(text: str) -> str:
    """`text` with visible letters for those that join, which extraction drops; `tidy_text` puts them back."""
    return _KEPT_JOINER.sub(lambda joiner: _HELD[joiner[0]], text)


def _end_or_space(found: re.Match[str]) -> str:
    """What stands for a page's end: nothing beside a line end, a space inside a sentence, or else a line end."""
    before, after = found.string[max(found.start() - 8, 0) : found.start()], found.string[found.end() : found.end() + 1]
    if before.endswith("\n") or after == "\n":
        return ""
    goes_on = after.islower() or after.isdigit()
    return " " if goes_on and not before.rstrip(_CLOSING).endswith(_SENTENCE_END) else "\n"
