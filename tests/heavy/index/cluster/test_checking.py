"""The contract as it is run against a live Milvus."""

from pathlib import Path

import pytest

from index.cluster.checking import examine_engine
from index.cluster.collection import Plan
from index.intake.files import discover, read_drafts
from index.storage.errors import Refused
from index.store.store import Store
from tests.support.cluster import embedded
from tests.support.encoders import HashEncoder, draft, ingester
from tests.support.sample import SAMPLE

PLAN = Plan("HNSW", 16)


def test_all_is_well_and_nothing_is_left(tmp_path: Path) -> None:
    store = Store(tmp_path / "truth.sqlite3")
    some = list(discover([SAMPLE]))[:8]
    list(ingester(store, HashEncoder()).ingest(draft for path in some for draft in read_drafts(path)))
    with embedded(tmp_path) as client:
        findings = list(examine_engine(store, client, PLAN))
        assert client.list_collections() == []
    assert [finding.state for finding in findings] == ["the same"] * 6
    store.close()


def test_few_chunks_are_too_few(tmp_path: Path) -> None:
    store = Store(tmp_path / "truth.sqlite3")
    list(ingester(store, HashEncoder()).ingest([draft("a", "Trời mưa.")]))
    with embedded(tmp_path) as client, pytest.raises(Refused, match="holds 1 chunks"):
        list(examine_engine(store, client, PLAN))
    store.close()
