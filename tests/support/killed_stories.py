"""The child of a test: changes a truth in a seeded order and gives its articles their stories, until it is killed.

python -m tests.support.killed_stories FOLDER SEED
"""

import sys
from pathlib import Path

import numpy as np

from tests.support.stories import FERRY, FERRY_LATER, MARKET, Desk, report

ARTICLES = 12
TEXTS = (FERRY, FERRY_LATER, MARKET)


def main(folder: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    desk = Desk(folder)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for version in range(10_000):
        chosen = random.permutation(ARTICLES)[:3]
        if random.random() < 0.2:
            desk.store.remove([f"a{number}" for number in chosen])
        else:
            text = TEXTS[int(random.integers(len(TEXTS)))]
            desk.take(*(report(f"a{number}", f"{text} Bản {seed}.{version}, bài {number}.") for number in chosen))
        desk.follow()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
