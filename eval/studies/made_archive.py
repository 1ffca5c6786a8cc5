"""Archives of any size to measure on: real news, and others drawn around them.

Each drawn chunk has an original among the real ones. Its text is the original's sentences, half of them changed for
sentences of other chunks. Its vector lies in the direction of the difference of two others from the original's, at a
cosine to it that is drawn from those which real chunks have to their nearest neighbours: so the drawn ones spread as
the real ones do, and have neighbours as near. Days and sources, which the real ones lack, are drawn evenly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator, default_rng

from eval.runs.corpus import Bench
from eval.runs.vectors import CachingEncoder
from index.arrays import Ids, Vectors, unit
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


def make(store: Store, articles: Iterable[Draft], chunks: int, bench: Bench) -> None:
    """Fill a store up to a number of chunks; what an earlier run left undone is gone on with."""
    encoder = CachingEncoder(bench.encoder, bench.cache, bench.precision)
    store.claim_model(encoder.fingerprint, bench.settings.embedding_model)
    with bar() as progress:
        task = progress.add_task("Making", total=chunks)
        ingester = Ingester(store, encoder, Chunking(bench.settings.chunk_tokens))
        for number, _ in enumerate(ingester.ingest(articles)):
            if number % _BETWEEN == 0:
                progress.update(task, completed=store.counts()[1])
                if store.counts()[1] >= chunks:
                    return
        originals = _originals(store, bench)
        while (held := store.counts())[1] < chunks:
            # An article is the same whenever it is drawn, as its number is its seed.
            drawn = [_drawn(held[0] + number, originals) for number in range(_TOGETHER)]
            store.put(drawn, encoder.fingerprint)
            progress.update(task, completed=held[1])


def _originals(store: Store, bench: Bench) -> Originals:
    titles: list[str | None] = []
    cut: list[list[str]] = []
    vectors = []
    for page in store.passages(0, store.sequence(), bench.encoder.fingerprint, bench.encoder.dimension):
        real = [row for row, source in enumerate(page.sources) if source is None]
        if not real:
            break
        for row in real:
            title, _, body = page.texts[row].partition("\n")
            titles.append(title or None)
            cut.append([body[start:end] for start, end in sentences(body)] or [body])
            vectors.append(page.vectors[row])
    known = np.stack(vectors)
    sample = default_rng(1).choice(len(known), min(_SAMPLE, len(known)), replace=False)
    cosines = known[sample] @ known.T
    cosines[np.arange(len(sample)), sample] = -1
    return Originals(titles, cut, known, cosines.max(axis=1))


def _drawn(number: int, originals: Originals) -> EmbeddedDraft:
    random = default_rng(number)
    rows = random.integers(len(originals.vectors), size=_CHUNKS)
    texts = [_recombined(originals.sentences, int(row), random) for row in rows]
    ends = np.cumsum([len(text) + 1 for text in texts]).tolist()
    spans = [(end - 1 - len(text), end - 1) for end, text in zip(ends, texts, strict=True)]
    day = FIRST_DAY + timedelta(days=int(random.integers(DAYS)))
    source = SOURCES[int(random.integers(len(SOURCES)))]
    name, title = f"made-{number:08}", originals.titles[int(rows[0])]
    article = Article(name, "\n".join(texts), Metadata(title, None, source, day.isoformat()), "vi")
    return EmbeddedDraft(Draft(article, Raw(name, "text/plain", name)), title, spans, around(rows, originals, random))


def _recombined(pool: list[list[str]], row: int, random: Generator) -> str:
    others = (pool[int(other)] for other in random.integers(len(pool), size=len(pool[row])))
    return " ".join(
        own if random.random() < 1 / 2 else other[int(random.integers(len(other)))]
        for own, other in zip(pool[row], others, strict=True)
    )


def around(rows: Ids, originals: Originals, random: Generator) -> Vectors:
    """A vector around each of the originals in these rows."""
    near = originals.vectors[rows]
    first, second = originals.vectors[random.integers(len(originals.vectors), size=(2, len(rows)))]
    aside = first - second
    aside -= (aside * near).sum(axis=1, keepdims=True) * near
    cosines = random.choice(originals.nearest, len(rows))[:, None]
    return unit(cosines * near + np.sqrt(np.maximum(0, 1 - cosines**2)) * unit(aside))
