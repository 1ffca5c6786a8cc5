"""Countries, cities and organisations in Vietnamese, English, Russian, Chinese and Japanese; joined transliterations.

Their forms, and the marks that say where each counts, are those of `index.language.gazetteer`.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from index.language.gazetteer import Listed, NameKind, listed
from index.language.homographs import begins_compound, is_head
from index.language.text import fold, has_marks, is_syllable, same_i, token_spans, tokens
from index.language.words import ADDRESS

_GAPS = ("", " ", "\u00a0", "-", ".", ". ", "’", "'")
_SENTENCE_STARTS = frozenset(".!?…:;\"“”'‘\n([•")
_KATAKANA = re.compile("[ァ-ヺー]")
_CYRILLIC = re.compile("[а-яё]")
# A Russian ending, from the stem on: росси-йского.
_MAX_ENDING = 6
_PARTS = re.compile("[ -]")
_MIN_JOINED = 4
_HYPHENATED = re.compile(r"[^\W\d_]-[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Name:
    """A known name in `text[start:end]`; `key` is the same in every language (`russia`, `moscow`)."""

    key: str
    kind: NameKind
    start: int
    end: int

    @property
    def token(self) -> str:
        """`@moscow`"""
        return f"@{self.key}"


class _Word(NamedTuple):
    """A word as names compare it: `Mát-xcơ-va` and `Mátxcơva` are both `matxcova`."""

    start: int
    end: int
    key: str
    is_joined: bool


class _Form(NamedTuple):
    words: tuple[str, ...]
    key: str
    kind: NameKind
    exact: str
    guarded: bool
    not_first: bool


def names(text: str) -> list[Name]:
    """The known names of a text in NFC, in their order; the longest wins, they never overlap. Linear."""
    forms, stems = _gazetteer()
    words = _words(text)
    if _CYRILLIC.search(text.lower()):
        words = [_stemmed(word, stems) for word in words]
    found: list[Name] = []
    place = 0
    while place < len(words):
        beginning = forms.get(words[place].key)
        form = next((form for form in beginning if _stands(form, text, words, place)), None) if beginning else None
        if form is not None:
            last = place + len(form.words) - 1
            found.append(Name(form.key, form.kind, words[place].start, words[last].end))
            place = last
        place += 1
    return found


def joined(text: str) -> list[str]:
    """The hyphenated transliterations of a text as one folded word each: `Pu-tin` gives `putin`."""
    if not _HYPHENATED.search(text):
        return []
    return [word.key for word in _words(text) if word.is_joined and len(word.key) >= _MIN_JOINED]


# --- Words ---------------------------------------------------------------------------------------------


def _words(text: str) -> list[_Word]:
    """The tokens of a text; those that hyphens join into one foreign name (`Mát-xcơ-va`) as one."""
    found: list[_Word] = []
    run: list[tuple[int, int, str]] = []
    # "İ" alone becomes two code points in lower case, and would count as two tokens.
    plain = text.replace("İ", "I")
    if not _HYPHENATED.search(plain):
        return [
            _Word(start, end, _key(token), is_joined=False)
            for (start, end), token in zip(token_spans(plain), tokens(plain), strict=True)
        ]
    before = 0
    for (start, end), token in zip(token_spans(plain), tokens(plain), strict=True):
        is_part = (
            run and start - before == 1 and text[before] == "-" and text[start].islower() and text[run[0][0]].isupper()
        )
        if run and not is_part:
            found.append(_word(run))
            run = []
        run.append((start, end, token))
        before = end
    return [*found, _word(run)] if run else found


def _word(run: list[tuple[int, int, str]]) -> _Word:
    start, end = run[0][0], run[-1][1]
    if len(run) > 1:
        return _Word(start, end, fold("".join(token for _, _, token in run)), is_joined=True)
    return _Word(start, end, _key(run[0][2]), is_joined=False)


@lru_cache(maxsize=50_000)
def _key(token: str) -> str:
    """Vietnamese syllables are told apart by their diacritics; in foreign names they come and go."""
    token = same_i(token)
    return token if not has_marks(token) or is_syllable(token) else fold(token)


def _stemmed(word: _Word, stems: frozenset[str]) -> _Word:
    if not _CYRILLIC.match(word.key):
        return word
    shortest = max(2, len(word.key) - _MAX_ENDING)
    prefixes = (word.key[:length] for length in range(len(word.key), shortest - 1, -1))
    stem = next((prefix for prefix in prefixes if prefix in stems), None)
    return word if stem is None else word._replace(key=f"{stem}*")


# --- Where a form counts -------------------------------------------------------------------------------


def _stands(form: _Form, text: str, words: list[_Word], place: int) -> bool:
    end = place + len(form.words)
    if end > len(words) or any(word.key != key for word, key in zip(words[place:end], form.words, strict=True)):
        return False
    for before, after in zip(words[place : end - 1], words[place + 1 : end], strict=True):
        if text[before.end : after.start] not in _GAPS:
            return False
    first, last = words[place], words[end - 1]
    if form.exact and text[first.start : last.end] != form.exact:
        return False
    if form.guarded and not _is_guarded(form, text, words, place, end):
        return False
    return not _cuts_katakana(text, first.start, last.end)


def _is_guarded(form: _Form, text: str, words: list[_Word], place: int, end: int) -> bool:
    """Whether a form that is a common word or a person's name too stands as a name of its own."""
    first = words[place]
    if not text[first.start].isupper() or (form.not_first and _begins_sentence(text, first.start)):
        return False
    if place and text[words[place - 1].end : first.start] == " ":
        before = words[place - 1]
        if before.key in ADDRESS or (_is_capitalised(text, before) and not _is_first_head(form, text, before)):
            return False
    if end < len(words) and text[words[end - 1].end : words[end].start] == " ":
        following = [word.key for word in words[place : place + 3]]
        told = not _begins_sentence(text, first.start)
        compound = len(form.words) == 1 and begins_compound(following, capital=told)
        return not (compound or _is_capitalised(text, words[end]))
    return True


def _is_capitalised(text: str, word: _Word) -> bool:
    return text[word.start].isupper() and is_syllable(word.key)


def _is_first_head(form: _Form, text: str, before: _Word) -> bool:
    """Whether the word before a form owes its capital to its place: `Tại Đức`, not `Thủ Đức`."""
    return _begins_sentence(text, before.start) and (len(form.words) > 1 or is_head(before.key))


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \u00a0-–—")
    return not before or before[-1] in _SENTENCE_STARTS


def _cuts_katakana(text: str, start: int, end: int) -> bool:
    # "タイ" begins "タイトル" as well.
    return any(
        _KATAKANA.match(inner) and _KATAKANA.match(outer)
        for inner, outer in ((text[start], text[start - 1 : start]), (text[end - 1], text[end : end + 1]))
    )


# --- The table -----------------------------------------------------------------------------------------


@cache
def _gazetteer() -> tuple[dict[str, list[_Form]], frozenset[str]]:
    """Forms by their first word, the longest first, and the Russian stems."""
    known = [name for name in listed() if name.mark != "~"]
    stems = frozenset(
        part[:-1].lower() for name in known for part in _PARTS.split(name.form) if name.mark != "-" and part[-1] == "*"
    )
    forms: dict[tuple[str, ...], _Form | None] = {}
    for name in known:
        form = _form(name, stems)
        # The table goes before CLDR: its marks hold for CLDR's form as well.
        forms.setdefault(form.words, None if name.mark == "-" else form)
    by_first: dict[str, list[_Form]] = {}
    for kept in sorted(filter(None, forms.values()), key=lambda form: -len(form.words)):
        by_first.setdefault(kept.words[0], []).append(kept)
    return by_first, stems


def _form(name: Listed, stems: frozenset[str]) -> _Form:
    words = [_stemmed(word, stems) for word in _words(name.form.replace("*", ""))]
    alone = len(words) == 1 and is_syllable(words[0].key) and not words[0].is_joined
    return _Form(
        tuple(word.key for word in words),
        name.key,
        name.kind,
        # Short acronyms are words when written small: who, us.
        exact=name.form if len(name.form) <= 3 and name.form.isupper() and name.form.isascii() else "",
        guarded=alone or name.mark != "",
        not_first=name.mark == "!",
    )
