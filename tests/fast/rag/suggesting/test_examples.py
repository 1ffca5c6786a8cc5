"""Example questions of the start page: made in the background, a language at a time, and seldom anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from index.store.store import Store
from rag.suggesting.examples import Examples
from rag.suggesting.making import Made
from tests.support.stores import put


@dataclass
class ArchiveClient:
    """Stands for the indexes, of which the sequence number alone is looked at."""

    sequence: int = 1

    @property
    def snapshot(self) -> "ArchiveClient":
        return self


@dataclass
class Proposer:
    """Proposes a question of each of its articles, and notes for which languages it did."""

    articles: Sequence[str]
    asked: list[str] = field(default_factory=list)

    def first(self, language: str, most: int) -> list[Made]:
        self.asked.append(language)
        return [Made(f"{article} ({language})?", "overview", article, frozenset()) for article in self.articles][:most]


def test_questions_are_made_when_articles_change_and_only_of_articles_that_are_there(store: Store) -> None:
    put(store, "a", "b")
    archive: Any = ArchiveClient()
    proposer: Any = Proposer(["a", "b"])
    seconds = [0.0]
    examples = Examples(proposer, store, archive, lambda: seconds[0])

    assert examples.questions("vi") == []
    assert [examples.follow() for _ in range(4)] == [True, False, False, False]
    assert proposer.asked == ["vi", "en"]
    assert examples.questions("vi") == ["a (vi)?", "b (vi)?"]
    assert examples.questions("en", 1) == ["a (en)?"]
    assert examples.questions("ru") == []
    store.remove(["a"])
    assert examples.questions("vi") == ["b (vi)?"]

    # Articles came, but those that there are were made just now.
    archive.sequence = 2
    assert not examples.follow()
    seconds[0] = 601.0
    assert [examples.follow() for _ in range(3)] == [True, False, False]
    assert proposer.asked == ["vi", "en", "vi", "en"]


def test_an_archive_of_which_nothing_was_made_is_tried_as_soon_as_it_changes(store: Store) -> None:
    archive: Any = ArchiveClient()
    proposer: Any = Proposer([])
    examples = Examples(proposer, store, archive, lambda: 0.0)
    assert [examples.follow() for _ in range(3)] == [True, False, False]
    archive.sequence = 2
    assert examples.follow()


def test_nothing_is_made_before_it_is_followed(store: Store) -> None:
    proposer: Any = Proposer(["a"])
    archive: Any = ArchiveClient()
    assert Examples(proposer, store, archive).questions("vi") == []
    assert proposer.asked == []
