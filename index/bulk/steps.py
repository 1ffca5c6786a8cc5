"""The work of a process in bulk indexing: articles -> a shard, and a shard -> the vectors of its chunks.

Both are functions of their piece alone, and done when their file is there; to do one again changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index.bulk.shards import Shard
from index.bulk.workers import Work
from index.chunking import Chunking
from index.ingest import PassageEncoder, cut_draft
from index.intake.files import Reading, Refusal
from index.records import CutDraft

# Some 3,000 chunks, which one core embeds in a minute or three: as much is lost with a killed process.
SHARD_ARTICLES = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """A shard to be prepared, and what makes each of its articles."""

    shard: Shard
    readings: list[Reading]

    def __str__(self) -> str:
        return str(self.shard)


def pieces(folder: Path, readings: Iterable[Reading], articles: int = SHARD_ARTICLES) -> Iterator[Piece]:
    """The shards of a folder that are not prepared yet, of so many articles each, in the order of the articles."""
    reading = iter(readings)
    number = 0
    while some := list(islice(reading, articles)):
        shard = Shard(folder, number)
        if not shard.is_prepared():
            yield Piece(shard, some)
        number += 1


def preparing(open_encoder: Callable[[], PassageEncoder], chunking: Chunking) -> Work[Piece, None]:
    """What extracts the articles of a piece, cuts them into chunks and writes its shard."""
    encoder = open_encoder()

    def prepare(piece: Piece) -> None:
        cut: list[CutDraft] = []
        refusals: list[Refusal] = []
        for make in piece.readings:
            item = make()
            if isinstance(item, Refusal):
                refusals.append(item)
            else:
                cut.append(cut_draft(item, encoder, chunking))
        piece.shard.write_articles(cut, refusals, encoder.fingerprint)

    return prepare


def embedding(open_encoder: Callable[[], PassageEncoder]) -> Work[Shard, int]:
    """What embeds the chunks of a shard and writes their vectors; gives the number of chunks."""
    encoder = open_encoder()

    def embed(shard: Shard) -> int:
        vectors = encoder.embed_passages(
            [text for item in shard.read_articles(encoder.fingerprint) for text in item.passages()]
        )
        shard.write_vectors(vectors)
        return len(vectors)

    return embed
