import threading
import time
from collections.abc import Iterator

import pytest

from index.intake.ahead import made_ahead


def test_items_come_in_order() -> None:
    assert list(made_ahead(range(1000), most=3)) == list(range(1000))
    assert list(made_ahead([])) == []
    assert list(made_ahead([None, 0])) == [None, 0]


def test_the_next_are_made_while_one_is_used_and_no_more_than_that() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    ahead = made_ahead(items(), most=5)
    assert next(ahead) == 0
    for _ in range(100):
        if len(made) == 6:  # one is used, and five wait
            break
        time.sleep(0.01)
    time.sleep(0.05)
    assert len(made) == 6
    ahead.close()


def test_what_making_raises_comes_after_what_was_made() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("hỏng")

    ahead = made_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="hỏng"):
        next(ahead)


def test_nothing_is_left_running_once_nobody_wants_more() -> None:
    ahead = made_ahead(iter(int, 1), most=2)
    next(ahead)
    ahead.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
