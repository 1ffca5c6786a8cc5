"""Two servers that answer and two that index, over PostgreSQL and Milvus, some of them killed under load.

`python -m tests.support.replicas FOLDER` kills fifty.
"""

from pathlib import Path

from tests.support.replicas import survive


def test_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    report = survive(tmp_path, 3, 3, lambda _: None)
    assert (report.tally.wrong, report.problems) == ([], [])
    assert report.articles > len(report.back)
    assert report.rows >= report.articles
    assert report.admitted[0] <= report.admitted[1]
    assert report.revoked == sum(map(len, report.back.values())) == 3
