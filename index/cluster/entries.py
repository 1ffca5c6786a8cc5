"""The store's chunks as the derived index takes them."""

from collections.abc import Iterator

from index.derived.protocol import Entry
from index.store.store import Store


def entries(store: Store, since: int, upto: int, model: str, dimension: int) -> Iterator[Entry]:
    """Yield the chunks of a model with sequence numbers in (since, upto], by rising id.

    Those that are removed meanwhile may be missing; `Store.gone` has their ids.
    """
    for page in store.passages(since, upto, model, dimension):
        columns = page.ids.tolist(), page.articles, page.sources, page.days, page.vectors, page.texts
        yield from map(Entry, *columns)
