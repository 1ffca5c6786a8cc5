"""For tests of bulk indexing: an archive in files, its shards, and processes that are killed at them."""

import json
import multiprocessing
import os
import pickle
import signal
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.arrays import Vectors
from index.bulk.shards import begin, finish, prepared
from index.bulk.steps import embedding, pieces, preparing
from index.chunking import Chunking
from index.intake.files import Reading, discover, readings
from tests.support.encoders import HashEncoder

CHUNKING = Chunking()
SETTINGS = {"model": "hash", "chunk_tokens": CHUNKING.max_tokens}


class SlowEncoder(HashEncoder):
    """Takes a while for each call, in which it can be killed."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        time.sleep(0.2)
        return super().embed_passages(texts)


class DyingEncoder(HashEncoder):
    """Has its process killed up to two times a shard, within the next twentieth of a second, in whatever that does.

    `folder` is for its notes.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        seed = zlib.crc32(texts[0].encode())
        notes = self._folder / f"{seed}.dead"
        died = notes.stat().st_size if notes.exists() else 0
        if died < seed % 3:
            with notes.open("ab") as file:
                file.write(b"x")
            moment = np.random.default_rng(seed + died).uniform(0, 0.05)
            threading.Timer(moment, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return super().embed_passages(texts)


def archive(folder: Path, articles: int) -> list[Path]:
    """Files of articles in several forms, one of them without text and one that comes twice."""
    folder.mkdir()
    records: list[dict[str, object]] = [
        {
            "id": f"tin-{number}",
            "title": f"Bến phà Hạ Lân số {number}",
            "text": f"Ngày {1 + number % 28}/3/2026, bến số {number} đón {number * 7} lượt xe. " * (1 + number % 9),
            "source": "Báo Hạ Lân" if number % 3 else None,
            "published_at": f"2026-03-{1 + number % 28:02}" if number % 4 else None,
        }
        for number in range(articles)
    ]
    records.insert(5, {"id": "trống", "text": " "})
    records.append(records[2])
    records.append({**records[3], "text": "Bến phà Hạ Lân đóng cửa."})
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (folder / "tin.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "cau.html").write_text(
        "<html><head><title>Cầu Vân Sa</title></head><body><h1>Cầu Vân Sa</h1><article>"
        "<p>Cầu Vân Sa dài 640 mét, được khánh thành sáng nay sau hai năm thi công.</p>"
        "<p>Chủ đầu tư cho biết cầu đón xe từ ngày mai, và không thu phí trong ba tháng.</p></article></body></html>",
        encoding="utf-8",
    )
    (folder / "nua.json").write_text('{"title": "Nửa \\ud83d chữ", "text": "Chợ nổi Ba Cồn họp \\udc00 lúc 5 giờ."}')
    return list(discover([folder]))


def all_readings(files: Sequence[Path]) -> Iterator[Reading]:
    return (reading for path in files for reading in readings(path))


def prepare(folder: Path, files: Sequence[Path], articles: int = 10) -> None:
    """Prepare an archive in shards of so many articles, in this process."""
    folder.mkdir(exist_ok=True)
    begin(folder, files, SETTINGS)
    todo = pieces(folder, all_readings(files), articles)
    work = preparing(HashEncoder, CHUNKING)
    for piece in todo:
        # As where another process does it.
        work(pickle.loads(pickle.dumps(piece)))  # noqa: S301 (ours)
    finish(folder)


def embed(folder: Path) -> None:
    """Embed what is left to be, in this process."""
    work = embedding(HashEncoder)
    for shard in prepared(folder):
        if not shard.is_embedded():
            work(shard)


@contextmanager
def killing(kills: int, seed: int) -> Iterator[list[int]]:
    """Within the block, processes that this one started are killed at random moments, so many; those that were."""
    random = np.random.default_rng(seed)
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while len(killed) < kills and not over.wait(random.uniform(0.2, 0.8)):
            there = [child for child in multiprocessing.active_children() if child.pid not in killed]
            if there:
                victim = there[random.integers(len(there))]
                victim.kill()
                assert victim.pid is not None
                killed.append(victim.pid)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()
