"""Ingestion that is killed at any moment, again and again over the same articles.

A process changes the articles in a seeded order (`eval.endurance.killed`) and is killed at a seeded line or moment.
Then all that it acknowledged must be there, once, and the indexes must come up whole.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from eval.endurance.killed import ARTICLES
from eval.endurance.outcomes import Outcome
from eval.endurance.places import empty_database
from eval.endurance.stand_ins import HashEncoder, body, catalogue, whole
from index.language.sentences import sentences
from index.storage.database import Server, Where
from index.store.store import Store

# What an article may be now: versions by number, or None where it may be absent.
Possible = dict[str, set[int | None]]

_ENCODER = HashEncoder()
# By the first word of its last line.
_MOMENTS = {
    "": "starting",
    "begun": "opening",
    "ready": "taking in",
    "try": "taking in",
    "put": "acknowledged",
    "del": "acknowledged",
    "gen": "publishing",
    "done": "acknowledged",
}


def trial(folder: Path, numbers: range, seed: int, address: str | None = None) -> Iterator[Outcome]:
    """Kill a process at each of the numbers, in an empty folder, with the articles in a file or on a server."""
    possible: Possible = {f"a{number}": {None} for number in range(ARTICLES)}
    with empty_database(folder, address) as where:
        for number in numbers:
            said = _killed(folder, where, seed, number)
            follow(possible, said)
            with closing(Store(where)) as store:
                # A server may still be at the last transaction of the killed process: who writes waits for it.
                store.claim_model(_ENCODER.fingerprint, "hash")
                faults = "; ".join([*settled(possible, store), *_derived(store, folder)])
                articles, chunks = store.counts()
            acknowledged = sum(line.startswith(("put", "del")) for line in said)
            counts = {"acknowledged": acknowledged, "articles looked at": articles, "chunks looked at": chunks}
            yield Outcome(_MOMENTS[said[-1].split()[0] if said else ""], counts, lost=faults)


def _killed(folder: Path, where: Where, seed: int, number: int) -> list[str]:
    """The lines that a process said before it was killed; the last may be cut, and is left out then."""
    random = np.random.default_rng([seed, number])
    until, lines = random.choice(["begun\n", "gen\n", ""], p=(0.1, 0.3, 0.6)), random.integers(1, 121)
    delay = random.uniform(0, 0.1 if until == "begun\n" else 0.03)
    schema = [where.schema] if isinstance(where, Server) else []
    child = subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, "-m", "eval.endurance.killed", str(folder), str(seed), str(number), *schema],
        env={**os.environ, "TMPDIR": str(folder), **({"ADDRESS": where.address} if isinstance(where, Server) else {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said: list[str] = []
    for line in child.stdout:
        said.append(line)
        if line == until if until else len(said) >= lines:
            break
    time.sleep(delay)
    child.kill()
    said += child.stdout.readlines()
    child.stdout.close()
    if (code := child.wait()) != -9:
        raise RuntimeError(f"the process ended by itself, with {code}")
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


def settled(possible: Possible, store: Store) -> Iterator[str]:
    """What is wrong in the store; what is there becomes what is possible."""
    yield from store.check()
    there = {article.id: article.text for article in store.articles(10_000)}
    if len(there) != store.counts()[0]:
        yield "articles are counted wrongly"
    for article, versions in possible.items():
        texts = {version: None if version is None else body(article, version) for version in versions}
        now = {version for version, text in texts.items() if there.get(article) == text}
        if len(now) != 1:
            yield f"{article} is none of {sorted(map(str, versions))}"
        possible[article] = now or {None}
    yield from (f"{article} was never sent" for article in there.keys() - possible.keys())
    yield from _cut_wrongly(store)


def _cut_wrongly(store: Store) -> Iterator[str]:
    """Every sentence of every article stands in exactly one chunk."""
    held: dict[str, list[tuple[int, int]]] = {}
    for hit in store.hits(store.chunk_ids().tolist(), 1_000_000):
        held.setdefault(hit.chunk.article_id, []).append((hit.chunk.start, hit.chunk.end))
    for article in store.articles(10_000):
        spans = sorted(held.pop(article.id, []))
        split = sentences(article.text)
        if [span for start, end in spans for span in split if start <= span[0] < end] != split:
            yield f"sentences of {article.id} are missing or stand twice"
    if held or store.unknown:
        yield "chunks are of no article"


def _derived(store: Store, folder: Path) -> Iterator[str]:
    with closing(catalogue(store, folder / "generations", _ENCODER)) as indexes:
        if not whole(store, indexes):
            yield "the indexes do not hold the chunks of the store"
