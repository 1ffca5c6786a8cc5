"""Matches -> notices: articles of a topic that are about one event, as one, with the sentence that tells it best."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.derived.generations import Catalogue
from index.language.showing import called
from index.language.text import normalised_tokens
from index.model.centring import Centring, centring_of
from index.store.store import Store
from rag.answer.broad.readable import readable
from rag.answer.citations import CitedText
from rag.answer.quoting import verbatim
from rag.records.search import Passage, Query, Sentence
from rag.topics.matching import Incoming, incoming
from rag.topics.records import Match, Notice, Profile

# Cosine of the means of two articles' passages, from which they are of one event, and how many days apart at most.
_ONE_EVENT, _DAYS = 0.85, 3


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """The matches that are about one event, the likeliest first, each with its article."""

    matches: tuple[Match, ...]
    articles: tuple[Incoming, ...]

    @property
    def sources(self) -> int:
        """How many publishers tell of it."""
        return len({article.metadata.source for article in self.articles})

    @property
    def number(self) -> int:
        """The number of its last match."""
        return max(match.number for match in self.matches)


def events(matches: Sequence[Match], store: Store, model: str) -> list[Event]:
    """Matches grouped by event, the one with the most sources first, then the latest; without what is gone."""
    found = [(match, article) for match in matches if (article := incoming(store, match.article_id, model))]
    groups = [
        sorted(group, key=lambda one: (-one[0].score, one[0].number))
        for group in _of_one_event(found, centring_of(model))
    ]
    made = [Event(*map(tuple, zip(*group, strict=True))) for group in groups]
    return sorted(made, key=lambda event: (-event.sources, -event.number))


def _of_one_event(
    found: Sequence[tuple[Match, Incoming]], centring: Centring | None
) -> list[list[tuple[Match, Incoming]]]:
    """The articles in groups, each about one event."""
    groups: list[list[tuple[Match, Incoming]]] = []
    means: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    firsts: list[Incoming] = []
    for match, article in found:
        moved = centring.moved(article.vectors) if centring else article.vectors
        mean = moved.mean(axis=0)
        mean = mean / max(float(np.linalg.norm(mean)), 1e-9)
        near = [place for place, other in enumerate(means) if float(mean @ other) >= _ONE_EVENT]
        place = next((place for place in near if _near_in_time(article, firsts[place])), None)
        if place is None:
            groups.append([(match, article)])
            means.append(mean)
            firsts.append(article)
        else:
            groups[place].append((match, article))
    return groups


def _near_in_time(one: Incoming, other: Incoming) -> bool:
    days = one.metadata.day, other.metadata.day
    return days[0] is None or days[1] is None or abs((days[0] - days[1]).days) <= _DAYS


class Notices:
    """Tells of events as notices."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store, self._catalogue = store, catalogue

    def events(self, matches: Sequence[Match]) -> list[Event]:
        """Matches grouped by event, as `events` does."""
        return events(matches, self._store, self._catalogue.model)

    def notice(self, profile: Profile, event: Event) -> Notice | None:
        """An event as it is told; None where all its articles were taken away just now."""
        passage = nearest_passages(profile, event.articles[0], centring_of(self._catalogue.model))[0]
        sentence = best_sentence(profile.topic.query, passage, self._catalogue.snapshot.terms.idf)
        page = CitedText(lru_cache(self._store.text), [passage])
        _, citations = page.add(verbatim(passage, sentence, event.matches[0].score))
        articles = [one for match in event.matches if (one := self._store.article(match.article_id))]
        if not citations or not articles:
            return None
        metadata = passage.hit.metadata
        return Notice(
            max(match.at for match in event.matches),
            event.number > profile.topic.seen,
            called(metadata.title, metadata.opening or sentence.text),
            metadata.day,
            citations[0].sources[0],
            tuple(articles),
            event.sources,
        )


def nearest_passages(profile: Profile, article: Incoming, centring: Centring | None) -> list[Passage]:
    """The passages of an article, the nearest to the topic first."""
    both = np.vstack([profile.vector[None], article.vectors])
    moved = centring.moved(both) if centring else both
    cosines = (moved[1:] @ moved[0]).tolist()
    ranked = sorted(zip(cosines, article.hits, strict=True), key=lambda one: (-one[0], one[1].chunk.start))
    return [Passage(hit, dense=cosine, lexical=0.0) for cosine, hit in ranked]


def best_sentence(query: Query, passage: Passage, idf: Callable[[str], float]) -> Sentence:
    """The sentence of a passage that holds most of a topic's words, weighted by idf; the first of several."""
    weights = {word: idf(word) for word in normalised_tokens(query.understood)}
    found: Iterable[Sentence] = readable(passage) or passage.sentences
    return max(found, key=lambda one: sum(weights.get(word, 0.0) for word in set(normalised_tokens(one.text))))
