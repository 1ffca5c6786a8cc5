"""The child of `test_kill`: changes the truth in a seeded order, says what was acknowledged, until it is killed.

    python -m tests.support.killed FOLDER SEED

Each line of its output is a change that was acknowledged (`put ID VERSION`, `del ID`), one that is about to be tried
(`try ...`), or `gen` before and `done` after publishing.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.records import Draft
from index.store.store import Store
from tests.support.encoders import HashEncoder, catalogue, draft, ingester

ARTICLES = 40


def body(article: str, version: int) -> str:
    """The text of one version of an article: between one chunk and several."""
    return f"Bài {article} bản {version}. " + f"Câu của bản {version} kể chuyện mèo. " * (version % 23)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    encoder = HashEncoder()
    store = Store(folder / "truth.sqlite3")
    indexes = catalogue(store, folder / "generations", encoder)
    taker = ingester(store, encoder)
    version = seed * 10_000
    say("ready")
    while True:
        act = random.random()
        if act < 0.75:
            run = []
            for number in random.permutation(ARTICLES)[: random.integers(1, 21)]:
                version += 1
                run.append((f"a{number}", version))
            for outcome in taker.ingest(_tried(run)):
                say("put", outcome.id, dict(run)[str(outcome.id)])
        elif act < 0.9:
            gone = [f"a{number}" for number in random.permutation(ARTICLES)[:3]]
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
    main(Path(sys.argv[1]), int(sys.argv[2]))
