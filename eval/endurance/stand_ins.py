"""What stands in where the embedding model plays no part: an encoder, articles, and what is made of both."""

import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.chunking import Chunking
from index.derived.generations import Catalogue
from index.ingest import Ingester
from index.intake.identity import by_file, by_url
from index.language.text import folded_tokens
from index.records import Article, Draft, Metadata, Raw
from index.store.store import Store

DIMENSION = 32
SYLLABLES = tuple(start + end for start in "bcdghlmnstv" for end in "àạéệìịòộùự")


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
        """Return how many tokens each text has."""
        return [-(-len(text) // 4) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return an array (n, dimension) with rows of length 1."""
        self.embedded += len(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for token in folded_tokens(text) or [""]:
                row[zlib.crc32(f"{self.fingerprint} {token}".encode()) % self.dimension] += 1
        normalised: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalised

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, (dimension,)."""
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


def body(article: str, version: int) -> str:
    """The text of one version of an article: between one chunk and several."""
    return f"Bài {article} bản {version}. " + f"Câu của bản {version} kể chuyện mèo. " * (version % 23)


@dataclass(frozen=True, slots=True)
class Fact:
    """An article that says one thing, a question for it, and the words that answer."""

    article: Draft
    question: str
    answer: str

    def answers(self, answered: Mapping[str, Any]) -> bool:
        """Whether a body of `/v1/ask` cites the article for it, with its words."""
        sources = (source for citation in answered["answer"]["citations"] for source in citation["sources"])
        return any(
            source["article_id"] == self.article.article.id and self.answer in source["cited_text"]
            for source in sources
        )


def facts(most: int) -> list[Fact]:
    """Up to 55 facts about landings on an invented river, whose names share no syllable."""
    made = []
    for number, (first, second) in enumerate(islice(zip(SYLLABLES[::2], SYLLABLES[1::2], strict=True), most)):
        place, answer = f"{first} {second}".title(), f"{100 + 7 * number} chiếc thuyền"
        text = f"Bến đò {place} có {answer} và mở cửa từ sáng sớm. Khách qua bến đi chợ phiên bên kia sông."
        article = draft(f"ben-{number:02}", text, title=f"Bến đò {place}", source="Báo Ven Sông")
        made.append(Fact(article, f"Bến đò {place} có bao nhiêu chiếc thuyền?", answer))
    return made


def ingester(store: Store, encoder: HashEncoder) -> Ingester:
    """What takes drafts into a store."""
    return Ingester(store, encoder, Chunking())


def catalogue(store: Store, folder: Path, encoder: HashEncoder) -> Catalogue:
    """The derived indexes of a store, with their generations in a folder."""
    return Catalogue(store, folder, encoder.fingerprint, encoder.dimension)


def whole(store: Store, indexes: Catalogue) -> bool:
    """Whether both derived indexes hold exactly the chunks of the store."""
    snapshot, chunks = indexes.snapshot, store.chunk_ids()
    return np.array_equal(snapshot.vectors.ids(), chunks) and np.array_equal(snapshot.terms.ids(), chunks)


def say(*words: object) -> None:
    """Tell the process that started this one, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()
