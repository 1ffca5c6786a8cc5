"""The command: what it keeps, prints and ends with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.endurance.outcomes import Outcome
from eval.endurance.run import conduct, main


def trial(lost: int | None = None) -> Callable[[Path, range, int], Iterator[Outcome]]:
    def run(folder: Path, numbers: range, seed: int) -> Iterator[Outcome]:
        assert list(folder.iterdir()) == []
        for number in numbers:
            yield Outcome("times", {"seed": seed, "number": number}, lost="gone" if number == lost else "")

    return run


@pytest.mark.parametrize(("lost", "code"), [(None, 0), (2, 1)])
def test_the_exit_code_tells_whether_something_was_lost(
    lost: int | None, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept.jsonl"
    for times in (2, 4, 4):
        with pytest.raises(SystemExit) as ended:
            conduct("trial", trial(lost), times, 7, file)
    assert ended.value.code == code
    printed = capsys.readouterr().out
    # The numbers 0 to 3, each once.
    assert printed.splitlines()[-1 - code].split() == ["times", "4", str(code), "28", "6"]
    assert ("2, times: gone" in printed) == bool(code)


def test_another_trial_s_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text('{"trial": "load", "seed": 1}\n', encoding="utf-8")
    ran = CliRunner().invoke(main, ["corruptions", "--times", "1", "-o", str(file)])
    assert ran.exit_code == 2
    assert "is of another trial" in ran.output


@pytest.mark.parametrize("content", ["", "không phải JSON\n", "\x00\n", "[]\n"], ids=["empty", "words", "nul", "list"])
def test_a_file_that_is_none_of_ours_is_refused_and_left_as_it_is(content: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text(content, encoding="utf-8")
    ran = CliRunner().invoke(main, ["corruptions", "--times", "1", "-o", str(file)])
    assert ran.exit_code == 2
    assert "name another file" in ran.output
    assert file.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("given", [["--times", "0"], ["--seed", "-1"], ["--times", "viele"]])
def test_wrong_numbers_are_refused(given: list[str]) -> None:
    assert CliRunner().invoke(main, ["kills", *given]).exit_code == 2


def test_an_address_that_is_none_is_told_without_a_word_of_it() -> None:
    ran = CliRunner().invoke(main, ["kills", "--times", "1", "--database", "mysql://ai:mật@đâu"])
    assert ran.exit_code == 1
    assert "is no address of PostgreSQL" in ran.output
    assert "mật" not in ran.output
