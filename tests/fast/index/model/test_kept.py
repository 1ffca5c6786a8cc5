"""The file of kept states: what is found again, what makes room, and what goes wrong with files."""

import logging
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from index.model import kept as module
from index.model.kept import KeptStates

MODEL = "a model"
LINES = ["Cầu Ngọc Hồi khánh thành.", "Chợ Đầm mở cửa lại.", "Tàu cá cập bến Sa Kỳ."]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "states.sqlite3"


@pytest.fixture
def kept(file: Path) -> Iterator[KeptStates]:
    with closing(KeptStates(file, 10)) as opened:
        yield opened


def states(number: int, size: int = 30_000) -> bytes:
    return bytes([number % 256]) * size


def test_what_is_kept_is_found_by_model_and_text(kept: KeptStates) -> None:
    kept.keep(MODEL, {LINES[0]: b"0", LINES[1]: b""})
    kept.keep("another", {LINES[0]: b"1"})

    assert kept.found(MODEL, LINES) == {LINES[0]: b"0", LINES[1]: b""}
    assert kept.found("another", LINES) == {LINES[0]: b"1"}
    assert kept.found("a third", LINES) == {}


def test_a_changed_text_finds_nothing(kept: KeptStates) -> None:
    kept.keep(MODEL, {LINES[0]: b"0"})

    assert kept.found(MODEL, [LINES[0] + " ", LINES[0].lower(), "", "\ud800"]) == {}


def test_states_of_another_form_are_not_found(kept: KeptStates, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(MODEL, {LINES[0]: b"0"})
    monkeypatch.setattr(module, "_FORM", module._FORM + 1)

    assert kept.found(MODEL, LINES) == {}


def test_what_is_forgotten_is_gone_for_every_model(kept: KeptStates) -> None:
    kept.keep(MODEL, dict.fromkeys(LINES, b"0"))
    kept.keep("another", dict.fromkeys(LINES, b"1"))

    kept.forget(LINES[:2])

    assert [*kept.found(MODEL, LINES)] == [*kept.found("another", LINES)] == LINES[2:]


def test_it_is_found_by_the_next_process(kept: KeptStates, file: Path) -> None:
    kept.keep(MODEL, {LINES[0]: b"0"})
    kept.close()

    with closing(KeptStates(file, 10)) as again:
        assert again.found(MODEL, LINES) == {LINES[0]: b"0"}


def test_two_processes_write_one_file(kept: KeptStates, file: Path) -> None:
    # Each keeps 40 texts of its own and 40 that both have, one after the other.
    program = (
        "import sys; from pathlib import Path; from index.model.kept import KeptStates\n"
        "kept = KeptStates(Path(sys.argv[1]), 10)\n"
        "for i in range(40):\n"
        "    kept.keep('a model', {f'theirs {i}': bytes([i]) * 9000, f'both {i}': bytes([i]) * 9000})\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(file)]) as other:
        for i in range(40):
            kept.keep(MODEL, {f"ours {i}": states(i, 9000), f"both {i}": states(i, 9000)})
        assert other.wait(30) == 0

    found = kept.found(MODEL, [f"{whose} {i}" for whose in ("ours", "theirs", "both") for i in range(40)])

    # One that the other process held for longer than is waited may be missing, and none may be wrong.
    assert len(found) > 100
    assert all(content == states(int(text.split()[1]), 9000) for text, content in found.items())


def test_threads_share_one(kept: KeptStates) -> None:
    def work(number: int) -> None:
        for i in range(20):
            kept.keep(MODEL, {f"{number} {i}": states(number, 100)})
            assert kept.found(MODEL, [f"{number} {i}"])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(kept.found(MODEL, [f"{number} {i}" for number in range(4) for i in range(20)])) == 80


def test_the_oldest_make_room(file: Path) -> None:
    # 2 MB hold fewer than 67 of 30,000 bytes.
    texts = [f"text {i}" for i in range(200)]
    with closing(KeptStates(file, 2)) as kept:
        for i, text in enumerate(texts):
            kept.keep(MODEL, {text: states(i)})
        found = kept.found(MODEL, texts)

    assert 40 < len(found) < 67
    assert [*found] == texts[-len(found) :]
    assert file.stat().st_size <= 2_000_000


def test_what_is_larger_than_the_file_may_be_is_not_kept(file: Path) -> None:
    with closing(KeptStates(file, 1)) as kept:
        kept.keep(MODEL, {LINES[0]: states(0)})
        kept.keep(MODEL, {LINES[1]: states(1, 1_000_000)})

        assert [*kept.found(MODEL, LINES)] == LINES[:1]


def test_a_smaller_setting_begins_anew(kept: KeptStates, file: Path) -> None:
    kept.keep(MODEL, {f"text {i}": states(i) for i in range(100)})
    kept.close()

    with closing(KeptStates(file, 1)) as smaller:
        assert not smaller.found(MODEL, [f"text {i}" for i in range(100)])
        smaller.keep(MODEL, {LINES[0]: b"0"})
        assert smaller.found(MODEL, LINES)
    assert file.stat().st_size < 1_000_000


def test_nothing_is_kept_without_room_for_it(file: Path) -> None:
    with closing(KeptStates(file, 0)) as kept:
        kept.keep(MODEL, {LINES[0]: b"0"})
        kept.forget(LINES)

        assert kept.found(MODEL, LINES) == {}
    assert not file.exists()


def test_a_closed_one_finds_nothing(kept: KeptStates) -> None:
    kept.keep(MODEL, {LINES[0]: b"0"})
    kept.close()
    kept.close()

    assert kept.found(MODEL, LINES) == {}
    kept.keep(MODEL, {LINES[1]: b"1"})


@pytest.mark.parametrize("content", [b"", b"no database", bytes(4096), b"SQLite format 3\0" + bytes(4096)])
def test_a_file_of_something_else_is_begun_anew(content: bytes, file: Path) -> None:
    file.write_bytes(content)

    with closing(KeptStates(file, 10)) as kept:
        kept.keep(MODEL, {LINES[0]: b"0"})

        assert kept.found(MODEL, LINES) == {LINES[0]: b"0"}


def test_damaged_states_are_not_found_and_made_again(kept: KeptStates, file: Path) -> None:
    kept.keep(MODEL, {LINES[0]: b"fine" * 2000, LINES[1]: b"good" * 2000})
    kept.close()
    file.write_bytes(file.read_bytes().replace(b"good", b"goof", 1))

    with closing(KeptStates(file, 10)) as again:
        assert [*again.found(MODEL, LINES)] == LINES[:1]

        again.keep(MODEL, {LINES[1]: b"good" * 2000})
        assert [*again.found(MODEL, LINES)] == LINES[:2]


@pytest.mark.parametrize("page", range(1, 12))
def test_a_damaged_page_costs_states_and_nothing_else(page: int, kept: KeptStates, file: Path) -> None:
    texts = {f"text {i}": states(i, 3000) for i in range(200)}
    kept.keep(MODEL, texts)
    kept.close()
    content = bytearray(file.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    file.write_bytes(content)

    with closing(KeptStates(file, 10)) as again:
        for _ in range(2):
            assert again.found(MODEL, texts).items() <= texts.items()
            again.keep(MODEL, texts)
        assert again.found(MODEL, texts) == texts


def test_a_file_cut_short_costs_states_and_nothing_else(kept: KeptStates, file: Path) -> None:
    texts = {f"text {i}": states(i) for i in range(60)}
    kept.keep(MODEL, texts)
    kept.close()
    with file.open("r+b") as opened:
        opened.truncate(700_001)

    with closing(KeptStates(file, 10)) as again:
        assert again.found(MODEL, texts).items() <= texts.items()
        again.keep(MODEL, texts)
        again.keep(MODEL, {LINES[0]: b"0"})
        assert again.found(MODEL, LINES)


def test_a_full_disk_keeps_what_is_there(kept: KeptStates, caplog: pytest.LogCaptureFixture) -> None:
    kept.keep(MODEL, {LINES[0]: b"0"})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with caplog.at_level(logging.WARNING):
            kept.keep(MODEL, {LINES[1]: states(1, 1_000_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert kept.found(MODEL, LINES) == {LINES[0]: b"0"}
    assert "states.sqlite3 cannot be used now" in caplog.text
    kept.keep(MODEL, {LINES[2]: b"2"})
    assert [*kept.found(MODEL, LINES)] == [LINES[0], LINES[2]]


def test_a_disk_that_is_nearly_full_is_left_alone(kept: KeptStates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPARE", 1 << 60)

    kept.keep(MODEL, {LINES[0]: b"0"})

    assert kept.found(MODEL, LINES) == {}


def test_a_writer_elsewhere_is_not_waited_for(kept: KeptStates, file: Path) -> None:
    kept.keep(MODEL, {LINES[0]: b"0"})
    with closing(apsw.Connection(str(file))) as other:
        other.execute("BEGIN IMMEDIATE")
        kept.keep(MODEL, {LINES[1]: b"1"})

        assert [*kept.found(MODEL, LINES)] == LINES[:1]


def test_a_folder_in_its_place_costs_no_more_than_states(file: Path) -> None:
    file.mkdir()

    with closing(KeptStates(file, 10)) as kept:
        kept.keep(MODEL, {LINES[0]: b"0"})

        assert kept.found(MODEL, LINES) == {}
