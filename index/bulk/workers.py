"""Work for many processes of this machine. A process that is killed is started again, and its piece of work with it.

Each process makes what it works with once (it loads a model, say), and then takes one piece after the other. It ends
when the process that started it does, however that ends. The standard library's pool breaks as a whole, and loses all
that is under way, where one of its processes is killed.
"""

import logging
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

from index.storage.errors import StoreError

_log = logging.getLogger(__name__)

PieceT = TypeVar("PieceT")
DoneT = TypeVar("DoneT")
Work = Callable[[PieceT], DoneT]

# As often may processes end over one piece before it is taken for the reason.
TRIES = 5
_PATIENCE = 5.0  # seconds that a process without a piece has to end by itself
# Threads of a library do not survive a fork.
_PROCESSES = multiprocessing.get_context("spawn")


def worked(pieces: Iterable[PieceT], make: Callable[[], Work[PieceT, DoneT]], workers: int) -> Iterator[DoneT]:
    """What `make()`, called in each of the processes, makes of the pieces, as they are done.

    All of these must be picklable. What a piece raises is raised here; StoreError where processes end over a piece.
    """
    waiting = iter(pieces)
    all_workers = [_Worker(make) for _ in range(workers)]
    idle = all_workers[:]
    busy: dict[Connection, _Worker[PieceT, DoneT]] = {}
    try:
        while True:
            while idle and (piece := next(waiting, None)) is not None:
                worker = idle.pop()
                worker.begin(piece)
                busy[worker.pipe] = worker
            if not busy:
                return
            for pipe in wait(list(busy)):
                worker = busy.pop(pipe)  # type: ignore[call-overload]
                if (done := worker.done()) is None:
                    busy[worker.pipe] = worker
                else:
                    idle.append(worker)
                    yield done[0]
    finally:
        for worker in all_workers:
            worker.pipe.close()
        for worker in all_workers:
            worker.end()


class _Worker(Generic[PieceT, DoneT]):
    """A process, and the piece that it works on."""

    def __init__(self, make: Callable[[], Work[PieceT, DoneT]]) -> None:
        self._make = make
        self._piece: PieceT | None = None
        self._tries = 0
        self._start()

    def begin(self, piece: PieceT) -> None:
        """Have the process work on a piece."""
        self._piece, self._tries = piece, 0
        self._send()

    def done(self) -> tuple[DoneT] | None:
        """What became of the piece; None where the process was killed, and another one has begun it again."""
        try:
            done, error = self.pipe.recv()
        except (EOFError, OSError):
            self._begin_again()
            return None
        self._piece = None
        if error is not None:
            raise error
        return (done,)

    def end(self) -> None:
        """Have the process end, whose pipe is closed; in the middle of a piece too."""
        if self._piece is None:
            self._process.join(_PATIENCE)
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        self.pipe, there = _PROCESSES.Pipe()
        # A daemon, so that it ends with this process where that has no time to close it.
        self._process = _PROCESSES.Process(target=_serve, args=(self._make, there), daemon=True)
        self._process.start()
        there.close()

    def _send(self) -> None:
        try:
            self.pipe.send(self._piece)
        except ConnectionError:
            self._begin_again()

    def _begin_again(self) -> None:
        self.pipe.close()
        self.end()
        self._tries += 1
        if self._tries == TRIES:
            raise StoreError(
                f"{TRIES} processes ended (the last: {self._process.exitcode}) over {self._piece}; if they were killed"
                " for memory, take fewer workers."
            )
        _log.warning("A process ended (%s); %s is begun again", self._process.exitcode, self._piece)
        self._start()
        self._send()


def _serve(make: Callable[[], Work[PieceT, DoneT]], pipe: Connection) -> None:
    # Ctrl-C reaches all processes of a terminal; the one that started this one says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work: Work[PieceT, DoneT] | None = None
    while True:
        try:
            piece = pipe.recv()
        except EOFError:
            return
        try:
            work = work or make()
            answer: tuple[DoneT | None, Exception | None] = (work(piece), None)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is raised where the pieces come from)
            answer = None, error
        pipe.send(answer)
