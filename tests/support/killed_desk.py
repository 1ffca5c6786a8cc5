"""The child of `test_kill` of topics: follows articles and makes issues, and is killed at a given statement.

    python -m tests.support.killed_desk FOLDER NOW STEP

`STEP` is how many statements the desk's database runs before the process kills itself.
"""

import os
import signal
import sys
from pathlib import Path

from index.storage.sqlite import PrivateDatabase
from tests.support.topics import DeskClock, opened_desk_over


def main(folder: Path, now: float, step: int) -> None:
    left = step

    def killing(*_: object) -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    with opened_desk_over(folder, DeskClock(now)) as desk:
        assert isinstance(desk.database, PrivateDatabase)
        desk.database._db.exec_trace = killing
        desk.follow()
        desk.topics.briefings.make_due(now)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
