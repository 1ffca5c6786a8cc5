from pathlib import Path

import numpy as np
import pytest

from eval.runs.vectors import CachingEncoder, opened_cache
from index.storage.errors import StoreError
from tests.support.encoders import HashEncoder

TEXTS = ["chợ nổi", "bến phà", "chợ nổi", "cây cầu"]


def test_each_text_is_embedded_once_for_ever(tmp_path: Path) -> None:
    plain = HashEncoder()
    with opened_cache(tmp_path / "eval" / "v.sqlite3") as database:
        caching = CachingEncoder(plain, database, "fp32")
        assert caching.embed_passages(TEXTS[:2]).tolist() == HashEncoder().embed_passages(TEXTS[:2]).tolist()
        assert plain.embedded == 2
        found = caching.embed_passages(TEXTS)
    assert plain.embedded == 3
    assert found.dtype == np.float32
    assert found.tolist() == HashEncoder().embed_passages(TEXTS).tolist()

    later = HashEncoder()
    with opened_cache(tmp_path / "eval" / "v.sqlite3") as database:
        assert CachingEncoder(later, database, "fp32").embed_passages(TEXTS).tolist() == found.tolist()
        assert CachingEncoder(later, database, "fp32").embed_passages([]).shape == (0, later.dimension)
    assert later.embedded == 0


def test_another_model_or_precision_has_vectors_of_its_own(tmp_path: Path) -> None:
    other = HashEncoder(fingerprint="other")
    with opened_cache(tmp_path / "v.sqlite3") as database:
        CachingEncoder(HashEncoder(), database, "fp32").embed_passages(TEXTS)
        CachingEncoder(other, database, "fp32").embed_passages(TEXTS)
        assert other.embedded == 3
        CachingEncoder(other, database, "bf16").embed_passages(TEXTS)
    assert other.embedded == 6


def test_it_counts_as_the_model_does(tmp_path: Path) -> None:
    plain = HashEncoder()
    with opened_cache(tmp_path / "v.sqlite3") as database:
        caching = CachingEncoder(plain, database, "fp32")
        assert caching.count_tokens(["abcd", "abcde"]) == [1, 2]
        assert (caching.fingerprint, caching.max_tokens, caching.passage_overhead) == ("hash", 64, 2)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "v.sqlite3"
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="delete the file"), opened_cache(file):
        pass
