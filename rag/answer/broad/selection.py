"""Which sentences tell most of a matter: relevance and centrality, then maximal marginal relevance.

A sentence is central where many other articles say nearly the same (LexRank, Erkan and Radev 2004), measured by its
words, weighted by idf, and by its tokens' states (as BERTScore compares texts, Zhang et al. 2020). Sentences are taken
one by one, each by its score less its likeness to those taken before (Carbonell and Goldstein 1998).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import Ids, Vectors, unit
from index.derived.terms import Idf
from index.language.text import folded_tokens
from rag.answer.broad.readable import readable
from rag.answer.ranking import SentenceWeights, rank
from rag.passages.countries import CountryGuard
from rag.passages.fusion import article_scores
from rag.records.search import Passage, Query, Sentence

# Articles are of the matter whose best passage has this share of the best score of all ...
_OF_THE_MATTER = 0.75
# ... and of these, sentences are taken from no more than so many, unless more are wanted.
_MOST_ARTICLES = 6
# The weight of a sentence's own score against its likeness to those taken before.
_OWN = 0.75
# A sentence with this share of its words, by idf, in one that was taken says nothing new.
_REPEATED = 0.7
# Where a feature has its full value: the offset in code points by which it has fallen to 1/e, words, numbers.
_EARLY, _LONG, _MANY_NUMBERS = 800, 40, 3
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

# The weight of each feature of a sentence, each of which lies in [0, 1]: fitted by logistic regression on whether a
# sentence states what a good answer must, of questions about real news.
_WEIGHTS = {
    "closeness": 0.8,
    "central_words": 0.1,
    "central_tokens": 1.8,
    "passage": 0.9,
    "article": 0.4,
    "early": 1.3,
    "length": 0.9,
    "numbers": 1.3,
}
# The score of what comes before all others.
_FIRST = 2.0

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence of a passage that may be quoted.

    `score`, in [0, 1], says how much of the matter it tells. `words`, of length 1, are its words, each by its idf, over
    the vocabulary of all candidates.
    """

    passage: Passage
    sentence: Sentence
    score: float
    words: Vectors

    @property
    def article_id(self) -> str:
        """The article that it stands in."""
        return self.passage.hit.chunk.article_id


def of_the_matter(passages: Sequence[Passage]) -> dict[str, float]:
    """The articles that are about what was asked, best first, each with its best passage's fused score."""
    best = article_scores(passages)
    least = _OF_THE_MATTER * max(best.values(), default=0.0)
    return {article: score for article, score in sorted(best.items(), key=lambda one: -one[1]) if score >= least}


def candidates(
    query: Query, passages: Sequence[Passage], idf: Idf, most_articles: int = _MOST_ARTICLES
) -> list[Candidate]:
    """The readable sentences of the best articles, as far as these were read, best first, ties by position.

    Where the question names a country, only those about it.
    """
    articles = list(of_the_matter(passages))[:most_articles]
    read = [p for article in articles for p in passages if p.reading is not None and _article(p) == article]
    country = CountryGuard(query.understood, read)
    found = [(passage, one) for passage in read for one in readable(passage) if country.is_in(passage, one)]
    if not found:
        return []
    words = _bags([sentence.text for _, sentence in found], idf)
    columns = features(read, found, words)
    scores = _scaled(sum((_WEIGHTS[name] * column for name, column in columns.items()), np.zeros(len(found))))
    if query.kind == "list":  # one sentence may name all that was asked for: what answers best comes first
        scores[_answering(query, read, found, idf)] = _FIRST
    made = [
        Candidate(passage, sentence, float(score), bag)
        for (passage, sentence), score, bag in zip(found, scores, words, strict=True)
    ]
    return sorted(made, key=lambda one: (-one.score, one.passage.hit.chunk.id, one.sentence.start))


def features(read: Sequence[Passage], found: Sequence[tuple[Passage, Sentence]], words: Vectors) -> dict[str, _Floats]:
    """The features of sentences `found` in passages `read`, each of shape (n,), by their names in `_WEIGHTS`.

    Passages and sentences of one article stand together.
    """
    best: dict[str, float] = {}
    for passage in read:
        best[_article(passage)] = max(best.get(_article(passage), 0.0), passage.score)
    top = max(best.values()) or 1.0
    weight = np.array(list(best.values())) ** 2
    owners = np.array([list(best).index(_article(passage)) for passage, _ in found])
    return {
        "closeness": _scaled(np.array([_closeness(passage, sentence) for passage, sentence in found])),
        "central_words": _scaled(_central(words, owners, weight)),
        "central_tokens": _scaled(_central_tokens(read, found, list(best), weight)),
        "passage": np.array([passage.score / top for passage, _ in found]),
        "article": np.array([best[_article(passage)] / top for passage, _ in found]),
        "early": np.array([math.exp(-sentence.start / _EARLY) for _, sentence in found]),
        "length": np.array([min(1.0, len(folded_tokens(sentence.text)) / _LONG) for _, sentence in found]),
        "numbers": np.array([min(1.0, len(_NUMBER.findall(one.text)) / _MANY_NUMBERS) for _, one in found]),
    }


def _answering(query: Query, read: Sequence[Passage], found: Sequence[tuple[Passage, Sentence]], idf: Idf) -> list[int]:
    """The place of the sentence that answers best by itself; none where it is not among those found."""
    best = rank(query, read, idf, SentenceWeights.load())[:1]
    ends = {(one.passage.hit.chunk.id, one.sentence.end) for one in best}
    return [place for place, (passage, one) in enumerate(found) if (passage.hit.chunk.id, one.end) in ends]


def chosen(ranked: Sequence[Candidate], most: int) -> list[Candidate]:
    """Up to `most` of the candidates, which are given best first, that say different things, in order of choice."""
    bags = [one.words for one in ranked]
    values = _OWN * np.array([one.score for one in ranked])
    likeness = np.zeros(len(ranked))
    taken: list[int] = []
    while len(taken) < most and (values > -np.inf).any():
        taken.append(int((values - (1 - _OWN) * likeness).argmax()))
        new = bags[taken[-1]]
        values[[_repeats(bag, new) for bag in bags]] = -np.inf
        likeness = np.maximum(likeness, [float(bag @ new) for bag in bags])
    return [ranked[place] for place in taken]


def _repeats(words: Vectors, others: Vectors) -> bool:
    """Whether most of a sentence's words, by idf, are another's."""
    return float(words[others > 0].sum()) >= _REPEATED * float(words.sum())


def _article(passage: Passage) -> str:
    return passage.hit.chunk.article_id


def _bags(texts: Sequence[str], idf: Idf) -> Vectors:
    """The words of each text, weighted by idf, as rows of length 1."""
    bags = [set(folded_tokens(text)) for text in texts]
    vocabulary = sorted(set().union(*bags))
    place = {word: column for column, word in enumerate(vocabulary)}
    weights = np.array([idf(word) for word in vocabulary], np.float32)
    rows = np.zeros((len(texts), len(vocabulary)), np.float32)
    for row, bag in enumerate(bags):
        rows[row, [place[word] for word in bag]] = 1
    return unit(rows * weights)


def _central_tokens(
    read: Sequence[Passage], found: Sequence[tuple[Passage, Sentence]], articles: Sequence[str], weight: _Floats
) -> _Floats:
    """The mean, over a sentence's tokens, of how near other articles' tokens come to each."""
    readings = [passage.reading for passage in read if passage.reading is not None]
    states = np.concatenate([reading.vectors for reading in readings])
    # States of one model share a direction, which says nothing: it is taken out.
    states = unit(states - states.mean(axis=0))
    owners = np.repeat([articles.index(_article(passage)) for passage in read], [len(one.vectors) for one in readings])
    central = _central(states, owners, weight)
    parts = np.split(central, np.cumsum([len(one.vectors) for one in readings])[:-1])
    of_passage = {passage.hit.chunk.id: part for passage, part in zip(read, parts, strict=True)}
    return np.array([_mean(of_passage[passage.hit.chunk.id], passage, sentence) for passage, sentence in found])


def _closeness(passage: Passage, sentence: Sentence) -> float:
    start = passage.hit.chunk.start
    assert passage.reading is not None
    return passage.reading.closeness(sentence.start - start, sentence.end - start)


def _mean(values: _Floats, passage: Passage, sentence: Sentence) -> float:
    start = passage.hit.chunk.start
    assert passage.reading is not None
    inside = passage.reading.within(sentence.start - start, sentence.end - start)
    return float(values[inside].mean()) if inside.any() else 0.0


def _central(rows: Vectors, owners: Ids, weight: _Floats) -> _Floats:
    """For each row, of length 1, its best cosine to a row of each other article, as a mean weighted by `weight`.

    `owners` says whose each row is, rising; an article may have none. 0 where no other article has any.
    """
    present, starts = np.unique(owners, return_index=True)
    nearest = np.maximum.reduceat(rows @ rows.T, starts, axis=1)
    others = np.where(owners[:, None] == present, 0.0, weight[present])
    total = others.sum(axis=1)
    return np.asarray((nearest * others).sum(axis=1) / np.where(total > 0, total, 1.0))


def _scaled(values: _Floats) -> _Floats:
    low, spread = values.min(), values.max() - values.min()
    return (values - low) / spread if spread else np.ones_like(values)
