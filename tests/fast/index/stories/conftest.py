from collections.abc import Iterator
from pathlib import Path

import pytest

from index.storage.database import Where
from tests.support.places import in_a_file
from tests.support.stories import Desk


@pytest.fixture
def desk(tmp_path: Path, where: Where) -> Iterator[Desk]:
    made = Desk(tmp_path, where=where)
    yield made
    made.close()


__all__ = ["desk", "in_a_file"]
