"""A watch that is killed fifteen times, at any moment: nothing is lost, and nothing taken twice."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from time import sleep

import apsw

from index.fetching.feed_store import LEASE, FeedStore
from tests.support.desks import MORNING, item, rss
from tests.support.sites import Sites, sites

ROOT = Path(__file__).parents[4]
FEEDS, ARTICLES = 5, 40
# A page of each may have been handed over, and not been marked.
_WORKERS = 8


def survive(folder: Path, seeds: Sequence[int]) -> None:
    """Kill a watch once a seed, let the last one end, and check that no page is lost or marked in vain."""
    with sites() as web:
        pages = _published(web)
        store = FeedStore(folder / "hoidap.sqlite3")
        for number in range(FEEDS):
            store.add(f"http://bao{number}.example/rss", None, MORNING)
        took: set[str] = set()
        for turn, seed in enumerate(seeds):
            # What was claimed by the one that was killed is free again.
            took.update(_run(folder, web, MORNING + turn * (LEASE + 1), Random(seed)))  # noqa: S311
            assert took <= set(_articles(folder))
        _run(folder, web, MORNING + len(seeds) * (LEASE + 1), None)
        articles = _articles(folder)
        counts = store.counts()
        store.close()
    assert set(articles) == set(pages)
    assert [sum(states.values()) for states in counts.values()] == [ARTICLES] * FEEDS
    assert all(set(states) == {"taken"} for states in counts.values())
    assert sum(articles.values()) - len(articles) <= _WORKERS * len(seeds)


def _published(web: Sites) -> list[str]:
    pages = []
    for number in range(FEEDS):
        site = f"http://bao{number}.example"
        web.put(f"{site}/rss", rss(*(item(f"/tin/{n}") for n in range(ARTICLES))))
        for n in range(ARTICLES):
            web.put(f"{site}/tin/{n}", f"<p>Bài {number} {n}")
            pages.append(f"{site}/tin/{n}")
    return pages


def _run(folder: Path, web: Sites, now: float, random: Random | None) -> list[str]:
    """Run the child, to its end or until it is killed; the articles that it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.killed_watch", str(folder), str(web.port), str(now)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said: list[str] = []
    last = random.randrange(1, 12) if random else None
    for line in child.stdout:
        said.append(line)
        if len(said) == last:
            break
    if random is not None:
        sleep(random.uniform(0, 0.01))
        child.kill()
    said += child.stdout.readlines()
    child.stdout.close()
    code = child.wait()
    assert code == (0 if random is None else -9)
    return [line.split()[1] for line in said if line.endswith("\n") and line != "done\n"]


def _articles(folder: Path) -> dict[str, int]:
    with closing(apsw.Connection(str(folder / "desk.sqlite3"))) as db:
        assert next(db.execute("PRAGMA integrity_check")) == ("ok",)
        return dict(db.execute("SELECT url, times FROM articles"))


def test_fifteen_kills(tmp_path: Path) -> None:
    survive(tmp_path, range(15))
