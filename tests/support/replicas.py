"""Two servers that answer and two that index, killed at random under load: nothing lost, doubled, or answered wrongly.

    python -m tests.support.replicas FOLDER [--kills 50] [--seed 1]

PostgreSQL is a real server; Milvus is milvus-lite in a process of its own, which others reach as they reach a server,
and which is killed by turns too. It writes its log without syncing it, so that what a power cut costs is not tried.
"""

import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import click
import httpx
from pymilvus import MilvusClient, MilvusException

from index.cluster.collection import Collection, Plan
from index.cluster.connection import Address, connected
from index.cluster.registry import Registry
from index.storage.database import Server
from index.storage.errors import StoreError
from index.store.outbox import Outbox
from index.store.store import Store
from rag.http.access.keys import Keys
from tests.support.postgres import running
from tests.support.replica import Replica, addresses
from tests.support.replica_load import Asker, Hasty, Tally, Writer, fixed_articles, mark, proxy

_RATE = 30  # requests a minute of the key whose rate is counted
_WRITERS, _ASKERS = 3, 2


class Milvus:
    """milvus-lite in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.name = "milvus"
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder / "milvus")]
        self._command += ["--port", str(port)]
        self._log = folder / "milvus.log"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def ready(self) -> None:
        until = time.monotonic() + 60
        while True:
            with suppress(StoreError, MilvusException), connected(Address(self.address)) as client:
                client.list_collections()
                return
            assert time.monotonic() < until, self._log.read_text("utf-8")[-3000:]
            time.sleep(0.1)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self.kill()  # it would wait for all who are connected


@dataclass
class Report:
    """What came of it. `problems` are acknowledged articles that are lost or doubled, and rows that differ."""

    tally: Tally = field(default_factory=Tally)
    back: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)
    articles: int = 0
    rows: int = 0
    admitted: tuple[int, float] = (0, 0.0)
    revoked: int = 0

    def lines(self) -> Iterator[str]:
        yield "| killed | times | seconds until it answers, median | at most |"
        yield "| --- | --- | --- | --- |"
        for name, seconds in sorted(self.back.items()):
            yield f"| {name} | {len(seconds)} | {statistics.median(seconds):.1f} | {max(seconds):.1f} |"
        yield ""
        yield "| asked | times |"
        yield "| --- | --- |"
        for what, times in sorted(self.tally.counts.items()):
            yield f"| {what} | {times} |"
        yield ""
        yield f"answered wrongly: {len(self.tally.wrong)}"
        yield from self.tally.wrong[:20]
        yield f"articles at the end {self.articles}, rows in Milvus {self.rows}, lost or doubled: {len(self.problems)}"
        yield from self.problems[:20]
        yield f"one key's requests: {self.admitted[0]} let in, of {self.admitted[1]:.0f} at most"
        yield f"revoked keys, each tried at once on every server that ran: {self.revoked}"


def survive(folder: Path, kills: int, seed: int, tell: Callable[[str], None]) -> Report:
    """Kill one after the other while they work; what came of it."""
    report, random = Report(), Random(seed)  # noqa: S311 (the same each time)
    with ExitStack() as stack:
        database = stack.enter_context(running()).address
        milvus = Milvus(folder)
        made = [("indexer-1", True), ("indexer-2", True), ("replica-1", False), ("replica-2", False)]
        servers = [Replica(folder, name, database, milvus.address, indexes=indexes) for name, indexes in made]
        parts: list[Milvus | Replica] = [milvus, *servers]
        for part in parts:
            part.start()
            stack.callback(part.kill)
            part.ready()
        tell("all run")
        keys = stack.enter_context(closing(Keys(Server(database, "hoidap_keys"))))
        with _loaded(servers, keys, report, seed) as writers:
            for number in range(kills):
                time.sleep(random.uniform(0.2, 1.5))
                victim = random.choice(parts)
                victim.kill()
                _revoke(keys, servers, report)
                time.sleep(random.uniform(0.0, 1.0))
                begun = time.monotonic()
                victim.start()
                victim.ready()
                report.back[victim.name].append(time.monotonic() - begun)
                wrong = len(report.tally.wrong)
                tell(f"kill {number + 1} of {kills}: {victim.name}; answered wrongly so far: {wrong}")
        store = stack.enter_context(closing(Store(Server(database, "hoidap"))))
        client = stack.enter_context(connected(Address(milvus.address)))
        _compare(store, client, writers, report)
        for part in reversed(parts):
            part.stop()
    return report


@contextmanager
def _loaded(servers: list[Replica], keys: Keys, report: Report, seed: int) -> Iterator[list[Writer]]:
    """Within the block articles are sent and questions asked, through a proxy in front of the replicas."""
    stopping = threading.Event()
    replicas = [server for server in servers if not server.indexes]
    _, many = keys.add("tải", ["admin"], 100_000)
    _, few = keys.add("vội", ["ask"], _RATE)
    with ExitStack() as stack:
        front = stack.enter_context(proxy(lambda: addresses(replicas), report.tally))

        def client(key: str) -> httpx.Client:
            return stack.enter_context(
                httpx.Client(base_url=front, headers={"Authorization": f"Bearer {key}"}, timeout=120)
            )

        assert client(many).post("/v1/articles", json={"articles": fixed_articles()}).status_code == 200
        writers = [Writer(client(many), report.tally, seed * 100 + n, stopping) for n in range(_WRITERS)]
        askers = [Asker(client(many), report.tally, seed * 100 + n, stopping) for n in range(_ASKERS)]
        hasty = Hasty(client(few), report.tally, stopping)
        for thread in (*writers, *askers, hasty):
            thread.start()
        try:
            yield writers
        finally:
            stopping.set()
            for thread in (*writers, *askers, hasty):
                thread.join(150)
                assert not thread.is_alive()
        # A minute's requests are there to begin with, and as many come each minute.
        report.admitted = hasty.admitted, _RATE + hasty.seconds * _RATE / 60 + 1


def _revoke(keys: Keys, servers: list[Replica], report: Report) -> None:
    """A key that was let in everywhere is revoked, and nobody lets it in from then on."""
    there = addresses(servers)
    key, text = keys.add("tạm", ["ask"])
    bearer = {"Authorization": f"Bearer {text}"}
    before = [httpx.get(f"{address}/v1/sources", headers=bearer, timeout=60).status_code for address in there]
    keys.revoke(key.id)
    after = [httpx.get(f"{address}/v1/sources", headers=bearer, timeout=60).status_code for address in there]
    report.revoked += 1
    if set(before) != {200} or set(after) != {401}:
        report.tally.fail(f"a key was answered {before}, and {after} once it was revoked")


def _compare(store: Store, client: MilvusClient, writers: list[Writer], report: Report) -> None:
    """What was acknowledged with what is there, in the database and in Milvus."""
    [name, *_] = Registry(store.database).live()
    outbox, until = Outbox(store.database), time.monotonic() + 60
    while outbox.outstanding(name) and time.monotonic() < until:
        time.sleep(0.1)
    expected = {f"fixed-{number}" for number in range(len(fixed_articles()))}
    for article, possible in ((each, versions) for writer in writers for each, versions in writer.possible.items()):
        text = store.text(article)
        there = {version for version in possible if version and f"{mark(article, version)} " in (text or "")}
        if text is None:
            there = {0} & possible
        else:
            expected.add(article)
        if len(there) != 1:
            report.problems.append(f"{article} is {text!r}, and must be one of {sorted(possible)}")
    found = [article.id for article in store.articles(10_000)]
    if sorted(found) != sorted(expected):
        report.problems.append(f"the database has {sorted(set(found) ^ expected)} otherwise than expected")
    collection = Collection(client, name, Plan("FLAT", 0))
    rows, chunks = sorted(collection.ids()), store.chunk_ids().tolist()
    if rows != chunks or collection.count() != len(chunks):
        report.problems.append(f"Milvus lacks {set(chunks) - set(rows)}, and has {set(rows) - set(chunks)} besides")
    if left := outbox.outstanding(name):
        report.problems.append(f"the outbox still holds {len(left)} changes")
    report.articles, report.rows = len(found), len(rows)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--kills", default=50, help="How many are killed, one after the other.")
@click.option("--seed", default=1, help="What is drawn by chance.")
@click.pass_context
def main(context: click.Context, folder: Path, kills: int, seed: int) -> None:
    """Kill servers under load, and say what came of it; their logs stay in FOLDER, which is made."""
    folder.mkdir(parents=True)
    report = survive(folder.resolve(), kills, seed, lambda line: click.echo(line, err=True))
    click.echo("\n".join(report.lines()))
    if report.problems or report.tally.wrong or report.admitted[0] > report.admitted[1]:
        context.exit(1)


if __name__ == "__main__":
    main()
