"""What a place is that databases are moved from or to: a data folder, or a server."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from index.storage.database import Connection, Where
from rag.moving.layout import Layout
from rag.moving.tables import Side, Table
from rag.service.data_folder import Name


@dataclass(frozen=True, slots=True)
class Found:
    """A database as it is found: the version of its tables, and their names."""

    version: int | None
    tables: set[str]


class Place(Protocol):
    """A data folder, or a server. What is moved there is staged, beside what programs use, until it is whole.

    Every method raises Refused where the place is not fit for it, StoreError or StorageFull where it cannot be used.
    """

    # --- To move from ------------------------------------------------------------------------------------

    def held(self) -> AbstractContextManager[Mapping[Name, Side]]:
        """Its databases as they are, within the block written by nobody."""

    def found(self, side: Side, part: str) -> Found:
        """What a database is; `part` names the tables that have its version."""

    def given(self, side: Side, table: Table) -> int:
        """The highest number that a table ever gave out, as far as the place knows it."""

    # --- To move to --------------------------------------------------------------------------------------

    def finish(self) -> bool:
        """Finish `publish` where it was broken off; whether it was."""

    def check_free(self) -> None:
        """Refused where programs have databases here."""

    def begun(self) -> bool:
        """Whether something is staged from before."""

    def staged(self, name: Name) -> Where:
        """Where a database is staged."""

    def silence(self, db: Connection, layout: Layout) -> None:
        """Have triggers of a staged database keep still: what they did is among the rows that come."""

    def give(self, db: Connection, table: Table, last: int) -> None:
        """Have a table give out the numbers after `last`, from 1 on."""

    def discard(self) -> None:
        """Remove what is staged."""

    def publish(self, layouts: Mapping[Name, Layout]) -> None:
        """Let programs have these databases, which are staged and closed."""
