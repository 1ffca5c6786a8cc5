"""The socket in a data folder, over which whoever owns the folder asks the server that runs on it.

A port may be another process's by now, and does not tell who asks. A socket's file leads to the process that listens on
it or, once that was killed, to nobody; and only its owner may connect, as only the owner may read the databases beside
it. So nobody else is ever asked, and no key is needed.
"""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE = "server.sock"

_PATIENCE_SECONDS = 1.0
# What SO_PEERCRED tells of who listens (unix(7)): process, user, group.
_CREDENTIALS = struct.Struct("3i")


class OwnSocket:
    """A socket that listens in a data folder, where it has a file until `hide`."""

    def __init__(self, data: Path, listening: socket.socket) -> None:
        self.listening = listening
        self._path = data / FILE
        # Linux gives the file the mode of the socket: at no moment may anybody else connect.
        os.fchmod(listening.fileno(), 0o600)
        # Of a server that was killed, or of one that runs still: from now on this one is asked.
        self._path.unlink(missing_ok=True)
        with _folder(data) as folder:
            listening.bind(f"{folder}/{FILE}")
        self._file: os.stat_result | None = self._path.stat()
        listening.listen()

    def hide(self) -> None:
        """Take the file away, unless it is another server's by now."""
        with suppress(FileNotFoundError):
            if self._file is not None and os.path.samestat(self._path.stat(), self._file):
                self._path.unlink()
        # Once the socket is closed, the next one's file may have the same number.
        self._file = None


@contextmanager
def listening_in(data: Path) -> Iterator[OwnSocket]:
    """A socket that listens in a data folder within the block. OSError where the folder takes none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        own = OwnSocket(data, listening)
        try:
            yield own
        finally:
            own.hide()


@contextmanager
def found_in(data: Path) -> Iterator[str | None]:
    """The path of the socket of the server that runs on a data folder, within the block; None where none does.

    Nor is one found that another user runs: who may write to a folder may put a socket there.
    """
    if not data.is_dir():
        yield None
        return
    with _folder(data) as folder:
        path = f"{folder}/{FILE}"
        yield path if _listener(path) in (data.stat().st_uid, os.getuid()) else None


def _listener(path: str) -> int | None:
    """The user whose process listens there; None where none does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_PATIENCE_SECONDS)
        try:
            asking.connect(path)
            credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        except OSError:
            return None
    return int(_CREDENTIALS.unpack(credentials)[1])


@contextmanager
def _folder(data: Path) -> Iterator[str]:
    """A short path of a folder, wherever it lies: a socket's has room for 107 bytes."""
    folder = os.open(data, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}"
    finally:
        os.close(folder)
