"""`hoidap eval run` as `main` runs it, with a small model: what is right here does not hang on what it finds."""

import json
import re
from pathlib import Path

import pytest

from tests.support.commands import Run
from tests.support.eval_commands import manifest, results, runs
from tests.support.eval_files import BRIDGE, FERRY, MARKET, NEWS, SCHOOL, lines_file, squad_file

# --- A run --------------------------------------------------------------------------------------------------


def test_a_run_is_a_line_a_case_and_a_manifest(run: Run, village: Path) -> None:
    ran = run(village, "--name", "một", "--k", "2")

    assert ran.code == 0
    assert ran.out.splitlines()[0] == "làng"
    assert re.search(r"^  R@10 +1\.000 +\[1\.000, 1\.000\] +n=4$", ran.out, re.MULTILINE)
    assert ran.out.splitlines()[-1] == str(runs("một"))
    assert sorted(path.name for path in runs("một").iterdir()) == ["lock", "làng.jsonl", "manifest.json"]
    found = results("một", "làng")
    assert [result["id"] for result in found] == ["q0", "q1", "q2", "q3"]
    for number, result in enumerate(found):
        assert {item["article_id"] for item in result["ranking"]} == {f"làng-{i}" for i in range(4)}
        assert [item["score"] for item in result["ranking"]] == sorted(
            (item["score"] for item in result["ranking"]), reverse=True
        )
        assert result["gold"]["articles"] == [f"làng-{number}"]
        assert len(result["passages"]) == 2
        assert result["answer"]["outcome"] in ("answered", "related", "none")
        assert result["scores"]["R@10"] == 1.0
    noted = manifest("một")
    assert noted["finished"] is not None
    assert (noted["k"], noted["settings"]["k"], noted["settings"]["precision"]) == (2, 2, "fp32")
    assert "data" not in noted["settings"]
    assert len(noted["model"]["fingerprint"]) == 64
    assert set(noted["packages"]) == {"faiss-cpu", "sentence-transformers", "tantivy", "torch"}
    assert "vi/abstain.txt" in noted["prompts"]
    assert noted["summary"]["làng"]["R@10"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 4}
    (suite,) = noted["suites"]
    assert (suite["name"], suite["cases"], suite["articles"], len(suite["corpus"])) == ("làng", 4, 4, 64)


def test_search_alone_of_several_suites_among_news(run: Run, village: Path, tmp_path: Path) -> None:
    news = lines_file(tmp_path / "tin.jsonl.gz", NEWS)
    other = squad_file(tmp_path / "chợ.json", [MARKET])

    assert run(village, other, "--among", f"{news}:2", "--no-answers", "--bare", "--name", "hai").code == 0

    (first, *_), (only,) = results("hai", "làng"), results("hai", "chợ")
    assert first["question"] == only["question"] == "cho noi hop tu may gio?"
    assert (first["answer"], first["passages"]) == (None, [])
    assert {item["article_id"] for item in only["ranking"]} == {"chợ-0", "n1", "n2"}
    assert "answered" not in manifest("hai")["summary"]["làng"]
    assert "answer_ms_p50" not in manifest("hai")["summary"]["làng"]


def test_known_items(run: Run, tmp_path: Path) -> None:
    news = lines_file(tmp_path / "tin.jsonl", NEWS)
    assert run(f"{news}:2", "--runs", "r", "--name", "x").code == 0
    lines = (Path("r") / "x" / "tin.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert [(item["kind"], item["gold"]["articles"], item["answer"]) for item in found] == [
        ("known-item", ["n1"], None),
        ("known-item", ["n2"], None),
    ]


def test_what_is_withheld_is_not_found(run: Run, village: Path) -> None:
    assert run(village, "--withheld", "half", "--name", "nửa").code == 0
    found = results("nửa", "làng")
    assert [item["id"] for item in found] == [f"q{i}{mark}" for i in range(4) for mark in ("", "#withheld")]
    for number, item in enumerate(found):
        own = f"làng-{number // 2}"
        there = {ranked["article_id"] for ranked in item["ranking"]}
        assert len(there) == 2
        assert (own in there) == item["answerable"] == (number % 2 == 0)
        assert item["gold"]["articles"] == ([own] if item["answerable"] else [])


def test_passages_of_another_file(run: Run, village: Path, tmp_path: Path) -> None:
    english = squad_file(tmp_path / "en.json", [("The market.", [("When does the market open?", ["four"])])])
    assert run(english, "--passages", village, "--name", "p").code == 0
    (result,) = results("p", "en")
    assert (result["language"], result["gold"]["articles"], result["gold"]["answers"]) == (
        "en",
        ["làng-0"],
        ["bốn giờ sáng"],
    )
    assert len(result["ranking"]) == 4


def test_a_copy_that_is_named_beside_an_article_is_found_too(run: Run, tmp_path: Path) -> None:
    told = "Con thuyền gỗ của ông Năm chở đầy lúa từ cánh đồng bên kia sông về kho làng trước khi mưa xuống. " * 2
    copies = [(told, [("Thuyền của ai chở lúa?", ["ông Năm"])]), (told + "Cả làng ra đón.", []), FERRY]
    assert run(squad_file(tmp_path / "s.json", copies), "--name", "c").code == 0
    result = results("c", "s")[0]
    assert [item["article_id"] for item in result["passages"]] in (["s-0", "s-2"], ["s-1", "s-2"])
    first, second, third = result["ranking"]
    assert {first["article_id"], second["article_id"]} == {"s-0", "s-1"}
    assert first["score"] == second["score"] > third["score"]


def test_the_day_of_the_questions_is_kept(run: Run, village: Path) -> None:
    assert run(village, "--today", "2026-03-04", "--name", "d", "--no-answers").code == 0
    tear("d", "làng", 1)
    assert run("--resume", runs("d")).code == 0
    assert manifest("d")["suites"][0]["options"]["today"] == "2026-03-04"


# --- Gates --------------------------------------------------------------------------------------------------


def test_gates(run: Run, village: Path, tmp_path: Path) -> None:
    other = squad_file(tmp_path / "chợ.json", [MARKET])
    passed = run(village, "--fail-under", "R@10=1", "--fail-under", "làng:nDCG@10=0.1", "--name", "a")
    assert (passed.code, "FAILED" in passed.err) == (0, False)

    gates = ("R@10=1.01", "chợ:R@1=2", "nDCG@7=0.5")
    failed = run(village, other, *(word for gate in gates for word in ("--fail-under", gate)), "--name", "b")
    assert failed.code == 1
    assert manifest("b")["finished"] is not None
    said = [line for line in failed.err.splitlines() if line.startswith("FAILED")]
    assert said[:3] == [
        "FAILED R@10=1.01: làng has 1.0000",
        "FAILED R@10=1.01: chợ has 1.0000",
        "FAILED chợ:R@1=2: chợ has 1.0000",
    ]
    assert said[3].startswith("FAILED nDCG@7=0.5: nothing was measured under that name; there are R@1, ")
    assert len(said) == 4


def tear(name: str, suite: str, lines: int) -> None:
    """Leave the run as it is after it was killed in the middle of writing a line."""
    file = runs(name) / f"{suite}.jsonl"
    kept = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([*kept[:lines], kept[lines][:40]]))
    noted = manifest(name)
    (runs(name) / "manifest.json").write_text(json.dumps({**noted, "finished": None, "summary": {}}), encoding="utf-8")


# --- Stopped, and resumed -----------------------------------------------------------------------------------


def test_a_torn_line_is_asked_again(run: Run, village: Path) -> None:
    assert run(village, "--name", "whole", "--withheld", "half", "--k", "3").code == 0
    assert run(village, "--name", "torn", "--withheld", "half", "--k", "3").code == 0
    tear("torn", "làng", 5)

    resumed = run("--resume", runs("torn"))

    assert resumed.code == 0
    assert results("torn", "làng") == results("whole", "làng")
    first, second = manifest("whole"), manifest("torn")
    assert second["finished"] is not None
    assert second["summary"]["làng"]["nDCG@10"] == first["summary"]["làng"]["nDCG@10"]


def test_a_run_is_not_resumed_with_something_else(run: Run, hoidap: Run, village: Path) -> None:
    assert run(village, "--name", "r").code == 0
    tear("r", "làng", 2)
    before = (runs("r") / "làng.jsonl").read_bytes()

    other_settings = hoidap("--dense-weight", "0.4", "eval", "run", "--resume", runs("r"))
    assert other_settings.code == 66
    assert "cannot be resumed: settings.dense_weight was 0.5 and is 0.4 now; put that back" in other_settings.err

    squad_file(village, [MARKET, FERRY], [BRIDGE, ("Trường mới.", SCHOOL[1])])
    other_corpus = run("--resume", runs("r"))
    assert other_corpus.code == 66
    assert "cannot be resumed: suites.0.corpus was '" in other_corpus.err
    assert (runs("r") / "làng.jsonl").read_bytes() == before


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Name a SUITE: own, or a file"),
        (("onw",), 66, "'onw' is no suite; give `own`, a SQuAD file"),
        (("none.json",), 66, "none.json cannot be read (No such file or directory)"),
        (("làng.json", "--k", "0"), 78, "k = 0: "),
        (("làng.json", "--limit", "0"), 2, "0 is not in the range"),
        (("làng.json", "--groups", "third"), 2, "'third' is not one of"),
        (("làng.json", "./làng.json"), 2, "Two suites have the same name among làng, làng"),
        (("làng.json", "--name", "../x"), 2, "'../x' is no name for a folder"),
        (("làng.json", "--name", ""), 2, "'' is no name for a folder"),
        (("làng.json", "--fail-under", "R@1"), 2, "'R@1' is no gate; write it as nDCG@10=0.9"),
        (("làng.json", "--fail-under", "R@1=nan"), 2, "'R@1=nan' is no gate"),
        (("làng.json", "--fail-under", "own:R@1=1"), 2, "names the suite 'own'; this run has làng"),
        (("làng.json", "--resume", "r"), 2, "--resume takes suites and their options from the run; give none here"),
        (("--resume", "r", "--bare"), 2, "give none here"),
        (("--resume", "r", "--runs", "x"), 2, "give none here"),
        (("--resume", "r"), 66, "manifest.json cannot be read"),
        (("làng.json", "--articles", "x"), 66, "takes no --articles"),
    ],
)
@pytest.mark.usefixtures("village")
def test_wrong_usage_is_said_before_anything_is_loaded(
    run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = run(*arguments)
    assert ran.code == code
    assert said in ran.err
    assert "Loading the embedding model" not in ran.err
    assert not Path("data").exists()


def test_a_name_that_is_taken(run: Run, village: Path) -> None:
    assert run(village, "--name", "a", "--no-answers").code == 0
    again = run(village, "--name", "a", "--no-answers")
    assert again.code == 2
    assert "is there already; take another name, or --resume it" in again.err
