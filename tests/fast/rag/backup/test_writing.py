"""Backups of databases that are in use; what is interrupted or damaged leaves nothing."""

import json
import tarfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import apsw
import pytest

from index.cluster.registry import Made, Registry
from index.storage.errors import Refused, StoreError
from index.store.outbox import Outbox
from index.store.store import Store
from rag.backup.archive import BackupError
from rag.backup.writing import back_up
from tests.support.backups import ROWS, content, insert_rows, nothing, restored, there
from tests.support.encoders import HashEncoder, draft, ingester


def test_what_is_backed_up_comes_back(data: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    file = tmp_path / "backup.tar"
    written = back_up(data, file, lambda done, total: steps.append((done, total)))

    assert written.databases["hoidap.sqlite3"].rows == {"articles": ROWS, "chunks": ROWS}
    assert written.databases["conversations.sqlite3"].rows == {"turns": 3}
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] == 2 * sum(entry.bytes for entry in written.databases.values())
    assert file.stat().st_mode & 0o777 == 0o600
    assert there(tmp_path) == {"data", "backup.tar"}

    assert restored(file, tmp_path / "back") == written
    assert there(tmp_path / "back") == {"hoidap.sqlite3", "conversations.sqlite3"}
    for name, table in (
        ("hoidap.sqlite3", "articles"),
        ("hoidap.sqlite3", "chunks"),
        ("conversations.sqlite3", "turns"),
    ):
        assert (tmp_path / "back" / name).stat().st_mode & 0o777 == 0o600
        assert content(tmp_path / "back" / name, table) == content(data / name, table)


def test_the_manifest_is_first_and_true(file: Path) -> None:
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["manifest.json", "conversations.sqlite3", "hoidap.sqlite3"]
        inside = {member.name: archive.extractfile(member) for member in archive}
        contents = {name: member.read() for name, member in inside.items() if member}
    manifest = json.loads(contents.pop("manifest.json"))
    assert manifest["format"] == 1
    assert {name: entry["sha256"] for name, entry in manifest["databases"].items()} == {
        name: sha256(content).hexdigest() for name, content in contents.items()
    }


def test_the_copy_is_of_one_moment_while_another_connection_writes(data: Path, tmp_path: Path) -> None:
    """After every step of the copy something is committed; none of it is in the copy, and the copy ends."""
    with closing(apsw.Connection(str(data / "hoidap.sqlite3"))) as writer:
        written: list[int] = []

        def write_more(_done: int, _total: int) -> None:
            number = ROWS + len(written) + 1
            insert_rows(writer, ("articles", "chunks"), number, number)
            written.append(number)
            assert len(written) < 100, "the copy begins again after every write"

        back_up(data, tmp_path / "backup.tar", write_more)
    assert len(written) >= 4
    restored(tmp_path / "backup.tar", tmp_path / "back")
    for table in ("articles", "chunks"):
        assert [n for n, _ in content(tmp_path / "back" / "hoidap.sqlite3", table)] == list(range(1, ROWS + 1))
        assert len(content(data / "hoidap.sqlite3", table)) == ROWS + len(written)


def test_every_database_shows_the_same_moment(data: Path, tmp_path: Path) -> None:
    """The first step copies the conversations; what comes into the large database after that comes too late."""
    with closing(apsw.Connection(str(data / "hoidap.sqlite3"))) as writer:
        late = iter([ROWS + 1])

        def once(_done: int, _total: int) -> None:
            for number in late:
                insert_rows(writer, ("articles", "chunks"), number, number)

        assert back_up(data, tmp_path / "backup.tar", once).databases["hoidap.sqlite3"].rows["articles"] == ROWS


def test_a_file_that_is_there_is_kept_unless_told_otherwise(data: Path, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(BackupError, match="there already"):
        back_up(data, file, nothing)
    assert file.read_bytes() == before
    with closing(apsw.Connection(str(data / "hoidap.sqlite3"))) as db:
        insert_rows(db, ("articles",), ROWS + 1, ROWS + 1)
    assert back_up(data, file, nothing, replace=True).databases["hoidap.sqlite3"].rows["articles"] == ROWS + 1
    assert restored(file, tmp_path / "back").databases["hoidap.sqlite3"].rows["articles"] == ROWS + 1


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_an_interrupted_backup_leaves_nothing(data: Path, tmp_path: Path, step: int) -> None:
    steps = iter(range(100))

    def interrupted(_done: int, _total: int) -> None:
        if next(steps) == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(data, tmp_path / "backup.tar", interrupted)
    assert there(tmp_path) == {"data"}


def test_a_folder_without_databases_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no database in .*empty"):
        back_up(tmp_path / "empty", tmp_path / "backup.tar", nothing)


def test_a_damaged_database_is_not_backed_up(data: Path, tmp_path: Path) -> None:
    with (data / "hoidap.sqlite3").open("r+b") as database:
        database.seek(4096)  # the first page of the first table
        database.write(b"\x55" * 4096)
    with pytest.raises(StoreError, match=r"hoidap\.sqlite3 is damaged|cannot be read"):
        back_up(data, tmp_path / "backup.tar", nothing)
    assert there(tmp_path) == {"data"}


def test_a_copy_follows_no_collection_of_its_original(tmp_path: Path) -> None:
    path = tmp_path / "data" / "hoidap.sqlite3"
    path.parent.mkdir()
    with closing(Store(path)) as store:
        registry, identity = Registry(store.database), store.identity()
        registry.register("theirs", Made("hash", 32, {}))
        assert registry.publish("theirs", b"what replicas load")
        list(ingester(store, HashEncoder()).ingest([draft("a", "Mèo đen.")]))
        back_up(path.parent, tmp_path / "backup.tar", nothing)
        restored(tmp_path / "backup.tar", tmp_path / "back")
        with closing(Store(tmp_path / "back" / "hoidap.sqlite3")) as copy:
            assert (copy.counts(), copy.identity()) == ((1, 1), identity)
            theirs = Registry(copy.database)
            assert (theirs.live(), theirs.generations()) == ({}, [])
            assert Outbox(copy.database).outstanding("theirs") == []
        assert (list(registry.live()), registry.generations()) == (["theirs"], [1])
        assert len(Outbox(store.database).outstanding("theirs")) == 1
