from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.model.bundled import bundled_model
from index.model.embedder import Embedder
from rag.service.wiring import Service, opened
from tests.support.service import client_of, data_with_sample, settings_for

pytest_plugins = ["tests.support.browser"]


@pytest.fixture(scope="session")
def model_folder(pytestconfig: pytest.Config) -> Path:
    """The bundled model, unpacked into pytest's cache: by the first run only."""
    assert pytestconfig.cache is not None
    return bundled_model(pytestconfig.cache.mkdir("bundled"), lambda _: None)


@pytest.fixture(scope="session")
def embedder(model_folder: Path) -> Embedder:
    """The bundled model in 32 bits, on one thread: several wait for each other where the machine is shared."""
    return Embedder.load(model_folder, "fp32", threads=1)


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    """A data folder with the sample articles in it. Copy it to change it."""
    return data_with_sample(tmp_path_factory.mktemp("sample"), model_folder)


@pytest.fixture(scope="session")
def sample_service(sample_data: Path, model_folder: Path) -> Iterator[Service]:
    """The service over the sample articles; for reading only."""
    with opened(settings_for(sample_data, model_folder), lambda _: None) as service:
        yield service


@pytest.fixture(scope="session")
def sample_client(sample_service: Service) -> Iterator[TestClient]:
    """HTTP to the service over the sample articles, in this process; for reading only."""
    with client_of(sample_service) as client:
        yield client
