"""Example questions for the start page, made from the newest articles in the background."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import get_args

from index.derived.protocol import Indexes
from index.store.store import Store
from rag.records.search import Language
from rag.suggesting.making import Made
from rag.suggesting.suggester import Suggester

MOST = 4
# How long those that there are stay, however many articles come.
_SECONDS = 600.0


class Examples:
    """Questions of the archive as it is, a language at a time; whoever asks for them never waits."""

    def __init__(
        self, suggester: Suggester, store: Store, catalogue: Indexes, now: Callable[[], float] = monotonic
    ) -> None:
        self._suggester, self._store, self._catalogue, self._now = suggester, store, catalogue, now
        self._made: dict[str, Sequence[Made]] = {}
        self._waiting: tuple[str, ...] = ()
        self._sequence, self._made_at = -1, 0.0

    def questions(self, language: str, most: int = MOST) -> list[str]:
        """At most so many questions in a language, whose articles are still there; none before the first were made."""
        made = self._made.get(language, ())
        return [one.question for one in made if self._store.text(one.article_id) is not None][:most]

    def follow(self) -> bool:
        """Make those of one language, where articles have come or gone since; whether another language is to follow."""
        sequence = self._catalogue.snapshot.sequence
        rested = not any(self._made.values()) or self._now() - self._made_at >= _SECONDS
        if not self._waiting and sequence != self._sequence and rested:
            self._waiting, self._sequence, self._made_at = get_args(Language), sequence, self._now()
        if self._waiting:
            language, *rest = self._waiting
            self._waiting = tuple(rest)
            self._made[language] = self._suggester.first(language, MOST)
        return bool(self._waiting)
