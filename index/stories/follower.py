"""Gives each new or changed article its story: that of the articles near to it that tell of the same event.

An article joins the story that holds the article which it is likeliest of one event with, if it is likely enough, and
likely of one event with the story's articles on the whole, so that a chain of neighbours makes no story. A copy joins
its original whatever else. What an article joins depends on those that came before it, and not on which came with it.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import groupby

import numpy as np

from index.arrays import unit
from index.derived.protocol import Indexes
from index.language.shingles import are_copies, print_of
from index.model.centring import Centring, centring_of
from index.store.store import Embedded, Store
from index.stories.likeness import odds
from index.stories.profiles import Profile, profile_of
from index.stories.story_store import Compared, Placed, StoryStore

# The odds (as a logarithm) from which two articles are taken to be about one event, and those that an article must
# have on average with all of a story.
_LIKELY, _ON_THE_WHOLE = 1.0, 0.0
# Chunks of other articles looked at; and the cosine from which an article may be a copy.
_NEAREST, _COPY = 40, 0.8
# Changes that are worked on before others of the background have their turn.
_AT_ONCE = 8


class StoryFollower:
    """Follows the store, with the indexes of a catalogue; `model` is the fingerprint of their vectors."""

    def __init__(self, store: Store, stories: StoryStore, catalogue: Indexes, model: str) -> None:
        self._store = store
        self._stories = stories
        self._catalogue = catalogue
        self._model = model

    @cached_property
    def _centring(self) -> Centring | None:
        return centring_of(self._model)

    def follow(self) -> bool:
        """Give the next articles their stories; True where there may be more. Articles of other models are passed over.

        Killed at any moment, it goes on where it was: what has its story keeps it.
        """
        indexed = self._catalogue.snapshot.sequence
        changed = [row for row in self._store.changed(self._stories.position(), _AT_ONCE) if row[0] <= indexed]
        for sequence, rows in groupby(changed, key=lambda row: row[0]):
            for _, article in rows:
                found = self._store.embedded(article)
                if found is not None and found.model == self._model:
                    self._place(found)
            self._stories.move_on(sequence)
        return bool(changed)

    def _place(self, new: Embedded) -> None:
        before = next(iter(self._stories.placed([new.article.id])), None)
        profile = profile_of(new.article, new.vectors, self._centring)
        # What is only embedded anew stays where it is: its neighbours may have other vectors still.
        same = before is not None and before.digest == new.digest
        story = before.story if before and same else self._story(new, profile, before)
        self._stories.put(Compared(new.article.id, new.digest, new.model, profile), story)

    def _story(self, new: Embedded, profile: Profile, before: Placed | None) -> int | None:
        """The story that an article belongs to; None where it begins one."""
        near = [one for one in self._near(new) if one.model == new.model]
        near.sort(key=lambda one: -float(one.profile.vector @ profile.vector))
        original = self._original(new, profile, near)
        if original is not None:
            return original.story
        rarities = self._stories.rarities(profile.names)
        likeliest = sorted(near, key=lambda one: (-odds(profile, one.profile, rarities.__getitem__), one.article_id))
        for story in dict.fromkeys(one.story for one in likeliest):
            others = [one for one in self._stories.members(story) if one.article_id != new.article.id]
            likely = [odds(profile, one.profile, rarities.__getitem__) for one in others if one.model == new.model]
            # Another process may have moved those who made it near.
            if likely and max(likely) >= _LIKELY and float(np.mean(likely)) >= _ON_THE_WHOLE:
                return story
        alone = before is not None and self._stories.articles(before.story) == [new.article.id]
        return before.story if before and alone else None

    def _near(self, new: Embedded) -> list[Placed]:
        """The articles with the nearest chunks that have their story."""
        asked = unit(new.vectors.mean(axis=0, keepdims=True))[0]
        chunks = [chunk for chunk, _ in self._catalogue.snapshot.dense(asked, _NEAREST)]
        return self._stories.placed(set(self._store.owners(chunks)) - {new.article.id})

    def _original(self, new: Embedded, profile: Profile, near: Sequence[Placed]) -> Placed | None:
        """The nearest article of which this one is a copy, or which is a copy of it."""
        alike = [one for one in near if float(one.profile.vector @ profile.vector) >= _COPY]
        printed = print_of(new.article.text) if alike else None
        if printed is None or not printed.is_telling:
            return None
        for one in alike:
            text = self._store.text(one.article_id)
            other = print_of(text) if text is not None else None
            if other is not None and other.is_telling and are_copies(printed, other):
                return one
        return None
