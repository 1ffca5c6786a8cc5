"""ZIP files opened within limits: many members, large ones, bombs and passwords are refused before anything is read."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 (an exception, named like one)

from index.storage.errors import Refused

MOST_MEMBERS = 10_000
MOST_UNPACKED = 200 * 1024 * 1024
_ENCRYPTED = 0x1


def open_package(data: bytes) -> ZipFile:
    """The ZIP file in `data`. Raises `Refused` where it is none, damaged, encrypted, or unpacks to too much.

    Python's zipfile gives no more of a member than the directory says, so the sizes there are what is unpacked.
    """
    try:
        package = ZipFile(BytesIO(data))
    except (BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise Refused("the file is damaged, or cut off; pack or save it again") from error
    members = package.infolist()
    if len(members) > MOST_MEMBERS:
        raise Refused(f"the file holds {len(members):,} parts, more than {MOST_MEMBERS:,}; split it")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused(f"the file unpacks to more than {MOST_UNPACKED:,} bytes; split it")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Refused("the file is encrypted; save it without a password")
    return package


def read_part(package: ZipFile, member: str | ZipInfo) -> bytes:
    """The bytes of a member. Raises `Refused` where it is missing or damaged."""
    try:
        return package.read(member)
    except KeyError as error:
        raise Refused("a part of the file is missing; pack or save it again") from error
    except (BadZipFile, NotImplementedError, ZlibError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Refused("a part of the file is damaged; pack or save it again") from error
