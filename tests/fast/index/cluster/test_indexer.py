"""Changes reach an index whoever brings them in, in whatever order, and however often; here an index in memory."""

import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from random import Random

import pytest

from index.cluster.indexer import Indexer
from index.cluster.registry import Made, Registry
from index.derived.protocol import Entry
from index.storage.database import Where
from index.store.outbox import Outbox
from index.store.store import Store
from tests.support.encoders import HashEncoder, draft, ingester

ENCODER = HashEncoder()
MADE = Made(ENCODER.fingerprint, ENCODER.dimension, {})


class Held:
    """Chunks by their ids, from any number of threads; each message to it takes its time, and may break off."""

    def __init__(self, seed: int = 0, slow: float = 0.0, breaking: float = 0.0) -> None:
        self.texts: dict[int, str] = {}
        self.broken = 0
        self._random, self._slow, self._breaking = Random(seed), slow, breaking  # noqa: S311 (the same each time)

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        read = list(added)
        time.sleep(self._random.uniform(0, self._slow))
        if self._random.random() < self._breaking:
            self.broken += 1
            raise ConnectionError("killed before")
        self.texts.update((entry.chunk, entry.text) for entry in read)
        for chunk in removed:
            self.texts.pop(chunk, None)
        if self._random.random() < self._breaking:
            self.broken += 1
            raise ConnectionError("killed after")


def put(store: Store, *articles: str, text: str = "Mèo đen.") -> None:
    list(ingester(store, ENCODER).ingest([draft(article, f"{text} {article}") for article in articles]))


def indexer(store: Store, index: Held) -> Indexer:
    return Indexer(store, Outbox(store.database), index, "one", MADE.model, MADE.dimension, at_once=2)


def texts(store: Store) -> dict[int, str]:
    pages = store.passages(0, store.sequence(), MADE.model, MADE.dimension)
    return {chunk: text for page in pages for chunk, text in zip(page.ids.tolist(), page.texts, strict=True)}


def test_what_was_there_and_what_came_and_went(where: Where) -> None:
    with closing(Store(where)) as store:
        put(store, "a", "b")
        Registry(store.database).register("one", MADE)
        held = Held()
        indexer(store, held).fill(store.sequence())
        put(store, "c")
        put(store, "b", text="Hổ trắng.")
        store.remove(["a"])
        indexer(store, held).follow()
        assert sorted(held.texts.values()) == ["Hổ trắng. b", "Mèo đen. c"]
        assert held.texts == texts(store)
        assert Outbox(store.database).outstanding("one") == []


@pytest.mark.parametrize("seed", range(2))
def test_several_at_once_some_of_them_killed_while_articles_come_and_go(where: Where, seed: int) -> None:
    random, held, over = Random(seed), Held(seed, 0.02, 0.1), threading.Event()  # noqa: S311 (the same each time)
    with closing(Store(where)) as store, closing(Store(where)) as other:
        Registry(store.database).register("one", MADE)

        def follow(which: Store) -> None:
            while not over.is_set():
                try:
                    indexer(which, held).follow()
                except ConnectionError:
                    continue

        threads = [threading.Thread(target=follow, args=(each,)) for each in (store, other)]
        for thread in threads:
            thread.start()
        for version in range(40):
            if random.random() < 0.7:
                put(store, *random.sample("abc", random.randint(1, 2)), text=f"Bản {version}.")
            else:
                store.remove(random.sample("abc", 1))
        outbox = Outbox(store.database)
        until = time.monotonic() + 20
        while outbox.outstanding("one") and time.monotonic() < until:
            time.sleep(0.01)
        over.set()
        for thread in threads:
            thread.join()
        assert outbox.reached("one") == store.sequence() > 30
        assert held.texts == texts(store)
        assert held.broken > 0
