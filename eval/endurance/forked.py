"""`hoidap` as processes that are forked from one that has imported all of it, which takes seconds of processor."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.cli import main

FORKING = multiprocessing.get_context("forkserver")
# The last two are what commands import only when they need it.
FORKING.set_forkserver_preload([__name__, "rag.http.server", "rag.service.wiring"])


class Command:
    """`hoidap` with these words, started at once; what it says is appended to two files."""

    def __init__(
        self, words: Sequence[str], err: Path, out: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        given = dict(os.environ if environment is None else environment)
        self._process = FORKING.Process(target=_run, args=(words, Path.cwd(), given, out or Path(os.devnull), err))
        self._process.start()

    @property
    def code(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float = 120) -> int:
        """Wait for its end; the exit code. TimeoutError after so many seconds."""
        self._process.join(timeout)
        if self.code is None:
            raise TimeoutError(f"the process still runs after {timeout} s")
        return self.code

    def send(self, sig: signal.Signals) -> None:
        """Send it a signal."""
        if self._process.pid is not None and self.code is None:
            os.kill(self._process.pid, sig)

    def kill(self) -> None:
        """Kill it at once, if it still runs."""
        self._process.kill()
        self._process.join()


def ran(folder: Path, *words: str) -> tuple[int, str, str]:
    """`hoidap` with these words, run to its end: its exit code, and what it said on stdout and on stderr.

    A folder in `folder` holds these meanwhile.
    """
    with TemporaryDirectory(dir=folder) as place:
        out, err = Path(place, "out"), Path(place, "err")
        code = Command(words, err, out).wait()
        return code, out.read_text("utf-8"), err.read_text("utf-8")


def _run(words: Sequence[str], folder: Path, environment: Mapping[str, str], out: Path, err: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for path, number in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    sys.argv = ["hoidap", *words]
    main()
