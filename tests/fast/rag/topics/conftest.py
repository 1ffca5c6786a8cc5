from collections.abc import Iterator
from pathlib import Path

import pytest

from index.storage.database import Where
from tests.support.places import in_a_file
from tests.support.topics import Desk, opened_desk_over


@pytest.fixture
def desk(tmp_path: Path, where: Where) -> Iterator[Desk]:
    with opened_desk_over(tmp_path, where=where) as desk:
        yield desk


__all__ = ["desk", "in_a_file"]
