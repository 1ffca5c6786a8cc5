"""Processes of bulk indexing are killed again and again, on this machine and under Ray; nothing but time is lost."""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from index.bulk.shards import prepared
from index.bulk.steps import embedding
from index.bulk.workers import worked
from tests.support import ROOT
from tests.support.bulk import DyingEncoder, archive, embed, prepare

# In the environment of every process that a test of this run starts.
MARK = "HOIDAP_KILLED_IN"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Fourteen shards that are not embedded yet."""
    prepare(tmp_path / "bulk", archive(tmp_path / "archive", 36), articles=3)
    return tmp_path / "bulk"


@pytest.fixture
def wanted(tmp_path: Path) -> list[bytes]:
    """The vectors of each shard, embedded with nobody killed."""
    prepare(tmp_path / "quiet", archive(tmp_path / "again", 36), articles=3)
    embed(tmp_path / "quiet")
    return vectors(tmp_path / "quiet")


def vectors(folder: Path) -> list[bytes]:
    return [shard.read_vectors().tobytes() for shard in prepared(folder)]


def test_processes_are_killed(folder: Path, wanted: list[bytes]) -> None:
    done = list(worked(prepared(folder), partial(embedding, partial(DyingEncoder, folder)), 3))

    assert len(done) == 14
    assert sum(notes.stat().st_size for notes in folder.glob("*.dead")) > 6
    assert vectors(folder) == wanted


def test_what_hands_out_the_work_is_killed_and_goes_on(folder: Path, wanted: list[bytes]) -> None:
    code = f"""
from functools import partial
from pathlib import Path
from index.bulk.shards import prepared
from index.bulk.steps import embedding
from index.bulk.workers import worked
from tests.support.bulk import SlowEncoder
left = [shard for shard in prepared(Path({str(folder)!r})) if not shard.is_embedded()]
if __name__ == "__main__":
    for chunks in worked(left, partial(embedding, SlowEncoder), 2):
        print(chunks, flush=True)
"""
    script = folder.parent / "work.py"
    script.write_text(code)
    runs = 0
    while not all(shard.is_embedded() for shard in prepared(folder)):
        runs += 1
        assert runs < 10
        child = subprocess.Popen(
            [sys.executable, script], cwd=ROOT, env=marked(folder), stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        for _ in range(4):
            child.stdout.readline()
        child.kill()
        child.wait()
        child.stdout.close()
        # What it started does not outlive it, once the pieces under way are done.
        for _ in range(100):
            if not pids(folder, ""):
                break
            time.sleep(0.1)
        assert pids(folder, "") == []

    assert runs >= 3
    assert vectors(folder) == wanted


def test_actors_of_ray_are_killed(folder: Path, wanted: list[bytes]) -> None:
    pytest.importorskip("ray")
    command: list[str | Path] = [sys.executable, "-m", "tests.support.bulk_on_ray", folder]
    random = np.random.default_rng(3)
    killed = 0
    with subprocess.Popen(command, cwd=ROOT, env=marked(folder), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for number, _ in enumerate(child.stdout):
            actors = pids(folder, "ray::_Actor")
            if number in (1, 4, 7) and actors:
                os.kill(int(random.choice(actors)), 9)
                killed += 1

    assert (child.returncode, killed) == (0, 3)
    assert vectors(folder) == wanted


def marked(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), MARK: str(folder)}


def pids(folder: Path, title: str) -> list[int]:
    """The processes that a test in this folder has started, by how their command lines begin."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            ours = process.name.isdecimal() and f"{MARK}={folder}\0".encode() in (process / "environ").read_bytes()
            if ours and (process / "cmdline").read_bytes().startswith(title.encode()):
                found.append(int(process.name))
        except OSError:  # it has ended, or is another user's
            continue
    return found
