"""Two releases on one PostgreSQL, side by side: a newer one adds to the tables while an older one uses them."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from index.storage.database import Database, Server, opened_private, opened_shared
from index.storage.errors import StoreError

OLD = "CREATE TABLE notes (number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);"
ADDED = """
ALTER TABLE notes ADD COLUMN day TEXT;
ALTER TABLE notes ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
CREATE TABLE marks (note BIGINT PRIMARY KEY, colour TEXT NOT NULL) WITHOUT ROWID;
CREATE TRIGGER note_comes AFTER INSERT ON notes BEGIN INSERT INTO marks VALUES (NEW.number, 'xanh'); END;
"""
NEW = OLD + ADDED
PUT = "INSERT INTO notes (text) VALUES (?)"
READ = "SELECT text FROM notes ORDER BY number"


def old(server: Server) -> Database:
    return opened_shared(server, "notes", OLD)


def new(server: Server, least: int | None = 1) -> Database:
    return opened_shared(server, "notes", NEW, 2, steps={1: ADDED}, least=least)


def put(database: Database, text: str) -> None:
    with database.writing() as db:
        db.execute(PUT, (text,))


def texts(database: Database) -> list[str]:
    return [row[0] for row in database.rows(READ)]


def test_the_release_before_goes_on_while_and_after_a_newer_one_adds_to_the_tables(server: Server) -> None:
    with closing(old(server)) as before:
        # More often than the driver waits until it lets the server prepare a statement, for its old columns.
        for number in range(10):
            put(before, f"cũ {number}")
            texts(before)
        with closing(new(server)) as after:
            put(before, "vẫn ghi")
            put(after, "mới")
            assert texts(before) == texts(after) == [*(f"cũ {number}" for number in range(10)), "vẫn ghi", "mới"]
            assert after.rows("SELECT day, told FROM notes WHERE text = 'vẫn ghi'") == [(None, 0)]
            # What was written since the change, by whichever release, went through the new trigger.
            assert after.rows("SELECT note, colour FROM marks ORDER BY 1") == [(11, "xanh"), (12, "xanh")]
        with closing(old(server)) as again:
            put(again, "khởi động lại")
            assert texts(again)[-1] == "khởi động lại"


def test_nothing_that_is_written_while_the_tables_change_is_lost(server: Server) -> None:
    written: list[str] = []
    changed = threading.Event()

    def write(database: Database, name: int) -> None:
        number, left = 0, 5
        while left:
            put(database, f"{name} {number}")
            written.append(f"{name} {number}")
            number, left = number + 1, left - changed.is_set()

    with closing(old(server)) as before:
        writers = [threading.Thread(target=write, args=(before, name)) for name in range(3)]
        for writer in writers:
            writer.start()
        with closing(new(server)) as after:
            changed.set()
            for writer in writers:
                writer.join()
            assert sorted(texts(after)) == sorted(written)


def test_who_the_change_shuts_out_cannot_write_any_more_and_cannot_open_it(server: Server) -> None:
    with closing(old(server)) as before:
        put(before, "một")
        with closing(new(server, least=2)) as after:
            with pytest.raises(StoreError, match="version 2 and this program knows 1; install the"):
                put(before, "hai")
            put(after, "ba")
            assert texts(after) == ["một", "ba"]
    with pytest.raises(StoreError, match="version 2 and this program knows 1"):
        old(server)


def test_a_change_shuts_out_older_ones_unless_it_says_otherwise(server: Server) -> None:
    new(server, least=None).close()
    with pytest.raises(StoreError, match="version 2 and this program knows 1"):
        old(server)


def test_a_change_that_fails_leaves_the_tables_as_they_were(server: Server) -> None:
    with closing(old(server)) as before:
        broken = {1: ADDED + "ALTER TABLE nowhere ADD COLUMN day TEXT;"}
        with pytest.raises(StoreError, match="nowhere"):
            opened_shared(server, "notes", NEW, 2, steps=broken, least=2)
        put(before, "một")
        assert before.rows("SELECT * FROM notes") == [(1, "một")]
    with closing(new(server)) as after:
        assert texts(after) == ["một"]


def test_two_that_start_at_once_change_the_tables_once(server: Server) -> None:
    old(server).close()
    opened: list[Database] = []
    starting = [threading.Thread(target=lambda: opened.append(new(server))) for _ in range(4)]
    for start in starting:
        start.start()
    for start in starting:
        start.join()
    assert len(opened) == 4
    put(opened[0], "một")
    assert [texts(each) for each in opened] == [["một"]] * 4
    for each in opened:
        each.close()


def test_a_version_that_no_step_leads_from_is_not_touched(server: Server) -> None:
    old(server).close()
    with pytest.raises(StoreError, match="version 1 and this program knows 3; install the release that wrote them"):
        opened_shared(server, "notes", NEW, 3, steps={2: ADDED})


def test_private_tables_are_changed_by_the_same_steps_in_a_file_and_on_a_server(where: Path | Server) -> None:
    with closing(opened_private(where, "notes", 1, OLD)) as before:
        put(before, "một")
    with closing(opened_private(where, "notes", 2, NEW, {1: ADDED})) as after:
        put(after, "hai")
        assert after.rows("SELECT number, text, day, told FROM notes") == [(1, "một", None, 0), (2, "hai", None, 0)]
        assert after.rows("SELECT note, colour FROM marks") == [(2, "xanh")]
