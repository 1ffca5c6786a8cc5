"""Pieces of work over processes, of which some end."""

import multiprocessing

import pytest

from index.bulk.workers import worked
from index.storage.errors import StoreError
from tests.support.bulk import killing
from tests.support.pieces import broken, doubling, pid_of


def test_each_piece_is_done_once() -> None:
    assert sorted(worked(iter(range(7)), doubling, 2)) == [0, 2, 4, 6, 8, 10, 12]
    assert multiprocessing.active_children() == []


def test_no_pieces_are_no_work() -> None:
    assert list(worked([], doubling, 1)) == []


def test_several_processes_work() -> None:
    assert len(set(worked([0.2] * 4, pid_of, 2))) == 2


def test_what_a_piece_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="-1 is negative"):
        list(worked([1, -1], doubling, 1))
    assert multiprocessing.active_children() == []


def test_what_making_the_work_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="there is no model"):
        list(worked([1], broken, 1))


def test_a_piece_of_a_killed_process_is_done_by_another() -> None:
    with killing(1, seed=4) as killed:
        done = list(worked([0.5] * 4, pid_of, 2))

    assert (len(killed), len(done)) == (1, 4)
    assert multiprocessing.active_children() == []


def test_a_piece_over_which_processes_end_is_named() -> None:
    with pytest.raises(StoreError, match=r"5 processes ended \(the last: 3\) over 13"):
        list(worked([13], doubling, 1))
