"""A folder of shards: Parquet files of articles, and one beside each with the vectors of their chunks.

    000017.articles.parquet    an article a row: what the database holds of it, and `starts` and `ends` of its chunks
    000017.vectors.parquet     a chunk a row, in the order of the articles: `vector`
    bulk.json                  what the folder was begun from, and how many shards there are once all are made

A file is written beside, synced and renamed when it is whole, so one that is there is done. It has a digest of what is
in it: the checksums of Parquet are of pages, and leave out the end of a file, which says what these are.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from index.arrays import Vectors
from index.ingest import with_vectors
from index.intake.files import Refusal
from index.records import CutDraft, EmbeddedDraft
from index.storage.errors import FULL, Refused, StorageFull, StoreError
from index.storage.files import sync, write_durably
from index.store.rows import draft_of, row_of

_VERSION = 1
_MANIFEST = "bulk.json"
_ARTICLE = ("id", "text", "language", "captions", "pages", "added_at", "changed_at")
_METADATA = ("title", "url", "source", "published_at", "date_inferred", "withdrawn_at")
_COMING = ("raw", "media_type", "origin", "removed", "identity", "edits", "stated")
_DRAFT = (*_ARTICLE, *_METADATA, *_COMING)  # as `draft_of` takes them
_KINDS = {"date_inferred": pa.bool_(), "raw": pa.large_binary()}
_OFFSETS = pa.list_(pa.int32())
_ARTICLES = pa.schema(
    [(name, _KINDS.get(name, pa.large_string())) for name in (*_DRAFT, "model", "carried_title")]
    + [("starts", _OFFSETS), ("ends", _OFFSETS)]
)


@dataclass(frozen=True, slots=True)
class Shard:
    """Some of the articles of an archive, by their number in a folder."""

    folder: Path
    number: int

    def __str__(self) -> str:
        return f"shard {self.number}"

    @property
    def articles(self) -> Path:
        """The file of its articles."""
        return self.folder / f"{self.number:06}.articles.parquet"

    @property
    def vectors(self) -> Path:
        """The file of its chunks' vectors."""
        return self.folder / f"{self.number:06}.vectors.parquet"

    def is_prepared(self) -> bool:
        """Whether its articles are there."""
        return _footer(self.articles) is not None

    def is_embedded(self) -> bool:
        """Whether the vectors of its chunks are there, made from the articles as they are there."""
        articles, vectors = _footer(self.articles), _footer(self.vectors)
        return articles is not None and vectors is not None and vectors["articles"] == articles["digest"]

    def refusals(self) -> list[Refusal]:
        """What could not be taken in. StoreError where the file is damaged."""
        footer = _footer(self.articles)
        if footer is None:
            raise _damaged(self.articles, "prepare")
        return [Refusal(*refused) for refused in json.loads(footer["refused"])]

    def write_articles(self, cut: Sequence[CutDraft], refusals: Sequence[Refusal], model: str) -> None:
        """Write articles cut for a model, by its fingerprint, and what was refused among them."""
        rows = [
            {
                **row_of(item.draft, item.carried_title, model),
                "starts": [start for start, _ in item.spans],
                "ends": [end for _, end in item.spans],
            }
            for item in cut
        ]
        named = [{name: row.get(name) for name in _ARTICLES.names} for row in rows]
        refused = json.dumps([[_utf8(refusal.origin), _utf8(refusal.reason)] for refusal in refusals])
        _write(self.articles, pa.Table.from_pylist(named, _ARTICLES), {"refused": refused}, "zstd")

    def read_articles(self, model: str) -> list[CutDraft]:
        """The articles. StoreError where the file is damaged, or they were cut for another model."""
        rows = _read(self.articles, "prepare").to_pylist()
        if any(row["model"] != model for row in rows):
            raise StoreError(
                f"{self.articles} was made for another embedding model; set HOIDAP_EMBEDDING_MODEL back, or prepare the"
                " articles in another folder."
            )
        return [
            CutDraft(
                draft_of(tuple(row[name] for name in _DRAFT)),
                row["carried_title"],
                list(zip(row["starts"], row["ends"], strict=True)),
            )
            for row in rows
        ]

    def write_vectors(self, vectors: Vectors) -> None:
        """Write the vectors of the chunks, float32 of shape (chunks, dimension)."""
        articles = _footer(self.articles)
        if articles is None:
            raise _damaged(self.articles, "prepare")
        column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1])
        _write(self.vectors, pa.table({"vector": column}), {"articles": articles["digest"]}, "none")

    def read_vectors(self) -> Vectors:
        """The vectors of the chunks, float32 of shape (chunks, dimension). StoreError where the file is damaged."""
        return _vectors(_read(self.vectors, "embed"))

    def embedded(self, model: str) -> Iterator[EmbeddedDraft]:
        """The articles with their vectors. StoreError where a file is damaged, or of another model."""
        cut, vectors = self.read_articles(model), self.read_vectors()
        if len(vectors) != sum(len(item.spans) for item in cut):
            raise _damaged(self.vectors, "embed")
        yield from with_vectors(cut, vectors)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder was begun from: a digest of the files, their sizes and times, and of the settings that count.

    `shards` is the number of shards, None while they are being made.
    """

    inputs: str
    shards: int | None = None
    version: int = _VERSION


def begin(folder: Path, files: Sequence[Path], settings: Mapping[str, object]) -> None:
    """Begin a folder for the articles of files, or go on with it. Refused where it was begun from others."""
    inputs = _digest(files, settings)
    known = _manifest(folder)
    if known is None:
        if any(folder.glob("*.parquet")):
            raise Refused(f"{folder} holds files of others; give a new folder")
        write_durably(folder / _MANIFEST, json.dumps(asdict(Manifest(inputs))).encode())
    elif known.inputs != inputs:
        raise Refused(
            f"{folder} was begun with other articles or settings, or an article has changed since; give a new folder"
        )
    for leftover in folder.glob("*.tmp"):
        leftover.unlink(missing_ok=True)


def finish(folder: Path) -> None:
    """Note that all shards of a folder are there."""
    known = _manifest(folder)
    assert known is not None, "it was begun"
    shards = len(list(folder.glob("*.articles.parquet")))
    write_durably(folder / _MANIFEST, json.dumps(asdict(replace(known, shards=shards))).encode())


def prepared(folder: Path) -> list[Shard]:
    """The shards of a folder. Refused where not all of them were made yet."""
    known = _manifest(folder)
    if known is None:
        raise Refused(f"{folder} holds no prepared articles; make them: `hoidap bulk prepare ARTICLES --into {folder}`")
    if known.shards is None:
        raise Refused(f"the articles in {folder} are not all prepared; give the same `hoidap bulk prepare` again")
    return [Shard(folder, number) for number in range(known.shards)]


def _manifest(folder: Path) -> Manifest | None:
    path = folder / _MANIFEST
    try:
        content = json.loads(path.read_bytes())
        known = Manifest(**content)
        range(known.shards or 0)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path} cannot be read ({error}); give a new folder.") from error
    if known.version != _VERSION:
        raise StoreError(f"{path} has version {known.version}, and this release reads {_VERSION}; give a new folder.")
    return known


def _digest(files: Sequence[Path], settings: Mapping[str, object]) -> str:
    known = []
    for file in files:
        try:
            status = file.stat()
            known.append([_utf8(str(file.resolve())), status.st_size, status.st_mtime_ns])
        except OSError:
            known.append([_utf8(str(file)), None, None])
    return sha256(json.dumps([known, dict(settings)]).encode()).hexdigest()


def _utf8(text: str) -> str:
    """A file name need not be Unicode."""
    return text.encode(errors="backslashreplace").decode()


def _footer(path: Path) -> dict[str, str] | None:
    """What is noted at the end of a file; None where it is missing or not whole."""
    try:
        noted = _noted(pq.read_schema(path))
    except (OSError, ValueError):  # pyarrow's are among them
        return None
    return noted if "digest" in noted else None


def _noted(schema: pa.Schema) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in (schema.metadata or {}).items() if key[:5] != b"ARROW"}


def _vectors(table: pa.Table) -> Vectors:
    column = table.column("vector").combine_chunks()
    vectors = column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), column.type.list_size)
    return np.asarray(vectors, np.float32)


def _content(table: pa.Table, noted: Mapping[str, str]) -> str:
    """Hex SHA-256 of the rows of a table, and of what is noted."""
    rows = _vectors(table).tobytes() if table.column_names == ["vector"] else repr(table.to_pylist()).encode()
    return sha256(rows + repr(sorted(noted.items())).encode()).hexdigest()


def _read(path: Path, step: str) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
        noted = _noted(table.schema)
        digest = noted.pop("digest")
        found = _content(table, noted)
    except Exception as error:  # a damaged file makes its reader raise anything
        raise _damaged(path, step) from error
    if found != digest:
        raise _damaged(path, step)
    return table


def _damaged(path: Path, step: str) -> StoreError:
    return StoreError(f"{path} is missing or damaged; remove it, and give the same `hoidap bulk {step}` again.")


def _write(path: Path, table: pa.Table, noted: dict[str, str], compression: str) -> None:
    """Write a file whole, whoever else writes it or is killed meanwhile."""
    beside = path.with_name(f"{path.name}.{token_hex(4)}.tmp")
    whole = table.replace_schema_metadata({**noted, "digest": _content(table, noted)})
    try:
        pq.write_table(whole, beside, compression=compression)
        sync(beside)
        beside.replace(path)
        sync(path.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        kind = StorageFull if error.errno in FULL else StoreError
        raise kind(f"{path} cannot be written ({error}); make room or check the disk, and try again.") from error
