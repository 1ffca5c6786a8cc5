import math
from pathlib import Path

import numpy as np
import pytest

from index.cluster.sparse import dimension_of
from index.cluster.statistics import Statistics

ARCHIVE = ["mèo đen", "chó đen đen", "gà"]


def test_counts_by_hand() -> None:
    statistics = Statistics.count(ARCHIVE)
    assert statistics.documents == 3
    # 2 + 3 + 1 syllables, 1 + 2 pairs; mèo, đen | chó, đen, đen | gà carry diacritics.
    assert statistics.averages == {"folded": 2.0, "pairs": 1.0, "exact": 2.0}
    dimensions, counts = statistics.frequencies
    assert (np.diff(dimensions.astype(np.int64)) > 0).all()
    held = dict(zip(dimensions.tolist(), counts.tolist(), strict=True))
    assert held[dimension_of("folded", "den")] == 2
    assert held[dimension_of("exact", "đen")] == 2
    assert held[dimension_of("pairs", "den_den")] == 1
    assert len(held) == 4 + 3 + 4
    assert statistics.idf("den") == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert statistics.idf("chưa") == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_eight_bytes_a_term() -> None:
    frequencies = Statistics.count(ARCHIVE).frequencies
    assert frequencies.nbytes == 8 * frequencies.shape[1]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    statistics = Statistics.count(ARCHIVE)
    statistics.save(tmp_path)
    again = Statistics.load(tmp_path)
    assert (again.documents, again.averages) == (statistics.documents, statistics.averages)
    assert again.question_vector("Mèo đen ở đâu?") == statistics.question_vector("Mèo đen ở đâu?")
    assert again.ceiling("Mèo đen") == statistics.ceiling("Mèo đen")


@pytest.mark.parametrize("name", ["frequencies.npy", "lengths.json"])
def test_a_broken_file_is_told(tmp_path: Path, name: str) -> None:
    Statistics.count(ARCHIVE).save(tmp_path)
    for content in (b"", b"\x93NUMPY", b"\x00" * 40):
        (tmp_path / name).write_bytes(content)
        with pytest.raises((OSError, ValueError)):
            Statistics.load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(OSError, match=name):
        Statistics.load(tmp_path)


def test_counting_in_parts_gives_the_same() -> None:
    archive = [f"từ{n % 7} từ{n % 5} từ{n % 11} đường" for n in range(200)]
    at_once = Statistics.count(archive).frequencies
    assert (Statistics.count(archive, gathered=10).frequencies == at_once).all()
