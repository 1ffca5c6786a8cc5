"""Rows that one takes are nobody else's meanwhile, and work that one does alone is not begun by another."""

import threading
from contextlib import closing

import pytest

from index.storage.database import Database, Where, opened_shared
from index.storage.errors import Refused, StoreError

TABLES = "CREATE TABLE IF NOT EXISTS notes (number BIGINT PRIMARY KEY);"
TAKE = "SELECT number FROM notes ORDER BY number LIMIT ? /* FOR UPDATE SKIP LOCKED */"


def opened(where: Where) -> Database:
    return opened_shared(where, "notes", TABLES)


def put(database: Database, *numbers: int) -> None:
    with database.writing() as db:
        db.executemany("INSERT INTO notes VALUES (?)", [(number,) for number in numbers])


def take(database: Database, most: int) -> list[int]:
    with database.taking() as db:
        taken = [int(row[0]) for row in db.execute(TAKE, (most,))]
        db.executemany("DELETE FROM notes WHERE number = ?", [(number,) for number in taken])
    return taken


def test_others_read_and_write_while_one_takes(where: Where) -> None:
    with closing(opened(where)) as one, closing(opened(where)) as two:
        put(one, 1, 2, 3)
        with one.taking() as db:
            assert list(db.execute(TAKE, (2,))) == [(1,), (2,)]
            put(two, 4)
            put(one, 5)
            assert len(two.rows("SELECT number FROM notes")) == 5
            db.executemany("DELETE FROM notes WHERE number = ?", [(1,), (2,)])
        assert take(two, 9) == [3, 4, 5]


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_rows_that_one_has_taken_are_passed_over(where: Where) -> None:
    with closing(opened(where)) as one, closing(opened(where)) as two:
        put(one, 1, 2, 3)
        with one.taking() as db:
            assert list(db.execute(TAKE, (2,))) == [(1,), (2,)]
            assert take(two, 9) == [3]
        assert take(two, 9) == [1, 2]


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_in_a_file_another_waits(where: Where) -> None:
    taken: list[int] = []
    with closing(opened(where)) as one, closing(opened(where)) as two:
        put(one, 1, 2)
        other = threading.Thread(target=lambda: taken.extend(take(two, 9)))
        with one.taking() as db:
            other.start()
            db.executemany("DELETE FROM notes WHERE number = ?", [(1,)])
            other.join(0.2)
            assert taken == []
        other.join()
    assert taken == [2]


def test_what_was_taken_is_free_after_an_error(where: Where) -> None:
    with closing(opened(where)) as one, closing(opened(where)) as two:
        put(one, 1)
        with pytest.raises(Refused), one.taking() as db:
            assert list(db.execute(TAKE, (1,))) == [(1,)]
            raise Refused("broken off")
        assert take(two, 1) == [1]


def test_one_is_alone(where: Where) -> None:
    with closing(opened(where)) as one, closing(opened(where)) as two:
        with one.alone("work") as mine, two.alone("work") as theirs, two.alone("other work") as other:
            assert (mine, theirs, other) == (True, False, True)
        with pytest.raises(StoreError), two.alone("work") as mine:
            assert mine
            raise StoreError("broken off")
        with one.alone("work") as mine:
            assert mine
