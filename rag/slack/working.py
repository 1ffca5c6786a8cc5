"""A bounded number of threads for a bounded number of jobs."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, Full, Queue
from time import monotonic
from traceback import extract_tb

from slack_sdk.errors import SlackClientError

from index.storage.errors import IndexingError
from rag.errors import AnsweringError

_log = logging.getLogger(__name__)

Job = Callable[[], object]

# What is foreseen, and what a mistake of ours raises: the thread goes on with the next job.
FAULTS = (
    *(AnsweringError, IndexingError, SlackClientError, OSError),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)


class Workers:
    """Threads that take jobs in the order they came.

    At least as many may wait as there are threads. They do not keep the process alive, as those of
    `concurrent.futures` would: an answer that takes minutes must not.
    """

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._jobs: Queue[Job | None] = Queue(waiting)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> bool:
        """Have a job done; False where too many wait already, or the bot stops."""
        if self._stopping.is_set():
            return False
        try:
            self._jobs.put_nowait(job)
        except Full:
            return False
        return True

    def stop(self, seconds: float) -> list[Job]:
        """Begin no more jobs, and wait for those that run; the jobs that were not begun."""
        self._stopping.set()
        left: list[Job] = []
        with suppress(Empty):
            while job := self._jobs.get_nowait():
                left.append(job)
        for _ in self._threads:
            self._jobs.put(None)
        until = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
        return left

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._stopping.is_set():
            try:
                job()
            except FAULTS as error:
                frame = extract_tb(error.__traceback__)[-1]
                # Not its message, which may hold what was asked.
                _log.error("A job failed: %s in %s:%s", type(error).__name__, Path(frame.filename).name, frame.lineno)
