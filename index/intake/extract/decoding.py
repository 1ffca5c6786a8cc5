"""Bytes -> text.

    signature of what is no text -> Unicode's mark, or the zeros of UTF-16 -> UTF-8 -> UTF-8 with a few stray bytes
          -> what the page declares, read as browsers read it -> one-byte Vietnamese encodings

A label may be wrong, so the bytes go first where they are certain. What was read as the wrong one-byte encoding is put
right later, by `index.intake.extract.mending`.
"""

import codecs
import re
import unicodedata
from itertools import chain

import webencodings

from index.intake.extract.legacy import is_legacy
from index.intake.extract.tidy import windows_letters
from index.language.spelling import is_spelled
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
# UTF-32's mark begins with UTF-16's.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# So much of a text tells its encoding.
_HEAD = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_MANY_BYTES = ("gb", "big5", "euc", "shift", "iso-2022")
# Bytes of windows-1252 that are pasted into UTF-8: what joins and encloses words and figures.
_STRAY = {chr(0xDC00 + byte): bytes([byte]).decode("cp1252") for byte in b"\x85\x91\x92\x93\x94\x96\x97\xa0"}
_STRAY_RUN = re.compile("[\udc80-\udcff]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) | {"đ", "Đ"}
_PUNCTUATION = frozenset("“”‘’–—…«»·•°§©®™€²³×÷½\u00a0")


def decode(data: bytes, label: str | None = None) -> str:
    """The text of `data`, whose encoding has this `label` by what it came with, as by a header.

    Raises `Refused` for binary data and for an encoding that cannot be made out.
    """
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            raise Refused(f"this is {name}, not text; save the article as text or HTML")
    encoding = marked_encoding(data[:_HEAD])
    if encoding is not None:
        return data.decode(encoding, "replace")
    if b"\x00" in data:
        raise Refused("this holds zero bytes, so it is binary data or UTF-16 without its mark; save it as UTF-8")
    if label and label.lower().startswith("iso-2022") and (text := _decode_declared(data, label)):
        return text  # in ASCII, so that it is UTF-8 too
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    damaged = _decode_damaged(data, 8)
    return damaged or _decode_declared(data, label) or _decode_damaged(data, 1) or _decode_one_byte(data)


def marked_encoding(head: bytes) -> str | None:
    """The encoding of Unicode that the first bytes of a text show: by their mark, or as UTF-16 by where zeros stand.

    Markup, JSON and most of Vietnamese are letters below 256, of which each second byte is zero.
    """
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    first, second = head[0::2].count(0), head[1::2].count(0)
    if len(head) < 4 or len(head) % 2 or min(first, second) or max(first, second) * 4 < len(head):
        return None
    encoding = "utf-16-le" if second else "utf-16-be"
    return None if _CONTROL.search(head.decode(encoding, "ignore")) else encoding


def _decode_damaged(data: bytes, times: int) -> str | None:
    """UTF-8 with a few broken bytes, as a cut or a careless paste leaves them; None where it has not `times` as many
    letters that are right, in all of the text and, but for three bytes, in each line. Stray punctuation may be more."""
    text = data.decode("utf-8", "surrogateescape")
    right, broken = _right_and_broken(text)
    if not right or broken * times > right:
        return None
    if any(broken > right + 3 for right, broken in map(_right_and_broken, text.split("\n"))):
        return None
    return _STRAY_RUN.sub(lambda run: "".join(map(_STRAY.__getitem__, run[0])) if _is_stray(run[0]) else "\ufffd", text)


def _is_stray(run: str) -> bool:
    return all(byte in _STRAY for byte in run)


def _right_and_broken(text: str) -> tuple[int, int]:
    """How many letters of `text` have more than one byte in UTF-8, and how many runs of bytes are no letters."""
    runs = _STRAY_RUN.findall(text)
    right = sum(1 for letter in text if letter > "\x7f") - sum(map(len, runs))
    return right, sum(1 for run in runs if not _is_stray(run))


def _decode_declared(data: bytes, given: str | None) -> str | None:
    """`data` by the `given` label, or the first of its head that is known, as the WHATWG Encoding Standard reads it."""
    named = (found[1].decode("ascii", "ignore") for found in _CHARSET.finditer(_COMMENT.sub(b"", data[:_HEAD])))
    labels = chain([given] if given else [], named)
    encoding = next((known for label in labels if (known := webencodings.lookup(label))), None)
    if encoding is None or encoding.name.startswith(("utf-", "replacement", "x-user")):
        return None  # UTF-8 was tried, and a label in single bytes cannot say UTF-16
    if not encoding.name.startswith(_MANY_BYTES) and is_legacy(shown := _read_windows_1252(data)):
        return shown
    if encoding.name == "windows-1252":
        return _read_windows_1252(data)
    text = data.decode("gb18030" if encoding.name == "gbk" else encoding.codec_info.name, "replace")
    return text if text.count("\ufffd") * 20 <= len(text) else None


def _read_windows_1252(data: bytes) -> str:
    return windows_letters(data.decode("latin-1"))


def _decode_one_byte(data: bytes) -> str:
    shown = _read_windows_1252(data)
    if is_legacy(shown):
        return shown
    text = max(shown, unicodedata.normalize("NFC", data.decode("cp1258", "replace")), key=_syllables)
    marked = [letter for letter in text if letter > "\x7f"]
    strange = sum(1 for letter in marked if letter not in _VIETNAMESE and letter not in _PUNCTUATION)
    if strange * 5 > len(marked):
        raise Refused(
            "the encoding is neither UTF-8 nor windows-1258 (perhaps a TCVN3 or VNI font); convert it to UTF-8"
        )
    return text


def _syllables(text: str) -> int:
    """How many different words with marks are Vietnamese."""
    return sum(map(is_spelled, {word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()}))
