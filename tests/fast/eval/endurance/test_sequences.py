"""Changes in any order: what CI has in small of `python -m eval.endurance.run sequences`."""

from pathlib import Path

from eval.endurance.sequences import Archive, compared, trial
from eval.endurance.stand_ins import draft


def test_two_sequences_are_as_if_made_anew(tmp_path: Path) -> None:
    outcomes = list(trial(tmp_path, range(2), seed=2))
    assert [outcome.lost for outcome in outcomes] == [""] * 2
    assert all(outcome.counts["hits compared"] > 100 for outcome in outcomes)


def test_what_is_not_alike_is_told(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "changed")
    archive.put([draft("a", "Chuyện mèo đen."), draft("b", "Chuyện voi xám.")])
    hits, faults = compared(archive, tmp_path / "behind")
    # Nothing was brought up yet: of both articles, six searches over vectors and two by words with a filter.
    assert hits > 0
    assert any("lexical finds 0 for mèo đen, and not the 1" in fault for fault in faults)
    archive.indexes.refresh()
    assert compared(archive, tmp_path / "up")[1] == []
    archive.withdraw("a", "2026-06-01")
    archive.articles["a"] = archive.articles["a"][0], None
    assert any("for mèo đen" in fault for fault in compared(archive, tmp_path / "withdrawn")[1])
    archive.close()
