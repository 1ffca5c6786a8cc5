"""The derived indexes of a database that was moved: they are those of the copy too."""

import shutil
from pathlib import Path

from index.derived.generations import generations
from index.storage.files import exclusive


def take_along(before: Path, now: Path) -> None:
    """Copy the newest generation from the folder of the source's indexes into that of the target's.

    What the target's held is of another past, in which the same numbers may stand for other passages, and is removed.
    """
    shutil.rmtree(now, ignore_errors=True)
    if not before.is_dir():
        return
    with exclusive(before / "lock"):
        for newest in generations(before)[-1:]:
            now.mkdir(parents=True)
            building = now / f"{newest.name}.tmp"
            shutil.copytree(newest, building)
            building.rename(now / newest.name)
