"""The index of a suite, kept in the data folder: the next run over the same articles finds it there.

    <data>/eval/corpora/<identity>/      a data folder like any other; its file `whole` says that it is complete
    <data>/eval/vectors.sqlite3          vectors by text (see `eval.runs.vectors`)

Both can be deleted at any time; they are made anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import apsw

import index
from eval.runs.vectors import CachingEncoder, opened_cache
from index.chunking import Chunking
from index.ingest import Ingester
from index.model.embedder import fastest_precision
from index.model.encoder import Encoder
from index.records import Draft
from index.storage.files import exclusive, write_durably
from index.store.rows import digest
from rag.cli.common import bar, getting_ready, say
from rag.service.data_folder import opened_store
from rag.service.wiring import Service, opened_catalogue, opened_encoder, put_together
from rag.settings import Settings

_NAME = 16  # characters of the identity that name its folder


@dataclass(frozen=True, slots=True)
class Bench:
    """What all suites of a run share: the model, and the vectors that are known."""

    settings: Settings
    encoder: Encoder
    cache: apsw.Connection

    @property
    def precision(self) -> str:
        """The arithmetic of the model."""
        return fastest_precision() if self.settings.precision == "auto" else self.settings.precision


@contextmanager
def opened_bench(settings: Settings) -> Iterator[Bench]:
    """The model, loaded once."""
    with opened_encoder(settings, say) as encoder, opened_cache(settings.data / "eval" / "vectors.sqlite3") as cache:
        yield Bench(settings, encoder, cache)


def identity(articles: Sequence[Draft], bench: Bench) -> str:
    """Hex SHA-256 of everything that an index of these articles hangs on, the code that makes it included."""
    made = sha256(f"{bench.encoder.fingerprint} {bench.precision} {bench.settings.chunk_tokens} {_code()}".encode())
    for item in articles:
        made.update(f"\n{item.article.id} {digest(item)}".encode())
    return made.hexdigest()


@contextmanager
def service_over(articles: Sequence[Draft], settings: Settings) -> Iterator[Service]:
    """A service over nothing but these articles, to measure on."""
    with opened_bench(settings) as bench, opened_corpus(articles, identity(articles, bench), bench) as service:
        yield service


@contextmanager
def opened_corpus(articles: Sequence[Draft], corpus: str, bench: Bench) -> Iterator[Service]:
    """A service over these articles, whose `identity` is `corpus`. What an earlier run left undone is finished."""
    folder = bench.settings.data / "eval" / "corpora" / corpus[:_NAME]
    folder.mkdir(parents=True, exist_ok=True)
    # In the folder alone: where readers' articles are, nothing is measured.
    settings = bench.settings.model_copy(update={"data": folder, "database": None})
    known = CachingEncoder(bench.encoder, bench.cache, bench.precision)
    with opened_store(settings) as store:
        ingester = Ingester(store, known, Chunking(settings.chunk_tokens))
        # Another run over the same articles waits here for the index, and then uses it too.
        with exclusive(folder.with_suffix(".lock")):
            if not (folder / "whole").exists():
                store.claim_model(known.fingerprint, settings.embedding_model)
                _ingest(ingester, articles)
                write_durably(folder / "whole", corpus.encode())
        with (
            getting_ready(opened_catalogue(settings, store, bench.encoder, say)) as catalogue,
            put_together(settings, store, bench.encoder, ingester, catalogue, say) as service,
        ):
            yield service


def _ingest(ingester: Ingester, articles: Sequence[Draft]) -> None:
    with bar() as progress:
        for _ in progress.track(ingester.ingest(articles), total=len(articles), description="Indexing"):
            pass


def _code() -> str:
    folder = Path(index.__file__).parent
    made = sha256()
    for file in sorted(folder.rglob("*.py")):
        made.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return made.hexdigest()
