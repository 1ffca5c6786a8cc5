"""What `rag.backup.writing` wrote -> the databases of a data folder that has none, after everything is checked."""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from index.storage import files
from index.storage.errors import Refused, StorageFull
from index.storage.sqlite import translated
from rag.backup.archive import (
    BLOCK,
    DATABASES,
    FORMAT,
    MANIFEST,
    MEND,
    BackupError,
    Manifest,
    OnProgress,
    Step,
    check,
    counting,
)

# SQLite would play what such files hold into the database that it finds beside them.
_COMPANIONS = ("", "-wal", "-shm", "-journal")
_MANIFEST_BYTES = 1_000_000


def restore(file: Path, data: Path, derived: Path, on_progress: OnProgress) -> Manifest:
    """Put the databases of a backup into a folder that has none, after all of them are checked.

    `derived` is the folder of the indexes made from them; what it holds is of another database, and is removed.
    BackupError where the folder has databases, or the file is no backup, is cut short, damaged or too new; Refused
    where it is missing; StorageFull or StoreError where the disk fails. Then the folder stays as it was.
    """
    if not file.is_file():
        raise Refused(f"{file} is not there, or is no file; name a file that `hoidap backup` wrote.")
    refuse_databases(data)
    with translated(f"data folder {data}", MEND), file.open("rb") as stream, _opened(stream, file) as archive:
        manifest = _manifest(archive, file)
        total = sum(entry.bytes for entry in manifest.databases.values())
        data.mkdir(parents=True, exist_ok=True)
        if total > (free := shutil.disk_usage(data).free):
            raise StorageFull(f"{data} has room for {free:,} bytes, and {file} holds {total:,}; make room.")
        with TemporaryDirectory(prefix=".restore-", dir=data) as beside:
            _extract(archive, manifest, Path(beside), file, counting(on_progress, total))
            for name in manifest.databases:
                if problem := check(Path(beside) / name):
                    raise BackupError(f"{name} in {file} is damaged ({problem}); take an older backup.")
            refuse_databases(data)
            # An index of another past could have the same numbers for other passages.
            if derived.exists():
                shutil.rmtree(derived)
            for name in manifest.databases:
                (Path(beside) / name).replace(data / name)
            files.sync(data)
    return manifest


@contextmanager
def _opened(stream: IO[bytes], file: Path) -> Iterator[tarfile.TarFile]:
    with ExitStack() as stack:
        try:
            # It reads its first header here.
            archive = stack.enter_context(tarfile.open(fileobj=stream, mode="r:"))
        except tarfile.TarError as error:
            raise BackupError(f"{file} is no backup ({error}); if it was compressed since, unpack it first.") from error
        try:
            yield archive
        except tarfile.TarError as error:
            raise _damaged(file, str(error)) from error


def _manifest(archive: tarfile.TarFile, file: Path) -> Manifest:
    member = archive.next()
    if member is None or member.name != MANIFEST or member.type != tarfile.REGTYPE or member.size > _MANIFEST_BYTES:
        raise BackupError(f"{file} is no backup: it does not begin with {MANIFEST}. `hoidap backup` writes one.")
    try:
        found = json.loads(_content(archive, member).read())
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            problem = f"{file} has format {found['format']}, and this release reads {FORMAT}"
            raise BackupError(f"{problem}; install hoidap {found.get('hoidap')}, which wrote it.")
        manifest = Manifest.model_validate(found)
    except (ValueError, RecursionError) as error:
        raise _damaged(file, "its manifest cannot be read") from error
    if not manifest.databases or not set(manifest.databases) <= set(DATABASES):
        raise _damaged(file, f"its manifest names {sorted(manifest.databases)}")
    return manifest


def _extract(archive: tarfile.TarFile, manifest: Manifest, folder: Path, file: Path, step: Step) -> None:
    """Write the databases of the manifest where we want them; no name, size or kind is taken from the archive."""
    missing = dict(manifest.databases)
    while (member := archive.next()) is not None:
        entry = missing.pop(member.name, None)
        if entry is None or member.type != tarfile.REGTYPE or member.issparse() or member.size != entry.bytes:
            raise _damaged(file, f"{member.name!r} is not in its manifest, or not like this")
        digest = sha256()
        descriptor = os.open(folder / member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as database:
            content = _content(archive, member)
            while block := content.read(BLOCK):
                digest.update(block)
                database.write(block)
                step(len(block))
            database.flush()
            os.fsync(database.fileno())
        if digest.hexdigest() != entry.sha256:
            raise _damaged(file, f"{member.name} has other bytes than were written")
    if missing:
        raise _damaged(file, f"it ends before {', '.join(missing)}")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    assert content is not None
    return content


def refuse_databases(data: Path) -> None:
    """BackupError where a folder has databases."""
    there = [name + part for name in DATABASES for part in _COMPANIONS if (data / (name + part)).exists()]
    if there:
        mend = "move it away, or name another folder with --data"
        raise BackupError(f"{data} has {', '.join(there)}, and nothing is written over; {mend}.")


def _damaged(file: Path, what: str) -> BackupError:
    return BackupError(f"{file} is cut short or damaged: {what}. Take another copy of it.")
