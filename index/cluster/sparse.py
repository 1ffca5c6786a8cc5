"""BM25 as one sparse vector a chunk and one a question, whose inner product is the score of `index.derived.terms`.

A chunk's value for a term is what the term adds to the score over its weight and idf, a question's is weight times idf:

    chunk     tf (k1 + 1) / (tf + k1 (1 - b + b length / average length of the field))
    question  weight of the field * idf

(Robertson and Zaragoza 2009, equation 3.15, with the fields' scores summed.) So an engine needs no analyzer, and no
release of it counts otherwise. A field's length is rounded down as tantivy does, which keeps one byte of it.

A term's dimension is 32 bits of the digest of `field:term`. Of two terms of one chunk in one dimension the greater
value stands, so that a question's ceiling holds; among ten million terms, a question's term shares its dimension with
another with a probability of 0.0023.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b

from index.derived.terms import fields

K1, B = 1.2, 0.75
Sparse = dict[int, float]
# Milvus takes dimensions below 2^32 - 1. The last that is left has no term: it stands for a chunk without any, as an
# empty vector is refused by some releases.
_DIMENSIONS = 2**32 - 2
_WORDLESS: Sparse = {_DIMENSIONS: 1.0}


@lru_cache(maxsize=1 << 18)
def dimension_of(field: str, term: str) -> int:
    """The dimension of a term of a field, the same at any time and on any machine."""
    digest = blake2b(f"{field}:{term}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _DIMENSIONS


def _kept_length(code: int) -> int:
    # tantivy's byte (src/fieldnorm/code.rs), which is Lucene's: exact to 24, then a floating point of four bits.
    beyond = code - 24
    if beyond < 0:
        return code
    bits, shift = beyond & 7, beyond >> 3
    return 24 + ((bits | 8) << (shift - 1) if shift else bits)


_LENGTHS = [_kept_length(code) for code in range(256)]


def kept_length(length: int) -> int:
    """A field's number of terms, rounded down to one that tantivy can keep."""
    return _LENGTHS[bisect_right(_LENGTHS, length) - 1]


def passage_vector(text: str, averages: Mapping[str, float]) -> Sparse:
    """A chunk's vector; `averages` are the mean lengths of the fields, 0 where none is known: then any is the mean."""
    vector: Sparse = {}
    for field, terms in fields(text).items():
        relative = kept_length(len(terms)) / averages[field] if averages[field] else 1.0
        saturation = K1 * (1 - B + B * relative)
        for term, frequency in Counter(terms).items():
            dimension, value = dimension_of(field, term), frequency * (K1 + 1) / (frequency + saturation)
            vector[dimension] = max(vector.get(dimension, 0.0), value)
    return vector or dict(_WORDLESS)
