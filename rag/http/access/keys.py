"""API keys: private tables beside the conversations. They hold what checks a key, never the key itself.

Every check reads them, so that a key that another process revokes is worth nothing from then on.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

from index.language.showing import checked_name
from index.storage.database import Row, Server, Where, opened_private
from rag.http.access.callers import SCOPES, Caller, Scope
from rag.http.access.rates import SharedRates

FILE = "keys.sqlite3"

MOST_OF_A_NAME = 100

_ID_BYTES = 4
_SECRET_BYTES = 32
# As `add` writes them: 8 hexadecimal digits, and 32 bytes in the 43 characters of URL-safe Base64.
_FORM = re.compile(r"hoidap_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")

_VERSION = 1
_SCHEMA = """
CREATE TABLE keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, per_minute INTEGER,
    created_at TEXT NOT NULL, revoked_at TEXT, digest BLOB NOT NULL
) WITHOUT ROWID;
"""
_PUT = "INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL, ?)"
_SELECT = "SELECT id, name, scopes, per_minute, created_at, revoked_at FROM keys ORDER BY created_at, id"
_SELECT_LIVE = """
SELECT id, name, scopes, per_minute, created_at, revoked_at, digest FROM keys WHERE id = ? AND revoked_at IS NULL
"""
_REVOKE = "UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING id"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. `per_minute` is None for the settings' number; times are ISO 8601 in UTC."""

    id: str
    name: str
    scopes: frozenset[Scope]
    per_minute: int | None
    created_at: str
    revoked_at: str | None

    @property
    def caller(self) -> Caller:
        """Who sends a request with it."""
        return Caller(self.id, self.name, self.scopes)


def opened_keys(where: Where) -> AbstractContextManager["Keys"]:
    """The keys of a database, which is made where it is missing."""
    return closing(Keys(where))


class Keys:
    """What is given out; any number of threads may use it, as may other processes.

    `rates` counts requests for all servers that share the keys, where these lie on a PostgreSQL server.

    Every method raises StoreError, or StorageFull, where they cannot be read or written.
    """

    def __init__(self, where: Where) -> None:
        self._db = opened_private(where, "keys", _VERSION, _SCHEMA)
        self.rates = SharedRates(where) if isinstance(where, Server) else None

    def close(self) -> None:
        """Let go of the database."""
        if self.rates is not None:
            self.rates.close()
        self._db.close()

    def add(self, name: str, scopes: Iterable[Scope], per_minute: int | None = None) -> tuple[Key, str]:
        """Make a key; its text is known to nobody but the caller of this. ValueError where it cannot be as asked."""
        allowed = frozenset(scopes)
        if not allowed or not allowed <= set(SCOPES):
            raise ValueError(f"A key needs one or more of the scopes {', '.join(SCOPES)}; it was given {set(allowed)}.")
        if per_minute is not None and per_minute < 1:
            raise ValueError(f"A key cannot have {per_minute} requests a minute; give it one or more.")
        key = Key(secrets.token_hex(_ID_BYTES), checked_name(name, MOST_OF_A_NAME), allowed, per_minute, _now(), None)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        row = (key.id, key.name, " ".join(sorted(allowed)), per_minute, key.created_at, _digest(secret))
        with self._db.writing() as db:
            db.execute(_PUT, row)
        return key, f"hoidap_{key.id}_{secret}"

    def list(self) -> Sequence[Key]:
        """All keys, oldest first, with those that are revoked."""
        return [_key(row) for row in self._db.rows(_SELECT)]

    def exist(self) -> bool:
        """Whether anybody has a key that is not revoked."""
        return any(key.revoked_at is None for key in self.list())

    def revoke(self, key_id: str) -> bool:
        """Let nobody in with this key from now on. False where it is unknown, or revoked already."""
        with self._db.writing() as db:
            return bool(list(db.execute(_REVOKE, (_now(), key_id))))

    def live(self, key_id: str) -> bool:
        """Whether the key of this id lets in; so does the empty one, which stands for who needs none."""
        return key_id == "" or bool(self._db.rows(_SELECT_LIVE, (key_id,)))

    def check(self, text: str) -> Key | None:
        """The key of this text; None where there is none, or it is revoked."""
        form = _FORM.fullmatch(text)
        if form is None:
            return None
        rows = self._db.rows(_SELECT_LIVE, (form[1],))
        if not rows:
            return None
        *row, digest = rows[0]
        return _key(tuple(row)) if compare_digest(digest, _digest(form[2])) else None


def _digest(secret: str) -> bytes:
    # Slow hashes make guessing dear where people choose the secret. Nobody guesses 256 random bits, however fast.
    return sha256(secret.encode("ascii")).digest()


def _key(row: Row) -> Key:
    key_id, name, scopes, per_minute, created_at, revoked_at = row
    allowed = frozenset(scope for scope in SCOPES if scope in scopes.split())
    return Key(key_id, name, allowed, per_minute, created_at, revoked_at)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
