"""Ingestion, as one flow: draft -> chunks -> vectors -> store."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from index.arrays import Vectors
from index.chunking import Chunking, TokenCounter, chunk_spans
from index.intake.files import Refusal
from index.records import Draft, EmbeddedDraft, passage_text
from index.store.rows import digest
from index.store.store import Store

# A batch is one transaction and one call of the encoder: enough text to keep it busy, little enough to lose.
_BATCH_ARTICLES = 16
_BATCH_CHARACTERS = 40_000

Status = Literal["added", "updated", "unchanged", "refused"]


class PassageEncoder(TokenCounter, Protocol):
    """What embeds passages."""

    @property
    def fingerprint(self) -> str:
        """An identifier of the model's weights and settings."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One normalised vector a text, float32 of shape (len(texts), dimension)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one input: its status, and the reason of a refusal. `id` is None if it was refused without one."""

    status: Status
    origin: str
    id: str | None = None
    reason: str | None = None


class Ingester:
    """Chunks, embeds and stores drafts. An outcome is yielded only after its transaction was committed."""

    def __init__(self, store: Store, encoder: PassageEncoder, chunking: Chunking) -> None:
        self._store = store
        self._encoder = encoder
        self._chunking = chunking

    def ingest(self, inputs: Iterable[Draft | Refusal]) -> Iterator[Outcome]:
        """Add or update articles, yielding outcomes in order; an article that has not changed is left alone.

        StorageFull or StoreError end it; what was yielded before is stored.
        """
        for batch in _batches(inputs):
            yield from self._ingest_batch(batch)

    def embed_stale(self) -> Iterator[str]:
        """Chunk and embed again every article whose vectors are of another model; yields their ids."""
        stale = self._store.stale(self._encoder.fingerprint)
        for done in range(0, len(stale), _BATCH_ARTICLES):
            ids = stale[done : done + _BATCH_ARTICLES]
            drafts = [draft for article in ids if (draft := self._store.draft(article))]
            self._store.put(self._prepared(drafts), self._encoder.fingerprint)
            yield from ids

    def _ingest_batch(self, batch: Sequence[Draft | Refusal]) -> list[Outcome]:
        known = self._store.digests([item.article.id for item in batch if isinstance(item, Draft)])
        outcomes = [self._judged(item, known) for item in batch]
        fresh = [
            item
            for item, outcome in zip(batch, outcomes, strict=True)
            if isinstance(item, Draft) and outcome.status in ("added", "updated")
        ]
        if fresh:
            self._store.put(self._prepared(fresh), self._encoder.fingerprint)
        return outcomes

    def _judged(self, item: Draft | Refusal, known: dict[str, str]) -> Outcome:
        if isinstance(item, Refusal):
            return Outcome("refused", item.origin, reason=item.reason)
        article, origin = item.article, item.raw.origin
        if article.id in known:
            # The same page is the same article, even where its neighbours now show that a line of it is boilerplate.
            unchanged = known[article.id] == digest(item) or self._store.same_raw(item.raw) == article.id
            return Outcome("unchanged" if unchanged else "updated", origin, article.id)
        # A page that names no URL is known by its file; the same page under another name is the same article.
        named = article.metadata.url or item.raw.media_type == "application/json"
        twin = None if named else self._store.same_raw(item.raw)
        if twin:
            return Outcome("unchanged", origin, twin, reason=f"the same page as {twin}")
        return Outcome("added", origin, article.id)

    def _prepared(self, drafts: Sequence[Draft]) -> list[EmbeddedDraft]:
        cut = [chunk_spans(draft.article, self._encoder, self._chunking) for draft in drafts]
        texts = [
            passage_text(title, draft.article.text[start:end])
            for draft, (title, spans) in zip(drafts, cut, strict=True)
            for start, end in spans
        ]
        vectors = self._encoder.embed_passages(texts)
        prepared, done = [], 0
        for draft, (title, spans) in zip(drafts, cut, strict=True):
            prepared.append(EmbeddedDraft(draft, title, spans, vectors[done : done + len(spans)]))
            done += len(spans)
        return prepared


def _batches(inputs: Iterable[Draft | Refusal]) -> Iterator[list[Draft | Refusal]]:
    """Runs of inputs of bounded size in which no article stands twice."""
    batch: list[Draft | Refusal] = []
    ids: set[str] = set()
    raws: set[str] = set()
    size = 0
    for item in inputs:
        if isinstance(item, Draft):
            if item.article.id in ids or item.raw.content in raws:
                yield batch
                batch, ids, raws, size = [], set(), set(), 0
            ids.add(item.article.id)
            raws.add(item.raw.content)
            size += len(item.article.text)
        batch.append(item)
        if len(batch) >= _BATCH_ARTICLES or size >= _BATCH_CHARACTERS:
            yield batch
            batch, ids, raws, size = [], set(), set(), 0
    if batch:
        yield batch
