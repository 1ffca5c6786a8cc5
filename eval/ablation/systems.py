"""The hand-made systems by name, each with what stands in its place where it is switched off.

A system is a part of the answerer, or a name of a module that uses it: the one is replaced, the other bound anew while
the measurement lasts. Nothing in the product knows of it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, replace

from rag import answering
from rag.answer import disagreement, extractive, ranking
from rag.answer.broad import selection
from rag.answer.broad.answers import Broad
from rag.answer.calibration import Calibrations
from rag.answer.checking import support
from rag.answer.extractive import Extractive
from rag.answer.ranking import SentenceWeights
from rag.answering import Answerer
from rag.passages import countries
from rag.question import understanding
from rag.records.search import Passage, Sentence

Off = Callable[[Answerer], AbstractContextManager[Answerer]]
_ANSWERS = ("desk", "broad", "xquad", "viquad")
_BROAD = ("desk", "broad")
_LIES = ("lying",)


@dataclass(frozen=True, slots=True)
class System:
    """A system, the sets that it may touch, and the answers without it.

    `in_search`: the passages for a query hang on it, though the query itself does not.
    """

    name: str
    off: Off
    sets: tuple[str, ...] = _ANSWERS
    in_search: bool = False


class _NoGuard:
    """Every sentence is about the country that was asked for."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None: ...

    def is_in(self, _passage: Passage, _sentence: Sentence) -> bool:
        return True


def bound(*names: tuple[object, str, object]) -> Off:
    """Switch off by binding names anew: each is an owner (a module or class), a name of it, and what it stands for."""

    @contextmanager
    def off(answerer: Answerer) -> Iterator[Answerer]:
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in names]
        try:
            for owner, name, value in names:
                setattr(owner, name, value)
            yield answerer
        finally:
            for owner, name, value in before:
                setattr(owner, name, value)

    return off


def _unweighted(feature: str) -> Off:
    """Sentences ranked without a feature."""

    @contextmanager
    def off(answerer: Answerer) -> Iterator[Answerer]:
        weights = replace(SentenceWeights.load(), **{feature: 0.0})
        extractive = Extractive(Calibrations.load(), weights, Broad(answerer.prompts))
        yield replace(answerer, generators={**answerer.generators, "extractive": extractive})

    return off


def _silent(*names: str) -> Off:
    """Checks of written sentences that find nothing wrong."""
    return bound(*((support, name, lambda *_, **__: "") for name in names))


def _never(*_: object, **__: object) -> bool:
    return False


def _no_type(_: str) -> str:
    return "other"


def _nothing(*_: object) -> list[object]:
    return []


SYSTEMS: tuple[System, ...] = (
    System(
        "country guard",
        bound(*((module, "CountryGuard", _NoGuard) for module in (ranking, disagreement, selection))),
    ),
    System("disagreement", bound((answering, "with_other_sides", lambda _, statements, __: (statements, ())))),
    System(
        "answer type asked",
        bound(*((module, "type_asked", _no_type) for module in (countries, disagreement))),
    ),
    System("shapes", bound((answering, "shape_asked", lambda _, **__: "fact")), _BROAD),
    System("newest first", bound((extractive, "newest_first", list))),
    System("reasons", bound((extractive, "_NEAR_REASON", 0.0)), _BROAD),
    System(
        "country first",
        bound((answering, "countries_first", lambda _, found: found)),
        _BROAD,
        in_search=True,
    ),
    System("periods", bound((answering, "understood_period", lambda *_: None))),
    System("shorthand", bound((understanding, "spelled_out", lambda question, **_: question))),
    System("follow-ups", bound((answering, "in_context", lambda query, _: query)), ("desk", "follow-ups")),
    *(System(f"sentence sign: {one.name}", _unweighted(one.name)) for one in fields(SentenceWeights)),
    System("check: amounts", _silent("amounts_disagree", "amounts_reversed"), _LIES),
    System("check: moments", _silent("moments_disagree"), _LIES),
    System("check: names", _silent("names_missing"), _LIES),
    System("check: speakers", bound((support, "other_speaker", _never)), _LIES),
    System(
        "check: edits",
        bound(
            *((support, name, _never) for name in ("beheaded", "edited", "renamed", "swapped")),
            (support, "substituted", _nothing),
        ),
        _LIES,
    ),
    System(
        "check: polarity",
        bound(*((support, name, _never) for name in ("turned", "denied_otherwise", "denied_otherwise_abroad"))),
        _LIES,
    ),
    System("check: subjects", bound((support, "keeps_subject", lambda *_: True)), _LIES),
)
