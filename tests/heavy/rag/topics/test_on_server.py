"""Topics and briefings on a PostgreSQL server: the fast tests of them, all."""

from tests.fast.rag.topics.conftest import desk
from tests.fast.rag.topics.test_briefings import *  # noqa: F403
from tests.fast.rag.topics.test_following import *  # noqa: F403
from tests.fast.rag.topics.test_topics import *  # noqa: F403
from tests.support.places import on_server

__all__ = ["desk", "on_server"]
