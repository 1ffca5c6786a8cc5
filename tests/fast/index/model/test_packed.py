"""Weights of four bits."""

import struct

import numpy as np

from index.model.packed import dequantise


def test_dequantise_puts_low_halves_before_high_ones() -> None:
    # scale 0.5; byte j holds j in its low half and 15 - j in its high one; 8 is zero
    block = struct.pack("<e16B", 0.5, *(j | (15 - j) << 4 for j in range(16)))

    weights = dequantise(np.frombuffer(block, np.uint8))

    assert weights.tolist() == [0.5 * (j - 8) for j in range(16)] + [0.5 * (7 - j) for j in range(16)]
