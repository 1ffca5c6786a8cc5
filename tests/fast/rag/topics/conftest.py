from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.topics import Desk, opened_desk_over


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk_over(tmp_path) as desk:
        yield desk
