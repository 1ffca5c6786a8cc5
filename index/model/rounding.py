"""Token states in 4 bits a number, whatever the model.

A fixed rotation spreads each state's large numbers over all (QuaRot, Ashkboos et al. 2024, arXiv:2404.00456;
TurboQuant, Zandieh et al. 2025, arXiv:2504.19874): changed signs, then a cosine transform. What comes out is about
normally distributed, so that one step serves all: the best for 16 even values of a normal distribution, with an error
of 0.01154 of the variance (Max 1960, "Quantizing for Minimum Distortion", table II).
"""

import hashlib

import numpy as np
from scipy.fft import dct, idct

from index.arrays import Vectors

STEP = np.float32(0.3352)  # of a state's root mean square
_SMALLEST = np.float32(1e-12)  # a state of zeros is divided by this instead of by zero
# The two numbers that a byte holds, in steps.
_PAIRS = np.array([(byte // 16 - 7.5, byte % 16 - 7.5) for byte in range(256)], np.float32)


def packed(states: Vectors) -> bytes:
    """Round states, float32 of shape (n, width), to n * (4 + width / 2) bytes. The width is even."""
    rotated = dct(states * _signs(states.shape[1]), norm="ortho")
    scales = np.maximum(STEP * np.sqrt(np.mean(rotated**2, axis=1, keepdims=True)), _SMALLEST)
    codes = (np.clip(np.floor(rotated / scales), -8, 7) + 8).astype(np.uint8)
    pairs = codes[:, ::2] << 4 | codes[:, 1::2]
    return b"".join((scales.astype("<f4").tobytes(), pairs.tobytes()))


def unpacked(content: bytes, count: int) -> Vectors:
    """Return the `count` states that were packed, rounded, float32 of shape (count, width)."""
    scales = np.frombuffer(content, "<f4", count)[:, None]
    codes = np.frombuffer(content, np.uint8, offset=4 * count).reshape(count, -1)
    rotated = _PAIRS[codes].reshape(count, -1) * scales
    return np.asarray(idct(rotated, norm="ortho") * _signs(rotated.shape[1]), np.float32)


def _signs(width: int) -> Vectors:
    """Return 1 or -1 for each number of a state, the same on every machine."""
    bits = np.unpackbits(np.frombuffer(hashlib.shake_128(b"signs").digest(-(-width // 8)), np.uint8))
    return (1 - 2 * bits[:width].astype(np.float32)).astype(np.float32)
