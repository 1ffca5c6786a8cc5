"""The child of the tests that kill a watch: takes articles in until it is killed, or nothing is due any more.

    python -m tests.support.killed_watch FOLDER PORT NOW

A line of its output is an article that the desk has committed (`took URL`); `done` is the last.
"""

import sys
import threading
from pathlib import Path

import httpcore2

from index.fetching.addresses import Addresses, Target
from index.fetching.client import Fetcher
from index.fetching.feed_store import FeedStore
from index.fetching.visits import Visitor
from index.fetching.watch import Taken, Taking, Watcher
from index.storage.sqlite import connected
from tests.support.clock import FakeClock
from tests.support.desks import ARTICLES
from tests.support.sites import AGENT

_SCHEMA = "CREATE TABLE IF NOT EXISTS articles (url TEXT PRIMARY KEY, content BLOB, times INTEGER)"
_PUT = """
INSERT INTO articles VALUES (?, ?, 1) ON CONFLICT (url) DO UPDATE SET content = excluded.content, times = times + 1
"""


class Desk:
    """Articles in a database of their own, by address."""

    def __init__(self, path: Path) -> None:
        self._db = connected(path)
        self._db.execute(_SCHEMA)
        self._lock = threading.Lock()

    def take(self, taking: Taking) -> Taken:
        with self._lock:
            self._db.execute(_PUT, (taking.url, taking.content))
            sys.stdout.write(f"took {taking.url}\n")
            sys.stdout.flush()
        return Taken(taking.url)

    def withdraw(self, article: str, url: str, reason: str) -> None:
        raise AssertionError("nothing is gone")


def main(folder: Path, port: int, now: float) -> None:
    def connect(_: Target, __: str, seconds: float) -> httpcore2.NetworkStream:
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", port, seconds)

    clock = FakeClock()
    clock.pass_(now)
    fetcher = Fetcher(Addresses(resolve=lambda *_: ["93.184.216.34"]), AGENT, connect=connect)
    desk = Desk(folder / "desk.sqlite3")
    watcher = Watcher(FeedStore(folder / "hoidap.sqlite3"), Visitor(fetcher, 0, clock), desk, ARTICLES, clock=clock)
    while watcher.run_once():
        pass
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
