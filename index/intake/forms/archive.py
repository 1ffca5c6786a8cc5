"""A zipped folder -> what its files hold. Names are labels: nothing is unpacked to the disk."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from zipfile import ZipInfo

from index.intake.extract.tidy import tidy_line
from index.intake.forms.document import Budget, Parts, ReadMember, Unread
from index.intake.forms.packages import open_package, read_part
from index.storage.errors import Refused

_UTF8_NAME = 0x800


def read_zip(data: bytes, budget: Budget, is_read: Callable[[str], bool], read: ReadMember) -> Parts:
    """What the members of a ZIP file hold whose names `is_read` knows; hidden ones are passed over, as in folders.

    Raises `Refused` for a file that is damaged, encrypted or too large.
    """
    found = False
    with open_package(data) as package:
        for member in package.infolist():
            place = _label(member)
            path = PurePosixPath(place)
            hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
            if member.is_dir() or hidden or not is_read(path.name):
                continue
            found = True
            try:
                budget.take(member.file_size)
                content = read_part(package, member)
            except Refused as refusal:
                yield Unread(place, str(refusal))
                if budget.is_spent:
                    return
            else:
                yield from read(content, path.name, place)
    if not found:
        raise Refused("the archive holds no file of a kind that is read; pack articles into it")


def _label(member: ZipInfo) -> str:
    """The member's name for people: one line, without the parts that lead out of a folder."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = tidy_line(name).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", ".", ".."})[-300:]
