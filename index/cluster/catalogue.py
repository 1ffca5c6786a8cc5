"""The derived index in Milvus, kept up with the store: what `index.derived.generations.Catalogue` is on one machine.

Chunks lie in a collection, and what replicas load beside it in generations (see `index.cluster.generation`), in a
folder that all of them read. A generation counts document frequencies, lengths and syllables anew over the whole store.
Mostly it goes on with the collection that is there; once the mean length of a field has moved by a tenth from what the
collection's vectors are made with, or the model or the version is another, or Milvus has lost rows, it fills a new one,
while searches and changes go on in the old.

Replicas that only read take the newest generation at each `refresh`; the collections of the last two are kept, so that
one that lags behind goes on.
"""

import logging
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from pymilvus import MilvusClient

from index.cluster import collection, generation
from index.cluster.cluster_index import ClusterIndex, Rows
from index.cluster.collection import Collection, Plan
from index.cluster.generation import Generation, Manifest
from index.cluster.indexer import Cursor, Indexer
from index.cluster.statistics import Statistics
from index.derived.generations import BrokenGenerationError, generations, is_worth_publishing, next_generation
from index.language.diacritics.restore import SyllableModel
from index.model.centring import centring_of
from index.storage.files import exclusive, write_durably
from index.store.store import Store

_log = logging.getLogger(__name__)

_KEPT = 2
# How far a field's mean length may move, as a share, from that of the collection's vectors. By a tenth, the score of a
# term that stands once in a text of the mean length is off by 4 %, in longer texts by less than a tenth.
_MOVED = 0.1


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A generation, and the index over its collection."""

    folder: Path
    made: Generation
    index: ClusterIndex


class ClusterCatalogue:
    """Keeps a current index over Milvus, and the generations beside it in a folder.

    `model` is the fingerprint and `dimension` the length of the store's vectors. Where `indexes` is False, this process
    reads only: another one must have made a generation, or BrokenGenerationError is raised.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        client: MilvusClient,
        model: str,
        dimension: int,
        plan: Plan,
        *,
        indexes: bool = True,
    ) -> None:
        self._store = store
        self._folder = folder
        self._client = client
        self._dimension = dimension
        self._plan = plan
        self._indexes = indexes
        self._model = model
        self._centring = centring_of(model)
        self._changing = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._loaded = self._newest() or self._first()
        self.refresh()
        if indexes and not self._whole():
            _log.warning("Milvus does not hold the chunks of the store; they are written into a new collection")
            self.publish()

    @property
    def model(self) -> str:
        """The fingerprint of the model whose vectors it holds."""
        return self._model

    @property
    def snapshot(self) -> ClusterIndex:
        """The current index; take it once a request."""
        return self._loaded.index

    def refresh(self) -> None:
        """Take the newest generation, and bring in the store's changes where this process indexes."""
        with self._changing:
            if not self._is_newest():
                self._loaded = self._newest() or self._first()
            if self._indexes:
                indexer = self._indexer_of(self._loaded)
                with indexer.turn():
                    indexer.follow()
            self._loaded = self._as_of(self._loaded)

    def publish(self, *, anew: bool = True) -> None:
        """Make a new generation, with a new collection where that is asked or the present one does not fit any more."""
        with exclusive(self._folder / "lock"):
            # Of several processes that find it worth the work, the first does it.
            if anew or self._is_newest():
                fresh = self._published(anew=anew)
                with self._changing:
                    self._loaded = fresh
        self.refresh()

    def publish_if_worth(self) -> bool:
        """Publish if enough has changed since the last generation; returns whether it did."""
        chunks = self._store.counts()[1]
        manifest, counted = self._loaded.made.manifest, self._loaded.made.statistics.documents
        gone = len(self._store.gone(manifest.sequence))
        # What came, and what went.
        pending = (chunks - counted + gone) + gone
        if not is_worth_publishing(pending, chunks):
            return False
        self.publish(anew=False)
        return True

    def close(self) -> None:
        """Nothing is left to be closed: the client is its opener's."""

    # --- In the folder -----------------------------------------------------------------------------------

    def _is_newest(self) -> bool:
        return generations(self._folder)[-1:] == [self._loaded.folder]

    def _newest(self) -> _Loaded | None:
        for folder in reversed(generations(self._folder)):
            try:
                return self._load(folder)
            except BrokenGenerationError as error:
                _log.warning("%s is left aside: %s", folder.name, error)
        return None

    def _load(self, folder: Path) -> _Loaded:
        made = generation.read(folder)
        manifest = made.manifest
        if (manifest.model, manifest.centring, manifest.dimension) != (self._model, self._digest, self._dimension):
            raise BrokenGenerationError("it was made for another embedding model")
        if manifest.store != self._store.identity():
            raise BrokenGenerationError("it was made from another database")
        reached = Cursor.of(self._folder, manifest.collection).read()
        if reached is None or max(reached, manifest.sequence) > self._store.sequence():
            raise BrokenGenerationError("it is newer than the database, which was restored from a copy")
        opened = Collection.open(self._client, manifest.collection, self._plan)
        if opened is None:
            raise BrokenGenerationError(f"Milvus has no collection {manifest.collection}")
        rows = Rows(opened, manifest.averages, self._centring)
        index = ClusterIndex(reached, made.syllables, made.statistics, rows, fresh=self._indexes)
        return _Loaded(folder, made, index)

    def _first(self) -> _Loaded:
        if not self._indexes:
            raise BrokenGenerationError(
                f"{self._folder} holds no generation that this process can read; start one that indexes first."
            )
        with exclusive(self._folder / "lock"):
            # Another process may have made it meanwhile.
            return self._newest() or self._published(anew=True)

    def _published(self, *, anew: bool) -> _Loaded:
        for leftover in self._folder.glob("gen-*.tmp"):
            shutil.rmtree(leftover)
        folder = next_generation(self._folder)
        sequence = self._store.sequence()
        pages = self._store.passages(0, sequence, self._model, self._dimension)
        statistics = Statistics.count(text for page in pages for text in page.texts)
        syllables = SyllableModel.count(self._store.texts())
        present = None if anew else self._newest()
        if present and not _moved(present.made.manifest.averages, statistics.averages):
            name, averages = present.made.manifest.collection, present.made.manifest.averages
        else:
            name, averages = f"{self._prefix()}{folder.name.removeprefix('gen-')}", statistics.averages
            self._fill(name, averages)
        manifest = Manifest(
            name, averages, self._model, self._dimension, self._digest, self._store.identity(), sequence
        )
        made = Generation(manifest, statistics, syllables)
        indexer = self._indexer(name, averages)
        # What this process acknowledged as found in the old collection must be in the new one when others turn to it.
        with indexer.turn():
            indexer.follow()
            generation.write(folder, made)
        self._sweep()
        return self._load(folder)

    def _fill(self, name: str, averages: Mapping[str, float]) -> None:
        """Make a collection and bring in all chunks. Nobody else knows it, so that needs no turn."""
        # A try that broke off may have left one of that name, with vectors of other lengths.
        collection.drop(self._client, name)
        Collection.create(self._client, name, self._dimension, self._plan)
        indexer = self._indexer(name, averages)
        indexer.cursor.move(0)
        indexer.follow()

    def _sweep(self) -> None:
        """Remove all but the last generations, and the collections that none of these is of."""
        known = generations(self._folder)
        for old in known[:-_KEPT]:
            shutil.rmtree(old)
        needed = set()
        for folder in known[-_KEPT:]:
            try:
                needed.add(generation.read(folder).manifest.collection)
            except BrokenGenerationError as error:
                _log.warning("%s is left aside: %s", folder.name, error)
        for name in collection.names(self._client, self._prefix()):
            if name not in needed:
                collection.drop(self._client, name)
                Cursor.of(self._folder, name).path.unlink(missing_ok=True)

    def _prefix(self) -> str:
        """What the names of this folder's collections begin with, on a server that others may use."""
        kept = self._folder / "name"
        if not kept.exists():
            write_durably(kept, f"hoidap_{token_hex(4)}_".encode())
        return kept.read_text()

    # --- Following the store -----------------------------------------------------------------------------

    def _indexer_of(self, loaded: _Loaded) -> Indexer:
        return self._indexer(loaded.made.manifest.collection, loaded.made.manifest.averages)

    def _indexer(self, name: str, averages: Mapping[str, float]) -> Indexer:
        rows = Rows(Collection(self._client, name, self._plan), averages, self._centring)
        return Indexer(self._store, rows, Cursor.of(self._folder, name), self._model, self._dimension)

    def _as_of(self, loaded: _Loaded) -> _Loaded:
        reached = Cursor.of(self._folder, loaded.made.manifest.collection).read() or 0
        return _Loaded(loaded.folder, loaded.made, loaded.index.as_of(reached))

    def _whole(self) -> bool:
        """Whether Milvus holds as many chunks as the store, where nothing else says why it would not."""
        indexer = self._indexer_of(self._loaded)
        with indexer.turn():
            reached, chunks = indexer.cursor.read(), self._store.counts()[1]
            if reached != self._store.sequence() or self._store.stale(self._model):
                return True
            return self._loaded.index.rows.collection.count() == chunks

    @property
    def _digest(self) -> str:
        return self._centring.digest if self._centring else ""


def _moved(before: Mapping[str, float], now: Mapping[str, float]) -> bool:
    """Whether the mean length of a field is another than vectors are made with."""
    return any(abs(now[field] - length) > _MOVED * length for field, length in before.items())
