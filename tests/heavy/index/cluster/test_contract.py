"""The index in Milvus gives the hits of FAISS and tantivy; on the embedded edition that is installed.

`python -m tests.support.older_milvus` runs this file with the edition before, in an environment of its own.
"""

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from index.cluster.collection import Plan
from index.cluster.contract import checked
from index.cluster.statistics import Statistics
from index.records import Filters
from tests.support.cluster import embedded, empty_index, sample_entries

# The edition before has neither a working partition key nor HNSW.
OLDER = version("milvus-lite").startswith("2.")


def test_contract(tmp_path: Path) -> None:
    chunks = sample_entries(tmp_path)
    plan = Plan("FLAT", 0 if OLDER else 16)
    with embedded(tmp_path) as client:
        findings = list(checked(chunks, lambda statistics: empty_index(client, "checked", statistics, plan)))
    assert [(finding.part, finding.problem) for finding in findings if finding.problem] == []
    assert len(findings) == 6


@pytest.mark.skipif(OLDER, reason="has no HNSW")
def test_hnsw_finds_nearly_all(tmp_path: Path) -> None:
    chunks = sample_entries(tmp_path)
    with embedded(tmp_path) as client:
        index = empty_index(client, "near", Statistics.count([]), Plan("HNSW", 0))
        index.apply([], chunks)
        found = 0
        vectors = np.stack([chunk.vector for chunk in chunks])
        for asked in vectors[:40]:
            nearest = np.argsort(-(vectors @ asked), kind="stable")[:10]
            right = {chunks[number].chunk for number in nearest}
            found += len(right & {chunk for chunk, _ in index.dense(asked, 10, Filters())})
    assert found / 400 >= 0.99
