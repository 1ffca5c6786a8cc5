"""Fixtures that the test files of this folder share."""

from tests.support.generations import world

__all__ = ["world"]
