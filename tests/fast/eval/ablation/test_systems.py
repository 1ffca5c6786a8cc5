"""Systems are off while they are measured, and on again afterwards."""

from typing import Any

import pytest

from eval.ablation.sets import SETS
from eval.ablation.systems import SYSTEMS, bound
from index.language.shorthand import spelled_out
from rag.question import understanding

BY_NAME = {system.name: system for system in SYSTEMS}
# Systems that are names bound anew pass the answerer on as it is.
ANSWERER: Any = object()


def _asked(question: str) -> str:
    """The question as understanding spells it out now."""
    full: str = vars(understanding)["spelled_out"](question, bare=False)
    return full


def test_names_are_one_of_a_kind_and_sets_are_known() -> None:
    assert len(BY_NAME) == len(SYSTEMS)
    assert {name for system in SYSTEMS for name in system.sets} == set(SETS)


def test_a_function_is_another_for_a_while() -> None:
    with BY_NAME["shorthand"].off(ANSWERER) as answerer:
        assert answerer is ANSWERER
        assert _asked("vé bn") == "vé bn"
    assert vars(understanding)["spelled_out"] is spelled_out
    assert _asked("vé bn") == "vé bao nhiêu"


def test_what_fails_meanwhile_leaves_everything_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError), bound((understanding, "spelled_out", None))(ANSWERER):
        _ = 1 // 0
    assert vars(understanding)["spelled_out"] is spelled_out


def test_a_name_that_is_not_there_is_an_error() -> None:
    """A system that was renamed or removed is not measured as if it were off."""
    with pytest.raises(AttributeError), bound((understanding, "spelt_out", None))(ANSWERER):
        pass
