"""Fixtures of all tiers. What loads the libraries of models is imported where it is used: `fast` has no need of it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support.places import EDITIONS, place_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from index.model.embedder import Embedder
    from index.storage.database import Where
    from rag.service.wiring import Service
    from tests.support.postgres import Postgres

# pytest-xdist sets it, and then rich would never again look at what a test sets.
os.environ.pop("COLUMNS", None)

# The same examples in every run; "long" is what CI takes.
hypothesis.settings.register_profile("short", derandomize=True, max_examples=50, deadline=None, database=None)
hypothesis.settings.register_profile("long", hypothesis.settings.get_profile("short"), max_examples=250)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


@pytest.fixture(scope="session")
def cache_folder(pytestconfig: pytest.Config) -> Path:
    """What outlives a run and is shared by its workers."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("hoidap")


@pytest.fixture(scope="session")
def model_folder(cache_folder: Path) -> Path:
    """The bundled model, unpacked by the first run only."""
    from index.model.bundled import bundled_model

    return bundled_model(cache_folder, lambda _: None)


@pytest.fixture(scope="session")
def embedder(model_folder: Path) -> "Embedder":
    """The bundled model, loaded once a worker, as fast as the processor can and on one thread."""
    from index.model.embedder import Embedder

    return Embedder.load(model_folder, threads=1)


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Postgres]":
    """A PostgreSQL server of this worker; skipped where it is not installed."""
    from tests.support.postgres import running

    with running() as server:
        yield server


@pytest.fixture(params=EDITIONS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[Where]":
    """A place for a database with nothing in it: a file, and a schema of a server."""
    yield from place_of(request, tmp_path)


@pytest.fixture(scope="session")
def sample_data(
    cache_folder: Path, model_folder: Path, embedder: "Embedder", tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder of this worker with the sample articles in it, for copying only.

    To copy a database closes its file, which gives up the locks that this process holds on it (POSIX); the next process
    to close the database would then take its log away. So what is copied is opened by nobody.
    """
    from tests.support.sample import sample_folder
    from tests.support.service import copied

    return copied(sample_folder(cache_folder, model_folder, embedder), tmp_path_factory.mktemp("sample") / "data")


@pytest.fixture(scope="session")
def sample_service(
    sample_data: Path, model_folder: Path, embedder: "Embedder", tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Service"]:
    """The service over the sample articles; for reading only."""
    from tests.support.sample import service_with
    from tests.support.service import copied

    data = copied(sample_data, tmp_path_factory.mktemp("service") / "data")
    with service_with(embedder, data, model_folder) as service:
        yield service


@pytest.fixture(scope="session")
def sample_client(sample_service: "Service") -> Iterator["TestClient"]:
    """HTTP to the service over the sample articles, in this process; for reading only."""
    from tests.support.service import client_of

    with client_of(sample_service) as client:
        yield client
