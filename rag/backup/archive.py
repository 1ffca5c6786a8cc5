"""What a backup consists of: databases, the manifest that names them, and how each is checked."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import apsw
from pydantic import BaseModel, Field

from rag.errors import AnsweringError

# Every database, and what is counted in it. The large one last: each is held as it was when the backup began until its
# turn is over.
DATABASES: Mapping[str, Mapping[str, str]] = {
    "keys.sqlite3": {},
    "slack.sqlite3": {},
    "desk.sqlite3": {"topics": "SELECT count(*) FROM topics", "issues": "SELECT count(*) FROM issues"},
    "conversations.sqlite3": {"turns": "SELECT count(*) FROM turns"},
    "hoidap.sqlite3": {"articles": "SELECT count(*) FROM articles", "chunks": "SELECT count(*) FROM chunks"},
}
FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1 << 20  # bytes read at once

# Called with the bytes that are done, and those to be done in all.
OnProgress = Callable[[int, int], None]
# Called with the bytes that are done since the last call.
Step = Callable[[int], None]
MEND = "`hoidap doctor` looks into the databases."


class BackupError(AnsweringError):
    """A backup cannot be written or taken back as asked. The message says the value, what is wrong, and what helps."""


class Entry(BaseModel):
    """A database in a backup; `rows` says how many of what."""

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    user_version: int
    rows: dict[str, int]


class Manifest(BaseModel):
    """What a backup holds; `created_at` is the moment that every database in it shows."""

    format: int
    hoidap: str
    created_at: str
    databases: dict[str, Entry]


def check(database: Path) -> str | None:
    """The first thing that SQLite finds wrong with a database that nobody else uses, in a line."""
    try:
        with closing(apsw.Connection(str(database))) as db:
            found = str(next(db.execute("PRAGMA integrity_check(1)"))[0])
    except (apsw.NotADBError, apsw.CorruptError) as error:
        return str(error)
    return None if found == "ok" else found.splitlines()[-1]


def counting(on_progress: OnProgress, total: int) -> Step:
    """Tell how much is done of how much, after each step."""
    done = 0

    def step(more: int) -> None:
        nonlocal done
        done += more
        on_progress(done, total)

    return step
