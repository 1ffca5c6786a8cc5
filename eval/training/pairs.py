"""Pairs of a question and a passage to train the reader with, drawn from files of paragraphs.

`NEWS` is written for this service: Vietnamese news of things that never happened, with questions in five languages, of
which a quarter ask of the very matter what is not told. A line of a file is {"set", "language", "article", "title",
"context", "questions": [{"question", "language", "answer": [start, end] | null}]}, offsets in code points.
"""

import re
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter
from sklearn.feature_extraction.text import TfidfVectorizer
from tokenizers import Tokenizer
from typing_extensions import TypedDict

from eval.data.files import read_lines
from index.records import passage_text

# How often a question is drawn, by the languages of question and passage: those that askers and articles share first.
_WEIGHTS = {
    ("vi", "vi"): 4.0,
    ("en", "vi"): 6.0,
    ("vi", "en"): 3.0,
    ("en", "en"): 0.6,
    ("ru", "vi"): 6.0,
    ("zh", "vi"): 6.0,
    ("ja", "vi"): 6.0,
    ("zh", "zh"): 0.8,
    ("ja", "ja"): 0.35,
    ("th", "th"): 0.5,
}
# How much more often a question to news is drawn: they are few, and what the service is asked.
NEWS = Path(__file__).with_name("news.jsonl")
_NEWS = 2.0
_TITLED = 0.5  # the share of passages that carry their article's title, as the articles' chunks do
# The shares of questions put to a paragraph that does not answer: one of the same article, the most like the question,
# and one that a search among all other articles finds, as the service's own searches do.
_NEAR, _FAR = 0.15, 0.15
_FOUND = 5  # paragraphs found by such a search, of which one is drawn
# The share of questions that get a name or number from another question to the same article, so that nothing answers
# them: after the false premises of SQuAD 2.0 (Rajpurkar et al. 2018).
_SWAPPED = 0.12  # many have none to swap
_QUESTION_TOKENS = 48
_PASSAGE_TOKENS = (64, 192)  # the longest window of a passage, drawn between these

_MARKS = string.punctuation + "“”…"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

QUERY, PASSAGE = "query: ", "passage: "


class Asked(TypedDict):
    """A question, its language, and where in the paragraph the words that answer stand, if anywhere."""

    question: str
    language: str
    answer: tuple[int, int] | None


class Paragraph(TypedDict):
    """A line of a file."""

    set: str
    language: str
    article: str
    title: str
    context: str
    questions: list[Asked]


_PARAGRAPH = TypeAdapter(Paragraph)


def read_paragraphs(path: Path) -> Iterator[Paragraph]:
    """The paragraphs of a file, with their questions. Refused at the first line that is wrong."""
    return read_lines(path, _PARAGRAPH)


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids of a question and a passage, and the answer's first and last token in the passage, or None."""

    question: list[int]
    passage: list[int]
    answer: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Question:
    paragraph: int
    text: str
    answer: tuple[int, int] | None
    weight: float


@dataclass(frozen=True, slots=True)
class _Paragraph:
    article: tuple[str, str]
    title: str
    context: str


class Pairs:
    """Questions with their paragraphs, drawn with repetition, in an order that a seed fixes."""

    def __init__(self, paths: Iterable[Path], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._paragraphs: list[_Paragraph] = []
        self._questions: list[_Question] = []
        self._articles: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._asked: dict[tuple[str, str], list[int]] = defaultdict(list)
        for path in paths:
            for paragraph in read_paragraphs(path):
                self._add(paragraph, _NEWS if path == NEWS else 1.0)
        self._vectorizer = TfidfVectorizer(analyzer=_words, sublinear_tf=True, dtype=np.float32)
        self._vectors = self._vectorizer.fit_transform(paragraph.context for paragraph in self._paragraphs).tocsc()
        weights = np.array([question.weight for question in self._questions])
        self._chances = weights / weights.sum()

    def __len__(self) -> int:
        return len(self._questions)

    def drawn(self, seed: int, start: int, count: int) -> Iterator[Pair]:
        """Yield the pairs number `start` to `start + count` of the order of `seed`."""
        order = np.random.default_rng(seed).choice(len(self._questions), start + count, p=self._chances)
        for place in range(start, start + count):
            yield self._pair(self._questions[order[place]], np.random.default_rng((seed, place)))

    def _add(self, line: Paragraph, often: float) -> None:
        paragraph = len(self._paragraphs)
        article = (line["set"], line["article"])
        self._paragraphs.append(_Paragraph(article, line["title"], line["context"]))
        self._articles[article].append(paragraph)
        for question in line["questions"]:
            weight = often * _WEIGHTS[question["language"], line["language"]]
            self._asked[article].append(len(self._questions))
            self._questions.append(_Question(paragraph, question["question"], question["answer"], weight))

    def _pair(self, question: _Question, random: np.random.Generator) -> Pair:
        paragraph, answer, text = self._paragraphs[question.paragraph], question.answer, question.text
        share = random.random()
        if answer is not None and share < _NEAR + _FAR:
            words = paragraph.context[slice(*answer)]
            other = self._near(question, words) if share < _NEAR else self._far(question, words, random)
            if other is not None:
                paragraph, answer = self._paragraphs[other], None
        elif share < _NEAR + _FAR + _SWAPPED and (swapped := self._swapped(question, random)):
            text, answer = swapped, None
        passage = PASSAGE + passage_text(paragraph.title if random.random() < _TITLED else None, paragraph.context)
        lead = len(passage) - len(paragraph.context)
        encoded = self._tokenizer.encode(passage)
        head = next((i for i, (_, end) in enumerate(encoded.offsets) if i > 0 and end > lead), 1)
        tokens = None
        if answer is not None:
            start, end = answer[0] + lead, answer[1] + lead
            inside = [i for i, (a, b) in enumerate(encoded.offsets) if a < end and b > max(a, start)]
            tokens = (inside[0], inside[-1])
        ids, tokens = _window(encoded.ids, head, tokens, int(random.integers(*_PASSAGE_TOKENS)), random)
        asked = self._tokenizer.encode(QUERY + text).ids
        return Pair(asked[: _QUESTION_TOKENS - 1] + asked[-1:] if len(asked) > _QUESTION_TOKENS else asked, ids, tokens)

    def _near(self, question: _Question, answer: str) -> int | None:
        """The paragraph of the same article that is the most like the question and does not hold the answer."""
        likeness = self._likeness(question.text)
        siblings = self._without(answer, self._articles[self._paragraphs[question.paragraph].article])
        return max(siblings, key=lambda i: likeness[i], default=None)

    def _far(self, question: _Question, answer: str, random: np.random.Generator) -> int | None:
        """One of the best paragraphs of other articles that do not hold the answer."""
        likeness = self._likeness(question.text)
        likeness[self._articles[self._paragraphs[question.paragraph].article]] = 0.0
        best = [int(i) for i in np.argsort(-likeness)[:_FOUND] if likeness[i] > 0.0]
        found = self._without(answer, best)
        return int(random.choice(found)) if found else None

    def _without(self, answer: str, paragraphs: Sequence[int]) -> list[int]:
        return [i for i in paragraphs if answer not in self._paragraphs[i].context]

    def _swapped(self, question: _Question, random: np.random.Generator) -> str | None:
        """The question with a name or number of another question to its article; None where it has none to replace."""
        kinds = [(kind, there) for kind in (_names, _NUMBER.findall) if (there := kind(question.text))]
        if not kinds:
            return None
        kind, there = kinds[random.integers(len(kinds))]
        siblings = self._asked[self._paragraphs[question.paragraph].article]
        other = self._questions[int(random.choice(siblings))].text
        others = sorted(set(kind(other)) - set(there))
        if not others:
            return None
        return question.text.replace(str(random.choice(there)), str(random.choice(others)))

    def _likeness(self, text: str) -> npt.NDArray[np.float32]:
        """Return the cosine of a question with each paragraph (paragraphs,), by weighted words."""
        asked = self._vectorizer.transform([text])
        likeness: npt.NDArray[np.float32] = np.zeros(len(self._paragraphs), np.float32)
        for column, weight in zip(asked.indices, asked.data, strict=True):
            rows = slice(*self._vectors.indptr[column : column + 2])
            likeness[self._vectors.indices[rows]] += weight * self._vectors.data[rows]
        return likeness


def _window(
    ids: list[int], head: int, answer: tuple[int, int] | None, longest: int, random: np.random.Generator
) -> tuple[list[int], tuple[int, int] | None]:
    """Cut a run with the answer in it, so that with the `head` and the last token, which stay, `longest` are left."""
    inner = len(ids) - head - 1
    room = max(32, longest - head - 1)
    if inner <= room:
        return ids, answer
    low, high = 0, inner - room
    if answer is not None:
        first, last = answer[0] - head, min(answer[1] - head, answer[0] - head + room - 1)
        low, high = max(low, last - room + 1), min(high, first)
    start = int(random.integers(low, high + 1))
    cut = [*ids[:head], *ids[head + start : head + start + room], ids[-1]]
    if answer is None:
        return cut, None
    return cut, (answer[0] - start, min(answer[1] - start, len(cut) - 2))


def _words(text: str) -> list[str]:
    """Return words; of scripts without spaces, pairs of characters."""
    words = text.lower().split()
    return [
        part
        for word in words
        for part in ([word] if len(word) < 20 else (word[i : i + 2] for i in range(len(word) - 1)))
    ]


def _names(text: str) -> list[str]:
    """Runs of words with a capital, but for the first word, which has one anyway."""
    runs = groupby(text.split()[1:], key=lambda word: word[0].isupper())
    return [" ".join(run).strip(_MARKS) for is_name, run in runs if is_name]
