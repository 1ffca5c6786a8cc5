"""Ingestion, as one flow: draft -> chunks -> vectors -> store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, Protocol

from index.arrays import Vectors
from index.chunking import Chunking, TokenCounter, chunk_spans
from index.intake.files import Refusal
from index.records import Draft, EmbeddedDraft, Metadata, passage_text
from index.store.rows import digest, identity_of
from index.store.store import Known, Store

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
        self.embedded = 0  # chunks, so far

    def ingest(self, inputs: Iterable[Draft | Refusal]) -> Iterator[Outcome]:
        """Add or update articles, yielding outcomes in order; an article that has not changed is left alone.

        StorageFull or StoreError end it; what was yielded before is stored.
        """
        for batch in _batches(inputs):
            yield from self._ingest_batch(batch)

    def edit(self, article: str, changes: Mapping[str, str | None]) -> bool:
        """Put fields of an article's metadata right by hand, or, with None, back to what the article states.

        An edit outlives the article's next states. Returns False where there is no such article.
        """
        draft = self._store.draft(article)
        if draft is None:
            return False
        edits = {field: value for field, value in {**dict(draft.edits), **changes}.items() if value is not None}
        self._store.put(self._prepared([edited(draft, edits)]), self._encoder.fingerprint)
        return True

    def embed_stale(self) -> Iterator[str]:
        """Chunk and embed again every article whose vectors are of another model; yields their ids."""
        stale = self._store.stale(self._encoder.fingerprint)
        for done in range(0, len(stale), _BATCH_ARTICLES):
            ids = stale[done : done + _BATCH_ARTICLES]
            drafts = [draft for article in ids if (draft := self._store.draft(article))]
            self._store.put(self._prepared(drafts), self._encoder.fingerprint)
            yield from ids

    def _ingest_batch(self, batch: Sequence[Draft | Refusal]) -> list[Outcome]:
        outcomes, fresh = [], []
        for item in batch:
            if isinstance(item, Refusal):
                outcomes.append(Outcome("refused", item.origin, reason=item.reason))
                continue
            known = self._store.known(item)
            draft = _carried_on(item, known) if known else item
            outcomes.append(self._judged(draft, known))
            if outcomes[-1].status in ("added", "updated"):
                fresh.append(draft)
        if fresh:
            self._store.put(self._prepared(fresh), self._encoder.fingerprint)
        return outcomes

    def _judged(self, draft: Draft, known: Known | None) -> Outcome:
        article, origin = draft.article, draft.raw.origin
        if known:
            # The same page is the same article, even where its neighbours now show that a line of it is boilerplate.
            same = known.digest == digest(draft) and known.stated == draft.stated
            unchanged = same or self._store.same_raw(draft.raw) == article.id
            return Outcome("unchanged" if unchanged else "updated", origin, article.id)
        # What is known by its file or its words alone is the same article under another name too.
        twin = self._store.same_raw(draft.raw) if draft.identity.startswith(("file:", "text:")) else None
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
        self.embedded += len(texts)
        prepared, done = [], 0
        for draft, (title, spans) in zip(drafts, cut, strict=True):
            prepared.append(EmbeddedDraft(draft, title, spans, vectors[done : done + len(spans)]))
            done += len(spans)
        return prepared


def _batches(inputs: Iterable[Draft | Refusal]) -> Iterator[list[Draft | Refusal]]:
    """Runs of inputs of bounded size in which no article stands twice."""
    batch: list[Draft | Refusal] = []
    seen: set[str] = set()
    size = 0
    for item in inputs:
        if isinstance(item, Draft):
            marks = {identity_of(item), f"id {item.article.id}", f"raw {item.raw.content}"}
            if marks & seen:
                yield batch
                batch, seen, size = [], set(), 0
            seen |= marks
            size += len(item.article.text)
        batch.append(item)
        if len(batch) >= _BATCH_ARTICLES or size >= _BATCH_CHARACTERS:
            yield batch
            batch, seen, size = [], set(), 0
    if batch:
        yield batch


def _carried_on(draft: Draft, known: Known) -> Draft:
    """`draft` as the new state of a known article: under its id, with what was put right by hand."""
    kept = replace(draft, article=replace(draft.article, id=known.id))
    return edited(kept, dict(known.edits)) if known.edits else kept


def edited(draft: Draft, edits: Mapping[str, str | None]) -> Draft:
    """`draft` with `edits` of its metadata, by field, and without those that it had before."""
    stated = draft.stated or draft.article.metadata
    inferred = stated.date_inferred and "published_at" not in edits
    metadata = Metadata(**{**asdict(stated), **edits, "date_inferred": inferred})
    return replace(
        draft,
        article=replace(draft.article, metadata=metadata),
        edits=tuple(edits.items()),
        stated=stated if edits else None,
    )
