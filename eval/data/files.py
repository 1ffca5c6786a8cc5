"""Files that people hand to an evaluation: whole JSON, and JSON lines (.gz or not), checked against a form.

What cannot be used is `Refused` by file and place, with the mend.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from index.storage.errors import Refused

T = TypeVar("T")

LARGEST_JSON = 256 * 1024 * 1024
LONGEST_LINE = 10 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_SHOWN = 60


def read_json(path: Path, form: TypeAdapter[T]) -> T:
    """A whole JSON file. Refused where it is missing, too large, or of another form."""
    try:
        size = path.stat().st_size
        if size > LARGEST_JSON:
            raise Refused(f"{path} has {size:,} bytes, more than {LARGEST_JSON:,}; split it")
        return parsed(path.read_bytes(), form, str(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def read_lines(path: Path, form: TypeAdapter[T]) -> Iterator[T]:
    """The records of a JSON lines file, blank lines passed over. Refused at the first that is wrong, by its number."""
    try:
        with cast(BinaryIO, gzip.open(path) if path.suffix == ".gz" else path.open("rb")) as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise Refused(f"{path}, line {number} is longer than {LONGEST_LINE:,} bytes; split the record")
                if line.strip():
                    yield parsed(line, form, f"{path}, line {number}")
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error


def parsed(content: bytes, form: TypeAdapter[T], where: str) -> T:
    """JSON of the form; Refused names the first place that is not."""
    try:
        return form.validate_json(content.removeprefix(_BOM))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        given = "" if first["type"] in ("missing", "json_invalid") else f" (it is {_short(first['input'])})"
        problem = f"{place}: {first['msg']}{given}" if place else f"{first['msg']}{given}"
        raise Refused(f"{where}: {problem}; correct it, or give another file") from error


def _unreadable(path: Path, error: Exception) -> Refused:
    reason = getattr(error, "strerror", None) or str(error)
    return Refused(f"{path} cannot be read ({reason}); check its name, its permissions and that it is whole")


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
