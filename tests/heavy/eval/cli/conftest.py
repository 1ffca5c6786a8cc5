"""Fixtures that the test files of this folder share."""

from tests.support.eval_commands import hoidap, run, small_model, village

__all__ = ["hoidap", "run", "small_model", "village"]
