"""Ingestion, as one flow: draft -> chunks -> vectors -> store."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, Protocol, TypeVar

from index.arrays import Vectors
from index.chunking import Chunking, TokenCounter, chunk_spans
from index.intake.files import Refusal
from index.records import CutDraft, Draft, EmbeddedDraft, Metadata
from index.store.rows import digest, identity_of
from index.store.store import Known, Store

# A batch is one transaction and one call of the encoder: enough text to keep it busy, little enough to lose.
_BATCH_ARTICLES = 16
_BATCH_CHARACTERS = 40_000
# What is embedded already waits for the disk alone.
_EMBEDDED_ARTICLES = 256
_EMBEDDED_CHARACTERS = 2_000_000

T = TypeVar("T")
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
        for batch in _batches(inputs, _drafted, _BATCH_ARTICLES, _BATCH_CHARACTERS):
            yield from self._ingest_batch(batch)

    def load(self, items: Iterable[EmbeddedDraft]) -> Iterator[Outcome]:
        """Add or update articles that this model has embedded before, as `ingest` would, and as it ends."""
        for batch in _batches(items, lambda item: item.draft, _EMBEDDED_ARTICLES, _EMBEDDED_CHARACTERS):
            yield from self._load_batch(batch)

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
            draft, outcome = self._judged(item)
            outcomes.append(outcome)
            if outcome.status != "unchanged":
                fresh.append(draft)
        if fresh:
            self._store.put(self._prepared(fresh), self._encoder.fingerprint)
        return outcomes

    def _load_batch(self, batch: Sequence[EmbeddedDraft]) -> list[Outcome]:
        outcomes, fresh = [], []
        for item in batch:
            draft, outcome = self._judged(item.draft)
            outcomes.append(outcome)
            if outcome.status == "unchanged":
                continue
            # A title that was put right by hand is embedded with every chunk.
            as_embedded = draft.article.metadata.title == item.draft.article.metadata.title
            fresh.append(replace(item, draft=draft) if as_embedded else self._prepared([draft])[0])
        if fresh:
            self._store.put(fresh, self._encoder.fingerprint)
        return outcomes

    def _judged(self, item: Draft) -> tuple[Draft, Outcome]:
        """The draft as the new state of the article that it is of, and what becomes of it."""
        known = self._store.known(item)
        draft = _carried_on(item, known) if known else item
        return draft, self._outcome(draft, known)

    def _outcome(self, draft: Draft, known: Known | None) -> Outcome:
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
        cut = [cut_draft(draft, self._encoder, self._chunking) for draft in drafts]
        vectors = self._encoder.embed_passages([text for item in cut for text in item.passages()])
        self.embedded += len(vectors)
        return list(with_vectors(cut, vectors))


def cut_draft(draft: Draft, counter: TokenCounter, chunking: Chunking) -> CutDraft:
    """A draft cut into chunks."""
    return CutDraft(draft, *chunk_spans(draft.article, counter, chunking))


def with_vectors(cut: Iterable[CutDraft], vectors: Vectors) -> Iterator[EmbeddedDraft]:
    """Drafts with the vectors of their chunks, which stand in the same order in `vectors`, (chunks, dimension)."""
    done = 0
    for item in cut:
        end = done + len(item.spans)
        yield EmbeddedDraft(item.draft, item.carried_title, item.spans, vectors[done:end])
        done = end


def _drafted(item: Draft | Refusal) -> Draft | None:
    return item if isinstance(item, Draft) else None


def _batches(
    items: Iterable[T], draft_of: Callable[[T], Draft | None], articles: int, characters: int
) -> Iterator[list[T]]:
    """Runs of inputs, of so many articles and about so many characters at most, in which no article stands twice."""
    batch: list[T] = []
    seen: set[str] = set()
    size = 0
    for item in items:
        if draft := draft_of(item):
            marks = {identity_of(draft), f"id {draft.article.id}", f"raw {draft.raw.content}"}
            if marks & seen:
                yield batch
                batch, seen, size = [], set(), 0
            seen |= marks
            size += len(draft.article.text)
        batch.append(item)
        if len(batch) >= articles or size >= characters:
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
