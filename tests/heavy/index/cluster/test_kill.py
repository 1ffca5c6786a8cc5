"""An indexer killed at any moment: no row that Milvus acknowledged is lost, none is doubled, and the next goes on.

`python -m tests.heavy.index.cluster.test_kill FOLDER KILLS` kills more of them.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from index.cluster.catalogue import ClusterCatalogue
from index.cluster.registry import Registry
from index.store.store import Store
from tests.support import ROOT
from tests.support.cluster import embedded
from tests.support.encoders import HashEncoder
from tests.support.killed_indexer import PLAN

ENCODER = HashEncoder()


def run_and_kill(folder: Path, seed: int) -> int:
    """Kill a child at a seeded moment, a fifth of them before they index; the last number that one said, 0 for none."""
    random = np.random.default_rng(seed)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.killed_indexer", str(folder), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    if random.random() < 0.8:
        assert child.stdout.readline() == "ready\n"
    time.sleep(random.uniform(0, 2))
    child.kill()
    said = [line for line in child.stdout.read().split("\n")[:-1] if line != "ready"]
    child.stdout.close()
    assert child.wait() == -9, "the child ended by itself"
    return int(said[-1]) if said else 0


def check(folder: Path, said: int) -> tuple[int, int]:
    """Check what a killed indexer left, and that another goes on; the rows there are, and the change reached before."""
    store = Store(folder / "truth.sqlite3")
    registry = Registry(store.database)
    made = registry.generations()
    with embedded(folder) as client:
        reached = 0
        if made:
            reading = ClusterCatalogue(store, client, ENCODER.fingerprint, ENCODER.dimension, PLAN, indexes=False)
            reached, held = reading.snapshot.sequence, list(reading.snapshot.rows.collection.ids())
            assert reached >= said
            # All that was acknowledged: what the store has up to the first change that is outstanding.
            pages = store.passages(0, reached, ENCODER.fingerprint, ENCODER.dimension)
            assert {chunk for page in pages for chunk in page.ids.tolist()} <= set(held)
            assert len(held) == len(set(held)) == reading.snapshot.rows.collection.count()
        catalogue = ClusterCatalogue(store, client, ENCODER.fingerprint, ENCODER.dimension, PLAN)
        held = list(catalogue.snapshot.rows.collection.ids())
        assert sorted(held) == store.chunk_ids().tolist()
        # It went on, and did not begin anew.
        assert not made or registry.generations() == made
    store.close()
    return len(held), reached


def survive(folder: Path, seeds: range) -> list[tuple[int, int]]:
    return [check(folder, run_and_kill(folder, seed)) for seed in seeds]


def test_three_kills(tmp_path: Path) -> None:
    reached = [change for _, change in survive(tmp_path, range(1, 4))]
    assert reached == sorted(reached)
    assert reached[-1] > 0


if __name__ == "__main__":
    for rows, change in survive(Path(sys.argv[1]), range(100, 100 + int(sys.argv[2]))):
        sys.stdout.write(f"{rows} rows, change {change}\n")
