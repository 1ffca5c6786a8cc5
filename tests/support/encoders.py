"""What several test files share: a small real encoder, and drafts made of given words."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.arrays import Vectors
from index.chunking import Chunking
from index.derived.generations import Catalogue
from index.ingest import Ingester
from index.intake.identity import by_file, by_url
from index.language.text import folded_tokens
from index.records import Article, Draft, Metadata, Raw
from index.store.store import Store
from rag.answer.citations import CitedText
from rag.records.answers import Answer, Generated, Statement
from rag.records.search import Passage

DIMENSION = 32


class HashEncoder:
    """Texts as bags of folded syllables, each hashed to one of the dimensions. A passage holds 64 tokens.

    A token is four characters. `embedded` counts the texts that were embedded.
    """

    max_tokens = 64
    passage_overhead = 2

    def __init__(self, fingerprint: str = "hash", dimension: int = DIMENSION) -> None:
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.embedded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [-(-len(text) // 4) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for token in folded_tokens(text) or [""]:
                row[zlib.crc32(f"{self.fingerprint} {token}".encode()) % self.dimension] += 1
        normalised: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalised

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self.embed_passages([text])[0]
        return vector


def draft(
    article: str,
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    source: str | None = None,
    published_at: str | None = None,
    raw: str | None = None,
    origin: str | None = None,
) -> Draft:
    """A draft as a file gives it. Its raw input names its id, so that no two drafts come from one page."""
    return Draft(
        Article(article, text, Metadata(title, url, source, published_at), "vi"),
        Raw(raw if raw is not None else f"{article}\n{text}", "text/plain", origin or f"{article}.txt"),
        identity=by_url(url) if url else by_file(source, article),
    )


def ingester(store: Store, encoder: HashEncoder) -> Ingester:
    return Ingester(store, encoder, Chunking())


def catalogue(store: Store, folder: Path, encoder: HashEncoder) -> Catalogue:
    return Catalogue(store, folder, encoder.fingerprint, encoder.dimension)


def whole(store: Store, indexes: Catalogue) -> bool:
    """Whether both derived indexes hold exactly the chunks of the truth."""
    snapshot, chunks = indexes.snapshot, store.chunk_ids()
    return np.array_equal(snapshot.vectors.ids(), chunks) and np.array_equal(snapshot.terms.ids(), chunks)


def cite(
    statements: Iterable[Statement],
    articles: Mapping[str, str],
    *,
    confidence: float,
    language: str,
    passages: Sequence[Passage] = (),
) -> Answer | None:
    """The answer that statements make, over articles by id."""
    page = CitedText(articles.get, passages)
    for statement in statements:
        page.add(statement)
    return page.answer(Generated((), confidence, "answered"), language)
