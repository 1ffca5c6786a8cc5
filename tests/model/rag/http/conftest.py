"""A store of its own for each module, which each of its tests finds empty."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rag.service.wiring import Service
from tests.support.service import client_of, empty, empty_beside


@pytest.fixture(scope="module")
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path_factory.mktemp("own") / "data", body_megabytes=12) as service:
        yield service


@pytest.fixture(scope="module")
def module_client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as client:
        yield client


@pytest.fixture
def client(module_client: TestClient, service: Service) -> Iterator[TestClient]:
    """HTTP to a store that is empty at first."""
    yield module_client
    empty(service)
