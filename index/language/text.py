"""Vietnamese text: Unicode form, folding, tokens, syllables. The only tokenizer of our own.

Every offset is a count of Unicode code points, end exclusive.
"""

import re
import unicodedata

Span = tuple[int, int]


def nfc(text: str) -> str:
    """Unicode Normalization Form C (Unicode Standard Annex 15), in which everything is stored and compared."""
    return unicodedata.normalize("NFC", text)


# Half characters, controls, and what turns the direction of the text behind it.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def showable(text: str) -> str:
    """A text without what people could not see, or would read other than it is; line ends and tabs stay."""
    return _UNSHOWABLE.sub("", text)


def one_line(text: str) -> str:
    """A `showable` text with single spaces for all white space."""
    return " ".join(showable(text).split())


# --- Folding -------------------------------------------------------------------------------------------

_LATIN_WITH_MARKS = (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))


def _base_letter(letter: str) -> str:
    # đ has no decomposition in Unicode, so stripping marks from NFD would leave it.
    if letter in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", letter)[0].lower()


_FOLDED = {code: _base_letter(chr(code)) for code in _LATIN_WITH_MARKS}


def lower(text: str) -> str:
    """Lower case, code point for code point: `İ` alone would become two."""
    return text.replace("İ", "i").lower()


def fold(text: str) -> str:
    """Lower case without Latin diacritics, code point for code point: `Đường` becomes `duong`.

    The text must be in NFC. Other scripts keep their marks, which are letters of their own there (`й`).
    """
    return text.translate(_FOLDED).lower()


# --- Tokens --------------------------------------------------------------------------------------------

# A decimal or grouped number is one token (1,5 and 5.600); dates fall into their parts (15/10 -> 15, 10), so
# that "15/10" finds "15/10/2025". Chinese and Japanese have no spaces: one token a character.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)+|[{_CJK}]|[^\W_{_CJK}]+")

# Old tone placement on open syllables (hòa, khỏe, thủy) becomes the new (hoà, khoẻ, thuỷ). Never the other
# way: it would break hoàn and suýt.
_OLD_TONE = re.compile(r"(?:[òóỏõọ][ae]|[ùúủũụ]y)$")
_MOVE_TONE = {
    first + plain: bare + marked
    for plain, bare, firsts, markeds in (
        ("a", "o", "òóỏõọ", "àáảãạ"),
        ("e", "o", "òóỏõọ", "èéẻẽẹ"),
        ("y", "u", "ùúủũụ", "ỳýỷỹỵ"),
    )
    for first, marked in zip(firsts, markeds, strict=True)
}


# The vowel i may be written y where it ends a syllable alone after these (kỹ, kĩ; lý, lí), and after "qu" (quý, quí).
# Elsewhere the letters tell words apart (thuý, thúi) or names (Vy, Vi).
_Y = "yýỳỷỹỵ"
_Y_FOR_I = re.compile(rf"(?:[hklmst]|qu)[{_Y}]")
_TO_I = str.maketrans(_Y, "iíìỉĩị")


def same_i(token: str) -> str:
    """A lower-case token, not empty, in one of its two spellings: `kỹ` as `kĩ`, `quy` as `qui`."""
    return token.translate(_TO_I) if token[-1] in _Y and _Y_FOR_I.fullmatch(token) else token


def tokens(text: str) -> list[str]:
    """Lower-case syllables, words and numbers with their accents, under one tone placement."""
    return [_OLD_TONE.sub(lambda old: _MOVE_TONE[old[0]], token) for token in _TOKEN.findall(lower(text))]


def normalised_tokens(text: str) -> list[str]:
    """`tokens`, under one spelling of i and y too (`same_i`): `Kỹ sư` becomes `kĩ sư`."""
    return [same_i(token) for token in tokens(text)]


def folded_tokens(text: str) -> list[str]:
    """The same tokens without diacritics and under one spelling of i and y (`same_i`)."""
    return [same_i(token) for token in _TOKEN.findall(fold(text))]


def token_spans(text: str) -> list[Span]:
    """Where each of `tokens(text)` stands."""
    return [match.span() for match in _TOKEN.finditer(text)]


# --- Syllables ---------------------------------------------------------------------------------------

_ONSET = "ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x"
_RIME = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|e|ec|ech|em|en|eng|enh|eo|ep|et|eu|i|ia|ich|iec|iem|ien|ieng|iep|"
    "iet|ieu|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|"
    "ong|ooc|oong|op|ot|u|ua|uan|uang|uat|uau|uay|uc|ue|uech|uenh|ui|um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|"
    "uou|up|ut|uu|uy|uya|uych|uyen|uyet|uyn|uynh|uyp|uyt|uyu|y|yem|yen|yet|yeu"
)
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{_RIME})")


def is_syllable(word: str) -> bool:
    """Whether a word is spelled like a Vietnamese syllable, with or without its diacritics."""
    return _SYLLABLE.fullmatch(fold(word)) is not None


def has_marks(word: str) -> bool:
    """Whether a word carries a Vietnamese diacritic."""
    return fold(word) != word.lower()
