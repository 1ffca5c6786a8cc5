"""Derived indexes in generations, each built from the store, checked, and replaced as a whole.

A generation is a folder `gen-N` with the FAISS index, the lexical index, the syllable model and a manifest. It is built
in `gen-N.tmp`, synced and renamed, so a folder without `.tmp` is complete. On start the newest that passes its checks
is loaded and later changes of the store are replayed onto it; without one, a new one is built.
"""

import errno
import fcntl
import hashlib
import json
import logging
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from index.arrays import Ids, Scored, Vectors
from index.derived.candidates import AUTO, FLAT, Choice
from index.derived.protocol import Lag
from index.derived.terms import Document, TermIndex
from index.derived.vectors import VectorIndex, chosen, joined, written
from index.language.diacritics.restore import SyllableModel
from index.model.centring import centring_of
from index.records import NO_FILTERS, ChunkBatch, Filters
from index.storage.errors import FULL, IndexingError, StorageFull, StoreError
from index.storage.files import exclusive, sha256, sync, write_durably
from index.store.store import Store

_log = logging.getLogger(__name__)

# Rises whenever an index is made of other files, fields or tokens, so that older generations are made again.
_VERSION = 6
_KEPT = 2
# A new generation is worth its work when this many chunks, and this share of all, came or went after the last; in a
# small archive half of all are enough, as what is counted over texts is counted for a generation only.
_PENDING_CHUNKS = 200
_PENDING_SHARE = 0.05
# Replayed changes are held in memory, 1.5 kB a chunk; after more of them a start makes a generation instead.
_MOST_REPLAYED = 100_000
# How tantivy, which is written in Rust, passes an error of the system on; its threads only that there was one.
_SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)|io::Error")


@dataclass(frozen=True, slots=True)
class GenerationManifest:
    """The content of a generation: the store it was built from, its sequence number then, the SHA-256 of each file.

    `centring` is the digest of the model's, and `version` that of the file format. `asked` is the setting of the vector
    index, and `kind`, `width` and `recall` are what was chosen for it (see `Choice`).
    """

    model: str
    dimension: int
    chunks: int
    sequence: int
    files: dict[str, str]
    store: str = ""
    centring: str = ""
    version: int = 0
    asked: str = AUTO
    kind: str = FLAT
    width: int = 0
    recall: float = 1.0

    @property
    def choice(self) -> Choice:
        """How its vectors are searched."""
        return Choice(self.kind, self.width, self.recall)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The derived indexes as of one sequence number of the store. Immutable; a newer one replaces it.

    Of `dense` and `lexical`, `filters` and `only`, int64 of shape (n,), restrict the chunks that are scored.
    """

    sequence: int
    vectors: VectorIndex
    terms: TermIndex
    syllables: SyllableModel

    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """Ids and cosines of the k chunks nearest to a vector, float32 of shape (dimension,) and of length 1."""
        return self.vectors.search(vector, k, filters, only)

    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """Ids and BM25 scores of the k chunks that match words best."""
        return self.terms.search(words, k, filters, only)

    def ceiling(self, words: str) -> float:
        """An upper bound of the lexical score of any text for these words; 0 if there are none."""
        return self.terms.ceiling(words)

    def idf(self, token: str) -> float:
        """The inverse document frequency of a token as it is written."""
        return self.terms.idf(token)


class BrokenGenerationError(IndexingError):
    """A generation does not pass its checks; it is left aside, and nothing is lost by that."""


class Catalogue:
    """Keeps a current snapshot of the indexes, and their generations in a folder.

    `model` is the fingerprint and `dimension` the length of the store's vectors; `kind` is the setting of the vector
    index (see `index.derived.candidates`). A reader takes `snapshot` once a request; it may be replaced at any time.
    Where more than `most_replayed` chunks came after the last generation, a new one is made.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        model: str,
        dimension: int,
        kind: str = AUTO,
        most_replayed: int = _MOST_REPLAYED,
    ) -> None:
        self._store = store
        self._folder = folder
        self._model = model
        self._dimension = dimension
        self._kind = kind
        self._centring = centring_of(model)
        self._changing = threading.Lock()
        self._publishing = threading.Lock()
        self._pending = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._workspace = self._own_workspace()
        newest = self._newest()
        if newest is None or store.chunks_after(newest.sequence) > most_replayed:
            newest = self._published()
        self.snapshot = newest
        self.refresh()

    @property
    def model(self) -> str:
        """The fingerprint of the model whose vectors it holds."""
        return self._model

    def refresh(self) -> None:
        """Replay the store's changes since the current snapshot."""
        with self._changing:
            try:
                self.snapshot = self._replayed(self.snapshot)
            except (OSError, ValueError) as error:
                # Another process may have removed the generation that this one was loaded from.
                _log.warning("The indexes are loaded again: %s", error)
                with _translated():
                    self.snapshot = self._replayed(self._newest() or self._published())

    def catch_up(self) -> None:
        """Replay all of the store's changes: nobody else does."""
        self.refresh()

    def lag(self) -> Lag:
        """None: nobody else keeps it up."""
        return Lag()

    def publish(self) -> None:
        """Build a new generation from the store and switch to it. Reads go on meanwhile.

        StorageFull or StoreError where it cannot be written; the previous indexes stay in use.
        """
        with self._publishing, _translated():
            fresh = self._published()
            with self._changing:
                before, self.snapshot = self.snapshot, self._replayed(fresh)
            before.terms.discard()

    def publish_if_worth(self) -> bool:
        """Publish if enough has changed since the last generation; returns whether it did."""
        if not is_worth_publishing(self._pending, self._store.counts()[1]):
            return False
        self.publish()
        return True

    def close(self) -> None:
        """Delete the working copies."""
        shutil.rmtree(self._workspace, ignore_errors=True)
        self._in_use.close()

    def _own_workspace(self) -> Path:
        """A folder for working copies, locked while this process lives; those of dead processes are removed."""
        with self._exclusive():
            for other in self._folder.glob("work-*"):
                with (other / "lock").open("a") as lock:
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    shutil.rmtree(other, ignore_errors=True)
            workspace = Path(tempfile.mkdtemp(prefix="work-", dir=self._folder))
            self._in_use = (workspace / "lock").open("a")
            fcntl.flock(self._in_use, fcntl.LOCK_EX)
            return workspace

    # --- On the disk -------------------------------------------------------------------------------------

    def _newest(self) -> Snapshot | None:
        with self._exclusive():
            for folder in reversed(generations(self._folder)):
                try:
                    return self._load(folder)
                except BrokenGenerationError as error:
                    _log.warning("%s is left aside: %s", folder.name, error)
                    shutil.rmtree(folder)
        return None

    def _load(self, folder: Path) -> Snapshot:
        manifest = verified(folder)
        if (manifest.model, manifest.centring, manifest.dimension) != (self._model, self._digest, self._dimension):
            raise BrokenGenerationError("it was made for another embedding model")
        if manifest.store != self._store.identity():
            raise BrokenGenerationError("it was made from another database")
        if manifest.asked != self._kind:
            raise BrokenGenerationError(f"its vector index is {manifest.asked}, and the settings name {self._kind}")
        if manifest.sequence > self._store.sequence():
            raise BrokenGenerationError("it is newer than the database, which was restored from a copy")
        try:
            vectors = VectorIndex.load(folder, self._dimension, manifest.choice, self._centring)
            terms = TermIndex.load(folder)
            syllables = SyllableModel.load(folder)
        except (OSError, ValueError, RuntimeError) as error:
            raise BrokenGenerationError(f"it cannot be read: {error}") from error
        if not len(vectors) == len(terms) == manifest.chunks:
            raise BrokenGenerationError(f"its indexes do not hold the {manifest.chunks} chunks of its manifest")
        self._pending = 0
        return Snapshot(manifest.sequence, vectors, terms, syllables)

    def _published(self) -> Snapshot:
        with self._exclusive():
            for leftover in self._folder.glob("*.tmp"):
                shutil.rmtree(leftover)
            known = generations(self._folder)
            final = next_generation(self._folder)
            building = final.with_suffix(".tmp")
            building.mkdir()
            self._build(building)
            verified(building)
            building.rename(final)
            sync(self._folder)
            for old in known[: -_KEPT + 1]:
                shutil.rmtree(old)
            return self._load(final)

    def _build(self, folder: Path) -> None:
        sequence = self._store.sequence()
        pages = written(folder, self._passages(0, sequence), self._centring)
        terms = TermIndex.build(folder, (document for page in pages for document in _documents(page)))
        choice = chosen(folder, self._dimension, self._kind)
        SyllableModel.of_archive(self._store.texts()).save(folder)
        manifest = GenerationManifest(
            self._model,
            self._dimension,
            len(terms),
            sequence,
            _checksums(folder),
            self._store.identity(),
            self._digest,
            _VERSION,
            self._kind,
            **asdict(choice),
        )
        content = asdict(manifest)
        signed = {**content, "digest": _digest_of(content)}
        write_durably(folder / "manifest.json", json.dumps(signed, indent=1).encode())

    @property
    def _digest(self) -> str:
        return self._centring.digest if self._centring else ""

    def _exclusive(self) -> AbstractContextManager[bool]:
        """One process at a time makes, loads or removes generations."""
        return exclusive(self._folder / "lock")

    # --- Following the store -----------------------------------------------------------------------------

    def _passages(self, since: int, upto: int) -> Iterator[ChunkBatch]:
        return self._store.passages(since, upto, self._model, self._dimension)

    def _replayed(self, snapshot: Snapshot) -> Snapshot:
        sequence = self._store.sequence()
        if sequence == snapshot.sequence:
            return snapshot
        removed = self._store.gone(snapshot.sequence)
        added = joined(list(self._passages(snapshot.sequence, sequence)), self._dimension)
        self._pending += len(added.ids) + len(removed)
        return Snapshot(
            sequence,
            snapshot.vectors.with_changes(removed, added),
            snapshot.terms.with_changes(removed, _documents(added), self._workspace),
            snapshot.syllables,
        )


def _documents(page: ChunkBatch) -> Iterator[Document]:
    return map(Document, page.ids.tolist(), page.texts, page.days, page.sources)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # numpy tells how much of an array was written, and no number: there was no room for the rest.
        raise _unwritten(errno.ENOSPC if error.errno is None else error.errno, error) from error
    except (ValueError, RuntimeError) as error:  # tantivy's and FAISS's
        told = _SYSTEM_ERROR.search(str(error))
        raise _unwritten(int(told[1] or errno.ENOSPC) if told else None, error) from error


def _unwritten(number: int | None, error: Exception) -> StoreError:
    kind = StorageFull if number in FULL else StoreError
    return kind(f"The indexes cannot be written ({error}); make room or check the disk, and try again.")


def generations(folder: Path) -> list[Path]:
    """The complete generations in a folder, oldest first."""
    return sorted((path for path in folder.glob("gen-*") if path.suffix != ".tmp"), key=_number)


def verified(folder: Path) -> GenerationManifest:
    """The manifest of a generation whose files are all there and unchanged; BrokenGenerationError otherwise."""
    try:
        content = json.loads((folder / "manifest.json").read_bytes())
        digest = content.pop("digest", "")
        manifest = GenerationManifest(**content)
        checksums = _checksums(folder)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BrokenGenerationError(f"its manifest cannot be read: {error}") from error
    check_whole(manifest.version, _VERSION, manifest.files, checksums)
    # Of another sequence number, changes would never be replayed.
    if digest != _digest_of(content):
        raise BrokenGenerationError("its manifest was changed")
    return manifest


def check_whole(version: int, known: int, files: Mapping[str, str], checksums: Mapping[str, str]) -> None:
    """Raise BrokenGenerationError for another version than is known, or other files than a manifest has."""
    if version != known:
        raise BrokenGenerationError(f"it has version {version}, and this release reads {known}")
    wrong = sorted(set(files.items()) ^ set(checksums.items()))
    if wrong:
        raise BrokenGenerationError(f"its file {wrong[0][0]} is missing, changed or unknown")


def is_worth_publishing(pending: int, chunks: int) -> bool:
    """Whether so many chunks that came or went since the last generation, of all, are worth a new one."""
    return pending >= max(1, min(_PENDING_CHUNKS, chunks / 2), _PENDING_SHARE * chunks)


def next_generation(folder: Path) -> Path:
    """The folder of the generation to be made after those that there are."""
    known = generations(folder)
    return folder / f"gen-{_number(known[-1]) + 1 if known else 1:06}"


def _checksums(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json")
    return {str(path.relative_to(folder)): sha256(path) for path in files if not path.name.endswith(".lock")}


def _digest_of(manifest: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _number(folder: Path) -> int:
    return int(folder.stem.removeprefix("gen-"))
