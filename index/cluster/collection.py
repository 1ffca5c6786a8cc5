"""A collection of Milvus: a row a chunk, with its vectors and what filters ask for, and no text.

| field | type | index |
| --- | --- | --- |
| `id` | INT64, the chunk's id | primary key |
| `article` | VARCHAR | |
| `source` | INT64, see `index.derived.marks` | INVERTED |
| `day` | INT64, an ordinal, 0 for none | |
| `month` | INT64 | partition key |
| `vector` | FLOAT_VECTOR | of the plan, IP |
| `terms` | SPARSE_FLOAT_VECTOR, see `index.cluster.sparse` | SPARSE_INVERTED_INDEX, IP |

The key is named `id` because pymilvus 2 gives a hit's key under that name, 3 under its own.

A row is written by upsert under the chunk's id, so that writing it again changes nothing.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, TypeVar

from pymilvus import DataType, MilvusClient, MilvusException

from index.arrays import Scored, Vectors
from index.cluster.connection import Address, translated
from index.cluster.sparse import Sparse
from index.derived.vectors import best

# Milvus gives at most this many hits; where more share a score, which of them are among these is its choice.
MOST_HITS = 16_384
_ROWS = 500  # in one message, of some 8 kB each; the most is 64 MB
_LISTED = 5000  # ids in one expression
_READING, _WRITING = 10.0, 120.0  # seconds
_NOT_LOADED = 101  # a code of Milvus

# How far rounding takes two sums of the same products apart, to 1.
_ROUNDING = 1e-6

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a collection is laid out.

    `dense` is the index over the vectors: HNSW to ten million chunks, FLAT where hits must be exact. Beyond that
    IVF_RABITQ with refinement or DISKANN take less memory: they are another kind and parameters in `_DENSE`.
    `partitions` is the number of partitions that months are spread over, 0 for none: milvus-lite 2.5 reads no
    expression over a collection that has a partition key.
    """

    dense: Literal["FLAT", "HNSW"] = "HNSW"
    partitions: int = 16


def plan_for(address: Address) -> Plan:
    """The plan for a server; for an embedded edition, one that each edition can do."""
    return Plan("FLAT", 0) if address.embedded else Plan()


# The parameters to build each kind with.
_DENSE: dict[str, dict[str, int]] = {"FLAT": {}, "HNSW": {"M": 16, "efConstruction": 200}}
_HNSW_EF = 200


def drop(client: MilvusClient, name: str) -> None:
    """Remove a collection; one that is not there is no error."""
    with translated():
        if client.has_collection(name):
            client.drop_collection(name)


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that is there. Every method raises StoreError where Milvus cannot do it.

    `fresh` searches see all that anybody wrote before; others may lag behind by Milvus's bound of some seconds.
    """

    client: MilvusClient
    name: str
    plan: Plan

    @classmethod
    def create(cls, client: MilvusClient, name: str, dimension: int, plan: Plan) -> "Collection":
        """Make a collection for vectors of a dimension."""
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("article", DataType.VARCHAR, max_length=1024)
        for field in ("source", "day"):
            schema.add_field(field, DataType.INT64)
        schema.add_field("month", DataType.INT64, is_partition_key=plan.partitions > 0)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
        indexes = MilvusClient.prepare_index_params()
        indexes.add_index("source", index_type="INVERTED")
        indexes.add_index("vector", index_type=plan.dense, metric_type="IP", params=_DENSE[plan.dense])
        indexes.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        spread = {"num_partitions": plan.partitions} if plan.partitions else {}
        with translated():
            client.create_collection(
                name, schema=schema, index_params=indexes, consistency_level="Bounded", timeout=_WRITING, **spread
            )
        return cls(client, name, plan)

    @classmethod
    def open(cls, client: MilvusClient, name: str, plan: Plan) -> "Collection | None":
        """The collection of a name, ready for searches; None where there is none."""
        with translated():
            if not client.has_collection(name):
                return None
            client.load_collection(name, timeout=_WRITING)
        return cls(client, name, plan)

    def upsert(self, rows: Iterable[Row]) -> None:
        """Write rows, each in place of the one with its id."""
        waiting = iter(rows)
        with translated():
            while part := list(islice(waiting, _ROWS)):
                self.client.upsert(self.name, part, timeout=_WRITING)

    def delete(self, ids: Sequence[int]) -> None:
        """Remove the rows with these ids, those that are there."""
        with translated():
            for begin in range(0, len(ids), _LISTED):
                self.client.delete(self.name, ids=list(ids[begin : begin + _LISTED]), timeout=_WRITING)

    def search(self, field: str, vector: Vectors | Sparse, k: int, expression: str, *, fresh: bool) -> Scored:
        """The k rows with the highest inner product, best first, ties by id, among those that fulfil an expression.

        At most `MOST_HITS`.
        """

        def nearest(most: int) -> Scored:
            hits = self._loaded(
                lambda: self.client.search(
                    self.name,
                    data=[vector],
                    anns_field=field,
                    filter=expression,
                    limit=most,
                    # Without a name milvus-lite 3 sends all of each row, its vectors too.
                    output_fields=["id"],
                    search_params={"metric_type": "IP", "params": self._parameters(field, most)},
                    consistency_level="Strong" if fresh else "Bounded",
                    timeout=_READING,
                )
            )
            return _levelled([(int(hit["id"]), float(hit["distance"])) for hit in hits[0]])

        with translated():
            return best(k, MOST_HITS, nearest)

    def count(self, expression: str = "") -> int:
        """How many rows there are that fulfil an expression, everybody's changes among them."""
        with translated():
            [row] = self._loaded(
                lambda: self.client.query(
                    self.name,
                    filter=expression,
                    output_fields=["count(*)"],
                    consistency_level="Strong",
                    timeout=_READING,
                )
            )
        return int(row["count(*)"])

    def ids(self) -> Iterator[int]:
        """The ids of all rows, everybody's changes among them."""
        with translated():
            pages = self._loaded(
                lambda: self.client.query_iterator(
                    self.name, batch_size=_LISTED, output_fields=["id"], consistency_level="Strong"
                )
            )
            while page := pages.next():
                yield from (int(row["id"]) for row in page)
            pages.close()

    def _loaded(self, ask: Callable[[], T]) -> T:
        """What is asked of the collection, which is loaded first where it is not: Milvus may be started anew."""
        try:
            return ask()
        except MilvusException as error:
            if error.code != _NOT_LOADED:
                raise
        self.client.load_collection(self.name, timeout=_WRITING)
        return ask()

    def _parameters(self, field: str, most: int) -> dict[str, int]:
        # HNSW's list of candidates must hold the hits.
        return {"ef": max(most, _HNSW_EF)} if field == "vector" and self.plan.dense == "HNSW" else {}


def _levelled(hits: Scored) -> Scored:
    """Hits, best first, where the scores of a run that differ by rounding alone are the same.

    An engine may add up the products of one row in another order than those of its copy, so that ties would be broken
    by chance.
    """
    levelled: Scored = []
    last = level = math.inf
    for chunk, score in sorted(hits, key=lambda hit: -hit[1]):
        level = level if last - score <= _ROUNDING * max(1.0, abs(score)) else score
        last = score
        levelled.append((chunk, level))
    return levelled
