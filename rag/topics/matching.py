"""Which topics new articles are about: percolation, the few new passages against all topics at once.

A topic is near an article by the best cosine to a passage of it, by the best share of the topic's words in a passage,
weighted by idf, and by the share of the countries that the topic names and the article does too. A logistic regression
over these, fitted by `eval.studies.matching`, makes them a probability.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.arrays import Vectors
from index.language.countries import countries, with_one_name
from index.language.text import normalised_tokens
from index.model.centring import Centring
from index.records import Filters, Hit, Metadata, passage_text
from index.store.store import Store
from rag.answer.calibration import Calibration
from rag.topics.records import Profile

_Floats = npt.NDArray[np.float32]


class Features(NamedTuple):
    """The best cosine of a passage, and the best share of the topic's words in one, each in [0, 1]; the share of the
    topic's countries that the article names, 1 where it names none; and 1 for a topic in another language than the
    articles', which shares few words with them.
    """

    dense: float
    words: float
    countries: float
    other_language: float


FITTED = Calibration(
    Features(19.22, 6.67, 2.77, 4.06), bias=-15.56, threshold=0.29, fitted_on="broad.dev.jsonl, themes.jsonl, even"
)


@dataclass(frozen=True, slots=True, eq=False)
class Incoming:
    """An article to be matched: its passages in order, and their vectors, float32 of shape (n, dimension)."""

    article_id: str
    hits: Sequence[Hit]
    vectors: Vectors

    @property
    def texts(self) -> list[str]:
        """The text of each passage, its article's title before it."""
        return [passage_text(hit.metadata.title, hit.chunk.text) for hit in self.hits]

    @property
    def metadata(self) -> Metadata:
        """What is known of the article."""
        return self.hits[0].metadata


class Matcher:
    """Topics, ready to be compared with passages; made anew when a topic comes or goes."""

    def __init__(self, profiles: Sequence[Profile], centring: Centring | None) -> None:
        self.profiles = profiles
        self._centring = centring
        self._vectors = self._moved(np.stack([profile.vector for profile in profiles]))
        asked = [profile.topic.query.understood for profile in profiles]
        self._words = list(map(_words, asked))
        self._vocabulary = {word: place for place, word in enumerate(sorted(frozenset().union(*self._words)))}
        self._countries = [_countries(text) for text in asked]
        self._other = np.array([profile.topic.query.language != "vi" for profile in profiles], np.float32)

    def matched(
        self, articles: Sequence[Incoming], idf: Callable[[str], float], least: float = FITTED.threshold
    ) -> Iterator[tuple[Profile, Incoming, float]]:
        """Each topic with each article that it is about, and the probability, `least` and more, that it is.

        `idf` gives the inverse document frequency of a token.
        """
        if not articles:
            return
        dense, words = self._best(articles, idf)
        fitted = Features(*FITTED.weights)
        # Countries take most of the time: they are looked for where they can still turn the scale.
        without = fitted.dense * dense + fitted.words * words + fitted.other_language * self._other + FITTED.bias
        bound = math.log(least / (1 - least))
        named: dict[int, frozenset[str]] = {}
        for place, number in np.argwhere(without + fitted.countries >= bound).tolist():
            profile, article, asked = self.profiles[number], articles[place], self._countries[number]
            if asked and place not in named:
                named[place] = _named(article)
            share = _share(asked, named.get(place, frozenset()))
            evidence = Features(dense[place, number], words[place, number], share, self._other[number])
            sure = FITTED.confidence(evidence)
            if sure >= least and passes(profile.topic.filters, article.metadata):
                yield profile, article, sure

    def features(self, articles: Sequence[Incoming], idf: Callable[[str], float]) -> _Floats:
        """`Features` of every article and topic, of shape (articles, topics, 4)."""
        dense, words = self._best(articles, idf)
        named = [_named(article) for article in articles]
        shares = [[_share(asked, own) for asked in self._countries] for own in named]
        other = np.broadcast_to(self._other, dense.shape)
        return np.stack([dense, words, np.array(shares, np.float32), other], axis=-1)

    def _best(self, articles: Sequence[Incoming], idf: Callable[[str], float]) -> tuple[_Floats, _Floats]:
        """The best cosine and the best share of words of each article's passages, of shape (articles, topics)."""
        dense = self._moved(np.concatenate([article.vectors for article in articles])) @ self._vectors.T
        words = self._held([text for article in articles for text in article.texts]) @ self._shares(idf).T
        starts = np.cumsum([0, *(len(article.hits) for article in articles[:-1])])
        return np.maximum.reduceat(dense, starts), np.maximum.reduceat(words, starts)

    def _held(self, texts: Sequence[str]) -> _Floats:
        """Which words of the topics each text holds, of shape (texts, words)."""
        held = np.zeros((len(texts), len(self._vocabulary)), np.float32)
        for row, text in zip(held, texts, strict=True):
            row[[self._vocabulary[word] for word in _words(text) & self._vocabulary.keys()]] = 1
        return held

    def _shares(self, idf: Callable[[str], float]) -> _Floats:
        """The weight of each word in each topic, of shape (topics, words); a topic's weigh 1 together."""
        weights = np.array([idf(word) for word in self._vocabulary], np.float32)
        shares = np.zeros((len(self.profiles), len(self._vocabulary)), np.float32)
        for row, words in zip(shares, self._words, strict=True):
            own = [self._vocabulary[word] for word in words]
            row[own] = weights[own]
        return np.asarray(shares / np.maximum(shares.sum(axis=1, keepdims=True), np.float32(1e-9)), np.float32)

    def _moved(self, vectors: Vectors) -> Vectors:
        return self._centring.moved(vectors) if self._centring else vectors


def passes(filters: Filters, metadata: Metadata) -> bool:
    """Whether an article passes filters as the store applies them: without a date it passes no date filter."""
    if filters.sources and metadata.source not in filters.sources:
        return False
    day = (metadata.published_at or "")[:10]
    after = not filters.published_from or day >= filters.published_from
    before = not filters.published_to or "" < day <= filters.published_to
    return after and before


def _words(text: str) -> frozenset[str]:
    """The words of a text, each country under one name: "Mỹ" is "Hoa Kỳ"."""
    return frozenset(normalised_tokens(with_one_name(text)))


def _countries(text: str) -> frozenset[str]:
    return frozenset(name.key for name in countries(text))


def _named(article: Incoming) -> frozenset[str]:
    return frozenset().union(*map(_countries, article.texts))


def _share(asked: frozenset[str], named: frozenset[str]) -> float:
    return len(asked & named) / len(asked) if asked else 1.0


def incoming(store: Store, article: str, model: str) -> Incoming | None:
    """An article to be matched; None where it is gone, was withdrawn, or holds nothing."""
    found = store.embedded(article)
    if found is None or found.model != model or found.article.metadata.withdrawn_at:
        return None
    return Incoming(article, found.hits, found.vectors)
