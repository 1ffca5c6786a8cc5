"""Diacritics restored in questions typed without them, learnt from the index's own text.

A bigram model over syllables, interpolated with unigrams (Jelinek-Mercer smoothing; Chen and Goodman, "An
Empirical Study of Smoothing Techniques for Language Modeling", 1999), decoded by Viterbi.
"""

import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.files import write_durably
from index.text import fold, has_marks, nfc, token_spans, tokens

_BIGRAM_SHARE = 0.9
# What a pair of syllables that was never counted still gets, so that no path is impossible.
_FLOOR = 1e-9
# More spellings of one bare syllable than this are typing errors.
_MAX_SPELLINGS = 16
# No syllable is longer ("nghiêng" has 7 letters); one endless word would cost its length for every syllable.
_MAX_LETTERS = 16
# Beyond this much text the counts that decide do not change; it bounds memory while counting.
_MAX_TOKENS = 20_000_000
_FILES = ("syllables.npy", "syllable-counts.npy", "pairs.npy", "pair-counts.npy")


class SyllableModel:
    """Counts of accented syllables and of their neighbours.

    `syllables` is an array of n strings, `counts` int64 of shape (n,); `pairs` are sorted keys
    `first * n + second` of shape (m,), `pair_counts` int64 of shape (m,).
    """

    def __init__(
        self,
        syllables: NDArray[np.str_],
        counts: NDArray[np.int64],
        pairs: NDArray[np.int64],
        pair_counts: NDArray[np.int64],
    ) -> None:
        self._arrays = (syllables, counts, pairs, pair_counts)
        self._counts, self._pairs, self._pair_counts = counts, pairs, pair_counts
        self._spelled: list[str] = syllables.tolist()
        self._total = max(1, int(counts.sum()))
        self._spellings: dict[str, list[int]] = {}
        for number in np.argsort(-counts, kind="stable").tolist():
            known = self._spellings.setdefault(fold(self._spelled[number]), [])
            if len(known) < _MAX_SPELLINGS:
                known.append(number)

    @classmethod
    def count(cls, texts: Iterable[str]) -> "SyllableModel":
        """Count the syllables of the texts, which are in NFC."""
        numbers: dict[str, int] = {}
        stream: list[NDArray[np.int64]] = []
        seen = 0
        for text in texts:
            words = [token for token in tokens(text) if token.isalpha() and len(token) <= _MAX_LETTERS]
            stream.append(np.fromiter((numbers.setdefault(word, len(numbers)) for word in words), np.int64))
            seen += len(words)
            if seen > _MAX_TOKENS:
                break
        size = len(numbers)
        ids = np.concatenate(stream) if stream else np.zeros(0, np.int64)
        pairs, pair_counts = np.unique(ids[:-1] * size + ids[1:], return_counts=True)
        return cls(np.array(list(numbers), dtype=np.str_), np.bincount(ids, minlength=size), pairs, pair_counts)

    @classmethod
    def load(cls, folder: Path) -> "SyllableModel":
        """Read what `save` wrote. OSError or ValueError where a file is missing or broken."""
        try:
            return cls(*(np.load(folder / name, allow_pickle=False) for name in _FILES))
        except EOFError as error:
            raise ValueError(f"A file of the syllable model in {folder} is cut short; rebuild it.") from error

    def save(self, folder: Path) -> None:
        """Write the counts to a folder and wait until the disk has them."""
        for name, array in zip(_FILES, self._arrays, strict=True):
            stored = io.BytesIO()
            np.save(stored, array, allow_pickle=False)
            write_durably(folder / name, stored.getvalue())

    def restore(self, text: str) -> str:
        """The text with the likeliest diacritics on the syllables that have none.

        Syllables that carry one already, and words that the index has never seen, stay as they are.
        """
        text = nfc(text)
        spans = token_spans(text)
        words = tokens(text)
        chosen = self._decode([self._candidates(word) for word in words])
        parts, done = [], 0
        for (start, end), word, number in zip(spans, words, chosen, strict=True):
            parts.append(text[done:start])
            spelled = word if number is None else self._spelled[number]
            parts.append(text[start:end] if spelled == word else _cased_like(spelled, text[start:end]))
            done = end
        return "".join([*parts, text[done:]])

    def _candidates(self, word: str) -> list[int]:
        spellings = self._spellings.get(fold(word), [])
        if has_marks(word):
            return [number for number in spellings if self._spelled[number] == word]
        return spellings

    def _decode(self, lattice: list[list[int]]) -> list[int | None]:
        """Viterbi over the spellings of each word; a word without any splits the sequence."""
        chosen: list[int | None] = []
        run: list[list[int]] = []
        for candidates in lattice:
            if candidates:
                run.append(candidates)
                continue
            chosen += [*self._best_path(run), None]
            run = []
        return chosen + self._best_path(run)

    def _best_path(self, run: list[list[int]]) -> list[int | None]:
        if not run:
            return []
        previous = np.array(run[0])
        score = np.log(self._counts[previous] / self._total)
        steps = [previous]
        back: list[NDArray[np.int64]] = []
        for candidates in run[1:]:
            current = np.array(candidates)
            paths = score[:, None] + np.log(self._transition(previous, current))
            back.append(paths.argmax(axis=0))
            score = paths.max(axis=0)
            previous = current
            steps.append(current)
        place = int(score.argmax())
        best: list[int | None] = [int(steps[-1][place])]
        for numbers, pointers in zip(reversed(steps[:-1]), reversed(back), strict=True):
            place = int(pointers[place])
            best.append(int(numbers[place]))
        return best[::-1]

    def _transition(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probability of each second syllable after each first, shape (len(first), len(second))."""
        keys = first[:, None] * len(self._counts) + second[None, :]
        places = np.searchsorted(self._pairs, keys).clip(max=max(0, len(self._pairs) - 1))
        together = np.zeros(keys.shape)
        if len(self._pairs):
            together = np.where(self._pairs[places] == keys, self._pair_counts[places], 0)
        after = together / self._counts[first][:, None]
        alone = self._counts[second][None, :] / self._total
        smoothed: NDArray[np.float64] = _BIGRAM_SHARE * after + (1 - _BIGRAM_SHARE) * alone + _FLOOR
        return smoothed


def _cased_like(word: str, model: str) -> str:
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word.capitalize() if model[0].isupper() else word
