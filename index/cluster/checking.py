"""Whether Milvus holds the store's chunks, and whether it keeps the contract (`index.cluster.contract`) with some."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from secrets import token_hex

from pymilvus import MilvusClient

from index.cluster import collection
from index.cluster.cluster_index import ClusterIndex, Rows
from index.cluster.collection import Collection, Plan
from index.cluster.contract import checked
from index.cluster.generation import read
from index.cluster.indexer import Cursor
from index.cluster.statistics import Statistics
from index.derived.doctor import Finding
from index.derived.generations import BrokenGenerationError, generations
from index.derived.protocol import Entry
from index.language.diacritics.restore import SyllableModel
from index.records import passage_text
from index.storage.errors import Refused
from index.store.store import Store

# Few, as each is asked about and compared in all.
_CHUNKS = 500
_LEAST = 50


def examine_rows(store: Store, folder: Path, client: MilvusClient, plan: Plan) -> Iterator[Finding]:
    """Compare the rows of the newest generation's collection in Milvus with the store's chunks."""
    for last in generations(folder)[-1:]:
        try:
            manifest = read(last).manifest
        except BrokenGenerationError as error:
            yield Finding("Milvus", f"{last.name} is broken", f"{error}; the next start takes the one before")
            return
        opened, reached = (
            Collection.open(client, manifest.collection, plan),
            Cursor.of(folder, manifest.collection).read(),
        )
        if opened is None or reached is None or reached > store.sequence():
            yield Finding("Milvus", f"{manifest.collection} is gone or of another past", "the next start makes another")
            return
        pages = store.passages(reached, store.sequence(), manifest.model, manifest.dimension)
        expected = set(store.chunk_ids().tolist()) - {chunk for page in pages for chunk in page.ids.tolist()}
        held = set(opened.ids())
        lacking, unknown = expected - held, held - expected - set(store.gone(reached))
        problem = f"it lacks {len(lacking)} chunks and holds {len(unknown)} unknown ones; run `hoidap rebuild`"
        state = f"{len(held)} chunks up to change {reached} in {manifest.collection}"
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
        return ClusterIndex(0, SyllableModel.count([]), statistics, Rows(made, statistics.averages), fresh=True)

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
