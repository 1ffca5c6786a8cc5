"""The process whose disk gets full: `python -m eval.endurance.filling FOLDER STAGE ROOM LIMIT`.

From the stage on it has ROOM bytes: as `file`, for each of its files, which to programs is what a full disk is; as
`volume`, for all that is still to be written. At `ingestion` it takes articles in, at `generation` it brings the
indexes up to articles and publishes them, at `start` it opens all. It says `in ID` for what was acknowledged, `full`
once there is no room; then, if it got so far, `there ID...`, and `found N`: how many chunks of the first articles are
found. At the end it has room again, and says `goes on` where all that was sent is then found.
"""

import os
import resource
import shutil
import signal
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random

from eval.endurance.stand_ins import SYLLABLES, HashEncoder, catalogue, draft, ingester, say, whole
from index.derived.generations import Catalogue
from index.records import Draft
from index.storage.errors import FULL, StorageFull
from index.store.store import Store

FIRST, LATER = range(20), range(20, 130)
ENCODER = HashEncoder(dimension=384)


def articles(numbers: range) -> list[Draft]:
    """Articles of many words whose pages are large, as those of the web are, and do not compress."""
    drafts = []
    for number in numbers:
        random = Random(number)  # noqa: S311 (not for secrets)
        sentences = (" ".join(random.choices(SYLLABLES, k=12)) for _ in range(random.randint(1, 80)))
        text = f"Bài số {number}. " + " ".join(f"Mèo {sentence}." for sentence in sentences)
        drafts.append(draft(f"a{number:03}", text, raw=random.randbytes(16_000).hex()))
    return drafts


def found(store: Store, indexes: Catalogue) -> int:
    """How many chunks of the first articles both indexes find."""
    snapshot = indexes.snapshot
    lexical = {chunk for chunk, _ in snapshot.lexical("mèo", 100_000)}
    dense = {chunk for chunk, _ in snapshot.dense(ENCODER.embed_query("mèo"), 100_000)}
    first = {item.article.id for item in articles(FIRST)}
    return sum(hit.chunk.article_id in first for hit in store.hits(lexical & dense, 100_000))


def leave_room(place: Path, room: int, limit: str) -> None:
    """Let nothing more be written than `room` bytes."""
    if limit == "file":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        return
    with ballast(place).open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(place).free - room)


def make_room(place: Path) -> None:
    """Let anything be written again."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ballast(place).unlink(missing_ok=True)


def ballast(place: Path) -> Path:
    """What fills a volume, beside the folder."""
    return place.with_name("ballast")


def main(place: Path, stage: str, room: int, limit: str) -> None:
    """Work until it is done or the disk is full, and look at what can be read then."""
    full = partial(leave_room, place, room, limit)
    with closing(Store(place / "truth.sqlite3")) as store:
        if stage == "start":
            full()
        with closing(catalogue(store, place / "generations", ENCODER)) as indexes:
            taking = ingester(store, ENCODER)
            if stage == "generation":
                list(taking.ingest(articles(LATER)))
                full()
            try:
                if stage == "ingestion":
                    full()
                    for outcome in taking.ingest(articles(LATER)):
                        say("in", outcome.id)
                indexes.refresh()
                indexes.publish()
            except StorageFull:
                say("full")
            say("there", *(article.id for article in store.articles(1000)))
            say("found", found(store, indexes))
            make_room(place)
            list(taking.ingest(articles(LATER)))
            indexes.refresh()
            if whole(store, indexes):
                say("goes on")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
    except StorageFull:
        say("full")
    except OSError as error:
        if error.errno not in FULL:
            raise
        say("full")
