"""What the tests of the index in Milvus share: the sample's chunks with seeded vectors, and an embedded edition."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from milvus_lite.server_manager import server_manager_instance
from pymilvus import MilvusClient

from index.arrays import unit
from index.cluster.cluster_index import ClusterIndex, Rows
from index.cluster.collection import Collection, Plan
from index.cluster.connection import Address, connected
from index.cluster.entries import entries
from index.cluster.statistics import Statistics
from index.derived.protocol import Entry
from index.intake.files import discover, read_drafts
from index.language.diacritics.restore import SyllableModel
from index.store.store import Store
from tests.support.encoders import HashEncoder, ingester
from tests.support.sample import SAMPLE

DIMENSION = 64


def sample_entries(folder: Path) -> list[Entry]:
    """The chunks of the sample articles, each with a vector of its own, drawn by its number."""
    encoder = HashEncoder()
    store = Store(folder / "sample.sqlite3")
    list(ingester(store, encoder).ingest(draft for path in discover([SAMPLE]) for draft in read_drafts(path)))
    chunks = list(entries(store, 0, store.sequence(), encoder.fingerprint, encoder.dimension))
    store.close()
    vectors = unit(np.random.default_rng(15).normal(size=(len(chunks), DIMENSION)).astype(np.float32))
    return [replace(chunk, vector=vector) for chunk, vector in zip(chunks, vectors, strict=True)]


@contextmanager
def embedded(folder: Path) -> Iterator[MilvusClient]:
    """The embedded edition over a file of its own, which another process can open afterwards."""
    file = str(folder / "milvus.db")
    with connected(Address(file)) as client:
        yield client
    # The client of the last who opened it leaves the server within this process running.
    server_manager_instance.release_server(file)


def empty_index(
    client: MilvusClient, name: str, statistics: Statistics, plan: Plan, dimension: int = DIMENSION
) -> ClusterIndex:
    """An index over a new collection, which finds what is written through it."""
    rows = Rows(Collection.create(client, name, dimension, plan), statistics.averages)
    return ClusterIndex(0, SyllableModel.count([]), statistics, rows)
