"""The encodings of Vietnamese before Unicode, read as windows-1252 by what did not know them.

What a program without the font sees of "đường" is `®­êng` (TCVN3), `ñöôøng` (VNI) or `ðýõÌng` (windows-1258). Each of
`LEGACY` puts the letters of a word right; which one a text is in, its words tell (`index.intake.extract.legacy`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.language.text import nfc

# --- Bytes ---------------------------------------------------------------------------------------------

# Where windows-1252 differs from ISO 8859-1. Five bytes have no letter.
WINDOWS_1252 = {code: letter for code in range(0x80, 0xA0) if (letter := bytes([code]).decode("cp1252", "ignore"))}
# The byte that a letter was read from, in either of the two.
BYTES = {chr(code): code for code in range(256)} | {letter: code for code, letter in WINDOWS_1252.items()}


def _bytes_of(text: str) -> bytes | None:
    """The bytes that were read as `text`; None where letters of neither encoding stand in it."""
    try:
        return bytes(map(BYTES.__getitem__, text))
    except KeyError:
        return None


# --- TCVN3 (ABC) ---------------------------------------------------------------------------------------

# TCVN 5712:1993 from 0xA1 on, a point for what is no letter. There are few capitals: fonts for them (.VnTimeH) show the
# small letters so. Below 0xA1 the fonts keep the punctuation of windows-1252.
_TCVN3 = "ĂÂÊÔƠƯĐăâêôơưđẰ.....àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
_FROM_TCVN3 = {code: letter for code, letter in enumerate(_TCVN3, start=0xA1) if letter != "."}


def _from_tcvn3(word: str) -> str | None:
    return word.translate(_FROM_TCVN3)


# --- VNI -----------------------------------------------------------------------------------------------

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_TONE_MARKS = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_CIRCUMFLEX_MARKS = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_BREVE_MARKS = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_letters() -> dict[str, str]:
    """What stands for each letter: of one letter, or a vowel and its mark. A mark may be smaller than its vowel."""
    letters = dict(_VNI_SINGLE)
    for base, vowel in (*((vowel, vowel) for vowel in "aeouy"), ("ô", "ơ"), ("ö", "ư")):
        letters |= {base + mark: vowel + tone for mark, tone in _TONE_MARKS.items()}
    for vowel in "aeo":
        letters |= {vowel + mark: vowel + _CIRCUMFLEX + tone for mark, tone in _CIRCUMFLEX_MARKS.items()}
    letters |= {"a" + mark: "a" + _BREVE + tone for mark, tone in _BREVE_MARKS.items()}
    capitals = {form.upper(): letter.upper() for form, letter in letters.items()}
    mixed = {form[0].upper() + form[1]: letter.upper() for form, letter in letters.items() if len(form) == 2}
    return {form: nfc(letter) for form, letter in (letters | capitals | mixed).items()}


_FROM_VNI = _vni_letters()
_VNI_FORM = re.compile("|".join(sorted(_FROM_VNI, key=len, reverse=True)))
_VNI_LETTER = re.compile("[À-ÖØ-öø-ÿ]")


def _from_vni(word: str) -> str | None:
    if _VNI_LETTER.search(_VNI_FORM.sub("", word)):
        return None  # a mark behind no vowel, or none of its letters
    return _VNI_FORM.sub(lambda form: _FROM_VNI[form[0]], word)


# --- windows-1258 --------------------------------------------------------------------------------------


def _from_windows_1258(word: str) -> str | None:
    data = _bytes_of(word)
    try:
        return None if data is None else nfc(data.decode("cp1258"))
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True, slots=True)
class Legacy:
    """One of the encodings. `convert` takes a word's letters as windows-1252 shows them to its own, or gives None."""

    name: str
    convert: Callable[[str], str | None]


TCVN3 = Legacy("TCVN3 (ABC)", _from_tcvn3)
LEGACY = (TCVN3, Legacy("VNI", _from_vni), Legacy("windows-1258", _from_windows_1258))


# Letters that windows-1252 lacks: where they stand, text was decoded rightly.
_RIGHT = re.compile("(?![\x00-\xffŒœŠšŽžŸƒˆ˜])[^\\W\\d_]")


def is_right(text: str) -> bool:
    """Whether `text` has letters that none of these encodings, read as windows-1252, shows."""
    return _RIGHT.search(text) is not None


_WORD = re.compile(r"[^\W\d_]+")
_ASCII_CAPITAL, _ASCII_SMALL = re.compile("[A-Z]"), re.compile("[a-z]")


def same_case(text: str) -> str:
    """`text` with capitals for the letters that only a font for capitals showed as such: `THàNH PHố` as `THÀNH PHỐ`."""
    if len(_ASCII_CAPITAL.findall(text)) > 2 and not _ASCII_SMALL.search(text):
        return text.upper()
    return _WORD.sub(_same_case_in_word, text)


def _same_case_in_word(match: re.Match[str]) -> str:
    word = match[0]
    return word.upper() if len(_ASCII_CAPITAL.findall(word)) > 1 and not _ASCII_SMALL.search(word) else word
