"""Bytes -> text, for the encodings that Vietnamese pages come in.

UTF-8, UTF-16 with its mark, what an HTML page declares, and windows-1258, whose tone marks NFC puts back on their
letters. Files of the old one-byte fonts (TCVN3, VNI) have no marks to tell them by, and are refused.
"""

import codecs
import re
import unicodedata

from index.storage.errors import Refused

_SIGNATURES = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"SQLite format 3": "a SQLite database",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) | {"đ", "Đ"}
_PUNCTUATION = frozenset("“”‘’–—…«»·•°§©®™€²³×÷½\u00a0")


def decode(data: bytes) -> str:
    """The text of `data`. Raises `Refused` for binary data and for an encoding that cannot be made out."""
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            raise Refused(f"this is {name}, not text; save the article as text or HTML")
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\x00" in data:
        raise Refused("this holds zero bytes, so it is binary data or UTF-16 without its mark; save it as UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_damaged(data) or _decode_declared(data) or _decode_windows(data)


def _decode_damaged(data: bytes) -> str | None:
    """UTF-8 with a few broken bytes, as a cut or a careless download leaves them."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    accented = sum(1 for letter in text if letter > "\x7f") - broken
    return text if broken * 50 <= accented else None


def _decode_declared(data: bytes) -> str | None:
    declared = _CHARSET.search(data[:4096])
    if declared is None:
        return None
    try:
        text = data.decode(declared[1].decode("ascii"))
    except (LookupError, UnicodeDecodeError):
        return None
    return text


def _decode_windows(data: bytes) -> str:
    text = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    marked = [letter for letter in text if letter > "\x7f"]
    strange = sum(1 for letter in marked if letter not in _VIETNAMESE and letter not in _PUNCTUATION)
    if strange * 5 > len(marked):
        raise Refused(
            "the encoding is neither UTF-8 nor windows-1258 (perhaps a TCVN3 or VNI font); convert it to UTF-8"
        )
    return text
