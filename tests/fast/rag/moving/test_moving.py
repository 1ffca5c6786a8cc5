"""A data folder goes to a real server and comes back: every row, every number, nothing else; stopped at any moment."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import apsw
import psycopg
import pytest

from index.derived.generations import generations
from index.entities.browsing import Browsing, Selection
from index.entities.search import sought
from index.entities.tables import EntityTables
from index.storage.database import Server
from index.storage.errors import Refused, StoreError
from index.storage.sqlite import connected
from index.store.store import Store
from rag.backup.archive import BackupError
from rag.http.access.keys import Keys
from rag.moving.folder import Folder
from rag.moving.indexes import take_along
from rag.moving.moving import Moved, move
from rag.moving.server import OnServer
from rag.service.conversations import opened_conversations
from rag.service.own_socket import listening_in
from tests.support.encoders import catalogue, draft, ingester, whole
from tests.support.moving import (
    CHANGES,
    GONE,
    LAYOUTS,
    TABLES,
    Stopped,
    copied,
    down,
    fill,
    no_indexes,
    of_file,
    of_schema,
    quiet,
    same_rows,
    stopping,
    up,
)
from tests.support.postgres import Postgres
from tests.support.topics import WordEncoder


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("filled") / "data"
    (data.parent / "key").write_text(fill(data))
    return data


@dataclass(frozen=True)
class There:
    """A folder that went to a server, and back into another folder."""

    address: str
    back: Path
    moved: list[Moved]
    returned: list[Moved]


@pytest.fixture(scope="module")
def there(filled: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    back = tmp_path_factory.mktemp("back") / "data"
    with postgres.database() as address:
        yield There(address, back, up(filled, address), down(address, back))


@pytest.fixture
def address(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as made:
        yield made


def test_the_folder_has_something_in_every_table(filled: Path) -> None:
    """Or the tests below would prove nothing."""
    assert set(LAYOUTS) == {"keys", "slack", "desk", "conversations", "hoidap"}
    assert len(TABLES) == 37
    assert [table for name, table in TABLES if not of_file(filled / f"{name}.sqlite3", table)] == []


def test_every_row_goes_to_the_server_and_comes_back(filled: Path, there: There) -> None:
    assert {(each.database, each.table) for each in there.moved} == set(TABLES)
    assert there.returned == there.moved
    same_rows(filled, there.address)
    for name, table in TABLES:
        rows = of_file(filled / f"{name}.sqlite3", table)
        assert of_file(there.back / f"{name}.sqlite3", table) == rows, table
        assert [each.rows for each in there.moved if (each.database, each.table) == (name, table)] == [len(rows)]


def test_the_files_are_private_and_nothing_else_is_left(there: There) -> None:
    modes = {path.name: path.stat().st_mode & 0o077 for path in there.back.iterdir()}
    assert set(modes) == {f"{name}.sqlite3" for name in LAYOUTS}
    assert {mode for name, mode in modes.items() if name != "hoidap.sqlite3"} == {0}


def test_the_source_stays_as_it_was(filled: Path, address: str) -> None:
    before = {path.name: path.read_bytes() for path in filled.iterdir() if path.is_file()}
    up(filled, address)
    assert {path.name: path.read_bytes() for path in filled.iterdir() if path.is_file()} == before


def test_what_was_moved_works_and_goes_on(filled: Path, address: str, tmp_path: Path) -> None:
    up(filled, address)
    down(address, tmp_path)
    key = (filled.parent / "key").read_text()
    with closing(Store(filled / "hoidap.sqlite3")) as store:
        identity, sequence, last = store.identity(), store.sequence(), int(max(store.chunk_ids()))
    for where in (Server(address, "hoidap"), tmp_path / "hoidap.sqlite3"):
        with closing(Store(where)) as store, closing(EntityTables(where)) as entities:
            assert (store.identity(), store.sequence()) == (identity, sequence)
            # The words of articles were read again: those of a file cannot be.
            browsing = Browsing(entities)
            assert browsing.total(Selection(words=sought("Vàm Sáo"))) == 12
            assert browsing.total(Selection(words=sought("Cầu phao Hạc Trì"))) == 3
            list(ingester(store, WordEncoder()).ingest([draft("them", "Bài mới về bến.")]))
            # Behind the numbers of what was removed.
            assert [hit.chunk.id for hit in store.passages_of("them")] == [last + GONE + 1]
            # The triggers are awake again.
            assert store.remove(["sinh-doi-0"]) == ["sinh-doi-0"]
            told = "SELECT count(*) FROM story_articles WHERE article = 'sinh-doi-0'"
            assert entities.rows(told) == [(0,)]
    for where in (Server(address, "hoidap_keys"), tmp_path / "keys.sqlite3"):
        with closing(Keys(where)) as keys:
            assert (found := keys.check(key)) is not None
            assert found.name == "Tòa soạn"


def test_the_indexes_of_the_source_are_those_of_the_copy(filled: Path, there: There, tmp_path: Path) -> None:
    encoder, before, now = WordEncoder(), tmp_path / "before", tmp_path / "now"
    with closing(Store(filled / "hoidap.sqlite3")) as store, closing(catalogue(store, before, encoder)) as made:
        made.publish()
        newest = generations(before)[-1].name
        # Another past's, with a higher number.
        (now / "gen-000099").mkdir(parents=True)
        take_along(before, now)
    with closing(Store(Server(there.address, "hoidap"))) as store, closing(catalogue(store, now, encoder)) as indexes:
        assert [path.name for path in generations(now)] == [newest]
        assert whole(store, indexes)


def test_a_move_that_is_stopped_goes_on(filled: Path, address: str, tmp_path: Path) -> None:
    server, seen = OnServer(address, quiet), list[int]()
    for steps in (20, 80):
        with pytest.raises(Stopped):
            move(Folder(filled), server, stopping(steps), no_indexes)
        with pytest.raises(Refused, match="There is no schema hoidap"):
            down(address, tmp_path)
    moved = move(Folder(filled), server, lambda done, _: seen.append(done), no_indexes)
    # What was copied before is read again, and not written.
    assert seen[-1] == 3 * sum(each.rows for each in moved)
    same_rows(filled, address)


def test_what_changed_since_a_stopped_move_is_not_missed(filled: Path, address: str, tmp_path: Path) -> None:
    data = copied(filled, tmp_path / "data")
    with pytest.raises(Stopped):
        move(Folder(data), OnServer(address, quiet), stopping(80), no_indexes)
    with closing(apsw.Connection(str(data / "hoidap.sqlite3"))) as db:
        db.execute(CHANGES["edited"])
    up(data, address)
    assert of_schema(address, "hoidap", "articles") == of_file(data / "hoidap.sqlite3", "articles")


def test_a_place_that_has_databases_is_not_written_over(
    filled: Path, there: There, address: str, tmp_path: Path
) -> None:
    with closing(Keys(Server(address, "hoidap_keys"))) as keys:
        keys.add("Đã có", ["ask"])
    with pytest.raises(Refused, match="PostgreSQL has the schemas hoidap_keys, and nothing is written over"):
        up(filled, address)
    (tmp_path / "slack.sqlite3").touch()
    with pytest.raises(BackupError, match=r"has slack.sqlite3, and nothing is written over"):
        down(there.address, tmp_path)


def test_a_folder_on_which_a_server_runs_is_not_moved(filled: Path, address: str, tmp_path: Path) -> None:
    data = copied(filled, tmp_path / "data")
    with listening_in(data), pytest.raises(Refused, match=r"A server runs on .*; stop it first"):
        up(data, address)


def test_nobody_writes_a_folder_while_it_is_moved(filled: Path, address: str, tmp_path: Path) -> None:
    data = copied(filled, tmp_path / "data")
    tried: list[str] = []

    def writing(_done: int, _total: int) -> None:
        if tried:
            return
        with closing(connected(data / "hoidap.sqlite3")) as db, pytest.raises(apsw.BusyError):
            db.set_busy_timeout(1)
            tried.append("tried")
            db.execute("DELETE FROM gone")

    move(Folder(data), OnServer(address, quiet), writing, no_indexes)
    assert tried


def test_nobody_writes_a_server_while_it_is_moved_and_others_on_it_are_told_of(there: There, tmp_path: Path) -> None:
    written, told = threading.Event(), list[str]()
    with opened_conversations(Server(there.address, "hoidap_conversations")) as conversations:

        def write() -> None:
            conversations.delete("newsroom", "nothing")
            written.set()

        assert conversations.list("newsroom", 9)
        writer = threading.Thread(target=write)

        def writing(_done: int, _total: int) -> None:
            if writer.ident is None:
                writer.start()
            assert not written.wait(0.01)

        move(OnServer(there.address, told.append), Folder(tmp_path), writing, no_indexes)
        writer.join()
    assert told == ["Other programs are connected to the database; what they write from now on is not moved."]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("PRAGMA user_version = 1", r"hoidap has version 1 and this program knows .; start the newer"),
        ("PRAGMA user_version = 9", r"hoidap has version 9 and this program knows .; start the newer"),
        ("CREATE TABLE theirs (a)", r"hoidap has tables that are not of this program, \['theirs'\]; remove them first"),
    ],
    ids=["older", "later", "foreign"],
)
def test_a_folder_of_another_release_is_refused(
    statement: str, problem: str, filled: Path, address: str, tmp_path: Path
) -> None:
    data = copied(filled, tmp_path / "data")
    with closing(apsw.Connection(str(data / "hoidap.sqlite3"))) as db:
        db.execute(statement)
    with pytest.raises(Refused, match=problem):
        up(data, address)
    with closing(psycopg.connect(address)) as server:
        assert server.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%hoidap%'").fetchall() == []


def test_places_without_databases_and_servers_that_are_none(filled: Path, address: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"There is no database in .*; name the data folder"):
        up(tmp_path, address)
    with pytest.raises(Refused, match="There is no schema hoidap in PostgreSQL"):
        down(address, tmp_path / "back")
    with pytest.raises(StoreError, match="cannot be used"):
        up(filled, address + "x")
    with pytest.raises(Refused, match="HOIDAP_DATABASE is no address"):
        up(filled, "http://x")


def test_a_damaged_file_is_not_moved(filled: Path, address: str, tmp_path: Path) -> None:
    data = copied(filled, tmp_path / "data")
    content = bytearray((data / "hoidap.sqlite3").read_bytes())
    content[8192:20000] = b"x" * (20000 - 8192)
    (data / "hoidap.sqlite3").write_bytes(content)
    with pytest.raises(StoreError, match=r"data folder .* cannot be used"):
        up(data, address)


def test_a_folder_with_only_some_databases_is_moved(filled: Path, address: str, tmp_path: Path) -> None:
    data = copied(filled, tmp_path / "data")
    for name in ("slack", "keys", "conversations"):
        (data / f"{name}.sqlite3").unlink()
    assert {each.database for each in up(data, address)} == {"desk", "hoidap"}
    assert {each.database for each in down(address, tmp_path / "back")} == {"desk", "hoidap"}


def test_files_that_were_whole_when_it_was_stopped_are_put_in_their_places(there: There, tmp_path: Path) -> None:
    data = copied(there.back, tmp_path / "data")
    # As where it ended between two renamings.
    (data / ".moving").mkdir()
    (data / "hoidap.sqlite3").rename(data / ".moving" / "hoidap.sqlite3")
    (data / ".moving" / "whole").touch()
    assert down(there.address, data) == []
    assert {path.name: path.read_bytes() for path in data.iterdir()} == {
        path.name: path.read_bytes() for path in there.back.iterdir()
    }
