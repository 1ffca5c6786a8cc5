"""A question normalised: language detected, shorthand spelled out, missing diacritics restored."""

import re

from index.language.detection import detect_language
from index.language.diacritics.restore import SyllableModel
from index.language.shorthand import spelled_out
from index.language.text import has_marks, is_syllable, nfc, tokens
from rag.errors import BadQuestion
from rag.question.courtesy import without_courtesy
from rag.records.search import MAX_QUESTION, Query

# Of the syllables in written Vietnamese about three in four carry a mark; where hardly one does, marks are missing.
_MARKED_SHARE = 0.15
# What has no width does not part a word, here as in articles.
_NOTHING = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"[\x00-\x1f\x7f\s]+")


def understand(question: str, syllables: SyllableModel) -> Query:
    """The query of a question: `text` in NFC on one line, `understood` with shorthand and diacritics written out,
    without a greeting or another courtesy around it.

    BadQuestion where it has no word, or more than `MAX_QUESTION` code points.
    """
    if len(question) > MAX_QUESTION:
        raise BadQuestion(
            f"The question has {len(question):,} characters; ask with at most {MAX_QUESTION:,}.", "question-too-long"
        )
    text = nfc(_SPACE.sub(" ", _NOTHING.sub("", question))).strip()
    words = tokens(text)
    if not words:
        raise BadQuestion("The question holds no word; write what you want to know.", "question-empty")
    full = spelled_out(text, bare=_lacks_marks(words))
    full = without_courtesy(full) or full
    language = detect_language(full)
    return Query(text, syllables.restore(full) if language == "vi" else full, language)


def _lacks_marks(words: list[str]) -> bool:
    syllables = [word for word in words if is_syllable(word)]
    return sum(map(has_marks, syllables)) <= _MARKED_SHARE * len(syllables)
