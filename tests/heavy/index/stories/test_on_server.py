"""Stories followed on a PostgreSQL server: the fast tests of it, all."""

from tests.fast.index.stories.conftest import desk
from tests.fast.index.stories.test_follower import *  # noqa: F403
from tests.support.places import on_server

__all__ = ["desk", "on_server"]
