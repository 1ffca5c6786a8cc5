"""States in 4 bits a number: values worked out by hand, and the errors that theory gives."""

import numpy as np
import pytest
from scipy.fft import idct

from index.arrays import Vectors
from index.model.rounding import _signs, packed, unpacked


def there_and_back(states: Vectors) -> Vectors:
    return unpacked(packed(states), len(states))


def relative_errors(states: Vectors) -> Vectors:
    errors: Vectors = np.linalg.norm(there_and_back(states) - states, axis=1) / np.linalg.norm(states, axis=1)
    return errors


def test_a_number_takes_half_a_byte_and_a_state_four_bytes_more() -> None:
    assert len(packed(np.ones((3, 8), np.float32))) == 3 * (4 + 8 // 2)
    assert packed(np.empty((0, 8), np.float32)) == b""


def test_a_state_of_equal_rotated_numbers_is_rounded_to_the_middle_of_their_step() -> None:
    # All four are 1 after the rotation: their root mean square is 1, and the step 0.3352 holds 1 in the third above 0,
    # from 0.6704 to 1.0056, whose middle is 2.5 steps.
    state = (idct(np.ones((1, 4), np.float32), norm="ortho") * _signs(4)).astype(np.float32)
    expected = 2.5 * 0.3352 * state

    assert there_and_back(state) == pytest.approx(expected, abs=1e-6)
    # The code of +2.5 is 8 + 2 = 10, two to a byte: 0xAA, behind the step itself.
    assert np.frombuffer(packed(state), "<f4", 1) == pytest.approx(0.3352, abs=1e-6)
    assert packed(state)[4:] == b"\xaa\xaa"


def test_the_error_of_normal_numbers_is_the_one_that_is_known() -> None:
    states = np.random.default_rng(3).normal(size=(400, 384)).astype(np.float32)

    # Max (1960), table II: 0.01154 of the variance for 16 even steps. 153,600 numbers tell it to well below 1 %.
    assert np.mean((there_and_back(states) - states) ** 2) == pytest.approx(0.01154, rel=0.01)


@pytest.mark.parametrize("width", [8, 384, 1024])
def test_no_state_loses_more_than_half_a_step_where_no_number_stands_out(width: int) -> None:
    # One number alone is spread to at most sqrt(2) of the root mean square, within the range of 8 steps (2.68), so
    # that no rotated number is wrong by more than half a step of 0.3352.
    states = np.eye(width, dtype=np.float32) * np.linspace(1e-3, 1e3, width, dtype=np.float32)

    assert relative_errors(states).max() <= 0.3352 / 2 * 1.0001


def test_numbers_that_stand_out_in_every_state_leave_room_for_the_others() -> None:
    # As models' states do: the same few numbers are twenty times as large as the others, in all of them.
    states = np.random.default_rng(5).normal(size=(200, 64)).astype(np.float32)
    states[:, [7, 40]] = 20

    # Two numbers become two waves, together of at most twice the root mean square, within the range of 2.68: half a
    # step is lost at most, but for the few places where the others add to both crests.
    assert relative_errors(states).mean() < 0.3352 / 2


def test_nothing_and_the_very_small_and_large_come_back() -> None:
    assert there_and_back(np.zeros((2, 8), np.float32)) == pytest.approx(np.zeros((2, 8)), abs=1e-11)
    for size in (1e-6, 1e6):
        states = np.random.default_rng(1).normal(size=(50, 128)).astype(np.float32) * np.float32(size)
        assert relative_errors(states).max() < 0.3352 / 2


def test_the_signs_are_the_same_everywhere() -> None:
    # `printf signs | openssl dgst -shake128 -xoflen 2` prints 325b: 00110010 01011011.
    assert _signs(16).tolist() == [1, 1, -1, -1, 1, 1, -1, 1, 1, -1, 1, -1, -1, 1, -1, -1]
