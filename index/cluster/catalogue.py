"""The derived index in Milvus, kept up with the store: what `index.derived.generations.Catalogue` is on one machine.

Chunks lie in a collection, and what replicas load beside it in generations (see `index.cluster.generation`), in the
store's own database. A generation counts document frequencies, lengths and syllables anew over the whole store. Mostly
it goes on with the collection that is there; once the mean length of a field has moved by a tenth from what the
collection's vectors are made with, or the model or the layout is another, or Milvus has lost rows, it fills a new one,
while searches and changes go on in the old.

Replicas that only read take the newest generation at each `refresh`, and wait for indexers at each `catch_up`.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from time import monotonic, sleep

from pymilvus import MilvusClient

from index.clock import WALL_CLOCK, Clock
from index.cluster import collection
from index.cluster.cluster_index import ClusterIndex, Rows, lagging
from index.cluster.collection import Collection, Plan
from index.cluster.generation import Generation, Manifest, packed, unpacked
from index.cluster.indexer import Indexer
from index.cluster.registry import Made, Registry
from index.cluster.statistics import Statistics
from index.derived.generations import BrokenGenerationError, is_worth_publishing
from index.derived.protocol import Lag
from index.language.diacritics.restore import SyllableModel
from index.model.centring import centring_of
from index.storage.errors import Refused, StoreError
from index.store.outbox import Outbox
from index.store.store import Store

_log = logging.getLogger(__name__)

# How far a field's mean length may move, as a share, from that of the collection's vectors. By a tenth, the score of a
# term that stands once in a text of the mean length is off by 4 %, in longer texts by less than a tenth.
_MOVED = 0.1
# How long whoever sent an article waits for indexers, and how often they are looked after, in seconds.
_PATIENCE, _LOOK = 10.0, 0.02


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A generation, by its number, and the index over its collection."""

    number: int
    made: Generation
    index: ClusterIndex


class ClusterCatalogue:
    """Keeps a current index over Milvus, and the generations beside it in the store's database.

    `model` is the fingerprint and `dimension` the length of the store's vectors. Where `indexes` is False, this process
    reads only: another one must have made a generation, or BrokenGenerationError is raised. `patience` is how long
    `catch_up` waits for others, in seconds; `clock` counts seconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        client: MilvusClient,
        model: str,
        dimension: int,
        plan: Plan,
        *,
        indexes: bool = True,
        patience: float = _PATIENCE,
        clock: Clock = WALL_CLOCK,
    ) -> None:
        self._store = store
        self._client = client
        self._dimension = dimension
        self._plan = plan
        self._indexes = indexes
        self._patience = patience
        self._clock = clock
        self._model = model
        self._centring = centring_of(model)
        self._changing = threading.Lock()
        self._outbox = Outbox(store.database)
        self._registry = Registry(store.database, clock=clock)
        self._loaded = self._newest() or self._first()
        self.refresh()
        if indexes and not self._whole():
            _log.warning("Milvus does not hold the chunks of the store; they are written into a new collection")
            self._publish(anew=True)

    @property
    def model(self) -> str:
        """The fingerprint of the model whose vectors it holds."""
        return self._model

    @property
    def snapshot(self) -> ClusterIndex:
        """The current index; take it once a request."""
        return self._loaded.index

    def refresh(self) -> None:
        """Take the newest generation, and bring in the changes that no other has taken where this process indexes."""
        with self._changing:
            if not self._is_newest():
                self._loaded = self._newest() or self._first()
            if self._indexes:
                self._follow()
            self._loaded = self._as_of(self._loaded)

    def catch_up(self) -> None:
        """Have all changes of the store so far in the index: bring them in, or wait for those who do.

        StoreError where they do not within `patience`; the changes are stored, and will be found.
        """
        wanted, until = self._store.sequence(), monotonic() + self._patience
        while True:
            self.refresh()
            # In the collection that is replaced just now too, which other replicas may still read, or read already.
            if all(self._outbox.reached(name) >= wanted for name in self._registry.live()):
                return
            if monotonic() > until:
                raise StoreError(
                    f"What was sent is stored, but no indexer has brought it into Milvus within {self._patience:g} s; "
                    "it is found once one has: see that one runs (HOIDAP_INDEXES)."
                )
            sleep(_LOOK)

    def lag(self) -> Lag:
        """How far the index is behind the store."""
        changes, since = self._outbox.lag(self._name)
        return Lag(changes, max(0.0, self._clock.now() - since) if since is not None else 0.0)

    def publish(self, *, anew: bool = True) -> None:
        """Make a new generation, with a new collection where that is asked or the present one does not fit any more.

        Refused where this process only reads.
        """
        if not self._indexes:
            raise Refused("This process does not index (HOIDAP_INDEXES); make the indexes anew in one that does.")
        while not self._publish(anew=anew):
            sleep(_LOOK)
            self.refresh()

    def publish_if_worth(self) -> bool:
        """Publish if enough has changed since the last generation; returns whether it did.

        It goes on with the present collection where that fits still.
        """
        if not self._indexes:
            return False
        chunks = self._store.counts()[1]
        manifest, counted = self._loaded.made.manifest, self._loaded.made.statistics.documents
        gone = len(self._store.gone(manifest.sequence))
        # What came, and what went.
        pending = (chunks - counted + gone) + gone
        return is_worth_publishing(pending, chunks) and self._publish(anew=False)

    def close(self) -> None:
        """Nothing is left to be closed: the client is its opener's."""

    # --- Generations -------------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return self._loaded.made.manifest.collection

    def _is_newest(self) -> bool:
        return self._registry.generations()[:1] == [self._loaded.number]

    def _newest(self) -> _Loaded | None:
        for number in self._registry.generations():
            try:
                return self._load(number)
            except BrokenGenerationError as error:
                _log.warning("Generation %d is left aside: %s", number, error)
        return None

    def _load(self, number: int) -> _Loaded:
        made = unpacked(self._registry.content(number))
        manifest = made.manifest
        if (manifest.model, manifest.centring, manifest.dimension) != (self._model, self._digest, self._dimension):
            raise BrokenGenerationError("it was made for another embedding model")
        if manifest.collection not in self._registry.live():
            raise BrokenGenerationError("its collection is not followed any more")
        opened = Collection.open(self._client, manifest.collection, self._plan)
        if opened is None:
            raise BrokenGenerationError(f"Milvus has no collection {manifest.collection}")
        rows = Rows(opened, manifest.averages, self._centring)
        reached = self._outbox.reached(manifest.collection)
        return _Loaded(number, made, ClusterIndex(reached, made.syllables, made.statistics, rows, lagging()))

    def _first(self) -> _Loaded:
        if not self._indexes:
            raise BrokenGenerationError(
                "There is no generation of the indexes in Milvus that this process can read; start one that indexes."
            )
        while True:
            with self._registry.publishing() as mine:
                # Another process may have made it meanwhile.
                if loaded := self._newest():
                    return loaded
                if mine:
                    return self._published(None)
            sleep(_LOOK)

    def _publish(self, *, anew: bool) -> bool:
        """Make a new generation; False, and nothing is done, where another process makes one, or has."""
        with self._registry.publishing() as mine:
            if not mine or not self._is_newest():
                return False
            fresh = self._published(None if anew else self._loaded)
            with self._changing:
                self._loaded = fresh
        self.refresh()
        return True

    def _published(self, present: _Loaded | None) -> _Loaded:
        """A new generation, which goes on with the collection of the present one where that fits."""
        # Of those who were killed filling them.
        for leftover in self._registry.unfilled():
            self._drop(leftover)
        sequence = self._store.sequence()
        pages = self._store.passages(0, sequence, self._model, self._dimension)
        statistics = Statistics.count(text for page in pages for text in page.texts)
        syllables = SyllableModel.of_archive(self._store.texts())
        if present and not _moved(present.made.manifest.averages, statistics.averages):
            name, averages = present.made.manifest.collection, present.made.manifest.averages
        else:
            name, averages = f"hoidap_{self._store.identity()[:8]}_{token_hex(4)}", statistics.averages
            self._fill(name, averages)
        manifest = Manifest(name, averages, self._model, self._dimension, self._digest, sequence)
        content = packed(Generation(manifest, statistics, syllables))
        while not self._registry.publish(name, content):
            self._indexer(name, self._made(averages)).follow()
        return self._load(self._registry.generations()[0])

    def _fill(self, name: str, averages: Mapping[str, float]) -> None:
        """Make a collection with all chunks, and let the outbox have what changes meanwhile."""
        made = self._made(averages)
        self._registry.register(name, made)
        Collection.create(self._client, name, self._dimension, self._plan)
        self._indexer(name, made).fill(self._store.sequence())

    def _drop(self, name: str) -> None:
        """Remove a collection that nobody reads."""
        collection.drop(self._client, name)
        self._registry.forget(name)

    # --- Following the store -----------------------------------------------------------------------------

    def _follow(self) -> None:
        """Bring what waits in the outbox into the collections of this layout."""
        for name, made in self._registry.live().items():
            try:
                self._indexer(name, made).follow()
            except StoreError as error:
                # One that is retired may be lost to Milvus, which is why it was.
                if name == self._name:
                    raise
                _log.warning("The collection %s is followed no further now: %s", name, error)
        if given_up := self._registry.given_up():
            self._sweep(given_up)

    def _sweep(self, given_up: Sequence[str]) -> None:
        """Remove collections that nobody reads, unless another process does; what fails is tried again."""
        with self._registry.publishing() as mine:
            for name in given_up if mine else ():
                try:
                    self._drop(name)
                except StoreError as error:
                    _log.warning("The collection %s cannot be removed now: %s", name, error)

    def _indexer(self, name: str, made: Made) -> Indexer:
        rows = Rows(Collection(self._client, name, self._plan), made.averages, centring_of(made.model))
        return Indexer(self._store, self._outbox, rows, name, made.model, made.dimension)

    def _made(self, averages: Mapping[str, float]) -> Made:
        return Made(self._model, self._dimension, averages)

    def _as_of(self, loaded: _Loaded) -> _Loaded:
        reached = self._outbox.reached(loaded.made.manifest.collection)
        return _Loaded(loaded.number, loaded.made, loaded.index.as_of(reached))

    def _whole(self) -> bool:
        """Whether Milvus holds the store's chunks, where nothing else says why it would not.

        A database that was taken back to an earlier state lacks the last chunks that Milvus has.
        """
        sequence, chunks, last = self._store.sequence(), self._store.counts()[1], self._store.last_chunk()
        if self._outbox.reached(self._name) < sequence or self._store.stale(self._model):
            return True
        rows = self._loaded.index.rows.collection
        held, unknown = rows.count(), rows.count(f"id > {last}")
        return self._store.sequence() != sequence or (held == chunks and unknown == 0)

    @property
    def _digest(self) -> str:
        return self._centring.digest if self._centring else ""


def _moved(before: Mapping[str, float], now: Mapping[str, float]) -> bool:
    """Whether the mean length of a field is another than vectors are made with."""
    return any(abs(now[field] - length) > _MOVED * length for field, length in before.items())
