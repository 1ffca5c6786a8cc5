"""What came of each time of a trial, kept line by line, and the table of all of them."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

import click
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Outcome:
    """One time. `kind` is the row of the table in which it counts: `counts` are added up there, of `most` the greatest
    stands. `lost` says what was lost or wrong, and is empty where nothing was.
    """

    kind: str
    counts: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    lost: str = ""


class Kept:
    """The outcomes of a trial in a file, one a line behind a line that names the trial; or nowhere."""

    def __init__(self, file: Path | None, trial: Mapping[str, str | int]) -> None:
        """`trial` says which it is; click.UsageError where the file is of another."""
        self._file = file
        self.outcomes: list[Outcome] = []
        if file is None:
            return
        if not file.exists():
            file.write_text(json.dumps(trial) + "\n", encoding="utf-8")
        # A trial that was killed may have left half a line.
        content = file.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        first, *lines = whole.splitlines() or [b""]
        if first != json.dumps(trial).encode():
            shown = first[:80].decode(errors="replace")
            raise click.UsageError(f"{file} is of another trial: {shown!r}; name another file")
        self.outcomes = [Outcome(**json.loads(line)) for line in lines]
        os.truncate(file, len(whole))

    def add(self, outcome: Outcome) -> None:
        """Keep one more."""
        self.outcomes.append(outcome)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")


def table(outcomes: Sequence[Outcome]) -> Table:
    """A row for each kind, with how many times it was, and how often something was lost."""
    counted = list(dict.fromkeys(name for outcome in outcomes for name in outcome.counts))
    greatest = list(dict.fromkeys(name for outcome in outcomes for name in outcome.most))
    made = Table(box=None, pad_edge=False)
    for name in ("", "times", "lost", *counted, *(f"most {name}" for name in greatest)):
        made.add_column(name, justify="right" if name else "left")
    kinds = groupby(sorted(outcomes, key=lambda outcome: outcome.kind), key=lambda outcome: outcome.kind)
    rows = [(kind, list(some)) for kind, some in kinds]
    for kind, some in rows if len(rows) == 1 else [*rows, ("all", list(outcomes))]:
        sums = (sum(outcome.counts.get(name, 0) for outcome in some) for name in counted)
        tops = (max((outcome.most[name] for outcome in some if name in outcome.most), default=0.0) for name in greatest)
        cells = (len(some), sum(bool(outcome.lost) for outcome in some), *sums)
        made.add_row(kind, *(f"{cell:,}" for cell in cells), *(f"{top:,.6g}" for top in tops))
    return made


def losses(outcomes: Sequence[Outcome], most: int = 20) -> Iterator[str]:
    """A line for each of the first times at which something was lost."""
    lost = [(number, outcome) for number, outcome in enumerate(outcomes) if outcome.lost]
    for number, outcome in lost[:most]:
        yield f"{number}, {outcome.kind}: {outcome.lost}"


def machine() -> str:
    """The processor and how busy it is: what figures hang on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    name = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown processor")
    return f"{name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
