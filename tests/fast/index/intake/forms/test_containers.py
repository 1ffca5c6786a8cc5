"""ZIP, gzip and WARC."""

import gzip
import struct

import pytest

import index.intake.forms.gz
import index.intake.forms.packages
import index.intake.forms.reading
from index.intake.forms.document import Unread
from index.intake.forms.reading import read_form
from tests.support.forms import TEXTS, documents, form, lines_of, reasons, refused, written, zipped

PROSE = "Hôm nay có một câu chuyện dài vừa đủ để gọi là bài báo ngắn về cây cầu.\n".encode()


def test_a_zipped_folder_gives_what_its_files_hold_and_passes_others_over() -> None:
    inner = zipped({"gao.docx": form("gao.pandoc.docx")})
    data = zipped(
        {"tin/a.txt": PROSE, "tin/b.zip": inner, "tin/ảnh.png": b"x", "__MACOSX/._a.txt": b"x", ".git/a.txt": b"x"}
    )
    first, second = documents(data, "tin.zip")

    assert (first.place, first.media_type, first.content) == ("tin/a.txt", "text/plain", PROSE.decode())
    assert (second.place, lines_of(second)) == ("tin/b.zip, gao.docx", written("gao")[1])


def test_names_in_archives_are_labels_and_lead_nowhere() -> None:
    names = {"../../../tmp/evil.txt": PROSE, "/etc/evil.txt": PROSE, "C:\\evil\\x.txt": PROSE, "a\nb.txt": PROSE}
    places = [document.place for document in documents(zipped(names), "a.zip")]

    assert places == ["tmp/evil.txt", "etc/evil.txt", "C:/evil/x.txt", "a b.txt"]


def patched(at: int, central: int, value: bytes) -> bytes:
    """A ZIP file of one member with these bytes of its own header, and of the directory, changed."""
    data = bytearray(zipped({"a.txt": PROSE * 10}))
    directory = data.find(b"PK\x01\x02")
    data[at : at + len(value)] = value
    data[directory + central : directory + central + len(value)] = value
    return bytes(data)


def packed(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zipped({"x.zip": data})
    return data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({f"{number}.txt": b"" for number in range(10_001)}), "10,001 parts"),
        (packed(zipped({"x.txt": PROSE}), 6), "too many archives"),
        (patched(6, 8, b"\x01\x08"), "encrypted"),
        (patched(8, 10, b"\x61\x00"), "damaged"),
        (patched(14, 16, b"\0\0\0\0"), "damaged"),
        (patched(22, 24, struct.pack("<I", 9)), "damaged"),
        (zipped({"a.txt": PROSE * 50})[:100], "damaged"),
        (zipped({"a.png": b"x"}), "no file of a kind"),
        (zipped({}), "no file of a kind"),
        (b"PK\x03\x04" + bytes(range(256)), "damaged"),
    ],
)
def test_hostile_archives_are_refused(data: bytes, words: str) -> None:
    assert words in refused(data, "a.zip")


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (index.intake.forms.packages, index.intake.forms.gz):
        monkeypatch.setattr(module, "MOST_UNPACKED", 1000)

    assert "unpacks to more than" in refused(zipped({"a.txt": b"0" * 1001}), "a.zip")
    assert "unpacks to more than" in refused(gzip.compress(b"0" * 1001), "a.txt.gz")


def test_one_budget_holds_for_archives_in_archives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.intake.forms.reading, "MOST_UNPACKED", 1000)
    inner = zipped({f"{number}.txt": b"0" * 90 for number in range(6)})
    parts = list(read_form(zipped({f"{number}.zip": inner for number in range(4)}), "a.zip", TEXTS))

    assert len([part for part in parts if not isinstance(part, Unread)]) <= 1000 // 90
    assert any("too many bytes" in part.reason for part in parts if isinstance(part, Unread))


def test_gzipped_files_within_limits() -> None:
    (document,) = documents(gzip.compress(PROSE), "a.txt.gz")
    assert document.content == PROSE.decode()
    assert "cut off" in refused(gzip.compress(bytes(range(256)) * 9)[:-9], "a.txt.gz")
    assert "unpack it" in refused(gzip.compress(b"x"), "a.bin.gz")


def test_pages_of_a_crawl_have_their_addresses() -> None:
    found = {document.place: document for document in documents(form("desk.warc.gz"), "desk.warc.gz")}
    page = found["http://thuytrieu.example/gao.html"]

    assert set(found) == {f"http://thuytrieu.example/{name}" for name in ("", "gao.html", "tb.html")}
    assert (page.media_type, page.metadata.url) == ("text/html", page.place)
    assert written("gao")[0] in page.content
    assert documents(gzip.decompress(form("desk.warc.gz")), "desk.warc") == list(found.values())


def record(body: bytes, kind: str = "text/html", more: str = "") -> bytes:
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body
    return (
        (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://t.example/a\r\n"
            "WARC-Date: 2026-01-01T00:00:00Z\r\n"
            "WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n"
        ).encode()
        + answer
        + b"\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (record(gzip.compress(b"<p>" * 7_000_000, mtime=0), more="Content-Encoding: gzip\r\n"), "more than"),
        (record(b"x", "application/javascript"), "no page"),
        (b"WARC/1.0\r\nx", "no page"),
    ],
)
def test_hostile_crawls_are_refused(data: bytes, words: str) -> None:
    assert words in refused(data, "a.warc")


def test_a_crawl_that_was_cut_off_gives_what_stands_before() -> None:
    data = form("desk.warc.gz")
    parts = list(read_form(data[: len(data) * 3 // 4], "a.warc.gz", TEXTS))

    assert not isinstance(parts[0], Unread)
    assert len(parts) <= len(documents(data, "a.warc.gz"))


def test_empty_and_strange_files() -> None:
    assert "empty" in refused(b"", "a.zip")
    assert "Outlook" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"), "a.eml")
    assert reasons(PROSE, "a.txt") == []
