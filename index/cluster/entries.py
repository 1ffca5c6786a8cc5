"""The store's chunks as the derived index takes them."""

from collections.abc import Iterator

from index.derived.protocol import Entry
from index.store.store import Store


def entries(store: Store, since: int, upto: int, model: str, dimension: int) -> Iterator[Entry]:
    """Yield the chunks of a model with sequence numbers in (since, upto], by rising id.

    Those that are removed meanwhile may be missing; `Store.gone` has their ids.
    """
    for page in store.passages(since, upto, model, dimension):
        hits = {hit.chunk.id: hit for hit in store.hits(page.ids.tolist(), len(page.ids))}
        for chunk, vector, text in zip(page.ids.tolist(), page.vectors, page.texts, strict=True):
            if hit := hits.get(chunk):
                known = hit.metadata
                yield Entry(chunk, hit.chunk.article_id, known.source, known.day, vector, text)
