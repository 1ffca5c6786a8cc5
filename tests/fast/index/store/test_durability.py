"""Several connections to one database, damage, and a full disk."""

import multiprocessing
import sqlite3
import threading
from pathlib import Path

import apsw
import numpy as np
import pytest

from index.records import EmbeddedDraft
from index.storage.database import Where
from index.storage.errors import StorageFull, StoreError
from index.store.store import Store
from tests.support.encoders import DIMENSION, draft
from tests.support.places import IN_A_FILE
from tests.support.stores import MODEL, prepared, put

# --- Connections --------------------------------------------------------------------------------------------


def test_what_was_written_is_there_after_reopening(where: Where, tmp_path: Path) -> None:
    first = Store(where)
    put(first, "a", chunks=2)
    first.close()
    again = Store(where)
    assert again.counts() == (1, 2)
    assert again.sequence() == 1
    assert again.check() == []
    again.close()
    assert [file.name for file in tmp_path.iterdir()] == (["hoidap.sqlite3"] if isinstance(where, Path) else [])


def test_two_connections_see_each_other(where: Where) -> None:
    one, two = Store(where), Store(where)
    for number in range(10):
        put(one if number % 2 else two, f"a{number}")
        assert one.sequence() == two.sequence() == number + 1
    one.remove(["a3"])
    assert two.text("a3") is None
    assert one.counts() == two.counts() == (9, 9)
    one.close()
    two.close()


def test_a_reader_sees_one_state(where: Where) -> None:
    """Each change replaces both articles with the same text; no read may find two texts."""
    writer, reader = Store(where), Store(where)
    put(writer, "a", "b", text="lần 0")
    done = threading.Event()

    def write() -> None:
        for number in range(1, 60):
            put(writer, "a", "b", text=f"lần {number}", chunks=2)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    reads = 0
    while not done.is_set() or not reads:
        assert len({article.text for article in reader.articles(2)}) == 1
        assert reader.counts() in ((2, 2), (2, 4))
        assert len(reader.chunk_ids()) in (2, 4)
        reads += 1
    thread.join()
    assert reader.text("a") == "lần 59"
    writer.close()
    reader.close()


def _write_alone(where: Where, name: str, count: int) -> None:
    store = Store(where)
    for number in range(count):
        put(store, f"{name}-{number}", chunks=2)
    store.remove([f"{name}-0"])
    store.close()


@IN_A_FILE  # to a server, processes are connections as others
def test_processes_create_and_write_one_database_together(where: Where) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write_alone, args=(where, f"p{number}", 20)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    store = Store(where)
    assert store.counts() == (3 * 19, 3 * 19 * 2)
    assert store.sequence() == 3 * 21
    assert store.check() == []
    store.close()


def test_a_failed_change_leaves_nothing(store: Store) -> None:
    put(store, "a")
    broken = EmbeddedDraft(draft("b", "Chữ."), None, [(0, 2), (2, 4)], np.zeros((1, DIMENSION), np.float32))
    with pytest.raises(ValueError, match="zip"):
        store.put([prepared(draft("c", "Chữ.")), broken], MODEL)
    assert store.counts() == (1, 1)
    assert store.sequence() == 1
    put(store, "d")
    assert store.sequence() == 2


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "truth.sqlite3").write_text("Đây không phải cơ sở dữ liệu. " * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(tmp_path / "truth.sqlite3")
    with pytest.raises(StoreError, match="unable to open"):
        Store(tmp_path / "no" / "folder" / "truth.sqlite3")


def test_check_finds_damage(tmp_path: Path) -> None:
    path = tmp_path / "truth.sqlite3"
    store = Store(path)
    put(store, "a", "b")
    store.close()
    # The index over sources is emptied behind SQLite's back, as a bad disk might.
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, '(source,', '(url,') WHERE name = 'articles_by_source'")
        db.execute("UPDATE articles SET url = 'x'")
    db.close()
    store = Store(path)
    assert store.check() != []
    store.close()


# --- A full disk --------------------------------------------------------------------------------------------


def test_a_full_database_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    store = Store(tmp_path / "truth.sqlite3")
    put(store, "a")
    pages = store._db.rows("PRAGMA page_count")[0][0]
    store._db.rows(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(StorageFull, match="Make room"):
        put(store, "b", text="x" * 200_000)
    assert store.counts() == (1, 1)
    assert store.check() == []
    store._db.rows("PRAGMA max_page_count = 100000")
    put(store, "b", text="x" * 200_000)
    assert store.counts() == (2, 2)
    store.close()


def test_sqlite_is_one_without_the_wal_reset_bug() -> None:
    assert tuple(map(int, apsw.sqlite_lib_version().split("."))) >= (3, 51, 3)
