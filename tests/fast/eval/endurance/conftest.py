"""Fixtures that the test files of this folder share."""

from tests.support.stores import store

__all__ = ["store"]
