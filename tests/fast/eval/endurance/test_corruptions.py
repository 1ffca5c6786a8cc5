"""Damage to generations is found out: what CI has in small of `python -m eval.endurance.run corruptions`."""

from pathlib import Path

from eval.endurance.corruptions import DAMAGES, answered_wrongly, expected, trial
from eval.endurance.stand_ins import HashEncoder, draft, ingester
from index.store.store import Store


def test_damages_are_found_and_none_is_answered_from(tmp_path: Path) -> None:
    outcomes = list(trial(tmp_path, range(25), seed=3))
    assert [outcome.lost for outcome in outcomes if outcome.lost] == []
    assert {outcome.kind for outcome in outcomes} == set(DAMAGES)


def test_a_wrong_answer_is_told(store: Store, tmp_path: Path) -> None:
    taking = ingester(store, HashEncoder())
    list(taking.ingest([draft("a", "Chuyện mèo đen."), draft("b", "Chuyện hổ trắng.")]))
    right = expected(store, tmp_path / "before")
    assert list(answered_wrongly(store, tmp_path / "sound", right)) == []
    list(taking.ingest([draft("c", "Chuyện mèo đen khác.")]))
    assert "mèo đen finds something else" in answered_wrongly(store, tmp_path / "sound", right)
