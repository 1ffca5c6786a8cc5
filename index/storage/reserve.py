"""Room on the disk that is given up when it is full: what removes something has to write before anything is free."""

import os
import shutil
from pathlib import Path

# More than the write-ahead log, which SQLite keeps at 4 MB, and what it is folded into.
_BYTES = 16_000_000


class Reserve:
    """A file that holds nothing but its size."""

    def __init__(self, path: Path, size: int = _BYTES) -> None:
        self._path, self._size = path, size

    def fill(self) -> None:
        """Take the room, where it is not taken yet and as much stays free beside it."""
        if self._path.exists() or shutil.disk_usage(self._path.parent).free < 2 * self._size:
            return
        try:
            with self._path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError:
            # Another took it first, or a limit of another kind: then there is none.
            self.give_up()

    def give_up(self) -> bool:
        """Leave the room to others; whether there was any."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        return True
