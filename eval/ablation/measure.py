"""A system's gain: what each case scores with it less what the same case scores without it, with an interval."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from eval.ablation.sets import CaseSet, Measured, RememberingAnswerer
from eval.ablation.systems import System
from eval.scores import Interval
from eval.scores.bootstrap import intervals, mean_of
from rag.service.wiring import Service

# Fewer cases in which anything changed say nothing of a system.
ENOUGH = 30
MEASURES = (
    *("right", "facts", "nuggets_vital", "relevant_cited", "contained", "short_F1", "outcome_right", "R@1"),
    *("true_kept", "false_dropped"),
)
Verdict = Literal["helps", "hurts", "no gain", "too few cases"]


@dataclass(frozen=True, slots=True)
class Gain:
    """A measure with and without a system over the cases of a set that have it in both.

    `touched` counts the cases of the whole set in which anything came out otherwise.
    """

    system: str
    set: str
    measure: str
    touched: int
    on: float
    off: float
    gain: Interval

    @property
    def verdict(self) -> Verdict:
        """What the interval says, where enough cases were touched."""
        if self.touched < ENOUGH or self.gain.low is None or self.gain.high is None:
            return "too few cases"
        return "helps" if self.gain.low > 0 else "hurts" if self.gain.high < 0 else "no gain"


def ablated(
    name: str, of: CaseSet, systems: Sequence[System], service: Service, step: Callable[[int], None]
) -> Iterator[Gain]:
    """The gains of each system on one set; `step` is told how many cases were measured.

    The passages of a group of cases are kept while it is measured with everything and without each system.
    """
    on: list[Measured] = []
    off: dict[str, list[Measured]] = {system.name: [] for system in systems}
    for cases in of.groups():
        kept = RememberingAnswerer.of(service.answerer)
        on += [case(replace(service, answerer=kept)) for case in cases]
        for system in systems:
            with system.off(replace(kept, known={}) if system.in_search else kept) as without:
                off[system.name] += [case(replace(service, answerer=without)) for case in cases]
        step(len(cases))
    for system in systems:
        yield from gains(system.name, name, on, off[system.name])


def gains(system: str, name: str, on: Sequence[Measured], off: Sequence[Measured]) -> Iterator[Gain]:
    """The gain in each measure that any case has in both; the cases are the same, in the same order."""
    pairs = list(zip(on, off, strict=True))
    touched = sum(one.outcome != other.outcome for one, other in pairs)
    for measure in MEASURES:
        both = [(a, b) for a, b in pairs if measure in a.scores and measure in b.scores]
        if not both:
            continue
        with_it, without = (np.array([case.scores[measure] for case in side]) for side in zip(*both, strict=True))
        everything = np.ones(len(both), bool)
        groups = [case.group for case, _ in both]
        difference = intervals({measure: mean_of(with_it - without, everything)}, groups, seed=0)[measure]
        yield Gain(system, name, measure, touched, float(with_it.mean()), float(without.mean()), difference)
