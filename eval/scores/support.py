"""Whether cited words bear a sentence out, judged by words alone: the part that a language model has in ALCE."""

from collections.abc import Sequence

from index.language.detection import detect_language
from index.language.text import is_syllable, nfc, token_spans, tokens

# The share of a sentence's content words that the cited words must hold.
OVERLAP = 0.7
# Words that say little about what a sentence claims.
_FUNCTION = frozenset(
    tokens(
        "và của là có các những được bị cho với trong trên dưới tại ở từ đến đã đang sẽ cũng này đó kia ấy khi thì mà "
        "như về theo vào ra do bởi vì nên hay hoặc rằng để nhưng còn lại rất việc cùng sau trước "
        "a the of in on at for and or but is are was were be been has have had by with as that this it its from"
    )
)
# A sentence that denies needs words that deny.
_NEGATIONS = frozenset(tokens("không chưa chẳng not no never"))


def supported(sentence: str, cited: Sequence[str]) -> bool:
    """Whether the cited texts, taken together, bear the sentence out.

    They do where they hold all its numbers, dates, names (words with a capital) and negations, and `OVERLAP` of its
    words but for function words; a sentence taken over word for word always passes. It knows no synonyms and no
    other spellings of a name, and cannot tell who did what to whom: a check against inventions, not a proof of truth.
    """
    text = nfc(sentence)
    held = set(tokens(nfc("\n".join(cited))))
    every = set(tokens(text))
    said = every - _FUNCTION or every
    return _must_hold(text) <= held and len(said & held) >= OVERLAP * len(said) > 0


def _must_hold(sentence: str) -> set[str]:
    """The tokens that no source may lack: with a digit or a capital, and negations."""
    words = [sentence[start:end] for start, end in token_spans(sentence)]
    named = {
        token
        for place, word in enumerate(words)
        if any(map(str.isdigit, word)) or (word[0].isupper() and (place > 0 or _foreign(word, sentence)))
        for token in tokens(word)
    }
    return named | (_NEGATIONS & set(tokens(sentence)))


def _foreign(word: str, sentence: str) -> bool:
    """Whether the first word, whose capital says nothing, is a name after all: no Vietnamese syllable."""
    return detect_language(sentence) == "vi" and not is_syllable(word)
