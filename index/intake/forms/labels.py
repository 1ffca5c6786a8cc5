"""Bytes with the name of their encoding -> text, the names read as browsers read them (WHATWG Encoding Standard)."""

from index.intake.extract import decode
from index.storage.errors import Refused

_READ_AS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "windows-874": "cp874",
    "tis-620": "cp874",
}


# Of these the bytes are ASCII, or look like it, and only the label tells.
_ONLY_LABELLED = ("iso-2022", "hz", "utf-16")


def decode_as(data: bytes, label: str | None) -> str:
    """`data` as UTF-8 where it is that throughout, else in the encoding that `label` names, or as its bytes say.

    Bytes that no reading fits become replacement characters.
    """
    name = (label or "").strip().lower()
    name = _READ_AS.get(name, name)
    readings = [name] if name.startswith(_ONLY_LABELLED) else ["utf-8", name]
    for reading in readings:
        try:
            return data.decode(reading)
        except (LookupError, UnicodeError):
            continue
    try:
        return decode(data)
    except Refused:
        return data.decode("utf-8", "replace")
