"""Room on the disk that is taken, and given up."""

import shutil
from pathlib import Path

from index.storage.reserve import Reserve


def test_room_is_taken_once_and_given_up_once(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", 50_000)
    assert not reserve.give_up()
    reserve.fill()
    reserve.fill()
    held = (tmp_path / "reserve").stat()
    # Blocks of 512 bytes that the disk holds for it: a file of nothing but its length would hold none.
    assert (held.st_size, held.st_blocks * 512 >= 50_000) == (50_000, True)
    assert reserve.give_up()
    assert not (tmp_path / "reserve").exists()
    assert not reserve.give_up()


def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    Reserve(tmp_path / "reserve", free).fill()
    assert not (tmp_path / "reserve").exists()
