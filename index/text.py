"""Vietnamese text: Unicode form, folding, tokens, sentences, language. The only tokenizer of our own.

Every offset is a count of Unicode code points, end exclusive.
"""

import re
import unicodedata
from collections.abc import Iterator

Span = tuple[int, int]


def nfc(text: str) -> str:
    """Unicode NFC, the form in which everything is stored and compared."""
    return unicodedata.normalize("NFC", text)


# --- Folding -------------------------------------------------------------------------------------------

_LATIN_WITH_MARKS = (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))


def _base_letter(letter: str) -> str:
    # đ has no decomposition in Unicode, so stripping marks from NFD would leave it.
    if letter in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", letter)[0].lower()


_FOLDED = {code: _base_letter(chr(code)) for code in _LATIN_WITH_MARKS}


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


def tokens(text: str) -> list[str]:
    """Lower-case syllables, words and numbers with their accents, under one tone placement."""
    # "İ" alone becomes two code points in lower case, which would tear its word.
    lowered = text.replace("İ", "i").lower()
    return [_OLD_TONE.sub(lambda old: _MOVE_TONE[old[0]], token) for token in _TOKEN.findall(lowered)]


def folded_tokens(text: str) -> list[str]:
    """The same tokens without diacritics."""
    return _TOKEN.findall(fold(text))


def token_spans(text: str) -> list[Span]:
    """Where each of `tokens(text)` stands."""
    return [match.span() for match in _TOKEN.finditer(text)]


# --- Sentences -----------------------------------------------------------------------------------------

_BREAK = re.compile(
    r"""\n+                           # a line is never continued on the next
      | (?<![.!?…])(?P<stop>[.!?…]++) # Latin script: a stop (begun once: no second try inside a long run),
        (?P<close>["”’')\]»]*+)\s+    # closing marks, white space
      | [。！？]+[」』”’）]*             # Chinese and Japanese: no white space needed
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    # Titles, one after another (PGS.TS); places and forms of address.
    r"(?:(?i:pgs|gs|tskh|ts|ths|th\.s|th|bs|ds|ks|kts|cki{1,2}|ck[12])\.?)+"
    r"|(?i:tp|tx|tt|đ/c|lm|hv|nxb|mr|mrs|ms|dr|prof|vs|jr|sr|ltd|inc|corp)"
    # In lower case some of these are words: "no", "gen", "co".
    r"|CN|St|Gen|Col|No|Vol|Co"
)
_LIST_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[^\W\d_]")
_LAST_WORD = re.compile(r"[^\s\"“”‘’(\[«]+$")
_OPENING = "\"“‘'([«-–—•*"
# How far back a word before a full stop may begin: bounds the work on text without spaces.
_WORD_WINDOW = 24


def sentences(text: str) -> list[Span]:
    """The sentences of a text as spans without surrounding white space. Linear in the length of the text."""
    spans: list[Span] = []
    start = 0
    for end in _boundaries(text):
        spans.extend(_trimmed(text, start, end))
        start = end
    spans.extend(_trimmed(text, start, len(text)))
    return spans


def _boundaries(text: str) -> Iterator[int]:
    line_start = 0
    for match in _BREAK.finditer(text):
        if match["stop"] is None:
            yield match.end()
            line_start = match.end()
        elif _ends_sentence(text, line_start, match):
            yield match.end()
        if "\n" in match[0]:
            yield match.end()
            line_start = match.end()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends_sentence(text: str, line_start: int, stop: re.Match[str]) -> bool:
    following = text[stop.end() : stop.end() + 2].lstrip(_OPENING).lstrip()
    if following and following[0].islower():
        return False
    if stop["stop"] != "." or stop["close"]:
        return True
    before = text[max(line_start, stop.start() - _WORD_WINDOW) : stop.start()]
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    return not (_is_list_number(last[0], before) or _is_abbreviation(last[0], before[: last.start()]))


def _is_list_number(word: str, before: str) -> bool:
    return word == before.lstrip() and _LIST_NUMBER.fullmatch(word) is not None


def _is_abbreviation(word: str, before: str) -> bool:
    if _ABBREVIATION.fullmatch(word):
        return True
    if not (len(word) == 1 and word.isupper()):
        return False
    # "ông V. Kalganov" is an initial; "Nguyễn Văn A. Sau đó" is a withheld name at the end of a sentence.
    names = before.split()[-2:]
    return not (len(names) == 2 and all(name[0].isupper() and is_syllable(name) for name in names))


# --- Language ------------------------------------------------------------------------------------------

_ONSET = "ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x"
_RIME = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|e|ec|ech|em|en|eng|enh|eo|ep|et|eu|i|ia|ich|iec|iem|ien|ieng|iep|"
    "iet|ieu|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|"
    "ong|ooc|oong|op|ot|u|ua|uan|uang|uat|uau|uay|uc|ue|uech|uenh|ui|um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|"
    "uou|up|ut|uu|uy|uya|uych|uyen|uyet|uyn|uynh|uyp|uyt|uyu|y|yem|yen|yet|yeu"
)
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{_RIME})")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_VIETNAMESE_LETTER = re.compile("[ăđơưạ-ỹ]", re.IGNORECASE)
# A language is judged from the beginning of a text; more would not change the verdict.
_SAMPLE = 2000


def is_syllable(word: str) -> bool:
    """Whether a word is spelled like a Vietnamese syllable, with or without its diacritics."""
    return _SYLLABLE.fullmatch(fold(word)) is not None


def has_marks(word: str) -> bool:
    """Whether a word carries a Vietnamese diacritic."""
    return fold(word) != word.lower()


def detect_language(text: str) -> str:
    """ISO 639-1 code of the text: vi, ja, zh, ko, ru, or en for any other.

    Names say little ("Who is Nguyễn Phú Trọng?"), so words in lower case decide where there are any. Vietnamese
    without diacritics is told from English by its syllables; where only acronyms, numbers or nothing is left to
    judge by, the text counts as Vietnamese.
    """
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample)) or 1
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) > 0.2 * letters:
            return language
    words = [word for word in _TOKEN.findall(sample) if word.isalpha() and not word.isupper()]
    words = [word for word in words if word.islower()] or words
    marked = len(_VIETNAMESE_LETTER.findall(sample)) > 0.02 * letters
    if marked and sum(map(has_marks, words)) >= 0.3 * len(words):
        return "vi"
    return "vi" if sum(map(is_syllable, words)) >= 0.7 * len(words) else "en"
