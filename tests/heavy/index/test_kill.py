"""A process killed at any moment loses nothing that it acknowledged, and doubles nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from index.language.sentences import sentences
from index.store.store import Store
from tests.support import ROOT
from tests.support.encoders import HashEncoder, catalogue, whole
from tests.support.killed import ARTICLES, body

# What an article may be now: versions by number, or None where it may be absent.
Possible = dict[str, set[int | None]]


def run_and_kill(folder: Path, seed: int, random: np.random.Generator) -> list[str]:
    """The lines that a child said before it was killed at a seeded moment; the last may be cut."""
    lines = random.integers(1, 121)
    inside_publish = random.random() < 0.3
    delay = random.uniform(0, 0.03)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.killed", str(folder), str(seed)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said: list[str] = []
    for line in child.stdout:
        said.append(line)
        if line == "gen\n" if inside_publish else len(said) >= lines:
            break
    time.sleep(delay)
    child.kill()
    said += child.stdout.readlines()
    child.stdout.close()
    assert child.wait() == -9, "the child ended by itself"
    return [line.strip() for line in said if line.endswith("\n")]


def follow(possible: Possible, said: list[str]) -> None:
    """What may be there after these lines: the last acknowledged version, or one that was tried after it."""
    for line in said:
        match line.split():
            case ["try", article, version]:
                possible[article].add(None if version == "-" else int(version))
            case ["put", article, version]:
                # In one run an article is tried once, so that nothing later is pending here.
                possible[article] = {int(version)}
            case ["del", article]:
                possible[article] = {None}


def settle(possible: Possible, store: Store) -> None:
    """Check the truth against what is possible, and take it as the new beginning."""
    there = {article.id: article.text for article in store.articles(10_000)}
    assert len(there) == store.counts()[0]
    for article, versions in possible.items():
        texts = {version: None if version is None else body(article, version) for version in versions}
        now = [version for version, text in texts.items() if there.get(article) == text]
        assert len(now) == 1, f"{article} is none of {sorted(map(str, versions))}"
        possible[article] = set(now)
    assert set(there) <= set(possible)


def check_chunks(store: Store) -> None:
    """Every sentence of every article stands in exactly one chunk."""
    hits = store.hits(store.chunk_ids().tolist(), 1_000_000)
    held: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        held.setdefault(hit.chunk.article_id, []).append((hit.chunk.start, hit.chunk.end))
    for article in store.articles(10_000):
        spans = sorted(held.pop(article.id))
        covered = [span for start, end in spans for span in sentences(article.text) if start <= span[0] < end]
        assert covered == sentences(article.text)
    assert held == {}
    assert store.unknown == 0


def survive(folder: Path, seeds: range) -> None:
    possible: Possible = {f"a{number}": {None} for number in range(ARTICLES)}
    encoder = HashEncoder()
    for seed in seeds:
        follow(possible, run_and_kill(folder, seed, np.random.default_rng(seed)))
        store = Store(folder / "truth.sqlite3")
        assert store.check() == []
        settle(possible, store)
        check_chunks(store)
        indexes = catalogue(store, folder / "generations", encoder)
        assert whole(store, indexes)
        indexes.close()
        store.close()


def test_fifteen_kills(tmp_path: Path) -> None:
    survive(tmp_path, range(100, 115))
