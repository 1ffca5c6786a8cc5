"""One HTML file about one or more runs: measures, charts, and every case to look into."""

from collections.abc import Sequence
from pathlib import Path

from eval.report.page import page
from eval.report.runs import read_runs


def write_report(runs: Sequence[Path], target: Path) -> None:
    """Write the report of these run folders, the first of which the others are compared with.

    Refused where a folder is no run; OSError where the target cannot be written.
    """
    target.write_text(page(read_runs(runs)), encoding="utf-8")
