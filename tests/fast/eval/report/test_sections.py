"""What a report says of its runs."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from eval.records import Gold, GoldQuote
from eval.report import write_report
from eval.report.cases import web_address
from index.records import Metadata
from index.storage.errors import Refused
from tests.support.eval_reports import TEXT, WRONG, excerpt, report, result, run_folder, said

HOSTILE = "</script><img src=x onerror=alert(1)><!-- \"'& \u202eđảo\u202c \u2028 {{ 7 * 7 }}"


def cells(page: html.HtmlElement, measure: str) -> list[str]:
    """The row of a measure in the first suite's table."""
    return [str(text) for text in page.xpath(f"//section[1]//tr[th[@scope='row']='{measure}']/td/text()")]


def test_one_run(tmp_path: Path) -> None:
    run = run_folder(tmp_path / "chạy-1", {"own": [result("1"), result("2", answer=WRONG)]})
    page, data = report(tmp_path / "report.html", run)
    # One of two answers contains the gold answer; both found the article.
    assert cells(page, "contained") == ["0.500", "0.000 to 1.000", "2"]
    assert cells(page, "R@1") == ["1.000", "1.000 to 1.000", "2"]
    assert cells(page, "search_ms_p50") == ["4.0", "4.0 to 4.0", "2"]
    text = page.xpath("string(//header)")
    assert "chạy-1" in text
    assert "0123456789" in text
    assert "2026-09-02 08:05 UTC" in text
    # The wrong answer comes first.
    assert [(case["id"], data["outcomes"][case["views"][0]["outcome"]]) for case in data["cases"]] == [
        ("2", "Answered without the gold answer"),
        ("1", "Right"),
    ]
    # Two passages, though both cases show them.
    assert [held["article_id"] for held in data["passages"]] == ["a", "b"]
    assert "difference" not in page.xpath("string(//table)")


def test_cited_and_gold_words_are_marked(tmp_path: Path) -> None:
    _, data = report(tmp_path / "report.html", run_folder(tmp_path / "run", {"own": [result("1")]}))
    view = data["cases"][0]["views"][0]
    # "Cầu dài 310 mét.[1]": sixteen code points, then the marker.
    assert view["answer"]["marks"] == [[0, 16, ["1"]], [16, 19, ["@1"]]]
    # "Cầu dài 310 mét." from 21 on; "dài 310 mét" of it from 25 to 36 is gold too.
    first, second = view["passages"]
    assert first["marks"] == [[21, 25, ["1"]], [25, 36, ["1", "gold"]], [36, 37, ["1"]]]
    assert first["gold"] is True
    assert (second["marks"], second["gold"]) == ([], False)
    assert view["answer"]["citations"][0][1][0]["place"] == 0
    assert view["gold_ranks"] == [1]


def test_offsets_are_code_points(tmp_path: Path) -> None:
    # Each of these takes two units in the script's strings, and the passage begins within the article.
    passage = excerpt("a", "😀𝄞 Cầu dài 310 mét. 😀", start=100)
    answer = said("😀 Cầu dài 310 mét.", "Cầu dài 310 mét.", passage)
    run = run_folder(tmp_path / "run", {"own": [result("1", passages=(passage,), answer=answer)]})
    _, data = report(tmp_path / "report.html", run)
    view = data["cases"][0]["views"][0]
    assert view["answer"]["marks"] == [[0, 18, ["1"]], [18, 21, ["@1"]]]
    assert view["passages"][0]["marks"] == [[3, 7, ["1"]], [7, 18, ["1", "gold"]], [18, 19, ["1"]]]
    assert data["passages"][0]["text"][3:19] == "Cầu dài 310 mét."


def test_a_citation_that_does_not_resolve_says_so(tmp_path: Path) -> None:
    answer = said("Cầu dài 310 mét.", "Cầu dài 310 mét.", excerpt("a"))
    source = replace(answer.citations[0].sources[0], start_char=0, end_char=16)
    broken = replace(answer, citations=(replace(answer.citations[0], sources=(source,)),))
    run = run_folder(tmp_path / "run", {"own": [result("1", answer=broken)]})
    _, data = report(tmp_path / "report.html", run)
    view = data["cases"][0]["views"][0]
    assert view["answer"]["citations"][0][1][0]["place"] is None
    assert view["passages"][0]["marks"] == [[25, 36, ["gold"]]]


def test_strangers_text_is_never_markup(tmp_path: Path) -> None:
    metadata = Metadata(HOSTILE, "javascript:alert(1)", HOSTILE)
    passage = replace(excerpt("a", HOSTILE + TEXT), metadata=metadata)
    hostile = result(
        HOSTILE,
        kind=HOSTILE,
        question=HOSTILE,
        understood=HOSTILE,
        history=(HOSTILE,),
        gold=Gold(("a",), (GoldQuote("a", HOSTILE),), (HOSTILE,)),
        passages=(passage,),
        answer=said(HOSTILE, HOSTILE, passage),
    )
    run = run_folder(tmp_path / "<b>&run", {"own": [hostile, result("2")]})
    page, data = report(tmp_path / "report.html", run)
    assert page.xpath("//img | //*[@onerror] | //header//b | //comment()") == []
    assert len(page.xpath("//script")) == 2
    case = data["cases"][0] if data["cases"][0]["id"] == HOSTILE else data["cases"][1]
    assert (case["question"], case["kind"], case["history"]) == (HOSTILE, HOSTILE, [HOSTILE])
    assert case["views"][0]["answer"]["text"] == f"{HOSTILE}[1]"
    held = next(held for held in data["passages"] if held["title"] == HOSTILE)
    assert (held["text"], held["url"]) == (HOSTILE + TEXT, None)
    # A kind is a label in a chart, where it is text.
    assert f"{HOSTILE} (n = 1)" in page.xpath("//*[local-name()='text'][@class='label']/text()")
    assert page.xpath("string(//h2/bdi)") == "<b>&run"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://tin.example.vn/a?b=1", "https://tin.example.vn/a?b=1"),
        ("http://tin.example.vn", "http://tin.example.vn"),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//tin.example.vn/a", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str | None, expected: str | None) -> None:
    assert web_address(url) == expected


def test_two_runs_are_compared(tmp_path: Path) -> None:
    other = said("Cầu dài 310 mét, mở ngày 2/9.", "Cầu dài 310 mét.", excerpt("a"))
    first = run_folder(tmp_path / "first", {"own": [result("1"), result("2", answer=WRONG), result("3")]})
    second = run_folder(
        tmp_path / "second",
        {"own": [result("1", answer=WRONG), result("2", answer=other), result("4")], "more": [result("1")]},
        k=20,
    )
    page, data = report(tmp_path / "report.html", first, second)
    # Of the two cases that both have, one became better and one worse.
    assert cells(page, "contained")[6:] == ["+0.000", "−1.000 to +1.000", "1.0000", "1 / 0 / 1"]
    assert page.xpath("//section[@id='settings']//h3/following::table[1]//th[@scope='row']/text()") == [
        "settings.k",
        "k",
        "suites.more.name",
        "suites.more.given",
        "suites.more.cases",
        "suites.more.articles",
        "suites.more.corpus",
        "suites.more.options.withheld",
        "suites.more.options.bare",
        "suites.more.options.conversations",
        "suites.more.options.groups",
        "suites.more.options.answers",
    ]
    assert data["runs"] == [["A", "first"], ["B", "second"]]
    cases = {(case["suite"], case["id"]): case["views"] for case in data["cases"]}
    assert [view is None for view in cases["own", "3"]] == [False, True]
    assert [view is None for view in cases["own", "4"]] == [True, False]
    assert [view is None for view in cases["more", "1"]] == [True, False]
    better = cases["own", "2"]
    assert better[0]["changes"] == []
    assert "".join(text for sign, text in better[1]["changes"] if sign != "+") == WRONG.text
    assert "".join(text for sign, text in better[1]["changes"] if sign != "-") == other.text
    # The worst outcome in any run comes first.
    assert [case["id"] for case in data["cases"][:2]] in (["1", "2"], ["2", "1"])


def test_runs_of_other_gold_say_why_they_are_not_compared(tmp_path: Path) -> None:
    first = run_folder(tmp_path / "first", {"own": [result("1")]})
    second = run_folder(tmp_path / "second", {"own": [result("1", gold=Gold(("a",), (), ("310",)))]})
    page, _ = report(tmp_path / "report.html", first, second)
    assert "B is not compared with A: case '1' of own has other gold" in page.xpath("string(//main/p)")
    assert cells(page, "contained")[6:] == ["–"] * 4


def test_the_same_id_with_another_question_is_another_case(tmp_path: Path) -> None:
    first = run_folder(tmp_path / "first", {"own": [result("1")]})
    second = run_folder(tmp_path / "second", {"own": [result("1", question="Cầu nào dài nhất?")]})
    _, data = report(tmp_path / "report.html", first, second)
    assert [[view is None for view in case["views"]] for case in data["cases"]] == [[False, True], [True, False]]


def test_an_unfinished_run_is_read_up_to_its_last_whole_line(tmp_path: Path) -> None:
    whole = run_folder(tmp_path / "whole", {"own": [result("1"), result("2")]})
    run = run_folder(tmp_path / "run", {"own": [result("1"), result("2")]}, finished=False, planned=5)
    lines = (run / "own.jsonl").read_bytes()
    (run / "own.jsonl").write_bytes(lines[:-40])
    page, data = report(tmp_path / "report.html", whole, run)
    assert page.xpath("string(//section[1]/p)") == "A 2 cases · B 1 of 5 cases so far"
    assert "not yet" in page.xpath("string(//header)")
    assert "B is not compared with A before both runs are finished." in page.xpath("string(//main/p)")
    assert [view is None for view in data["cases"][1]["views"]] == [False, True]


def test_a_broken_line_of_a_finished_run_is_refused_by_its_number(tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run", {"own": [result("1"), result("2")]})
    (run / "own.jsonl").write_bytes((run / "own.jsonl").read_bytes()[:-40])
    with pytest.raises(Refused, match=r"own\.jsonl, line 2"):
        write_report([run], tmp_path / "report.html")


def test_a_run_without_cases(tmp_path: Path) -> None:
    started = run_folder(tmp_path / "started", {"own": []}, finished=False, planned=3)
    (started / "own.jsonl").unlink()
    page, data = report(tmp_path / "report.html", started)
    assert page.xpath("string(//section[1]/p[1])") == "0 of 3 cases so far"
    assert "No case has been run yet." in page.xpath("string(//section[1])")
    assert data["cases"] == []
    page, data = report(tmp_path / "report.html", run_folder(tmp_path / "nothing", {}))
    assert data["cases"] == []
    assert page.xpath("//section/@id") == ["measures", "settings", "cases"]


def test_a_run_of_retrieval_alone_has_no_curves(tmp_path: Path) -> None:
    alone = [result(key, answer=None, passages=(), timings_ms={"search": 3.0}) for key in "12"]
    page, data = report(tmp_path / "report.html", run_folder(tmp_path / "run", {"news": alone}))
    assert page.xpath("//figcaption/text()") == ["Ranking", "Latency by stage"]
    assert data["cases"][0]["views"][0]["answer"] is None


def test_folders_that_are_no_runs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"manifest\.json"):
        write_report([tmp_path], tmp_path / "report.html")
    with pytest.raises(Refused, match="0 runs were given, and a report takes 1 to 4"):
        write_report([], tmp_path / "report.html")
    with pytest.raises(Refused, match="5 runs were given"):
        write_report([tmp_path] * 5, tmp_path / "report.html")
