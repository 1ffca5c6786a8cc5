"""Chunks a second in bulk against ordinary ingestion: same articles, same model, one run; and how far vectors differ.

    python -m eval.studies.speed_bulk ARTICLES --articles 176

ARTICLES is a file of records as `hoidap eval` reads them. What a process needs to start is told apart: an archive's
shards are so many that it does not count.
"""

import json
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np

from eval.data.squad import read_articles
from index.arrays import Vectors
from index.bulk.shards import Shard, begin, finish, prepared
from index.bulk.steps import embedding, pieces, preparing
from index.bulk.workers import worked
from index.chunking import Chunking
from index.ingest import Ingester
from index.intake.ahead import made_ahead
from index.intake.files import read_drafts, readings
from index.store.store import Store
from rag.service.passage_model import passage_model
from rag.service.wiring import opened_encoder
from rag.settings import Settings

# So many shards that all workers are busy to nearly the end.
_SHARDS = 16


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, and of the processors, those of ended processes included."""

    clock: float
    processors: float

    def __sub__(self, other: "Took") -> "Took":
        return Took(self.clock - other.clock, self.processors - other.processors)

    def told(self, chunks: int) -> str:
        """The rates."""
        return (
            f"{self.clock:.1f} s, {chunks / self.clock:.1f} chunks/s;"
            f" of processors {self.processors:.1f} s, {chunks / self.processors:.1f} chunks/s"
        )


def taken(work: Iterable[object]) -> Took:
    """How long it takes to go through."""
    started = _now()
    deque(work, maxlen=0)
    return _now() - started


def _now() -> Took:
    times = os.times()
    used = times.user + times.system + times.children_user + times.children_system
    return Took(time.perf_counter(), used)


def content(store: Store) -> tuple[list[tuple[str, int, int]], Vectors]:
    """Where the chunks of a store stand in its articles, and their vectors."""
    places: list[tuple[str, int, int]] = []
    vectors: list[Vectors] = []
    for article in store.articles(1_000_000):
        found = store.embedded(article.id)
        assert found is not None
        places += [(article.id, hit.chunk.start, hit.chunk.end) for hit in found.hits]
        vectors.append(found.vectors)
    return places, np.concatenate(vectors)


def _written(articles: Path, most: int, file: Path) -> None:
    drafts = (draft.article for draft, _ in islice(read_articles(articles), most))
    records = ({"id": one.id, "title": one.metadata.title, "text": one.text} for one in drafts)
    file.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")


def _in_bulk(file: Path, folder: Path, settings: Settings, workers: int, articles: int) -> Iterator[tuple[str, Took]]:
    """What each step took, by its name, beyond what its processes took to start."""
    folder.mkdir()
    begin(folder, [file], {})
    chunking = Chunking(settings.chunk_tokens)
    model = passage_model(settings)
    empty = [Shard(folder, 900_000 + number) for number in range(workers)]
    for shard in empty:
        shard.write_articles([], [], "")
    start = taken(worked(empty, partial(embedding, model), workers))
    for shard in empty:
        shard.articles.unlink()
    yield "start", start
    make = partial(preparing, model, chunking)
    parts = list(pieces(folder, readings(file), -(-articles // _SHARDS)))
    yield "prepare", taken(worked(parts, make, workers)) - start
    finish(folder)
    yield "embed", taken(worked(prepared(folder), partial(embedding, model), workers)) - start


@click.command()
@click.argument("articles", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--articles", "most", default=176, show_default=True, help="How many of them.")
@click.option("--workers", multiple=True, default=(1, 2), show_default=True, help="Processes at work, each in turn.")
@click.option("--data", default="data", envvar="HOIDAP_DATA", type=click.Path(path_type=Path), help="Data folder.")
def main(articles: Path, most: int, workers: tuple[int, ...], data: Path) -> None:
    """Time the steps of `hoidap bulk` and `hoidap ingest` on the same articles."""
    settings = Settings(data=data, states_megabytes=0, reader="none")
    click.echo(f"{os.cpu_count()} cores, {settings.threads} threads, load {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as name, opened_encoder(settings, click.echo) as encoder:
        folder = Path(name)
        _written(articles, most, folder / "articles.jsonl")
        encoder.embed_passages(["một hai ba"] * 16)
        with closing(Store(folder / "ordinary.sqlite3")) as store:
            taker = Ingester(store, encoder, Chunking(settings.chunk_tokens))
            drafts = made_ahead(read_drafts(folder / "articles.jsonl"))
            whole = taken(taker.ingest(drafts))
            places, vectors = content(store)
        click.echo(f"ordinary, {len(places)} chunks: {whole.told(len(places))}")
        for count in workers:
            shards = folder / f"shards-{count}"
            steps = dict(_in_bulk(folder / "articles.jsonl", shards, settings, count, most))
            with closing(Store(folder / f"bulk-{count}.sqlite3")) as store:
                taker = Ingester(store, encoder, Chunking(settings.chunk_tokens))
                items = (item for shard in prepared(shards) for item in shard.embedded(encoder.fingerprint))
                steps["load"] = taken(taker.load(items))
                again, others = content(store)
            for step, took in steps.items():
                click.echo(f"workers {count}, {step}: {took.told(len(again))}")
            if again != places:
                raise click.ClickException("the chunks are others than those of ordinary ingestion")
            difference, cosine = np.abs(vectors - others).max(), (vectors * others).sum(axis=1).min()
            click.echo(f"  the same chunks; vectors differ by {difference:.1e} at most, least cosine {cosine:.6f}")


if __name__ == "__main__":
    main()
