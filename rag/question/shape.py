"""The shape of answer that a question asks for, and the type of its answer, told by linear classifiers.

Questions that ask in the same way share short runs of words (in Chinese and Japanese, of characters), whatever they ask
about, with their diacritics or without. The classifiers are multinomial logistic regressions over such runs, fitted by
`eval.studies.shapes` on questions written for it.
"""

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from index.language.text import lower, nfc
from rag.records.search import AnswerKind

# The expected answer type of a factual question.
AnswerType = Literal["price", "number", "date", "person", "place", "other"]
SHAPES: tuple[AnswerKind, ...] = get_args(AnswerKind)
TYPES: tuple[AnswerType, ...] = get_args(AnswerType)
WEIGHTS = Path(__file__).with_name("shape.npz")
_OWN = [SHAPES.index("archive"), SHAPES.index("chat")]  # answered by the service itself
_REVISION = SHAPES.index("revision")
SURELY = 0.5

_LENGTHS = range(1, 5)  # of a run, in words
# A character of Chinese or Japanese is a word here.
_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W\u3040-\u30ff\u4e00-\u9fff]+|[?？]")
_FIGURES = re.compile(r"\d+")


def shape_asked(question: str, *, answered: bool = False) -> AnswerKind:
    """The shape of answer that is asked for; of the service itself, only what surely asks it.

    `answered`: whether there is an answer before, that could be asked for in another way; that too only surely.
    """
    logits = _logits("shape", question)
    if not answered or _chances(logits)[_REVISION] < SURELY:
        logits[_REVISION] = -np.inf
    chances = _chances(logits)
    if chances[_OWN].max() < SURELY:
        chances[_OWN] = 0.0
    return SHAPES[int(chances.argmax())]


def type_asked(question: str) -> AnswerType:
    """The type of the answer to a factual question; `other` of any other question."""
    return TYPES[int(_logits("type", question).argmax())] if shape_asked(question) == "fact" else "other"


def runs(question: str) -> list[int]:
    """The runs of words in a question, and its pairs of words with one between, as 32-bit hashes, each once."""
    words = ["^", *_WORD.findall(_FIGURES.sub("0", lower(nfc(question)))), "$"]
    found = {"_".join(words[i : i + n]) for n in _LENGTHS for i in range(len(words) - n + 1)}
    found |= {f"{first}*{second}" for first, second in zip(words, words[2:], strict=False)}
    return sorted({zlib.crc32(run.encode(errors="surrogatepass")) for run in found})


def places(question: str, known: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Where those runs of a question that are known, in order, stand among these."""
    found = np.array(runs(question), np.uint32)
    near: npt.NDArray[np.int64] = np.searchsorted(known, found).clip(max=len(known) - 1)
    there: npt.NDArray[np.int64] = near[known[near] == found]
    return there


@dataclass(frozen=True, slots=True)
class Fitted:
    """The known `runs` in order (n,), and for each task the weights (n + 1, classes), whose last row is the bias."""

    runs: npt.NDArray[np.uint32]
    shape: npt.NDArray[np.float16]
    type: npt.NDArray[np.float16]


@lru_cache(1)
def fitted() -> Fitted:
    """What `eval.studies.shapes` wrote."""
    with np.load(WEIGHTS) as stored:
        return Fitted(**stored)


def _logits(task: Literal["shape", "type"], question: str) -> npt.NDArray[np.float32]:
    """The score of each class (classes,)."""
    known = fitted()
    weights: npt.NDArray[np.float16] = getattr(known, task)
    logits: npt.NDArray[np.float32] = weights[[*places(question, known.runs), -1]].sum(axis=0, dtype=np.float32)
    return logits


def _chances(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The probability of each class (classes,)."""
    chances: npt.NDArray[np.float32] = np.exp(logits - np.logaddexp.reduce(logits))
    return chances
