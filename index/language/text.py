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
    # "İ" alone becomes two code points in lower case, which would tear its word.
    lowered = text.replace("İ", "i").lower()
    return [_OLD_TONE.sub(lambda old: _MOVE_TONE[old[0]], token) for token in _TOKEN.findall(lowered)]


def folded_tokens(text: str) -> list[str]:
    """The same tokens without diacritics and under one spelling of i and y (`same_i`)."""
    return [same_i(token) for token in _TOKEN.findall(fold(text))]


def token_spans(text: str) -> list[Span]:
    """Where each of `tokens(text)` stands."""
    return [match.span() for match in _TOKEN.finditer(text)]


# --- Sentences -----------------------------------------------------------------------------------------

_BREAK = re.compile(
    r"""\n+                           # a line is never continued on the next
      | (?<![.!?…])(?P<stop>[.!?…]++) # Latin script: a stop (begun once: no second try inside a long run),
        (?P<close>["”’')\]»]*+)\s+    # closing marks, white space
      | [。！？]+[」』”’）]*             # Chinese and Japanese: no white space needed
      | (?P<quote>["“”])
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    # Titles, one after another (PGS.TS); places, forms of address, companies.
    r"(?:(?i:pgs|gs|tskh|ts|ths|th\.s|bs|ds|ks|kts|ls|nsnd|nsưt|cki{1,2}|ck[12])\.?)+"
    r"|(?i:tp|tx|tt|đ/c|lm|hv|nxb|mr|mrs|ms|dr|prof|vs|jr|sr|ltd|inc|corp|pte)"
    # In lower case some of these are words: "no", "gen", "co".
    r"|CN|St|Gen|Col|No|Vol|Co|Mk"
)
_LIST_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[^\W\d_]")
_INITIALS = re.compile(r"(?:[A-ZĐА-Я]\.)*(?:[A-ZĐА-Я]|Ch|Gi|Kh|Ng|Ngh|Nh|Ph|Qu|Th|Tr)")
# Quận, phường (also F), huyện, xã, đường: the name or the number of the place follows, unless a person goes before.
_PLACES = frozenset("QPFHXĐ")
_PERSON = re.compile(
    "anh|chị|em|ông|bà|cô|chú|bác|cậu|cháu|bé|con|tên|nhân|tượng|can|cáo|phạm|gái|trai|vợ|chồng|mẹ|cha|bố",
    re.IGNORECASE,
)
# Words that open a sentence; a name that begins like one goes on with a capital (Tuy Hoà).
_OPENER = re.compile(
    "Bên|Bà|Các|Cả|Chiều|Còn|Cũng|Cuối|Cụ|Dù|Hiện|Họ|Khi|Lúc|Mặc|Một|Ngay|Ngày|Ngoài|Người|Nhiều|Nhưng|Những|Như|"
    "Năm|Nếu|Qua|Riêng|Sau|Song|Sáng|Theo|Trong|Trước|Tuy|Tôi|Tại|Tối|Từ|Việc|Vì|Và|Với|Ông|Đây|Đó|Đến|Để|Được|Đặc|"
    "Đồng"
)
_LAST_WORD = re.compile(r"[^\s\"“”‘’(\[«]+$")
_OPENING = "\"“‘'([«-–—•* "
# What goes on like this after a quotation mark shows that the mark closes, however it is spaced.
_AFTER_CLOSING = re.compile(r"\s?(?:[,;:!?)–—-]|\.(?!\.)|(?:\.\.+|…)\s)")
_MARK = re.compile(r"[\"\n]")
# How far a stop is looked around: bounds the work on text without spaces.
_WINDOW = 24


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
    start = end = 0
    quoted = False
    while found := _BREAK.search(text, end):
        end = found.end()
        if found["quote"]:
            quoted = _opens(text, found.start(), quoted)
            continue
        close = found["close"] or ""
        if "\n" in found[0]:
            quoted = False
        elif found["stop"]:
            quoted = quoted and '"' not in close
            if text[end : end + 1] in ('"', "”") and not _opens(text, end, quoted):
                # The quotation closes after a space: sao? " Ông nói
                close, end, quoted = close + '"', end + 1, False
            if not _ends_sentence(text, start, found, close, end):
                continue
        yield end
        start = end


def _opens(text: str, at: int, quoted: bool) -> bool:
    """Whether the quotation mark opens a quotation.

    Where neither its own surroundings nor those of the next mark tell, it closes what is `quoted`.
    """
    alone = _opens_by_itself(text, at)
    if alone is not None:
        return alone
    other = _MARK.search(text, at + 1)
    alone = _opens_by_itself(text, other.start()) if other and other[0] != "\n" else None
    return not quoted if alone is None else not alone


def _opens_by_itself(text: str, at: int) -> bool | None:
    if text[at] != '"':
        return text[at] == "“"
    before, after = text[max(at - 2, 0) : at], text[at + 1 : at + 7]
    if _AFTER_CLOSING.match(after):
        return False
    if before.rstrip().endswith(":"):
        return True
    spaced_before = not before or before[-1].isspace() or before[-1] in _OPENING
    spaced_after = not after or after[0].isspace()
    return spaced_before if spaced_before != spaced_after else None


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends_sentence(text: str, start: int, found: re.Match[str], close: str, end: int) -> bool:
    """Whether the sentence that began at `start` ends with this stop, its closing marks and white space."""
    stop = found.start()
    following = text[end : end + _WINDOW].lstrip()
    if _goes_on(following, found["stop"], close) or (close and text[max(stop - 1, 0)] == "("):  # (?!)
        return False
    before = text[max(start, stop - _WINDOW) : stop].rstrip()
    last = _LAST_WORD.search(before)
    if found["stop"] != "." or close or last is None:
        return True
    word, before = last[0], before[: last.start()]
    return not (_is_list_number(word, before) or _is_abbreviation(word, before, following))


def _goes_on(following: str, stop: str, close: str) -> bool:
    if close and _AFTER_CLOSING.match(following):
        return True
    following = following.lstrip(_OPENING)
    # After dots a number mostly surprises: chỉ còn... 3 người.
    surprising = stop.startswith(("..", "…")) and not close and following[:1].isdigit()
    return surprising or following[:1].islower() or following.startswith((".", "!", "?", "…"))


def _is_list_number(word: str, before: str) -> bool:
    before = before.rstrip(_OPENING)
    return (not before or before[-1] in ":;") and _LIST_NUMBER.fullmatch(word) is not None


def _is_abbreviation(word: str, before: str, following: str) -> bool:
    words = following.lstrip(_OPENING).split(maxsplit=2)
    if _ABBREVIATION.fullmatch(word):
        return not _open_sentence(words, after_city=word.upper() == "TP")
    if not _INITIALS.fullmatch(word):
        return False
    if not words or following.startswith(("(", "-", "–", "—")):
        return True
    return _belong_to_name(word, before.split()[-2:], words)


def _belong_to_name(initials: str, before: list[str], words: list[str]) -> bool:
    """Whether the name goes on ("ông V. Kalganov", "Q. Tân Bình"), or initials are all that is told ("ông C.")."""
    name = words[0].strip('.,;:!?…”")')
    if _INITIALS.fullmatch(name) or name[:1].isdigit() or name == "SN":  # anh T. 40 tuổi; sinh năm
        return True
    if len(before) == 2 and all(word[0].isupper() and is_syllable(word) for word in before):
        return False  # Nguyễn Văn A.
    if not (is_syllable(name) or name.isupper()):
        return True
    last = before[-1] if before else ""
    place = initials in _PLACES and not _PERSON.fullmatch(last)
    foreign = last.istitle() and not is_syllable(last)  # Peter J. Li
    return (place or foreign) and not _open_sentence(words)


def _open_sentence(words: list[str], *, after_city: bool = False) -> bool:
    """Whether these words begin a sentence rather than a name, which has no small letters in its second word."""
    if len(words) < 2 or words[1][0].isupper():
        return False
    return _OPENER.fullmatch(words[0]) is not None or (
        after_city and is_syllable(words[0]) and words[0] not in ("Huế", "Vinh")
    )


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
# Words typed without diacritics that no English question has; the short ones are words of other languages too.
_BARE_VIETNAMESE = {"nao", "gi", "dau", "nhieu", "khong", "duoc", "cua", "nhung", "nguoi"}
_BARE_AND_SHORT = {"ai", "da", "la", "o", "co", "va", "khi", "trong", "may"}
_ENGLISH = {
    *("the", "of", "is", "was", "were", "are", "did", "does", "has", "have", "and", "for", "by", "from", "with"),
    *("what", "who", "how", "when", "where", "which", "why", "many", "much"),
}
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
    said = set(map(str.lower, words))
    share = sum(map(is_syllable, words)) / len(words) if words else 1.0
    # Between foreign names ("huihui la gi") a word that only Vietnamese has says more than how many look like it.
    if not said & _ENGLISH and (said & _BARE_VIETNAMESE or (share >= 0.5 and said & _BARE_AND_SHORT)):
        return "vi"
    return "vi" if share >= 0.7 else "en"


def word_set(words: str) -> frozenset[str]:
    """Words that spaces part, as a set."""
    return frozenset(words.split())
