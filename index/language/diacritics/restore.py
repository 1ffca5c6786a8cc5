"""Diacritics restored in questions typed without them, learnt from the articles' own text and from questions."""

import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.language.asking import accented_questions
from index.language.diacritics.lattice import END, Lattice, likeliest
from index.language.diacritics.trigrams import MAX_SIZE, Ids, Probabilities, Trigrams
from index.language.text import fold, has_marks, is_syllable, nfc, tokens
from index.storage.files import write_durably

# More spellings of one bare syllable than this are typing errors.
_MAX_SPELLINGS = 16
# No syllable is longer ("nghiêng" has 7 letters); one endless word would cost its length for every syllable.
_MAX_LETTERS = 16
# Beyond this much text the counts that decide do not change; it bounds memory while counting.
_MAX_PIECES = 20_000_000

# Words and numbers as in `index.language.text`, and the marks and line ends between them.
_PIECE = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|\n|[^\w\s]")
# The first tokens of the model stand for pieces that are never restored: what ends a clause, other marks, numbers,
# and words that are not known, with a capital letter and without. No word is spelled like their names.
_MARK, _NUMBER, _NAME, _OTHER = range(END + 1, 5)
_KINDS = ("\n", ",", "0", "?X", "?x")
_ENDS = frozenset('\n.?!…;:"“”()[]–—-')

# How likely an unknown word is to be just this one.
_THIS_UNKNOWN = 1e-3
# Weighed down, since capital letters depend on the words around them too. On held-out news 0.3 to 0.6 did as well.
_CASE_WEIGHT = 0.5
_FILES = ("syllables", "capitals", "singles", "pairs", "pair-weights", "triples", "triple-weights")


class SyllableModel:
    """Trigrams of accented syllables, and how often each has a capital letter inside a clause.

    `syllables` is an array of n strings, `capitals` float32 of shape (n,). ValueError where they do not fit.
    """

    def __init__(self, syllables: NDArray[np.str_], capitals: NDArray[np.float32], trigrams: Trigrams) -> None:
        if not syllables.shape == capitals.shape == (trigrams.size,):
            raise ValueError("The files of the syllable model do not fit each other; rebuild it.")
        self._syllables, self._capitals, self._trigrams = syllables, capitals, trigrams
        self._spelled: list[str] = syllables.tolist()
        self._marked = np.array([has_marks(word) for word in self._spelled])
        self._spellings: dict[str, list[int]] = {}
        for token in np.argsort(-trigrams.single[0], kind="stable").tolist():
            known = self._spellings.setdefault(fold(self._spelled[token]), [])
            if len(known) < _MAX_SPELLINGS:
                known.append(token)

    @classmethod
    def of_archive(cls, texts: Iterable[str]) -> "SyllableModel":
        """Count the syllables of articles, which are in NFC, and of questions."""
        return cls.count(chain(accented_questions(), texts))

    @classmethod
    def count(cls, texts: Iterable[str]) -> "SyllableModel":
        """Count the syllables of the texts, which are in NFC."""
        forms, written = _read(texts)
        words, token_of = _vocabulary(forms, np.bincount(written, minlength=len(forms)))
        ids = token_of[written]
        # Several marks in a row end a clause once.
        kept = np.append(True, (ids[:-1] != END) | (ids[1:] != END))
        inside = np.append(False, ids[:-1] != END)
        capital = np.array([_is_capitalised(form) for form in forms])[written]
        capitals = np.bincount(ids[inside & capital], minlength=len(words))
        shares = (capitals + 0.05) / (np.bincount(ids[inside], minlength=len(words)) + 0.1)
        # Nothing is certain: one syllable without a choice must not make its whole question impossible.
        shares = shares.clip(1e-4, 1 - 1e-4).astype(np.float32)
        return cls(np.array(words, dtype=np.str_), shares, Trigrams.count(ids[kept], len(words)))

    @classmethod
    def load(cls, folder: Path) -> "SyllableModel":
        """Read what `save` wrote. OSError or ValueError where a file is missing or broken."""
        try:
            words, capitals, *counts = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in _FILES)
        except EOFError as error:
            raise ValueError(f"A file of the syllable model in {folder} is cut short; rebuild it.") from error
        return cls(words, capitals, Trigrams(*counts))

    def save(self, folder: Path) -> None:
        """Write the counts to a folder and wait until the disk has them."""
        counts = self._trigrams
        arrays: tuple[NDArray[Any], ...] = (self._syllables, self._capitals, counts.single, counts.pairs)
        arrays += (counts.pair_weights, counts.triples, counts.triple_weights)
        for name, array in zip(_FILES, arrays, strict=True):
            stored = io.BytesIO()
            np.save(stored, array, allow_pickle=False)
            write_durably(folder / f"{name}.npy", stored.getvalue())

    def restore(self, text: str) -> str:
        """The text with the likeliest diacritics on the syllables that lost theirs.

        Syllables that carry one stay as they are, and so do words that the index has never seen. How many marks are
        lost is judged by the whole text; where it has none, every syllable becomes the likeliest.
        """
        text = nfc(text)
        found = list(_PIECE.finditer(text))
        if not found:
            return text
        chosen = likeliest(self._lattice([match[0] for match in found]), self._trigrams)
        parts, done = [], 0
        for match, token in zip(found, chosen.tolist(), strict=True):
            if self._marked[token] and not has_marks(match[0]):
                parts += [text[done : match.start()], _cased_like(self._spelled[token], match[0])]
                done = match.end()
        return "".join([*parts, text[done:]])

    def _lattice(self, pieces: Sequence[str]) -> Lattice:
        marked = [has_marks(piece) for piece in pieces]
        rows = [self._candidates(piece, has) for piece, has in zip(pieces, marked, strict=True)]
        shape = (len(pieces), 1 + max(map(len, rows)))
        candidates, weights = np.zeros(shape, np.int64), np.zeros(shape)
        for at, row in enumerate(rows):
            candidates[at, : len(row)] = row
            weights[at, : len(row)] = 1.0
            # In a text that has marks, a syllable without may be a word that is not known.
            if any(marked) and not marked[at] and self._marked[row].all():
                candidates[at, len(row)] = _kind(pieces[at])
                weights[at, len(row)] = _THIS_UNKNOWN
        weights *= _case_weights(self._capitals[candidates], pieces)
        return Lattice(candidates, weights, self._marked[candidates] & ~np.array(marked)[:, None], sum(marked))

    def _candidates(self, piece: str, marked: bool) -> list[int]:
        if not _is_word(piece):
            return [_kind(piece)]
        word = tokens(piece)[0]
        spellings = self._spellings.get(fold(word), [])
        if marked:
            spellings = [token for token in spellings if self._spelled[token] == word]
        return spellings or [_kind(piece)]


def _read(texts: Iterable[str]) -> tuple[list[str], NDArray[np.int32]]:
    """The different pieces of the texts, and which piece stands where; each text ends with the first, a line end."""
    forms: dict[str, int] = {"\n": 0}
    end = np.zeros(1, np.int32)
    stream, seen = [end], 0
    for text in texts:
        pieces = _PIECE.findall(text)
        stream += [np.array([forms.setdefault(piece, len(forms)) for piece in pieces], np.int32), end]
        seen += len(pieces)
        if seen > _MAX_PIECES:
            break
    return list(forms), np.concatenate(stream)


def _vocabulary(forms: Sequence[str], counts: Ids) -> tuple[list[str], NDArray[np.int32]]:
    """The words of the tokens, and the token of each form, shape (len(forms),)."""
    words = [tokens(form)[0] if _is_word(form) else "" for form in forms]
    often: dict[str, int] = {}
    for word, count in zip(words, counts.tolist(), strict=True):
        often[word] = often.get(word, 0) + count
    known = {kind: token for token, kind in enumerate(_KINDS)}
    token_of = np.empty(len(forms), np.int32)
    for at, (form, word) in enumerate(zip(forms, words, strict=True)):
        # Foreign words seen once stand for all that will never have been seen.
        if word and (often[word] > 1 or is_syllable(word)) and len(known) < MAX_SIZE:
            token_of[at] = known.setdefault(word, len(known))
        else:
            token_of[at] = _kind(form)
    return list(known), token_of


def _case_weights(capitals: NDArray[np.float32], pieces: Sequence[str]) -> Probabilities:
    """How well each spelling fits the case that was typed, of the shape of `capitals`: "Minh" is rarely "mình".

    Case says nothing where a clause begins, in capitals throughout, and in a text that has it all one way.
    """
    weights = np.ones(capitals.shape)
    cases = [piece[0].isupper() for piece in pieces if _is_word(piece)][1:]
    if not any(cases) or all(cases):
        return weights
    for at, (before, piece) in enumerate(pairwise(pieces), start=1):
        if _is_word(piece) and before not in _ENDS and not piece[1:].isupper():
            weights[at] = capitals[at] if _is_capitalised(piece) else 1 - capitals[at]
    return weights**_CASE_WEIGHT


def _is_word(piece: str) -> bool:
    return piece.isalpha() and len(piece) <= _MAX_LETTERS


def _is_capitalised(piece: str) -> bool:
    return piece[0].isupper() and not piece[1:].isupper()


def _kind(piece: str) -> int:
    if piece[0].isdigit():
        return _NUMBER
    if piece[0].isalpha():
        return _NAME if piece[0].isupper() else _OTHER
    return END if piece in _ENDS else _MARK


def _cased_like(word: str, model: str) -> str:
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word.capitalize() if model[0].isupper() else word
