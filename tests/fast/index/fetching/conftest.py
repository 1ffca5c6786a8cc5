"""Feeds are watched over a file; some tests ask for a server too."""

from tests.support.places import in_a_file

__all__ = ["in_a_file"]
