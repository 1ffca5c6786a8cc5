"""The language of a question or a text."""

import re

from index.language.text import has_marks, is_syllable, token_spans

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
    words = [word for start, end in token_spans(sample) if (word := sample[start:end]).isalpha() and not word.isupper()]
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
