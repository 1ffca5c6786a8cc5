"""Matches -> notices: articles of a topic that are of one story, as one, with the sentence that tells it best."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.derived.protocol import Indexes
from index.language.showing import called
from index.language.text import normalised_tokens
from index.model.centring import Centring, centring_of
from index.store.store import Store
from index.stories.story_store import StoryStore
from rag.answer.broad.readable import readable
from rag.answer.citations import CitedText
from rag.answer.quoting import verbatim
from rag.records.search import Passage, Query, Sentence
from rag.topics.matching import Incoming, incoming
from rag.topics.records import Match, Notice, Profile


@dataclass(frozen=True, slots=True)
class Event:
    """The matches that are about one event, the likeliest first, and how many publishers tell of it."""

    matches: tuple[Match, ...]
    sources: int

    @property
    def number(self) -> int:
        """The number of its last match."""
        return max(match.number for match in self.matches)


class Notices:
    """Tells of events as notices."""

    def __init__(self, store: Store, catalogue: Indexes, stories: StoryStore) -> None:
        self._store, self._catalogue, self._stories = store, catalogue, stories

    def events(self, matches: Sequence[Match]) -> list[Event]:
        """Matches grouped by story, the one with the most sources first, then the latest; without what is gone.

        An article that has no story yet stands alone.
        """
        ids = [match.article_id for match in matches]
        sources, stories = self._store.sources(ids), self._stories.of(ids)
        groups: dict[int | str, list[Match]] = {}
        for match in matches:
            if match.article_id in sources:
                groups.setdefault(stories.get(match.article_id, match.article_id), []).append(match)
        made = [
            Event(
                tuple(sorted(group, key=lambda match: (-match.score, match.number))),
                len({sources[match.article_id] for match in group}),
            )
            for group in groups.values()
        ]
        return sorted(made, key=lambda event: (-event.sources, -event.number))

    def notice(self, profile: Profile, event: Event) -> Notice | None:
        """An event as it is told; None where the article that tells it was taken away just now."""
        likeliest = event.matches[0]
        article = incoming(self._store, likeliest.article_id, self._catalogue.model)
        if article is None:
            return None
        passage = nearest_passages(profile, article, centring_of(self._catalogue.model))[0]
        sentence = best_sentence(profile.topic.query, passage, self._catalogue.snapshot.idf)
        page = CitedText(lru_cache(self._store.text), [passage])
        _, citations = page.add(verbatim(passage, sentence, likeliest.score))
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
