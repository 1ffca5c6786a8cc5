"""The child of `tests/heavy/index/cluster/test_kill.py`: changes the truth and follows it into Milvus, until killed.

    python -m tests.support.killed_indexer FOLDER SEED

It says `ready` once it indexes, and then each sequence number that the index has reached.
"""

import sys
from pathlib import Path

import numpy as np

from eval.endurance.killed import ARTICLES
from eval.endurance.stand_ins import HashEncoder, body, draft, ingester, say
from index.cluster.catalogue import ClusterCatalogue
from index.cluster.collection import Plan
from index.store.store import Store
from tests.support.cluster import embedded

PLAN = Plan("FLAT", 0)


def main(folder: Path, seed: int) -> None:
    random, encoder = np.random.default_rng(seed), HashEncoder()
    store = Store(folder / "truth.sqlite3")
    version = seed * 10_000
    with embedded(folder) as client:
        catalogue = ClusterCatalogue(store, client, encoder.fingerprint, encoder.dimension, PLAN)
        say("ready")
        while True:
            for number in random.permutation(ARTICLES)[: random.integers(1, 9)]:
                version += 1
                list(ingester(store, encoder).ingest([draft(f"a{number}", body(f"a{number}", version))]))
            store.remove([f"a{number}" for number in random.permutation(ARTICLES)[:3]])
            catalogue.refresh()
            say(catalogue.snapshot.sequence)
            if random.random() < 0.1:
                catalogue.publish(anew=bool(random.random() < 0.5))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
