"""The lexical index: BM25 (Robertson and Zaragoza 2009) over Vietnamese syllables.

tantivy computes it, with k1 = 1.2 and b = 0.75.

Three fields a chunk: `folded` holds syllables without diacritics, `pairs` every two neighbours of them (the
Vietnamese word is mostly two syllables), `exact` the syllables that carry diacritics, as they are written. So a
question typed without diacritics matches accented text, and an accented one prefers the exact accents. That one thing
is written in many ways is left to the vectors: with one token for all spellings of a number, date or known name, and
with the names that acronyms stand for, 459 questions in four languages found the same (mean reciprocal rank 0.968,
0.810, 0.812 and 0.744 with and without).

A `TermIndex` is never changed once made; `with_changes` gives a new one. It shares the working folder with the
old, whose searcher keeps its own view (tantivy's segments are immutable), so changes form one line: apply them
to the newest only.

Filters are clauses on the day and source of each chunk, which add nothing to its score.
"""

import errno
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tantivy

from index.arrays import Ids, Scored
from index.derived.marks import day_number, day_range, source_number
from index.derived.vectors import best
from index.language.text import folded_tokens, has_marks, same_i, tokens
from index.records import NO_FILTERS, Filters
from index.storage.files import sync

_WRITER_BYTES = 64_000_000
# A longer question is cut for matching: more terms cost time and add noise.
_MAX_QUERY_TOKENS = 256
WEIGHTS = {"folded": 1.0, "pairs": 0.7, "exact": 0.3}
# tantivy's BM25: the most that repetition can multiply a term's idf by is k1 + 1, with k1 = 1.2.
_SATURATED = 2.2


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Integer, not unsigned: an unsigned field given a Python int kills tantivy-py's writer.
    for field in ("chunk", "day", "source"):
        builder.add_integer_field(field, indexed=True, fast=True)
    for field in WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


# The inverse document frequency of a token as it is written.
Idf = Callable[[str], float]


class Document(NamedTuple):
    """A chunk to be indexed, with the day and the source of its article."""

    chunk: int
    text: str
    day: date | None = None
    source: str | None = None


class TermIndex:
    """A BM25 index of chunk texts; scores are sums over the fields."""

    def __init__(self, index: tantivy.Index, folder: Path, *, writable: bool, removed: int = 0) -> None:
        self._index = index
        self._folder = folder
        self._writable = writable
        self._removed = removed
        index.reload()
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, documents: Iterable[Document]) -> "TermIndex":
        """Index chunks into `folder`/terms, synced to disk."""
        target = folder / "terms"
        target.mkdir()
        index = tantivy.Index(_schema(), path=str(target))
        _write(index, [], documents)
        for file in target.iterdir():
            sync(file)
        sync(target)
        return cls(index, target, writable=False)

    @classmethod
    def load(cls, folder: Path) -> "TermIndex":
        """Open what `build` wrote. ValueError where it is missing or broken."""
        target = folder / "terms"
        return cls(tantivy.Index.open(str(target)), target, writable=False)

    def with_changes(self, removed: Sequence[int], documents: Iterable[Document], workspace: Path) -> "TermIndex":
        """A new index without the removed chunks and with the added ones.

        What was loaded or built is left as it is on the disk: the first change links its files into `workspace`.
        """
        folder, index = self._folder, self._index
        if not self._writable:
            folder = Path(tempfile.mkdtemp(prefix="terms-", dir=workspace))
            try:
                shutil.copytree(
                    self._folder,
                    folder,
                    dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns(".*.lock"),
                    copy_function=_linked,
                )
            except OSError:
                # On a full disk each try would leave another part of a copy.
                shutil.rmtree(folder, ignore_errors=True)
                raise
            index = tantivy.Index.open(str(folder))
        added = list(documents)
        # What is added is removed first: a change that broke off after its commit may be tried again.
        _write(index, [*removed, *(document.chunk for document in added)], added)
        return TermIndex(index, folder, writable=True, removed=self._removed + len(removed))

    def search(self, query: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """Return (chunk id, BM25 score) of the k chunks that match a question's words best: best first, ties by id.

        A question typed without diacritics is matched without them. `filters`, and `only`, int64 of shape (n,),
        restrict the search.
        """
        terms = query_terms(query)
        if not terms or k <= 0 or not len(self) or (only is not None and not len(only)):
            return []
        matched = _matching(self._index.schema, terms, filters, only)

        def matching(n: int) -> Scored:
            hits = self._searcher.search(matched, limit=n, count=False).hits
            ids = self._chunks([address for _, address in hits])
            return [(chunk, float(score)) for chunk, (score, _) in zip(ids, hits, strict=True) if score > 0]

        return best(k, len(self), matching)

    def ceiling(self, query: str) -> float:
        """An upper bound of the BM25 score of any text for this query; 0 if it has no words."""
        terms = query_terms(query)
        return sum(weight * self._idf(field, term) * _SATURATED for (field, term), weight in terms.items())

    def idf(self, token: str) -> float:
        """The inverse document frequency of a token as it is written, in BM25's form."""
        return self._idf(*term_of(token))

    def _idf(self, field: str, term: str) -> float:
        # tantivy's BM25 counts a removed chunk until its segment is merged.
        documents, holding = len(self) + self._removed, self._searcher.doc_freq(field, term)
        return inverse_frequency(documents, holding)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def discard(self) -> None:
        """Remove the working copy, if this index has one. A search that still runs keeps what it has open."""
        if self._writable:
            shutil.rmtree(self._folder, ignore_errors=True)

    def ids(self) -> Ids:
        """The ids of all chunks that the index holds, rising."""
        everything = self._searcher.search(tantivy.Query.all_query(), limit=max(1, len(self)), count=False)
        return np.sort(np.array(self._chunks([address for _, address in everything.hits]), np.int64))

    def _chunks(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        return [int(chunk or 0) for chunk in self._searcher.fast_field_values("chunk", addresses)]


def _write(index: tantivy.Index, removed: Sequence[int], documents: Iterable[Document]) -> None:
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for gone in removed:
        writer.delete_documents_by_term("chunk", gone)
    for chunk, text, day, source in documents:
        document = tantivy.Document()
        document.add_integer("chunk", chunk)
        document.add_integer("day", day_number(day))
        document.add_integer("source", source_number(source))
        for field, terms in fields(text).items():
            document.add_text(field, " ".join(terms))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _linked(source: str, target: str) -> None:
    """A second name for a file, or a copy where another file system lies between.

    tantivy writes into no file twice: it makes segments anew, and replaces its lists of them by renaming.
    """
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP):
            raise
        shutil.copyfile(source, target)


def _matching(
    schema: tantivy.Schema, terms: Mapping[tuple[str, str], float], filters: Filters, only: Ids | None
) -> tantivy.Query:
    """What holds one of the terms, given with their weights; of `only`, what holds none has the score 0."""
    scored = [
        tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), weight)
        for (field, term), weight in terms.items()
    ]
    passing = [(tantivy.Occur.Must, _unscored(query)) for query in _restrictions(schema, filters)]
    if only is None:
        anything = _any_of(scored)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, anything), *passing]) if passing else anything
    chunks = _any_of([tantivy.Query.term_query(schema, "chunk", chunk) for chunk in only.tolist()])
    found = tantivy.Query.boolean_query([(tantivy.Occur.Must, _unscored(chunks)), *passing])
    # Term by term: a union of terms is read for all that lies between the chunks, a single term at each of them only.
    for term in scored:
        found = tantivy.Query.boolean_query([(tantivy.Occur.Must, found), (tantivy.Occur.Should, term)])
    return found


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)


def _restrictions(schema: tantivy.Schema, filters: Filters) -> Iterator[tantivy.Query]:
    days = day_range(filters)
    if days:
        yield tantivy.Query.range_query(schema, "day", tantivy.FieldType.Integer, *days)
    if filters.sources:
        yield tantivy.Query.term_set_query(schema, "source", [source_number(source) for source in filters.sources])


def fields(text: str) -> dict[str, list[str]]:
    """The terms of a text in each field, in their order."""
    folded = folded_tokens(text)
    return {
        "folded": folded,
        "pairs": [f"{first}_{second}" for first, second in pairwise(folded)],
        "exact": [same_i(token) for token in tokens(text) if has_marks(token)],
    }


def query_terms(query: str) -> dict[tuple[str, str], float]:
    """The weight of each term of a question, by field and term."""
    return {
        (field, term): WEIGHTS[field] for field, terms in fields(query).items() for term in terms[:_MAX_QUERY_TOKENS]
    }


def term_of(token: str) -> tuple[str, str]:
    """The field and term that tell how rare a token is, as it is written."""
    return "exact" if has_marks(token) else "folded", same_i(token)


def inverse_frequency(documents: int, holding: int) -> float:
    """BM25's inverse document frequency of a term that `holding` of the documents have; never negative."""
    return math.log1p((documents - min(holding, documents) + 0.5) / (holding + 0.5))
