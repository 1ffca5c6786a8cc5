"""An archive of any size made and kept, and what search over it costs.

    python -m eval.studies.scale make FOLDER --news NEWS --chunks 1000000
    python -m eval.studies.scale measure FOLDER QUESTIONS
    python -m eval.studies.scale ask FOLDER... QUESTIONS

The first `measure` makes the indexes, so that memory is to be read from the second. Texts and vectors are as
`eval.studies.made_archive` says.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import click
import numpy as np

from eval.data.squad import read_articles, read_squad
from eval.runs.corpus import opened_bench
from eval.studies.latency import STAGES, served, timings
from eval.studies.made_archive import FIRST_DAY, SOURCES, make
from index.arrays import Scored, Vectors
from index.derived.candidates import AUTO, Choice
from index.derived.generations import Catalogue, Snapshot, generations, verified
from index.derived.vectors import VectorIndex
from index.model.centring import centring_of
from index.records import NO_FILTERS, Draft, EmbeddedDraft, Filters, Raw
from index.store.store import Store
from rag.passages.fusion import Fusion, retrieve
from rag.question.understanding import understand
from rag.records.search import Passage, Query
from rag.service.wiring import opened
from rag.settings import read_settings

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DATA = click.option(
    "--data", default=Path("data"), type=_FOLDER, help="Data folder with the model, and with vectors that are known."
)

_FILTERS = {
    "all": NO_FILTERS,
    "a year": Filters(f"{FIRST_DAY.year + 3}-01-01", f"{FIRST_DAY.year + 3}-12-31"),
    "a source": Filters(sources=SOURCES[:1]),
    "a source's month": Filters(f"{FIRST_DAY.year + 3}-05-01", f"{FIRST_DAY.year + 3}-05-31", SOURCES[:1]),
}
_COMMITS, _TOGETHER = 5, 10


@click.group()
def main() -> None:
    """Measure search at any size."""


@main.command("make")
@click.argument("folder", type=_FOLDER)
@click.option("--news", required=True, type=_FILE, help="Real articles, embedded first.")
@click.option("--chunks", default=1_000_000, show_default=True, help="How many there are to be.")
@_DATA
def make_(folder: Path, news: Path, chunks: int, data: Path) -> None:
    """Make an archive in FOLDER, or go on with it where it was."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened_bench(read_settings({"data": data})) as bench, closing(Store(folder / "hoidap.sqlite3")) as store:
        make(store, (draft for draft, _ in read_articles(news)), chunks, bench)


@main.command()
@click.argument("folder", type=_FOLDER)
@click.argument("questions", type=_FILE)
@click.option("--most", default=200, show_default=True, help="How many questions are asked.")
@click.option("--kind", default=AUTO, show_default=True, help="The vector index, as HOIDAP_VECTOR_INDEX.")
@_DATA
def measure(folder: Path, questions: Path, most: int, kind: str, data: Path) -> None:
    """Time searches and commits in FOLDER, and count what the vector index finds, with QUESTIONS of SQuAD's form."""
    texts = [case.question for case in islice(read_squad(questions)[1], most)]
    with opened_bench(read_settings({"data": data})) as bench, closing(Store(folder / "hoidap.sqlite3")) as store:
        vectors = bench.encoder.embed_queries(texts)
        fingerprint, dimension = bench.encoder.fingerprint, bench.encoder.dimension
        started = perf_counter()
        with closing(Catalogue(store, folder / "generations", fingerprint, dimension, kind)) as catalogue:
            newest = generations(folder / "generations")[-1]
            choice = verified(newest).choice
            click.echo(f"{store.counts()[1]:,} chunks opened in {perf_counter() - started:.1f} s; {choice}")
            exact = VectorIndex.load(newest, dimension, Choice(), centring_of(fingerprint))
            for line in (*_searched(catalogue, store, exact, texts, vectors), *_committed(catalogue, store)):
                click.echo(line)
            click.echo(f"anonymous memory {_anonymous()} MB")


@main.command()
@click.argument("folders", type=_FOLDER, nargs=-1, required=True)
@click.argument("questions", type=_FILE)
@click.option("--most", default=100, show_default=True, help="How many questions are asked of each.")
def ask(folders: Sequence[Path], questions: Path, most: int) -> None:
    """Time answers over HTTP from each of FOLDERS, twice: what was read of a passage is kept, as at ingestion."""
    texts = [case.question for case in islice(read_squad(questions)[1], most)]
    for folder in folders:
        with opened(read_settings({"data": folder}), click.echo) as service, served(service) as client:
            for states in ("computed", "kept"):
                taken = timings(client, texts)
                stages = (f"{stage} {median(taken[stage]):.0f}" for stage in STAGES)
                click.echo(f"{service.store.counts()[1]:,} chunks, states {states}: p50 in ms: {', '.join(stages)}")


def _searched(
    catalogue: Catalogue, store: Store, exact: VectorIndex, texts: Sequence[str], vectors: Vectors
) -> Iterator[str]:
    snapshot = catalogue.snapshot
    asked = [(understand(text, snapshot.syllables), vector) for text, vector in zip(texts, vectors, strict=True)]
    for name, filters in _FILTERS.items():
        ways: dict[str, Callable[[Query, Vectors], Any]] = {
            "dense, as chosen": partial(_dense, snapshot.vectors, filters),
            "dense, exact": partial(_dense, exact, filters),
            "lexical": partial(_lexical, snapshot, filters),
            "retrieval": partial(_retrieved, snapshot, store, filters),
        }
        found = {}
        for way, call in ways.items():
            found[way], took = _timed(call, asked)
            yield f"{name:<18} {way:<18} p50 {took:7.1f} ms"
        recalls = (f"@{k} {_recall(found['dense, exact'], found['dense, as chosen'], k):.3f}" for k in (10, 100))
        yield f"{name:<18} recall {' '.join(recalls)}"


def _dense(index: VectorIndex, filters: Filters, _: Query, vector: Vectors) -> Scored:
    return index.search(vector, 100, filters)


def _lexical(snapshot: Snapshot, filters: Filters, query: Query, _: Vectors) -> Scored:
    return snapshot.lexical(query.whole, 100, filters)


def _retrieved(snapshot: Snapshot, store: Store, filters: Filters, query: Query, vector: Vectors) -> Sequence[Passage]:
    return retrieve(query, vector, 10, filters, store=store, snapshot=snapshot, fusion=Fusion())


def _timed(call: Callable[[Query, Vectors], Any], asked: Sequence[tuple[Query, Vectors]]) -> tuple[list[Any], float]:
    """What the questions find, and the median of the milliseconds that they take."""
    found, taken = [], []
    for query, vector in asked:
        started = perf_counter()
        found.append(call(query, vector))
        taken.append((perf_counter() - started) * 1000)
    return found, median(taken)


def _recall(truth: Sequence[Scored], found: Sequence[Scored], k: int) -> float:
    shares = [
        np.isin([chunk for chunk, _ in right[:k]], [chunk for chunk, _ in some[:k]]).mean()
        for right, some in zip(truth, found, strict=True)
        if right
    ]
    return float(np.mean(shares)) if shares else 1.0


def _committed(catalogue: Catalogue, store: Store) -> Iterator[str]:
    """Ten articles, whose vectors are there when the clock starts, are stored until the last is found."""
    articles = [_mirrored(store, article.id) for article in store.articles(_COMMITS * _TOGETHER)]
    taken = []
    for start in range(0, len(articles), _TOGETHER):
        some = articles[start : start + _TOGETHER]
        started = perf_counter()
        store.put(some, catalogue.model)
        catalogue.refresh()
        [(chunk, _)] = catalogue.snapshot.dense(some[-1].vectors[0], 1)
        taken.append(perf_counter() - started)
        if store.owners([chunk]) != [some[-1].draft.article.id]:
            raise click.ClickException("what was stored is not found")
    store.remove([item.draft.article.id for item in articles])
    catalogue.refresh()
    yield f"a commit of {_TOGETHER} articles until found, p50 {median(taken):.2f} s, the first {taken[0]:.2f} s"


def _mirrored(store: Store, article: str) -> EmbeddedDraft:
    """Another article with the words of one that is there, and opposite vectors, which no other's are near to."""
    known = store.embedded(article)
    if known is None:
        raise click.ClickException(f"{article} is not there")
    name = f"new-{article}"
    draft = Draft(replace(known.article, id=name), Raw(name, "text/plain", name))
    spans = [(hit.chunk.start, hit.chunk.end) for hit in known.hits]
    return EmbeddedDraft(draft, known.article.metadata.title, spans, -known.vectors)


def _anonymous() -> int:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon")]
    return int(line.split()[1]) // 1000


if __name__ == "__main__":
    main()
