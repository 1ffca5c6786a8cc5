"""How long `hoidap ask` takes beside a server, beyond the server's own time: `python -m eval.studies.speed_asking`.

Each question is a process of its own, as a person starts it; what the answer says of its own time is taken off. The
server has the sample articles, and is asked over the socket in its data folder.
"""

import json
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import click
import numpy as np
import uvicorn

from eval.runs.corpus import service_over
from index.intake.files import discover, read_drafts
from index.records import Draft
from rag.cli.common import bar
from rag.http.app import build_app
from rag.http.state import State
from rag.service.own_socket import listening_in
from rag.service.wiring import Service
from rag.settings import read_settings

LIMIT_SECONDS = 0.5
QUESTIONS = (
    "Quỹ Musashino trao bao nhiêu suất học bổng?",
    "Cuba chuyển giao vắc-xin nào cho Việt Nam?",
    "Ninh Thuận 1 cần bao nhiêu nhân lực?",
    "Nhật Bản viện trợ gì cho y tế Việt Nam?",
)
_COMMAND = (sys.executable, "-c", "from rag.cli import main; main()")


@contextmanager
def served(service: Service, data: Path) -> Iterator[None]:
    """A server over the socket in a data folder, within the block."""
    with listening_in(data) as own:
        server = uvicorn.Server(uvicorn.Config(build_app(State.of(service)), log_config=None))
        thread = threading.Thread(target=server.run, args=([own.listening],))
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


def beyond(data: Path, question: str) -> float:
    """Seconds that a process takes for a question, beyond those that the answer says it took."""
    started = perf_counter()
    ran = subprocess.run(  # noqa: S603 (our own command, and questions of our own)
        [*_COMMAND, "--data", str(data), "ask", "--json", question], check=True, capture_output=True, text=True
    )
    taken = perf_counter() - started
    return taken - float(json.loads(ran.stdout)["timings_ms"]["total"]) / 1000


@click.command()
@click.option("--times", default=20, show_default=True, help="How many to ask, after one round that does not count.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
def main(times: int, data: Path) -> None:
    """Measure p50 and p95, and the ratio to the limit."""
    with resources.as_file(resources.files("index") / "sample") as folder:
        drafts = [one for file in discover([folder]) for one in read_drafts(file) if isinstance(one, Draft)]
    settings = read_settings({"data": data})
    with service_over(drafts, settings) as service, served(service, service.settings.data), bar() as progress:
        for question in QUESTIONS:
            beyond(service.settings.data, question)
        asked = progress.track(list(islice(cycle(QUESTIONS), times)), description="Asking")
        taken = [beyond(service.settings.data, question) for question in asked]
    median = statistics.median(taken)
    click.echo(f"{times} questions; p50 {median:.3f} s, p95 {np.percentile(taken, 95):.3f} s beyond the server's time")
    click.echo(f"{median / LIMIT_SECONDS:.2f} of the limit of {LIMIT_SECONDS} s")


if __name__ == "__main__":
    main()
