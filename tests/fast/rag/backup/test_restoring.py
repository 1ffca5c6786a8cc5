"""The way back; what is no backup, forged, cut short or damaged changes nothing."""

import io
import json
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.storage.errors import IndexingError, Refused
from rag.backup.archive import DATABASES, BackupError
from rag.backup.restoring import restore as put_back
from tests.support.backups import content, restored, there


def test_an_interrupted_restore_leaves_nothing(file: Path, tmp_path: Path) -> None:
    def interrupted(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put_back(file, tmp_path / "back", tmp_path / "back" / "generations", interrupted)
    assert there(tmp_path / "back") == set()


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
