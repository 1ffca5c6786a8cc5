"""`hoidap eval run`."""

import math
import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypedDict

import click
from click.core import ParameterSource
from typing_extensions import Unpack, override

from eval.data.conversations import Conversations
from eval.data.suites import Options, Suite, read_suite, suite_name
from eval.data.withheld import Withheld
from eval.runs.corpus import opened_bench
from eval.runs.manifest import RunManifest, read_manifest
from eval.runs.runner import run as run_suites
from eval.scores import Interval
from rag.cli.common import encodable, getting_ready, say, setting_flags, settings_of
from rag.settings import Settings

Summary = Mapping[str, Mapping[str, Interval]]

# What may be said of a run that goes on; everything else was said when it was started.
_WITH_RESUME = {"resume", "k", "gates"}
_INTERRUPTED = 130  # as shells have it


@dataclass(frozen=True, slots=True)
class Gate:
    """A measure, of one suite or of each that has it, that must not lie under a value."""

    given: str
    suite: str | None
    measure: str
    least: float


class _GateType(click.ParamType[Gate]):
    name = "MEASURE=VALUE"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Gate:
        found = re.fullmatch(r"(?:([^:=]+):)?([^:=]+)=([^=]+)", value)
        try:
            least = float(found[3]) if found else math.nan
        except ValueError:
            least = math.nan
        if found is None or not math.isfinite(least):
            self.fail(f"{value!r} is no gate; write it as nDCG@10=0.9 or own:nDCG@10=0.9", param, ctx)
        return Gate(value, found[1], found[2], least)


class _Flags(TypedDict):
    suites: tuple[str, ...]
    articles: tuple[str, ...]
    passages: str | None
    among: str | None
    withheld: Withheld
    bare: bool
    conversations: Conversations
    groups: Literal["all", "even", "odd"]
    limit: int | None
    answers: bool
    today: datetime | None
    k: int | None
    name: str | None
    runs: Path | None
    resume: Path | None
    gates: tuple[Gate, ...]


@click.command()
@click.argument("suites", nargs=-1, metavar="SUITE...")
@click.option(
    "--articles",
    multiple=True,
    metavar="PLACE",
    help="What a list of questions (.jsonl) is about: FILE.jsonl[:N], a folder of pages, or own; may be repeated.",
)
@click.option("--passages", metavar="FILE", help="Ask the questions on the passages of this SQuAD file: same ids.")
@click.option("--among", metavar="FILE[:N]", help="Hide the articles among these (the first N), in JSON lines.")
@click.option(
    "--withheld",
    type=click.Choice(["none", "half", "all"]),
    default="none",
    show_default=True,
    help="Leave out what a question is about; half: ask each question with it and without it.",
)
@click.option("--bare", is_flag=True, help="Type the questions without diacritics.")
@click.option(
    "--conversations",
    type=click.Choice(["none", "follow", "change"]),
    default="none",
    show_default=True,
    help="Ask each question of a SQuAD file after another: one of the same passage, and without the name that both"
    " hold, or one about something else.",
)
@click.option(
    "--groups",
    type=click.Choice(["all", "even", "odd"]),
    default="all",
    show_default=True,
    help="Ask about every other article only: tune on one half, report on the other.",
)
@click.option("--limit", type=click.IntRange(1), help="Ask no more than the first so many questions.")
@click.option("--no-answers", "answers", is_flag=True, flag_value=False, default=True, help="Measure search alone.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help='The day that "last month" counts from.  [default: of the newest article]',
)
@setting_flags("k")
@click.option("--name", help="Folder of the run.  [default: the time, and the first suite]")
@click.option(
    "--runs", type=click.Path(file_okay=False, path_type=Path), help="Where runs lie.  [default: DATA/eval/runs]"
)
@click.option("--resume", type=click.Path(file_okay=False, path_type=Path), help="Go on with this run; without SUITE.")
@click.option(
    "--fail-under",
    "gates",
    multiple=True,
    type=_GateType(),
    help="Exit 1 where a mean is lower; own:F1=0.6 for one suite.",
)
@click.pass_context
def run(context: click.Context, /, **flags: Unpack[_Flags]) -> None:
    """Ask the questions of suites, and measure what comes back.

    SUITE is `own` (the project's questions about the sample articles), a SQuAD file (.json), or JSON lines
    (.jsonl, .jsonl.gz): {id, question, articles} with --articles, or news {id, title, abstract, body}, whose
    abstract is the question and whose article the answer. FILE:N takes the first N records of JSON lines.
    """
    before, folder, suites, settings = _prepared(context, flags)
    _check_gates(flags["gates"], suites)
    try:
        with _sigterm_as_ctrl_c(), getting_ready(opened_bench(settings)) as bench:
            if before is None:
                folder.mkdir(parents=True)
            manifest = run_suites(suites, bench, folder, before)
    except KeyboardInterrupt:
        kept = f"; what was asked is kept: hoidap eval run --resume {folder}" if folder.exists() else ""
        say(f"Stopped{kept}")
        context.exit(_INTERRUPTED)
    for line in _table(manifest.summary):
        click.echo(line)
    click.echo(encodable(str(folder)))
    failed = [line for gate in flags["gates"] for line in _failures(gate, manifest.summary)]
    for line in failed:
        say(line)
    if failed:
        context.exit(1)


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: the terminal and the working folders are left in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _prepared(context: click.Context, flags: _Flags) -> tuple[RunManifest | None, Path, list[Suite], Settings]:
    """What to run and where. Files are read before the model is loaded: what is wrong with them shows at once."""
    if flags["resume"]:
        given = {name for name in flags if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
        if given - _WITH_RESUME:
            raise click.UsageError("--resume takes suites and their options from the run; give none here")
        before = read_manifest(flags["resume"])
        settings = settings_of(context, k=flags["k"] or before.k)
        return before, flags["resume"], [read_suite(entry.given, entry.options) for entry in before.suites], settings
    if not flags["suites"]:
        raise click.UsageError("Name a SUITE: own, or a file")
    names = [suite_name(given) for given in flags["suites"]]
    if len(set(names)) < len(names):
        raise click.UsageError(f"Two suites have the same name among {', '.join(names)}; run them one by one")
    settings = settings_of(context, k=flags["k"])
    name = flags["name"] if flags["name"] is not None else f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{names[0]}"
    folder = (flags["runs"] or settings.data / "eval" / "runs") / name
    if folder.name != name or name.startswith("."):
        raise click.BadParameter(f"{name!r} is no name for a folder; take letters, digits and -", param_hint="--name")
    if folder.exists():
        raise click.BadParameter(f"{folder} is there already; take another name, or --resume it", param_hint="--name")
    options = Options(
        articles=flags["articles"],
        passages=flags["passages"],
        among=flags["among"],
        withheld=flags["withheld"],
        bare=flags["bare"],
        conversations=flags["conversations"],
        groups=flags["groups"],
        limit=flags["limit"],
        answers=flags["answers"],
        today=flags["today"].date().isoformat() if flags["today"] else None,
    )
    return None, folder, [read_suite(given, options) for given in flags["suites"]], settings


def _check_gates(gates: Sequence[Gate], suites: Sequence[Suite]) -> None:
    names = [suite.name for suite in suites]
    for gate in gates:
        if gate.suite and gate.suite not in names:
            problem = f"{gate.given!r} names the suite {gate.suite!r}; this run has {', '.join(names)}"
            raise click.BadParameter(problem, param_hint="--fail-under")


def _failures(gate: Gate, summary: Summary) -> Iterator[str]:
    means = {
        name: measures[gate.measure].mean
        for name, measures in summary.items()
        if gate.suite in (None, name) and gate.measure in measures
    }
    if not means:
        known = ", ".join(dict.fromkeys(measure for measures in summary.values() for measure in measures))
        yield f"FAILED {gate.given}: nothing was measured under that name; there are {known}"
    for name, mean in means.items():
        if not mean >= gate.least:
            yield f"FAILED {gate.given}: {name} has {mean:.4f}"


def _table(summary: Summary) -> Iterator[str]:
    for name, measures in summary.items():
        width = max((len(measure) for measure in measures), default=0)
        yield f"{name}"
        for measure, value in measures.items():
            bounds = "" if value.low is None or value.high is None else f"[{value.low:.3f}, {value.high:.3f}]"
            yield f"  {measure:<{width}}  {value.mean:8.3f}  {bounds:<16}  n={value.n}"
