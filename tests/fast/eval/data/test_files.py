import gzip
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter

from eval.data import files
from eval.data.files import read_json, read_lines
from index.storage.errors import Refused


class Record(BaseModel):
    id: str
    size: int = 0


FORM = TypeAdapter(Record)


def test_lines_packed_or_not_with_blank_ones_and_a_byte_order_mark(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"id": "a"}\n\n  \n{"id": "b", "size": 2}'
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    expected = [Record(id="a"), Record(id="b", size=2)]
    assert list(read_lines(plain, FORM)) == expected
    assert list(read_lines(packed, FORM)) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"id": "a"}\n{"id": \n', "line 2: Invalid JSON"),
        (b'{"id": "a", "size": "big"}\n', "line 1: size: .*valid integer.* \\(it is 'big'\\)"),
        (b'{"size": 1}\n', "line 1: id: Field required; correct it"),
        (b"[1]\n", r"line 1: .* \(it is \[1\]\)"),
        (b'{"id": "\xff"}\n', "line 1: Invalid JSON"),
        (b'{"id": "\\ud800"}\n', "line 1: Invalid JSON"),
        (b'{"id": ' + b"[" * 100_000 + b"\n", "line 1: Invalid JSON"),
    ],
)
def test_a_line_of_another_form_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(Refused, match=said):
        list(read_lines(path, FORM))


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "' + b"a" * (files.LONGEST_LINE + 1) + b'"}'))
    with pytest.raises(Refused, match=r"line 1 is longer than 10,485,760 bytes; split"):
        list(read_lines(path, FORM))


@pytest.mark.parametrize(
    "content",
    [b"plain", gzip.compress(b'{"id": "a"}\n' * 1000, mtime=0)[:-9], b"\x1f\x8b\x08\x00broken"],
    ids=["plain", "cut", "broken"],
)
def test_a_broken_gz_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"a\.jsonl\.gz cannot be read .*whole"):
        list(read_lines(path, FORM))


def test_what_is_not_there(tmp_path: Path) -> None:
    for read in (lambda path: list(read_lines(path, FORM)), lambda path: read_json(path, FORM)):
        with pytest.raises(Refused, match=r"none cannot be read \(No such file or directory\)"):
            read(tmp_path / "none")
        with pytest.raises(Refused, match="Is a directory"):
            read(tmp_path)


def test_a_huge_json_file(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(files.LARGEST_JSON + 1)
    with pytest.raises(Refused, match="has 268,435,457 bytes, more than 268,435,456; split it"):
        read_json(path, FORM)
