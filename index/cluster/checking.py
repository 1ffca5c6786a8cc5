"""Whether Milvus holds the store's chunks, and whether it keeps the contract (`index.cluster.contract`) with some."""

from collections.abc import Iterator
from itertools import islice
from secrets import token_hex

from pymilvus import MilvusClient

from index.cluster import collection
from index.cluster.cluster_index import ClusterIndex, Rows
from index.cluster.collection import Collection, Plan
from index.cluster.contract import checked
from index.cluster.registry import Registry
from index.cluster.statistics import Statistics
from index.derived.doctor import Finding
from index.derived.protocol import Entry
from index.language.diacritics.restore import SyllableModel
from index.records import passage_text
from index.storage.errors import Refused
from index.store.outbox import Outbox
from index.store.store import Store

# Few, as each is asked about and compared in all.
_CHUNKS = 500
_LEAST = 50


def examine_rows(store: Store, client: MilvusClient, plan: Plan) -> Iterator[Finding]:
    """Compare the rows of the collections in Milvus that are followed with the store's chunks."""
    for name in Registry(store.database).live():
        opened = Collection.open(client, name, plan)
        if opened is None:
            yield Finding("Milvus", f"{name} is gone", "the next start of an indexer makes another")
            continue
        held, outbox = set(opened.ids()), Outbox(store.database)
        outstanding = outbox.outstanding(name)
        known = set(store.chunk_ids().tolist())
        waiting = {chunk for change in outstanding for chunk in range(change.first, change.last + 1)}
        waiting.update(chunk for one in outstanding for chunk in store.gone(one.sequence - 1, one.sequence))
        lacking, unknown = known - held - waiting, held - known - waiting
        problem = f"it lacks {len(lacking)} chunks and holds {len(unknown)} unknown ones; run `hoidap rebuild`"
        state = f"{len(held)} chunks in {name}, {len(outstanding)} changes wait"
        yield Finding("Milvus", state, problem if lacking or unknown else "")


def examine_engine(store: Store, client: MilvusClient, plan: Plan) -> Iterator[Finding]:
    """Run the contract in a collection of its own, which is removed whatever happens.

    It searches without approximation, so that hits can be the same; of the `plan` it takes the rest. Refused where the
    store has too few chunks to tell.
    """
    chunks = list(islice(_chunks(store), _CHUNKS))
    if len(chunks) < _LEAST:
        raise Refused(
            f"The database holds {len(chunks)} chunks; to check Milvus takes {_LEAST}: take in articles first."
        )
    name = f"hoidap_check_{token_hex(4)}"

    def built(statistics: Statistics) -> ClusterIndex:
        made = Collection.create(client, name, len(chunks[0].vector), Plan("FLAT", plan.partitions))
        return ClusterIndex(0, SyllableModel.count([]), statistics, Rows(made, statistics.averages))

    try:
        yield from checked(chunks, built)
    finally:
        collection.drop(client, name)


def _chunks(store: Store) -> Iterator[Entry]:
    """The chunks of the first articles, of the model that the first was embedded with."""
    after, model = None, ""
    while page := store.articles(50, after):
        after = page[-1].id
        for article in page:
            held = store.embedded(article.id)
            if held is None or held.model != (model := model or held.model):
                continue
            known = article.metadata
            for hit, vector in zip(held.hits, held.vectors, strict=True):
                text = passage_text(known.title, hit.chunk.text)
                yield Entry(hit.chunk.id, article.id, known.source, known.day, vector, text)
