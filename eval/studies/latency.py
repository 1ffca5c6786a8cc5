"""How long a question takes, by stage: `python -m eval.studies.latency FILE --among NEWS`.

Questions go one after the other to a real server on a loopback port, over HTTP; percentiles are of its own timings, and
`http` is what the client waited. Then the same questions come from many clients at once.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import click
import httpx
import numpy as np
import uvicorn

from eval.data.squad import read_articles, read_squad
from eval.runs.corpus import service_over
from rag.cli.common import bar
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from rag.settings import read_settings

STAGES = ("encoding", "search", "answer", "total", "http")
# Questions asked before the clock runs.
_WARM_UP = 20


@contextmanager
def served(service: Service) -> Iterator[httpx.Client]:
    """A client of a server over the service."""
    server = uvicorn.Server(uvicorn.Config(build_app(State.of(service)), port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        limits = httpx.Limits(max_connections=None)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300, limits=limits) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def timings(client: httpx.Client, questions: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds by stage, one number a question."""
    taken: dict[str, list[float]] = {stage: [] for stage in STAGES}
    with bar() as progress:
        for question in progress.track(questions, description="Asking"):
            started = perf_counter()
            response = client.post("/v1/ask", json={"question": question}).raise_for_status()
            taken["http"].append((perf_counter() - started) * 1000)
            for stage, milliseconds in response.json()["timings_ms"].items():
                taken[stage].append(milliseconds)
    return taken


def at_once(client: httpx.Client, questions: Sequence[str], clients: int) -> tuple[float, list[float]]:
    """The seconds that the questions took in all, and the milliseconds that each client waited."""

    def ask(question: str) -> float:
        began = perf_counter()
        client.post("/v1/ask", json={"question": question}).raise_for_status()
        return (perf_counter() - began) * 1000

    started = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        waited = list(pool.map(ask, questions))
    return perf_counter() - started, waited


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--among", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="News.")
@click.option("--articles", default=3300, show_default=True, help="How many of the news: 3,300 are 10,000 chunks.")
@click.option("--questions", default=1000, show_default=True, help="How many to ask; the file's, over and over.")
@click.option("--clients", default=32, show_default=True, help="How many ask at once.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
def main(file: Path, among: Path, articles: int, questions: int, clients: int, data: Path) -> None:
    """Measure p50 and p95 of POST /v1/ask."""
    drafts, cases = read_squad(file)
    news = [draft for draft, _ in islice(read_articles(among), articles)]
    with service_over([*drafts, *news], read_settings({"data": data})) as service:
        asked = list(islice(cycle(case.question for case in cases), questions + _WARM_UP))
        with served(service) as client:
            timings(client, asked[:_WARM_UP])
            taken = timings(client, asked[_WARM_UP:])
            # Once more one after the other: what was read before is read faster.
            alone, _ = at_once(client, asked[_WARM_UP:], 1)
            together, waited = at_once(client, asked[_WARM_UP:], clients)
        click.echo(f"{questions} questions, {service.store.counts()[1]} chunks; milliseconds")
        for stage in STAGES:
            median, late = np.percentile(taken[stage], (50, 95))
            click.echo(f"{stage:<10} p50 {median:7.1f}   p95 {late:7.1f}")
        click.echo(
            f"{clients} clients at once: {questions / together:.2f} questions a second, {alone / together:.2f} times "
            f"those of one after the other; p95 {np.percentile(waited, 95):.0f}"
        )


if __name__ == "__main__":
    main()
