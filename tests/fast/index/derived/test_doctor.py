from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.derived.doctor import Finding, examine
from index.store.store import Store
from tests.support.encoders import HashEncoder, catalogue, draft, ingester

ENCODER = HashEncoder()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "truth.sqlite3")
    list(ingester(store, ENCODER).ingest([draft("a", "Trời mưa to."), draft("b", "Sông lên nhanh.")]))
    catalogue(store, tmp_path / "generations", ENCODER).close()
    yield store
    store.close()


def findings(store: Store, tmp_path: Path) -> list[Finding]:
    return list(examine(store, tmp_path / "generations"))


def test_all_is_well(store: Store, tmp_path: Path) -> None:
    database, generation = findings(store, tmp_path)

    assert database == Finding("database", "2 articles, 2 chunks, change 1")
    assert generation == Finding("gen-000001", "2 chunks up to change 1, 0 to replay")


def test_what_came_and_went_later_is_no_fault(store: Store, tmp_path: Path) -> None:
    list(ingester(store, ENCODER).ingest([draft("c", "Gió mạnh dần.")]))
    store.remove(["a"])

    assert findings(store, tmp_path)[1] == Finding("gen-000001", "2 chunks up to change 1, 1 to replay")


@pytest.mark.parametrize("name", ["vectors.f32", "manifest.json", "pairs.npy"])
def test_a_damaged_file_is_named(store: Store, tmp_path: Path, name: str) -> None:
    file = tmp_path / "generations" / "gen-000001" / name
    file.write_bytes(file.read_bytes()[:-1])

    finding = findings(store, tmp_path)[1]

    assert finding.state == "broken"
    assert (name in finding.problem) or (name == "manifest.json" and "manifest" in finding.problem)
    assert "the next start leaves it aside" in finding.problem


def test_a_generation_from_the_future(store: Store, tmp_path: Path) -> None:
    older = Store(tmp_path / "older.sqlite3")
    list(ingester(older, ENCODER).ingest([draft("a", "Trời mưa to.")]))
    list(ingester(store, ENCODER).ingest([draft("c", "Gió mạnh dần.")]))
    with closing(catalogue(store, tmp_path / "generations", ENCODER)) as indexes:
        indexes.publish()

    finding = findings(older, tmp_path)[2]

    assert (finding.state, finding.problem) == ("newer than the database", "run `hoidap rebuild`")
    older.close()


def test_nothing_was_derived_yet(tmp_path: Path) -> None:
    store = Store(tmp_path / "new.sqlite3")

    assert list(examine(store, tmp_path / "none")) == [Finding("database", "0 articles, 0 chunks, change 0")]
    store.close()
