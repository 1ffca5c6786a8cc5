"""The process that `eval.endurance.kills` kills: changes the articles in a seeded order, and says what it did.

    python -m eval.endurance.killed FOLDER SEED NUMBER [SCHEMA]

The articles are in a file in the folder, or in a schema of the PostgreSQL server at $ADDRESS. Each line of its output
is a change that was acknowledged (`put ID VERSION`, `del ID`), one that is about to be tried (`try ...`), or `gen`
before and `done` after publishing.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from eval.endurance.stand_ins import HashEncoder, body, catalogue, draft, ingester, say
from index.records import Draft
from index.storage.database import Server, Where
from index.store.store import Store

ARTICLES = 40


def main(folder: Path, where: Where, seed: int, number: int) -> None:
    """Change the articles until the end; `number` makes the texts of this run others than those of all before."""
    say("begun")
    random = np.random.default_rng([seed, number])
    encoder = HashEncoder()
    store = Store(where)
    indexes = catalogue(store, folder / "generations", encoder)
    taker = ingester(store, encoder)
    version = (number + 1) * 10_000
    say("ready")
    while True:
        act = random.random()
        if act < 0.75:
            run = []
            for article in random.permutation(ARTICLES)[: random.integers(1, 21)]:
                version += 1
                run.append((f"a{article}", version))
            for outcome in taker.ingest(_tried(run)):
                say("put", outcome.id, dict(run)[str(outcome.id)])
        elif act < 0.9:
            gone = [f"a{article}" for article in random.permutation(ARTICLES)[:3]]
            for article in gone:
                say("try", article, "-")
            store.remove(gone)
            for article in gone:
                say("del", article)
        else:
            say("gen")
            indexes.publish()
            say("done")
        indexes.refresh()


def _tried(run: list[tuple[str, int]]) -> Iterator[Draft]:
    for article, version in run:
        say("try", article, version)
        yield draft(article, body(article, version))


if __name__ == "__main__":
    place = Path(sys.argv[1])
    at = Server(os.environ["ADDRESS"], sys.argv[4]) if len(sys.argv) > 4 else place / "truth.sqlite3"
    main(place, at, int(sys.argv[2]), int(sys.argv[3]))
