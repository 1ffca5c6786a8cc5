"""Ours beside txtai, LlamaIndex and Haystack: chunks indexed a second, and questions searched for, without reading.

    python -m eval.studies.peers FILE --among NEWS

FILE is of SQuAD's form; its passages stand among the news. All use the bundled model's weights and as many threads, and
embed everything themselves, one after the other. Ours starts from the articles, which it cuts and stores too; the
others get the chunks. Each is installed into an environment of its own:

    <data>/eval/peers/<system>/             the environment, and what pip said
    <data>/eval/peers/runs/<identity>/      the figures of each system, kept: a run that was interrupted goes on
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any

import click

from eval.data.squad import SquadQuestion, read_articles, read_squad
from eval.studies import peer_systems
from eval.studies.peer_systems import Searches, measured
from index.chunking import Chunking, TokenCounter, chunk_spans
from index.derived.generations import Catalogue
from index.ingest import Ingester
from index.model.bundled import bundled_model
from index.model.embedder import Embedder, fastest_precision
from index.model.encoder import Encoder
from index.records import Draft, Filters, passage_text
from index.storage.errors import Refused
from index.store.store import Store
from rag.cli.common import bar, say
from rag.passages.fusion import Fusion, retrieve
from rag.records.search import Query
from rag.settings import read_settings

K = 10
# What each needs beside our torch; the rest is as pip finds it, and stands in the figures.
_SENTENCE_TRANSFORMERS = (
    "sentence-transformers==6.2.0",
    "optimum-intel==2.2.0",
    "openvino==2026.4.1",
    "datasets==5.0.1",  # from which the weights of 8 bits are calibrated
)
PINNED = {
    "txtai": ("txtai==9.14.0", "onnx==1.23.2", "onnxruntime==1.31.1"),
    "LlamaIndex": (
        "llama-index-core==0.14.25",
        "llama-index-embeddings-huggingface==0.8.0",
        "llama-index-retrievers-bm25==0.8.0",
        "llama-index-vector-stores-faiss==0.7.0",
        "faiss-cpu==1.15.1",
        "numpy==2.4.6",
        *_SENTENCE_TRANSFORMERS,
    ),
    "Haystack": (
        "haystack-ai==3.4.1",
        "sentence-transformers-haystack==2.0.0",
        "faiss-haystack==3.0.0",
        "numpy==1.26.4",
        "pyarrow==21.0.0",  # later ones want a newer numpy
        *_SENTENCE_TRANSFORMERS,
    ),
}
_TORCH_OR_OPENVINO = ("torch", "openvino", "openvino-int8")
BACKENDS = {"txtai": ("torch", "onnx-int8"), "LlamaIndex": _TORCH_OR_OPENVINO, "Haystack": _TORCH_OR_OPENVINO}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles, their chunks' texts with the article of each, and questions on some of the articles."""

    drafts: Sequence[Draft]
    texts: Sequence[str]
    owners: Sequence[str]
    cases: Sequence[SquadQuestion]


@dataclass(frozen=True, slots=True)
class Search:
    """p50 of a question, in milliseconds by the clock and of the processor, and R@1.

    R@1 is the share of questions whose first text is of the article that they were asked on.
    """

    clock: float
    processor: float
    right: float


@dataclass(frozen=True, slots=True)
class Row:
    """Of one system: chunks indexed a second, by the clock and of the processor, and both searches.

    The processor's time tells more where the machine has other work, the clock's where it has none.
    """

    name: str
    clock: float
    processor: float
    hybrid: Search
    dense: Search


def corpus_of(drafts: Iterator[Draft], cases: Sequence[SquadQuestion], counter: TokenCounter, chunks: int) -> Corpus:
    """The first articles that make so many chunks, cut as `Ingester` cuts them. Refused where nothing can be asked."""
    taken: list[Draft] = []
    texts: list[str] = []
    owners: list[str] = []
    for draft in drafts:
        title, spans = chunk_spans(draft.article, counter, Chunking())
        taken.append(draft)
        texts.extend(passage_text(title, draft.article.text[start:end]) for start, end in spans)
        owners.extend([draft.article.id] * len(spans))
        if len(texts) >= chunks:
            break
    on_them = [case for case in cases if case.article_id in set(owners)]
    if len(texts) < chunks or not on_them:
        raise Refused(
            f"the articles make {len(texts)} of {chunks} chunks, with {len(on_them)} questions on them; give more"
        )
    return Corpus(taken, texts, owners, on_them)


def ours(corpus: Corpus, encoder: Encoder) -> dict[str, Any]:
    """Our figures, from articles: cut, embedded, stored durably, indexed, and searched without reading."""
    position = {owner: number for number, owner in reversed(list(enumerate(corpus.owners)))}
    with ExitStack() as stack:

        def build(drafts: Sequence[Draft]) -> Searches:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            store = Store(folder / "articles.sqlite3")
            stack.callback(store.close)
            for _ in Ingester(store, encoder, Chunking()).ingest(drafts):
                pass
            catalogue = Catalogue(store, folder / "generations", encoder.fingerprint, encoder.dimension)
            stack.callback(catalogue.close)

            def hybrid(question: str) -> list[int]:
                vector, query, snapshot = encoder.embed_queries([question])[0], _query(question), catalogue.snapshot
                found = retrieve(query, vector, K, Filters(), store=store, snapshot=snapshot, fusion=Fusion())
                return [position[passage.hit.chunk.article_id] for passage in found]

            def dense(question: str) -> list[int]:
                scored = catalogue.snapshot.vectors.search(encoder.embed_queries([question])[0], K)
                return [position[hit.chunk.article_id] for hit in store.hits(dict(scored), K)]

            return {"hybrid": hybrid, "dense": dense}

        return measured(corpus.drafts, [case.question for case in corpus.cases], build)


def _query(question: str) -> Query:
    return Query(question, question, "vi")


def theirs(job: Mapping[str, Any], peers: Path, run: Path) -> dict[str, Any]:
    """The figures of one system, measured unless they are kept. Refused where it cannot be installed or fails."""
    name = f"{job['system']}-{job['backend']}"
    figures, scratch = run / f"{name}.json", peers / "scratch" / name
    if not figures.is_file():
        python = _installed(job["system"], peers / job["system"])
        scratch.mkdir(parents=True, exist_ok=True)
        (scratch / "job.json").write_text(json.dumps({**job, "folder": str(scratch)}))
        # Models and caches are looked for there and nowhere else.
        shut = {"HOME": str(scratch), "HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
        threads = {"OMP_NUM_THREADS": str(job["threads"])}
        _run([python, peer_systems.__file__, scratch / "job.json", figures], run / f"{name}.log", {**shut, **threads})
    found: dict[str, Any] = json.loads(figures.read_text())
    return found


def _installed(system: str, folder: Path) -> Path:
    """The interpreter of the system's environment, which is made where there is none, or an older one."""
    wanted = [f"torch=={version('torch').partition('+')[0]}", *PINNED[system]]
    python, mark = folder / "env" / "bin" / "python", folder / "installed.json"
    if not mark.is_file() or json.loads(mark.read_text()) != wanted:
        say(f"Installing {system}")
        venv.create(folder / "env", clear=True, with_pip=True)
        _run([python, "-m", "pip", "install", "--progress-bar", "off", *wanted], folder / "pip.log", {})
        # optimum-intel brings it for images; built for another torch than ours, it breaks the import of transformers.
        _run([python, "-m", "pip", "uninstall", "--yes", "torchvision"], folder / "unpip.log", {})
        mark.write_text(json.dumps(wanted))
    return python


def _run(command: Sequence[str | Path], log: Path, environment: Mapping[str, str]) -> None:
    with log.open("w") as output:
        done = subprocess.run(  # noqa: S603 (what is pinned above, and a file of ours)
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environment}, check=False
        )
    if done.returncode:
        last = (log.read_text(errors="replace").strip().splitlines() or ["nothing"])[-1]
        raise Refused(f"ended with {done.returncode}, {last[:150]}; see {log}")


def identity(job: Mapping[str, Any]) -> str:
    """Hex digest of all that figures hang on: texts, questions, versions, how each is used, what torch may use."""
    limits = [os.environ.get(name, "") for name in ("ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY")]
    code = Path(peer_systems.__file__).read_text("utf-8")
    return sha256(json.dumps([job, PINNED, limits, code]).encode()).hexdigest()[:16]


def row(name: str, figures: Mapping[str, Any], corpus: Corpus) -> Row:
    """The figures summed up."""
    chunks = len(corpus.texts)
    hybrid, dense = (_search(figures["searches"][way], corpus) for way in ("hybrid", "dense"))
    return Row(name, chunks / figures["seconds"], chunks / figures["processor"], hybrid, dense)


def _search(asked: Mapping[str, Any], corpus: Corpus) -> Search:
    firsts = [corpus.owners[found[0]] if found else None for found in asked["found"]]
    right = mean(first == case.article_id for first, case in zip(firsts, corpus.cases, strict=True))
    return Search(median(asked["milliseconds"]), median(asked["processor"]), right)


def line(one: Row) -> str:
    """The line of a table."""
    searches = "".join(
        f"{search.clock:>12.1f}{search.processor:>8.1f}{search.right:>7.3f}" for search in (one.hybrid, one.dense)
    )
    return f"{one.name:<26}{one.clock:>8.1f}{one.processor:>8.1f}{searches}"


def table(mine: Row, others: Sequence[Row]) -> Iterator[str]:
    """Lines: each system's figures, and ours beside the best of the others, whichever search they are of."""
    yield f"{'':<26}{'chunks a second':>16}{'hybrid: p50 in ms':>20}{'R@1':>7}{'dense: p50 in ms':>20}{'R@1':>7}"
    yield f"{'':<26}" + f"{'clock':>8}{'proc.':>8}" + f"{'clock':>12}{'proc.':>8}{'':>7}" * 2
    yield from map(line, (mine, *others))
    if others:
        searches = [search for one in others for search in (one.hybrid, one.dense)]
        clock = mine.clock / max(one.clock for one in others)
        processor = mine.processor / max(one.processor for one in others)
        yield f"indexing: {clock:.2f} times the best rate by the clock, {processor:.2f} of the processor"
        clock = mine.hybrid.clock / min(one.clock for one in searches)
        processor = mine.hybrid.processor / min(one.processor for one in searches)
        yield f"hybrid: {clock:.2f} of the least time by the clock, {processor:.2f} of the processor"
        yield f"R@1: {mine.hybrid.right - max(one.right for one in searches):+.3f} beside the highest"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--among", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="News.")
@click.option("--chunks", default=2000, show_default=True, type=click.IntRange(1), help="How many to index.")
@click.option(
    "--questions", default=300, show_default=True, type=click.IntRange(1), help="How many of the file's to ask."
)
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The table as JSON, too.")
def main(file: Path, among: Path, chunks: int, questions: int, data: Path, output: Path | None) -> None:
    """Measure indexing and retrieval beside other open-source systems."""
    settings, (passages, cases) = read_settings({"data": data}), read_squad(file)
    model, news = bundled_model(settings.data, say), (draft for draft, _ in read_articles(among))
    precision = fastest_precision() if settings.precision == "auto" else settings.precision
    with Encoder(Embedder.load(model, precision, settings.threads)) as encoder:
        asked = cases[:: max(1, len(cases) // questions)][:questions]
        corpus = corpus_of(chain(passages, news), asked, encoder, chunks)
        say(f"{len(corpus.texts)} chunks, {len(corpus.cases)} questions, {settings.threads} threads: ours first")
        mine = row(f"hoidap-{precision}", ours(corpus, encoder), corpus)
        say(line(mine))
    job = {"texts": corpus.texts, "questions": [case.question for case in corpus.cases], "k": K}
    job |= {"model": str(model.resolve()), "threads": settings.threads}
    peers = (settings.data / "eval" / "peers").resolve()
    run = peers / "runs" / identity(job)
    run.mkdir(parents=True, exist_ok=True)
    others, failed = [], {}
    with bar() as progress:
        ways = [(system, backend) for system, backends in BACKENDS.items() for backend in backends]
        for system, backend in progress.track(ways, description="Measuring the others"):
            name = f"{system}-{backend}"
            try:
                say(f"Measuring {name}")
                others.append(row(name, theirs({**job, "system": system, "backend": backend}, peers, run), corpus))
                say(line(others[-1]))
            except Refused as error:
                failed[name] = str(error)
    click.echo("\n".join(table(mine, others)))
    for name, reason in failed.items():
        click.echo(f"{name} failed: {reason}")
    if output:
        output.write_text(
            json.dumps({"ours": asdict(mine), "others": [asdict(one) for one in others], "failed": failed})
        )
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
