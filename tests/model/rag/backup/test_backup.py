"""Backups of databases that are in use, and the way back; what is no backup, cut short or damaged changes nothing."""

import io
import json
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest
from click.testing import CliRunner

from index.storage.errors import IndexingError, Refused, StoreError
from index.store.store import Store
from rag.backup.restoring import restore as put_back
from rag.backup.writing import DATABASES, BackupError, Manifest, back_up
from rag.cli.backup import backup, restore
from tests.support.service import check_answer, copied, serving

ROWS = 40


def nothing(done: int, total: int) -> None:
    """Tell nobody how far it is."""


def made(path: Path, *tables: str, rows: int = ROWS) -> Path:
    """A database of 16 kB rows in a write-ahead log, as the program's own are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(apsw.Connection(str(path))) as db:
        db.pragma("journal_mode", "wal")
        for table in tables:
            db.execute(f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, content TEXT)")
        insert_rows(db, tables, 1, rows)
    return path


def insert_rows(db: apsw.Connection, tables: tuple[str, ...], first: int, last: int) -> None:
    rows = [(number, f"Bờ sông {number} " * 1000) for number in range(first, last + 1)]
    with db:
        for table in tables:
            db.executemany(" ".join(("INSERT INTO", table, "VALUES (?, ?)")), rows)


def content(path: Path, table: str) -> list[tuple[int, str]]:
    with closing(apsw.Connection(str(path))) as db:
        assert db.pragma("integrity_check") == "ok"
        rows = db.execute(" ".join(("SELECT * FROM", table, "ORDER BY number")))
        return [(int(number), str(text)) for number, text in rows]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    made(folder / "hoidap.sqlite3", "articles", "chunks")
    made(folder / "conversations.sqlite3", "turns", rows=3)
    return folder


@pytest.fixture
def file(tmp_path: Path, data: Path) -> Path:
    back_up(data, tmp_path / "backup.tar", nothing)
    return tmp_path / "backup.tar"


def restored(file: Path, folder: Path) -> Manifest:
    return put_back(file, folder, folder / "generations", nothing)


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


# --- There and back --------------------------------------------------------------------------------------


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


# --- What is refused, and what is left then --------------------------------------------------------------


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


def test_an_interrupted_restore_leaves_nothing(file: Path, tmp_path: Path) -> None:
    def interrupted(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put_back(file, tmp_path / "back", tmp_path / "back" / "generations", interrupted)
    assert there(tmp_path / "back") == set()


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


@pytest.mark.parametrize("name", [name + ending for name in DATABASES for ending in ("", "-wal", "-journal")])
def test_nothing_is_written_over(file: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "back"
    folder.mkdir()
    (folder / name).write_bytes(b"another past")
    with pytest.raises(BackupError, match=r"nothing is written over"):
        restored(file, folder)
    assert there(folder) == {name}


def test_indexes_of_another_past_are_removed_and_all_else_is_kept(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "back"
    for other in ("generations/gen-000001/manifest.json", "models/weights"):
        (folder / other).parent.mkdir(parents=True)
        (folder / other).write_text("{}")
    restored(file, folder)
    assert there(folder) == {"hoidap.sqlite3", "conversations.sqlite3", "models"}


# --- Files that are no backups, or were ------------------------------------------------------------------


Record = dict[str, Any]
Members = list[tuple[tarfile.TarInfo, bytes]]
Change = Callable[[Record, Members], None]


def changed(file: Path, target: Path, change: Change) -> Path:
    """The archive with its manifest and members changed; the manifest's sums are made right again."""
    with tarfile.open(file) as archive:
        members = [(member, content.read()) for member in archive if (content := archive.extractfile(member))]
    manifest = json.loads(members.pop(0)[1])
    change(manifest, members)
    written = json.dumps(manifest).encode()
    first = tarfile.TarInfo("manifest.json")
    first.size = len(written)
    with tarfile.open(target, "w") as archive:
        for each, held in [(first, written), *members]:
            archive.addfile(each, io.BytesIO(held))
    return target


def of_the_future(manifest: Record, _members: Members) -> None:
    manifest["format"], manifest["hoidap"] = 2, "9.1.0"


def without_sums(manifest: Record, _members: Members) -> None:
    del manifest["databases"]["hoidap.sqlite3"]["sha256"]


def with_a_foreign_database(manifest: Record, members: Members) -> None:
    manifest["databases"]["../evil.sqlite3"] = manifest["databases"].pop("hoidap.sqlite3")
    members[1][0].name = "../evil.sqlite3"


def with_a_foreign_member(_manifest: Record, members: Members) -> None:
    members.append((tarfile.TarInfo("../evil"), b""))


def with_a_database_twice(_manifest: Record, members: Members) -> None:
    members.append(members[0])


def with_a_link(_manifest: Record, members: Members) -> None:
    link = tarfile.TarInfo("hoidap.sqlite3")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    members[1] = (link, b"")


def with_a_larger_database(manifest: Record, _members: Members) -> None:
    manifest["databases"]["hoidap.sqlite3"]["bytes"] -= 1


def without_a_database(_manifest: Record, members: Members) -> None:
    members.pop()


def with_a_broken_database(manifest: Record, members: Members) -> None:
    member, content = members[1]
    content = content[:4096] + b"\x55" * 4096 + content[2 * 4096 :]
    members[1] = (member, content)
    manifest["databases"]["hoidap.sqlite3"]["sha256"] = sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (of_the_future, r"format 2, and this release reads 1; install hoidap 9\.1\.0"),
        (without_sums, "manifest cannot be read"),
        (with_a_foreign_database, "its manifest names"),
        (with_a_foreign_member, r"'\.\./evil' is not in its manifest"),
        (with_a_database_twice, "is not in its manifest"),
        (with_a_link, "or not like this"),
        (with_a_larger_database, "or not like this"),
        (without_a_database, r"it ends before hoidap\.sqlite3"),
        (with_a_broken_database, r"hoidap\.sqlite3 in .* is damaged .*; take an older backup"),
    ],
)
def test_a_forged_archive_is_refused(file: Path, tmp_path: Path, change: Change, said: str) -> None:
    forged = changed(file, tmp_path / "forged.tar", change)
    with pytest.raises(BackupError, match=said):
        restored(forged, tmp_path / "back")
    assert there(tmp_path / "back") == set()
    assert there(tmp_path) <= {"data", "backup.tar", "forged.tar", "back"}


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    for number, wrong in enumerate((b"", b"x", b"Not an archive. " * 1000, bytes(10240))):
        other = tmp_path / f"{number}"
        other.write_bytes(wrong)
        with pytest.raises(BackupError, match="is no backup"):
            restored(other, tmp_path / "back")
    with pytest.raises(Refused, match="is not there"):
        restored(tmp_path / "missing.tar", tmp_path / "back")


def test_another_archive_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as archive:
        archive.addfile(tarfile.TarInfo("notes.txt"))
    with pytest.raises(BackupError, match=r"does not begin with manifest\.json"):
        restored(other, tmp_path / "back")


def test_an_archive_cut_short_anywhere_is_refused(file: Path, tmp_path: Path) -> None:
    whole, cut = file.read_bytes(), tmp_path / "cut.tar"
    # Behind the last database there are only zeros, which nobody misses.
    needed = len(whole.rstrip(b"\0"))
    for length in [0, 1, 511, 512, 513, 1024, *range(2000, needed, needed // 40)]:
        cut.write_bytes(whole[:length])
        with pytest.raises(BackupError, match=r"cut short or damaged|is no backup"):
            restored(cut, tmp_path / "back")
        assert there(tmp_path / "back") == set()


def test_a_changed_byte_anywhere_is_found_or_does_not_matter(file: Path, data: Path, tmp_path: Path) -> None:
    whole, rng = bytearray(file.read_bytes()), np.random.default_rng(3)
    with tarfile.open(file) as archive:
        headers = [member.offset for member in archive]
    places = [start + int(rng.integers(512)) for start in headers for _ in range(40)]
    for place in [*places, *(int(rng.integers(len(whole))) for _ in range(20))]:
        old, whole[place] = whole[place], whole[place] ^ (1 << int(rng.integers(8)))
        (tmp_path / "bad.tar").write_bytes(whole)
        whole[place] = old
        folder = tmp_path / f"back-{place}"
        try:
            restored(tmp_path / "bad.tar", folder)
        except (BackupError, IndexingError):
            assert there(folder) == set()
        else:
            assert content(folder / "hoidap.sqlite3", "articles") == content(data / "hoidap.sqlite3", "articles")


# --- A full disk, and the command line -------------------------------------------------------------------

# Files of this process may not grow beyond the limit: for SQLite and for Python, what a full disk is.
LIMITED = """
import resource, sys
from rag.cli.backup import backup, restore
from index.storage.errors import StorageFull
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
try:
    {"backup": backup, "restore": restore}[sys.argv[2]].main([sys.argv[3]], obj={"data": sys.argv[4]})
except StorageFull as error:
    print("full", error)
"""


def limited(limit: int, *arguments: str | Path) -> str:
    command = [sys.executable, "-c", LIMITED, str(limit), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_disk_that_fills_up_during_a_backup(data: Path, file: Path, tmp_path: Path) -> None:
    # Full while the first and the second database is copied, and when all that does not fit is their archive.
    for limit in (30_000, 700_000, file.stat().st_size - 20_000):
        said = limited(limit, "backup", tmp_path / "other.tar", data)
        assert said.startswith(f"full {tmp_path}/other.tar cannot be written: the disk is full"), said
        assert there(tmp_path) == {"data", "backup.tar"}


def test_a_disk_that_fills_up_during_a_restore(file: Path, tmp_path: Path) -> None:
    for limit in (30_000, 700_000):
        said = limited(limit, "restore", file, tmp_path / "back")
        assert said.startswith(f"full {tmp_path}/back cannot take it: the disk is full"), said
        assert there(tmp_path / "back") == set()


def test_the_commands(data: Path, tmp_path: Path) -> None:
    runner, file = CliRunner(), tmp_path / "backup.tar"
    run = runner.invoke(backup, [str(file)], obj={"data": data}, catch_exceptions=False)
    assert run.exit_code == 0
    assert "hoidap.sqlite3" in run.stdout
    assert f"{ROWS} articles" in run.stdout
    with pytest.raises(BackupError, match="--force"):
        runner.invoke(backup, [str(file)], obj={"data": data}, catch_exceptions=False)
    assert runner.invoke(backup, [str(file), "--force"], obj={"data": data}, catch_exceptions=False).exit_code == 0
    run = runner.invoke(restore, [str(file)], obj={"data": tmp_path / "back"}, catch_exceptions=False)
    assert run.exit_code == 0
    assert "3 turns" in run.stdout


# --- A server at work ------------------------------------------------------------------------------------


def article(number: int) -> dict[str, str]:
    return {
        "id": f"load-{number:04}",
        "title": f"Bến đò {number}",
        "text": f"Bến đò số {number} mở lại vào mùa nước nổi.",
    }


def cited(answered: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    return [
        (source["article_id"], source["start_char"], source["end_char"], source["cited_text"])
        for citation in answered["answer"]["citations"]
        for source in citation["sources"]
    ]


def back_up_under_load(sample: Path, model: Path, tmp_path: Path, backups: int) -> None:
    """Articles come in and questions are answered while backups are taken; each backup is then looked at."""
    data = copied(sample, tmp_path / "data")
    acknowledged: list[str] = []
    failed: list[str] = []
    ended = threading.Event()
    taken: list[tuple[Path, int, int]] = []
    question = {"question": "Quỹ Musashino trao bao nhiêu suất học bổng?", "conversation_id": "before"}
    with serving(data, model) as server, server.client() as client:

        def take_in() -> None:
            while not ended.is_set():
                response = client.post("/v1/articles", json=article(len(acknowledged)))
                if response.status_code != 200 or response.json()["results"][0]["status"] != "added":
                    failed.append(response.text)
                    return
                acknowledged.append(response.json()["results"][0]["id"])

        answered = client.post("/v1/ask", json=question).json()
        taking = threading.Thread(target=take_in)
        taking.start()
        try:
            for number in range(backups):
                target = len(acknowledged) + 5
                while len(acknowledged) < target and not failed:
                    assert client.post("/v1/ask", json={"question": question["question"]}).status_code == 200
                before = len(acknowledged)
                back_up(data, tmp_path / f"{number}.tar", nothing)
                taken.append((tmp_path / f"{number}.tar", before, len(acknowledged)))
        finally:
            ended.set()
            taking.join()
    assert failed == []

    for file, before, after in taken:
        folder = file.with_suffix("")
        manifest = restored(file, folder)
        # One request may be between its commit and its acknowledgement.
        assert before <= manifest.databases["hoidap.sqlite3"].rows["articles"] - 42 <= after + 1
        store = Store(folder / "hoidap.sqlite3")
        assert store.check() == []
        assert all(store.text(article(n)["id"]) == article(n)["text"] for n in range(before))
        store.close()
    with serving(taken[-1][0].with_suffix(""), model) as server, server.client() as client:
        again = client.post("/v1/ask", json={"question": question["question"]}).json()
        check_answer(again, client)
        assert cited(again) == cited(answered)
        kept = client.get("/v1/conversations/before").json()["turns"]
        assert [turn["question"] for turn in kept] == [question["question"]]


@pytest.mark.slow
def test_ten_backups_of_a_server_at_work(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    back_up_under_load(sample_data, model_folder, tmp_path, backups=10)
