"""The client that the settings ask for."""

from pathlib import Path

import pytest

from rag.client.opening import opened_client
from rag.errors import ServiceError
from rag.settings import Settings


def test_a_service_that_is_not_there_is_named_with_the_mend(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, service_url="http://127.0.0.1:9", service_key="hoidap_secret")
    with (
        opened_client(settings, print, "slack") as client,
        pytest.raises(ServiceError, match="HOIDAP_SERVICE_URL") as refused,
    ):
        client.sources()
    assert refused.value.status is None
    assert "secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
