"""Archives of any size to measure on: real news, and others drawn around them.

Beyond the real chunks, each drawn chunk has an original among them. Its text is the original's sentences, half of them
changed for sentences of other chunks. Its vector lies in the direction of the difference of two others from the
original's, at a cosine to it that is drawn from those which real chunks have to their nearest neighbours: so the drawn
ones spread as the real ones do, and have neighbours as near. Days and sources are drawn evenly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator, default_rng

from eval.runs.corpus import Bench
from eval.runs.vectors import CachingEncoder
from index.arrays import Vectors, unit
from index.chunking import Chunking
from index.ingest import Ingester
from index.language.sentences import sentences
from index.records import Article, Draft, EmbeddedDraft, Metadata, Raw
from index.store.store import Store
from rag.cli.common import bar

SOURCES = tuple(f"Báo {number:02}" for number in range(1, 41))
FIRST_DAY, DAYS = date(2015, 1, 1), 4000
_CHUNKS, _TOGETHER = 3, 1000  # chunks of a drawn article, and drawn articles that are stored at once
_SAMPLE = 1000  # of the real chunks, whose nearest neighbours are looked for
_BETWEEN = 100  # articles between two looks at how many chunks there are


@dataclass(frozen=True)
class Originals:
    """Real chunks: their titles, sentences and vectors, and cosines of a sample of them to their nearest neighbours."""

    titles: list[str | None]
    sentences: list[list[str]]
    vectors: Vectors
    nearest: Vectors


def make(target: Path, articles: Iterable[Draft], chunks: int, bench: Bench) -> None:
    """Fill the store in the file `target` up to a number of chunks; what an earlier run left undone is gone on with."""
    encoder = CachingEncoder(bench.encoder, bench.cache, bench.precision)
    store = Store(target)
    try:
        store.claim_model(encoder.fingerprint, bench.settings.embedding_model)
        with bar() as progress:
            task = progress.add_task("Making", total=chunks)
            ingester = Ingester(store, encoder, Chunking(bench.settings.chunk_tokens))
            for _ in _until(chunks, store, articles, ingester):
                progress.update(task, completed=store.counts()[1])
            for _ in _drawn(chunks, store, encoder):
                progress.update(task, completed=store.counts()[1])
    finally:
        store.close()


def _until(chunks: int, store: Store, articles: Iterable[Draft], ingester: Ingester) -> Iterator[None]:
    for number, _ in enumerate(ingester.ingest(articles)):
        if number % _BETWEEN == 0:
            yield
            if store.counts()[1] >= chunks:
                return


def _drawn(chunks: int, store: Store, encoder: CachingEncoder) -> Iterator[None]:
    if store.counts()[1] >= chunks:
        return
    originals = _originals(store, encoder)
    while (held := store.counts())[1] < chunks:
        # Each run of articles has its own seed, so that it is the same whenever it is drawn.
        store.put([_article(held[0] + n, originals) for n in range(_TOGETHER)], encoder.fingerprint)
        yield


def _originals(store: Store, encoder: CachingEncoder) -> Originals:
    titles: list[str | None] = []
    cut: list[list[str]] = []
    vectors = []
    for page in store.passages(0, 2**62, encoder.fingerprint, encoder.embed_passages([]).shape[1]):
        for text, vector in zip(page.texts, page.vectors, strict=True):
            title, _, body = text.partition("\n")
            titles.append(title or None)
            cut.append([body[start:end] for start, end in sentences(body)] or [body])
            vectors.append(vector)
    known = np.stack(vectors)
    sample = default_rng(1).choice(len(known), min(_SAMPLE, len(known)), replace=False)
    cosines = known[sample] @ known.T
    cosines[np.arange(len(sample)), sample] = -1
    return Originals(titles, cut, known, cosines.max(axis=1))


def _article(number: int, originals: Originals) -> EmbeddedDraft:
    random = default_rng(number)
    rows = random.integers(len(originals.vectors), size=_CHUNKS)
    texts = [" ".join(_recombined(originals.sentences, int(row), random)) for row in rows]
    ends = np.cumsum([len(text) + 1 for text in texts]).tolist()
    spans = [(end - 1 - len(text), end - 1) for end, text in zip(ends, texts, strict=True)]
    day = FIRST_DAY + timedelta(days=int(random.integers(DAYS)))
    source = SOURCES[int(random.integers(len(SOURCES)))]
    name, title = f"made-{number:08}", originals.titles[int(rows[0])]
    article = Article(name, "\n".join(texts), Metadata(title, None, source, day.isoformat()), "vi")
    return EmbeddedDraft(Draft(article, Raw(name, "text/plain", name)), title, spans, _around(rows, originals, random))


def _recombined(pool: list[list[str]], row: int, random: Generator) -> Iterator[str]:
    for sentence in pool[row]:
        other = pool[int(random.integers(len(pool)))]
        yield sentence if random.random() < 1 / 2 else other[int(random.integers(len(other)))]


def _around(rows: np.ndarray, originals: Originals, random: Generator) -> Vectors:
    near = originals.vectors[rows]
    first, second = originals.vectors[random.integers(len(originals.vectors), size=(2, len(rows)))]
    aside = first - second
    aside -= (aside * near).sum(axis=1, keepdims=True) * near
    cosines = random.choice(originals.nearest, len(rows))[:, None]
    return unit(cosines * near + np.sqrt(np.maximum(0, 1 - cosines**2)) * unit(aside))
