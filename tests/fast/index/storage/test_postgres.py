"""What is PostgreSQL's own: order of commits, a server that goes and comes, its errors, and the secret address."""

import logging
import pickle
import subprocess
import sys
import threading
import traceback
from contextlib import closing, suppress
from queue import Queue

import psycopg
import pytest

from index.storage.database import Database, Server, opened_shared
from index.storage.dialect import Tables
from index.storage.errors import IndexingError, Refused, StorageFull, StoreError
from index.storage.postgres import ServerDatabase
from tests.support import ROOT
from tests.support.postgres import PASSWORD, Postgres, running

TABLES = "CREATE TABLE notes (number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, told INTEGER);"
PUT = "INSERT INTO notes (text) VALUES (?)"


def opened(server: Server, version: int = 1) -> Database:
    return opened_shared(server, "notes", TABLES, version)


def numbers(database: Database, after: int = 0) -> list[int]:
    return [int(row[0]) for row in database.rows("SELECT number FROM notes WHERE number > ? ORDER BY 1", (after,))]


def test_who_reads_what_is_later_than_the_last_passes_over_nothing(server: Server) -> None:
    """The first writer takes its number, and commits after the second has come: the second has to wait for it."""
    seen: Queue[str] = Queue()
    with closing(opened(server)) as one, closing(opened(server)) as two, closing(opened(server)) as reader:

        def write() -> None:
            seen.put("begun")
            with two.writing() as db:
                db.execute(PUT, ("hai",))
            seen.put("written")

        second = threading.Thread(target=write)
        with one.writing() as db:
            db.execute(PUT, ("một",))
            second.start()
            assert seen.get(timeout=5) == "begun"
            second.join(0.3)
            assert seen.empty()
            assert numbers(reader) == []
        second.join()
        assert numbers(reader) == [1, 2]
        assert reader.rows("SELECT text FROM notes ORDER BY number") == [("một",), ("hai",)]


def test_sixteen_writers_and_a_reader_that_follows(server: Server) -> None:
    with closing(opened(server)) as database, closing(opened(server)) as reader:

        def write(name: int) -> None:
            for number in range(5):
                with database.writing() as db:
                    db.execute(PUT, (f"{name}-{number}",))

        threads = [threading.Thread(target=write, args=(name,)) for name in range(16)]
        for thread in threads:
            thread.start()
        followed: list[int] = []
        while len(followed) < 80:
            followed += numbers(reader, followed[-1] if followed else 0)
        for thread in threads:
            thread.join()
    assert followed == list(range(1, 81))


def test_a_transaction_that_fails_leaves_nothing(server: Server) -> None:
    with closing(opened(server)) as database:
        with pytest.raises(ZeroDivisionError), database.writing() as db:
            db.execute(PUT, ("một",))
            raise ZeroDivisionError
        with pytest.raises(StoreError, match="null value"), database.writing() as db:
            db.execute(PUT, ("một",))
            db.execute(PUT, (None,))
        assert numbers(database) == []


def test_what_was_swallowed_is_not_taken_for_written(server: Server) -> None:
    with closing(opened(server)) as database:
        with pytest.raises(StoreError, match="did not take"), database.writing() as db:
            db.execute(PUT, ("một",))
            with suppress(psycopg.Error):
                db.execute(PUT, (None,))
        assert numbers(database) == []


def test_a_reader_sees_one_moment_and_cannot_write(server: Server) -> None:
    with closing(opened(server)) as database, database.reading() as before:
        assert list(before.execute("SELECT count(*) FROM notes")) == [(0,)]
        with database.writing() as db:
            db.execute(PUT, ("một",))
        assert list(before.execute("SELECT count(*) FROM notes")) == [(0,)]
    with closing(opened(server)) as database, pytest.raises(StoreError, match="read-only"), database.reading() as db:
        db.execute(PUT, ("hai",))


def test_texts_are_ordered_by_their_code_points(server: Server) -> None:
    """The server's own order is Vietnamese's, where Ă follows A and a case does not matter."""
    words = ["Ăn", "an", "Zét", "zét", "A-b", "Ab", "đi", "Em"]
    with closing(opened(server)) as database:
        with database.writing() as db:
            db.executemany(PUT, [(word,) for word in words])
        assert [row[0] for row in database.rows("SELECT text FROM notes ORDER BY text")] == sorted(words)
        (theirs,) = database.rows('SELECT array_agg(text ORDER BY text COLLATE "default") FROM notes')[0]
        assert theirs != sorted(words)


def test_nul_and_truth(server: Server) -> None:
    with closing(opened(server)) as database:
        with database.writing() as db:
            db.execute("INSERT INTO notes (text, told) VALUES (?, ?)", ("a\0b", True))
        assert database.rows("SELECT text, told FROM notes WHERE text = ?", ("a\0b",)) == [("a\ufffdb", 1)]


def test_a_server_that_is_started_again_is_found_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with running() as own, closing(opened(Server(own.guarded, "again"))) as database:
        with database.writing() as db:
            db.execute(PUT, ("một",))
        own.stop()
        own.start()
        with database.writing() as db:
            db.execute(PUT, ("hai",))
        assert numbers(database)[0] == 1
        assert len(numbers(database)) == 2
        with pytest.raises(StoreError, match="cannot be used"), database.writing() as db:
            db.execute(PUT, ("ba",))
            own.stop()
            db.execute(PUT, ("bốn",))
        own.start()
        assert [row[0] for row in database.rows("SELECT text FROM notes ORDER BY number")] == ["một", "hai"]
    assert not [piece for piece in PIECES if piece in caplog.text]


def test_a_writer_that_holds_it_for_long_is_told(server: Server) -> None:
    with closing(opened(server)) as one, closing(opened(server)) as two, one.writing():
        with two._pool.connection() as db:  # type: ignore[attr-defined]
            db.execute(b"SET lock_timeout = '50ms'")
        two._pool.resize(1, 1)  # type: ignore[attr-defined]
        with pytest.raises(StoreError, match="Another process has held the database"), two.writing():
            pass


def test_a_full_disk_is_told(server: Server) -> None:
    raising = "DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
    with (
        closing(opened(server)) as database,
        pytest.raises(StorageFull, match="Make room"),
        database.writing() as db,
    ):
        db.execute(raising)


# --- The address -----------------------------------------------------------------------------------------------

PIECES = [PASSWORD, "riêng", "m%E1%BA%ADt", "%C3%AAng"]


def shown(error: BaseException) -> str:
    """All that a log or a trace could show of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + str(error)


@pytest.mark.parametrize(
    ("pattern", "instead", "kind"),
    [
        ("@127.0.0.1", "thêm@127.0.0.1", StoreError),  # another password
        ("hoidap:", "ai:", StoreError),
        ("/postgres", "/khác", StoreError),
        ("@127.0.0.1:", "@127.0.0.1:9", StoreError),  # a port that is none
        ("postgresql://", "postgresql:/", Refused),
        ("postgresql://", "http://", Refused),
        ("@127.0.0.1", "@@127.0.0.1", StoreError),  # a password that is not escaped
        ("/postgres", "/postgres?lạ=1", Refused),
    ],
    ids=["password", "user", "database", "port", "scheme", "other", "escaping", "parameter"],
)
def test_an_address_that_does_not_work_is_told_without_a_word_of_it(
    postgres: Postgres, caplog: pytest.LogCaptureFixture, pattern: str, instead: str, kind: type[IndexingError]
) -> None:
    caplog.set_level(logging.DEBUG)
    address = postgres.guarded.replace(pattern, instead, 1)
    with pytest.raises((Refused, StoreError)) as raised:
        opened(Server(address, "secret"))
    assert isinstance(raised.value, kind)
    said = shown(raised.value) + caplog.text
    assert not [piece for piece in PIECES if piece in said]


def test_the_address_is_in_no_representation_and_no_log(postgres: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with postgres.schema() as schema:
        place = Server(postgres.guarded, schema.schema)
        database = ServerDatabase(place.address, place.schema, "notes", Tables("notes", 1, TABLES, {}, 1))
        with database.writing() as db:
            db.execute(PUT, ("một",))
            said = repr(db) + repr(database) + repr(database._pool) + repr(place) + str(place)
        with pytest.raises(StoreError) as raised:
            database.rows("SELECT nothing FROM nowhere")
        database.close()
    said += shown(raised.value) + caplog.text
    assert not [piece for piece in PIECES if piece in said]


# --- A writer that is killed --------------------------------------------------------------------------------

_UNTIL_KILLED = """
import pickle, sys
from itertools import count
from index.storage.database import opened_shared

database = opened_shared(pickle.load(sys.stdin.buffer), "notes", sys.argv[1])
for number in count():
    with database.writing() as db:
        db.execute("INSERT INTO notes (text) VALUES (?)", (str(number),))
        db.execute("UPDATE notes SET told = 1 WHERE text = ?", (str(number),))
    print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_acknowledged_and_holds_up_nobody(server: Server) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _UNTIL_KILLED, TABLES], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(pickle.dumps(server))
    child.stdin.close()
    said = [child.stdout.readline() for _ in range(40)]
    child.kill()
    said += child.stdout.readlines()
    child.stdout.close()
    assert child.wait() == -9
    acknowledged = [int(line) for line in said if line.endswith(b"\n")]
    with closing(opened(server)) as database:
        with database.writing() as db:
            db.execute(PUT, ("sau",))
        rows = database.rows("SELECT text, told FROM notes ORDER BY number")
    # At most one was committed and not acknowledged any more; none is there by half.
    assert rows[:-1][: len(acknowledged)] == [(str(number), 1) for number in acknowledged]
    assert len(rows) - 1 - len(acknowledged) in (0, 1)
    assert {told for _, told in rows[:-1]} == {1}
