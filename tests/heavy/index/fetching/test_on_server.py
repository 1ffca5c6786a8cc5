"""Feeds watched over a PostgreSQL server: the fast tests of it, all."""

from tests.fast.index.fetching.test_watch import *  # noqa: F403
from tests.support.places import on_server

__all__ = ["on_server"]
