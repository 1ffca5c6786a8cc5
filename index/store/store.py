"""The store: articles, chunks and vectors in one database.

An article, its chunks and their vectors are written in one transaction under a rising sequence number, and
acknowledged after the commit. Everything else (FAISS, terms, syllables) is derived from here and can be rebuilt.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np

from index.arrays import Ids, Vectors
from index.clock import WALL_CLOCK, Clock
from index.intake.identity import short_hash
from index.records import (
    Article,
    ChunkBatch,
    Coverage,
    Draft,
    EmbeddedDraft,
    Filters,
    Hit,
    Metadata,
    Raw,
    passage_text,
)
from index.storage.database import Connection, Where, listed, opened_shared
from index.storage.errors import ModelError
from index.store.migration import old_identity, upgrade
from index.store.outbox import TABLES as OUTBOX_TABLES
from index.store.outbox import note
from index.store.rows import (
    BY_SOURCE,
    NEWEST_FIRST,
    PASSING,
    PUT_ARTICLE,
    SCHEMA,
    SELECT_ARTICLE,
    SELECT_CHANGED,
    SELECT_CHUNK_AT,
    SELECT_CHUNKS,
    SELECT_COVERAGE,
    SELECT_DRAFT,
    SELECT_EMBEDDED,
    SELECT_HIT,
    SELECT_HITS,
    SELECT_MOMENTS,
    SELECT_OPENINGS,
    SELECT_PASSAGES,
    SELECT_SOURCES,
    SELECT_STANDING,
    VERSION,
    article_of,
    draft_of,
    edits_of,
    filter_values,
    hit_of,
    identity_of,
    moments,
    next_sequence,
    raw_digest,
    remove_chunks,
    row_of,
    stated_of,
)

_PAGE = 1000
_HIGHEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Known:
    """An article that is stored: its id and hex digest, and as in `Draft` what was put right by hand."""

    id: str
    digest: str
    edits: tuple[tuple[str, str | None], ...]
    stated: Metadata | None


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """An article as it is stored: its hex digest, its chunks in order, and their vectors, (chunks, dimension), float32.

    `model` is the fingerprint of what made them.
    """

    article: Article
    digest: str
    model: str
    hits: tuple[Hit, ...]
    vectors: Vectors


class Store:
    """The articles' database, shared by threads; other processes open it too.

    Every method raises StoreError, or StorageFull, where it cannot be read or written.
    """

    def __init__(self, where: Where, clock: Clock = WALL_CLOCK) -> None:
        self.where = where
        self._clock = clock
        self.unknown = 0
        # Programs of version 2 are shut out on a server, as by default: they would tell no index what they write.
        self.database = self._db = opened_shared(where, "articles", SCHEMA, VERSION, upgrade, {2: OUTBOX_TABLES})

    def close(self) -> None:
        """Let go of the database; in a file, the last one folds the write-ahead log into it."""
        self._db.close()

    def identity(self) -> str:
        """What tells this database from every other; a copy of it has the same."""
        known = "SELECT value FROM meta WHERE key = 'identity'"
        if rows := self._db.rows(known):
            return str(rows[0][0])
        with self._db.writing() as db:
            db.execute("INSERT INTO meta VALUES ('identity', ?) ON CONFLICT DO NOTHING", (uuid4().hex,))
            return str(next(db.execute(known))[0])

    # --- The model ---------------------------------------------------------------------------------------

    def claim_model(self, fingerprint: str, name: str) -> None:
        """Record the embedding model on first use; ModelError if the store was built with another."""
        with self._db.writing() as db:
            known: dict[str, str] = dict(db.execute("SELECT key, value FROM meta"))
            if known.get("model", fingerprint) == fingerprint:
                db.execute(
                    "INSERT INTO meta VALUES ('model', ?), ('model_name', ?) ON CONFLICT DO NOTHING",
                    (fingerprint, name),
                )
                return
        raise ModelError(
            f"This index was built with the model {known['model_name']}, and the settings name {name}. "
            "Set HOIDAP_EMBEDDING_MODEL back, or embed everything again: `hoidap rebuild --embed`."
        )

    def change_model(self, fingerprint: str, name: str) -> None:
        """Record another embedding model; `stale` gives the articles that are still to be embedded with it."""
        with self._db.writing() as db:
            db.execute(
                "INSERT INTO meta VALUES ('model', ?), ('model_name', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (fingerprint, name),
            )

    def stale(self, fingerprint: str) -> list[str]:
        """Ids of the articles that were embedded with another model."""
        with self._db.reading() as db:
            return [row[0] for row in db.execute("SELECT id FROM articles WHERE model <> ?", (fingerprint,))]

    # --- Writing -----------------------------------------------------------------------------------------

    def put(self, prepared: Sequence[EmbeddedDraft], model: str) -> None:
        """Add articles, or replace those of the same id, in one transaction; `model` is the vectors' fingerprint."""
        with self._db.writing() as db:
            sequence, seconds = next_sequence(db), self._clock.now()
            now = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
            for item in prepared:
                draft = _with_its_id(db, item.draft)
                remove_chunks(db, draft.article.id, sequence)
                # An id that led to an article which is gone may come again, and is then its own.
                db.execute("DELETE FROM moved WHERE old = ?", (draft.article.id,))
                row = row_of(draft, item.carried_title, model)
                before = next(db.execute(SELECT_MOMENTS, (draft.article.id,)), None)
                db.execute(PUT_ARTICLE, {**row, **moments(before, str(row["digest"]), now)})
                db.executemany(
                    'INSERT INTO chunks (article, start, "end", vector, sequence) VALUES (?, ?, ?, ?, ?)',
                    [
                        (draft.article.id, start, end, vector.astype("<f4").tobytes(), sequence)
                        for (start, end), vector in zip(item.spans, item.vectors, strict=True)
                    ],
                )
            note(db, sequence, seconds)

    def withdraw(self, article: str, day: str | None) -> None:
        """Note that an article's page is gone since `day`, or that it is there (again)."""
        with self._db.writing() as db:
            db.execute("UPDATE articles SET withdrawn_at = ? WHERE id = ?", (day, _current(db, article)))

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Remove articles and their chunks; returns the ids that existed."""
        removed = []
        with self._db.writing() as db:
            sequence = next_sequence(db)
            for given in ids:
                article = _current(db, given)
                remove_chunks(db, article, sequence)
                if list(db.execute("DELETE FROM articles WHERE id = ? RETURNING id", (article,))):
                    removed.append(given)
            note(db, sequence, self._clock.now())
        return removed

    # --- Reading articles --------------------------------------------------------------------------------

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        """The hex digest of each article that is stored, by id."""
        found = {}
        with self._db.reading() as db:
            for article in ids:
                for row in db.execute("SELECT digest FROM articles WHERE id = ?", (article,)):
                    found[article] = str(row[0])
        return found

    def known(self, draft: Draft) -> Known | None:
        """The article that `draft` is a new state of, by its identity, else by its id; None if there is none."""
        identity = identity_of(draft)
        with self._db.reading() as db:
            article = _owner(db, identity) or _current(db, draft.article.id)
            rows = list(db.execute("SELECT id, digest, edits, stated FROM articles WHERE id = ?", (article,)))
        return next((Known(row[0], row[1], edits_of(row[2]), stated_of(row[3])) for row in rows), None)

    def same_raw(self, raw: Raw) -> str | None:
        """The id of an article that was extracted from exactly this input, None if there is none."""
        with self._db.reading() as db:
            rows = list(db.execute("SELECT id FROM articles WHERE raw_digest = ?", (raw_digest(raw),)))
        return str(rows[0][0]) if rows else None

    def draft(self, article: str) -> Draft | None:
        """An article with its raw input and what was removed from it; None if it is not stored."""
        with self._db.reading() as db:
            rows = list(db.execute(SELECT_DRAFT + " WHERE id = ?", (_current(db, article),)))
        return draft_of(rows[0]) if rows else None

    def article(self, article: str) -> Article | None:
        """An article; None if it is not stored."""
        with self._db.reading() as db:
            rows = list(db.execute(SELECT_ARTICLE + " WHERE id = ?", (_current(db, article),)))
        return article_of(rows[0]) if rows else None

    def text(self, article: str) -> str | None:
        """The text of an article, None if it is not stored."""
        with self._db.reading() as db:
            rows = list(db.execute("SELECT text FROM articles WHERE id = ?", (_current(db, article),)))
        return str(rows[0][0]) if rows else None

    def embedded(self, article: str) -> Embedded | None:
        """An article with its chunks and their vectors; None if it is not stored."""
        with self._db.reading() as db:
            rows = list(db.execute(SELECT_EMBEDDED, (_current(db, article),)))
            chunks = list(db.execute(SELECT_CHUNKS, (_current(db, article),)))
        if not rows or not chunks:
            return None
        digest, model = rows[0][13:]
        hits, vectors = zip(*((hit_of(row[:-1]), _vector(row[-1])) for row in chunks), strict=True)
        return Embedded(article_of(rows[0]), digest, model, hits, np.stack(vectors))

    def sources(self, articles: Iterable[str]) -> dict[str, str | None]:
        """The source of each of the articles that is stored, and was not withdrawn."""
        with self._db.reading() as db:
            return dict(db.execute(SELECT_STANDING, (listed(articles),)))

    def articles(self, limit: int, after: str | None = None) -> list[Article]:
        """A page of articles, ordered by id; `after` is the last id of the page before."""
        with self._db.reading() as db:
            rows = db.execute(SELECT_ARTICLE + " WHERE id > ? ORDER BY id LIMIT ?", (after or "", limit))
            return [article_of(row) for row in rows]

    def coverage(self, filters: Filters) -> Coverage:
        """What articles pass the filters."""
        bound = filter_values(filters)
        with self._db.reading() as db:
            articles, first, last, dated = next(db.execute(SELECT_COVERAGE + PASSING, bound))
            rows = db.execute(SELECT_SOURCES + PASSING + BY_SOURCE, bound)
            sources = tuple((str(source), int(count)) for source, count in rows)
        days = Metadata(published_at=first).day, Metadata(published_at=last).day
        return Coverage(int(articles), int(articles) - int(dated), days[0], days[1], sources)

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        with self._db.reading() as db:
            rows = db.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)")
            articles, chunks = next(rows)
            return int(articles), int(chunks)

    # --- Reading chunks ----------------------------------------------------------------------------------

    def hits(self, chunks: Iterable[int], limit: int) -> list[Hit]:
        """Join chunk ids with their articles, in the same order, until there are `limit`.

        Ids that are not known (any more) are dropped, and counted in `unknown`.
        """
        found: list[Hit] = []
        with self._db.reading() as db:
            for chunk in chunks:
                if len(found) == limit:
                    break
                rows = list(db.execute(SELECT_HIT, (chunk,)))
                self.unknown += not rows
                found.extend(map(hit_of, rows))
        return found

    def owners(self, chunks: Iterable[int]) -> list[str]:
        """The articles that chunks are of, each once, in the order of the chunks; unknown ones are passed over."""
        with self._db.reading() as db:
            rows = [row for chunk in chunks for row in db.execute("SELECT article FROM chunks WHERE id = ?", (chunk,))]
        return list(dict.fromkeys(str(row[0]) for row in rows))

    def passages_of(self, article: str) -> list[Hit]:
        """All chunks of an article, in their order."""
        with self._db.reading() as db:
            return [hit_of(row) for row in db.execute(SELECT_HITS, (article,))]

    def chunk_at(self, article: str, start: int, end: int) -> int | None:
        """The id of the chunk that holds `article.text[start:end]`; None where none holds all of it."""
        with self._db.reading() as db:
            rows = list(db.execute(SELECT_CHUNK_AT, (article, start, end)))
        return int(rows[0][0]) if rows else None

    def openings(self, filters: Filters, limit: int) -> list[Hit]:
        """The first chunk of each article that passes the filters, newest article first, those without a date last."""
        with self._db.reading() as db:
            rows = db.execute(SELECT_OPENINGS + PASSING + NEWEST_FIRST, {**filter_values(filters), "limit": limit})
            return [hit_of(row) for row in rows]

    def chunk_ids(self, first: int = 0, last: int = _HIGHEST) -> Ids:
        """The ids of all chunks, or of those from `first` to `last`, rising."""
        with self._db.reading() as db:
            rows = db.execute("SELECT id FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
            return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def last_chunk(self) -> int:
        """The highest id of a chunk; 0 where there is none."""
        return int(self._db.rows("SELECT coalesce(max(id), 0) FROM chunks")[0][0])

    def texts(self) -> Iterator[str]:
        """Yield the title and text of every article, read a page at a time, so that writers need not wait."""
        after = None
        while page := self.articles(_PAGE, after):
            for article in page:
                yield f"{article.metadata.title or ''}\n{article.text}"
            after = page[-1].id

    # --- What the derived indexes are made of ------------------------------------------------------------

    def sequence(self) -> int:
        """The number of the last change."""
        with self._db.reading() as db:
            rows = list(db.execute("SELECT value FROM meta WHERE key = 'sequence'"))
        return int(rows[0][0]) if rows else 0

    def chunks_after(self, since: int) -> int:
        """How many chunks were stored after sequence number `since`."""
        with self._db.reading() as db:
            return int(next(db.execute("SELECT count(*) FROM chunks WHERE sequence > ?", (since,)))[0])

    def changed(self, since: int, most: int) -> list[tuple[int, str]]:
        """Sequence number and id of the articles stored after sequence number `since`, in the order of the changes.

        At most `most`, and what was stored with the last of these. What is embedded anew is stored anew.
        """
        with self._db.reading() as db:
            return [(int(sequence), str(article)) for sequence, article in db.execute(SELECT_CHANGED, (since, most))]

    def passages(self, since: int, upto: int, model: str, dimension: int) -> Iterator[ChunkBatch]:
        """Yield the chunks of a model with sequence numbers in (since, upto], by rising id, a page at a time.

        Chunks that are removed between two pages may be missing; `gone` has their ids.
        """
        # Ids rise with the changes, whose index gives each page, and those of the last changes, without a search.
        last = since, _HIGHEST
        while True:
            with self._db.reading() as db:
                rows = list(db.execute(SELECT_PASSAGES, (*last, upto, model, _PAGE)))
            if not rows:
                return
            vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").astype(np.float32)
            yield ChunkBatch(
                np.array([row[0] for row in rows]),
                vectors.reshape(-1, dimension),
                [passage_text(row[2], row[3]) for row in rows],
                [row[4] for row in rows],
                [Metadata(published_at=row[5]).day for row in rows],
                [row[6] for row in rows],
            )
            last = rows[-1][7], rows[-1][0]

    def gone(self, since: int, upto: int = _HIGHEST) -> list[int]:
        """Ids of the chunks removed by changes with sequence numbers in (since, upto]."""
        with self._db.reading() as db:
            rows = db.execute("SELECT chunk FROM gone WHERE sequence > ? AND sequence <= ?", (since, upto))
            return [row[0] for row in rows]

    def check(self) -> list[str]:
        """The problems that SQLite's integrity_check finds; empty if there are none, and on a server."""
        return self._db.damage()


def _vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype="<f4").astype(np.float32)


def _current(db: Connection, article: str) -> str:
    """The id that `article` has now; one that was folded into another leads there."""
    rows = list(db.execute("SELECT id FROM moved WHERE old = ?", (article,)))
    return str(rows[0][0]) if rows else article


def _owner(db: Connection, identity: str) -> str | None:
    """The id of the article that is known by `identity`."""
    known_by = [identity]
    if identity.startswith("file:"):
        known_by.append(old_identity(short_hash(identity.partition("|")[2])))
    for key in known_by:
        for row in db.execute("SELECT id FROM articles WHERE identity = ?", (key,)):
            return str(row[0])
    return None


def _with_its_id(db: Connection, draft: Draft) -> Draft:
    """`draft` under the id of the article that it is, should another process have stored it meanwhile."""
    article = draft.article
    owner = _owner(db, identity_of(draft)) or article.id
    if owner == article.id:
        return draft
    db.execute("INSERT INTO moved VALUES (?, ?) ON CONFLICT (old) DO UPDATE SET id = excluded.id", (article.id, owner))
    return replace(draft, article=replace(article, id=owner))
