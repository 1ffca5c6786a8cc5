"""The report of runs: outcomes, marks, charts, the page and what it embeds."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from eval.data.suites import Options
from eval.records import Excerpt, Gold, Quoted, Ranked, Result
from eval.report import write_report
from eval.report.cases import web_address
from eval.report.charts import Bar, Row, Series, curve_chart, share_chart, ticks, time_chart
from eval.report.marks import changes, segments
from eval.report.measures import bounds, meaning, number
from eval.report.outcomes import Outcome, gold_ranks, outcome
from eval.runs.manifest import Manifest, SuiteEntry, write_manifest
from eval.scores import Interval, score_case
from index.records import Metadata
from index.storage.errors import Refused
from rag.records import Answer, Citation, Source

TEMPLATE = resources.files("eval.report") / "template"
TEXT = "Cầu Vàm mở ngày 2/9. Cầu dài 310 mét."
HOSTILE = "</script><img src=x onerror=alert(1)><!-- \"'& \u202eđảo\u202c \u2028 {{ 7 * 7 }}"
Json = dict[str, Any]


def excerpt(article: str, text: str = TEXT, start: int = 0, url: str | None = None) -> Excerpt:
    return Excerpt(
        article, 7, Metadata(f"Bài {article}", url, "Báo Sông", "2026-09-02"), text, start, start + len(text), 0.5
    )


def said(text: str, cited: str, passage: Excerpt, confidence: float = 0.8) -> Answer:
    """An answer `text [1]` that cites words of the passage."""
    at = passage.text.index(cited) + passage.start_char
    source = Source(passage.article_id, 7, Metadata(), cited, at, at + len(cited), 0.9, "full")
    return Answer(f"{text}[1]", False, confidence, "vi", (Citation(1, 0, len(text), text, (source,)),))


def result(key: str, **changed: Any) -> Result:
    """A right answer, "Cầu dài 310 mét.[1]", found first; scored."""
    passage = excerpt("a")
    plain = Result(
        id=key,
        kind="number",
        language="vi",
        group=key,
        question=f"Cầu Vàm dài bao nhiêu ({key})?",
        history=(),
        understood=f"Cầu Vàm dài bao nhiêu ({key})?",
        answerable=True,
        gold=Gold(("a",), (Quoted("a", "dài 310 mét"),), ("310 mét",)),
        ranking=(Ranked("a", 0.9), Ranked("b", 0.4)),
        answer=said("Cầu dài 310 mét.", "Cầu dài 310 mét.", passage),
        passages=(passage, excerpt("b", "Chợ nổi họp lúc năm giờ sáng.")),
        timings_ms={"encoding": 2.0, "search": 4.0, "answer": 14.0},
    )
    made = replace(plain, **changed)
    return made if "scores" in changed else replace(made, scores=score_case(made))


ABSTAINED = Answer("Tôi không biết.", True, 0.2, "vi")
WRONG = said("Cầu Vàm mở ngày 2/9.", "Cầu Vàm mở ngày 2/9.", excerpt("a"))
NO_GOLD = Gold((), (), ())


def run_folder(
    folder: Path,
    suites: Mapping[str, Sequence[Result]],
    *,
    finished: bool = True,
    k: int = 10,
    planned: int | None = None,
) -> Path:
    folder.mkdir()
    manifest = Manifest(
        version="0.1.0",
        commit="0123456789abcdef",
        dirty=False,
        started="2026-09-02T08:00:00+00:00",
        finished="2026-09-02T08:05:00+00:00" if finished else None,
        settings={"k": k, "dense_weight": 0.5},
        model={"name": "bundled", "fingerprint": "f"},
        chunking={"max_tokens": 224},
        k=k,
        prompts={},
        calibration="c",
        packages={},
        suites=tuple(SuiteEntry(name, name, planned or len(r), 2, "d", Options()) for name, r in suites.items()),
        summary={},
    )
    write_manifest(folder, manifest)
    for name, results in suites.items():
        (folder / f"{name}.jsonl").write_text("".join(one.to_json() + "\n" for one in results), encoding="utf-8")
    return folder


def report(target: Path, *runs: Path) -> tuple[html.HtmlElement, Json]:
    """The page as a browser's parser sees it, and the embedded cases."""
    write_report(runs, target)
    page = html.fromstring(target.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    return page, json.loads(page.xpath("string(//script[@id='data'])"))


def cells(page: html.HtmlElement, measure: str) -> list[str]:
    """The row of a measure in the first suite's table."""
    return [str(text) for text in page.xpath(f"//section[1]//tr[th[@scope='row']='{measure}']/td/text()")]


# --- Outcomes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Outcome.RIGHT),
        ({"answer": WRONG}, Outcome.WRONG),
        ({"answer": ABSTAINED}, Outcome.ABSTAINED),
        ({"answerable": False, "gold": NO_GOLD, "answer": ABSTAINED}, Outcome.RIGHT),
        ({"answerable": False, "gold": NO_GOLD}, Outcome.MADE_UP),
        # Right words from another article: the gold one was not found.
        ({"ranking": (Ranked("b", 0.4),)}, Outcome.NOT_FOUND),
        ({"answer": None, "passages": (), "ranking": (Ranked("b", 0.4),)}, Outcome.NOT_FOUND),
        ({"answer": None, "passages": ()}, Outcome.RIGHT),
        # Eleventh is too late.
        ({"ranking": (*(Ranked(f"x{n}", 1.0) for n in range(10)), Ranked("a", 0.1))}, Outcome.NOT_FOUND),
        # Without gold answers the gold quotes tell, and without those nothing does.
        ({"gold": Gold(("a",), (Quoted("a", "dài 310 mét"),), ()), "answer": WRONG}, Outcome.WRONG),
        ({"gold": Gold(("a",), (Quoted("a", "dài 310 mét"),), ())}, Outcome.RIGHT),
        ({"gold": Gold(("a",), (), ())}, Outcome.UNJUDGED),
    ],
)
def test_an_outcome_is_the_worst_that_can_be_said(changed: Json, expected: Outcome) -> None:
    assert outcome(result("1", **changed)) is expected


def test_gold_ranks_count_from_one() -> None:
    found = result("1", gold=Gold(("b", "c"), (), ()), ranking=tuple(Ranked(name, 1.0) for name in "abc"))
    assert gold_ranks(found, 10) == [2, 3]
    assert gold_ranks(found, 2) == [2]


# --- Marks ---------------------------------------------------------------------------------------------


def test_overlapping_spans_become_segments_with_every_label() -> None:
    assert segments([(0, 4, "1"), (2, 6, "2"), (8, 9, "1")], 20) == [
        (0, 2, ["1"]),
        (2, 4, ["1", "2"]),
        (4, 6, ["2"]),
        (8, 9, ["1"]),
    ]


def test_spans_that_leave_the_text_are_clipped_or_dropped() -> None:
    assert segments([(-3, 2, "1"), (4, 99, "2"), (7, 9, "3"), (3, 3, "4")], 5) == [(0, 2, ["1"]), (4, 5, ["2"])]


def test_changes_are_word_by_word() -> None:
    assert changes("Cầu dài 300 mét.", "Cầu mới dài 310 mét.") == [
        ("=", "Cầu "),
        ("+", "mới "),
        ("=", "dài "),
        ("-", "300 "),
        ("+", "310 "),
        ("=", "mét."),
    ]


@given(st.text("ab .\n", max_size=30), st.text("ab .\n", max_size=30))
def test_changes_lead_to_the_second_text(before: str, after: str) -> None:
    assert "".join(text for sign, text in changes(before, after) if sign != "-") == after


def test_texts_too_long_to_compare_are_replaced_whole() -> None:
    before, after = "a " * 2001, "b"
    assert changes(before, after) == [("-", before), ("+", after)]


# --- Charts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.83, 1.0, [0.8, 0.85, 0.9, 0.95, 1.0]),
        (0.0, 77.4, [0.0, 20.0, 40.0, 60.0, 80.0]),
        (0.0, 0.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.3, 1.0, [0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_ticks_are_round_and_hold_everything(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


def test_a_row_chart_places_bars_across_in_per_cent() -> None:
    rows = [Row("R@1", "0.900", (Bar(0, 0.9, 0.85, 0.95, "half-way"), Bar(1, 1.0, 1.0, 1.0, "at the end")))]
    chart = share_chart("Ranking", "mean", rows)
    # The axis goes from 0.8 at 3 % to 1 at 97 %.
    first, second = chart.rows[0].bars
    assert (first.low, first.x, first.high) == (26.5, 50.0, 73.5)
    assert second.x == 97.0
    assert second.y - first.y == 14
    assert [(tick.at, tick.label) for tick in chart.ticks] == [
        (3.0, "0.8"),
        (26.5, "0.85"),
        (50.0, "0.9"),
        (73.5, "0.95"),
        (97.0, "1"),
    ]
    assert chart.description == "half-way at the end"


def test_times_start_at_zero() -> None:
    chart = time_chart("Latency", "ms", [Row("search", "", (Bar(0, 10.0, 10.0, 20.0, ""),))])
    assert chart.rows[0].bars[0].x == 50.0
    assert chart.ticks[0].label == "0"


def test_a_curve_keeps_its_last_point_and_few_others() -> None:
    points = tuple((n / 1000, 0.5) for n in range(1001))
    drawn = curve_chart("t", "d", "x", "y", [Series(0, points, ())]).drawn[0]
    assert drawn.points[-1][0] == 388  # coverage 1 is the right edge
    assert len(drawn.points) <= 400


def test_the_diagonal_of_a_square_chart_goes_from_corner_to_corner() -> None:
    chart = curve_chart("t", "d", "x", "y", [Series(0, ((0.0, 0.0), (1.0, 1.0)), ("", ""), line=False)], square=True)
    start, end = chart.drawn[0].points
    assert chart.diagonal == f"M{start[0]:g} {start[1]:g}L{end[0]:g} {end[1]:g}"


def test_numbers_are_written_for_people() -> None:
    assert number("R@1", 0.12345) == "0.123"
    assert number("search_ms_p95", 12.345) == "12.3"
    assert bounds("R@1", Interval(0.5, 0.25, 0.75, 4)) == "0.250 to 0.750"
    assert bounds("ECE", Interval(0.5, None, None, 4)) == "–"
    assert meaning("R@5") == "share of the gold articles among the first 5"
    assert meaning("RR@10").startswith("one over the rank")
    assert meaning("unheard-of") == ""


# --- The page ------------------------------------------------------------------------------------------


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
        gold=Gold(("a",), (Quoted("a", HOSTILE),), (HOSTILE,)),
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


# --- What holds of every page --------------------------------------------------------------------------


@pytest.fixture
def page(tmp_path: Path) -> html.HtmlElement:
    """Two runs, with every part that a page can have."""
    results = [
        result("1"),
        result("2", kind="date", language="en", answer=WRONG),
        result("3", answerable=False, gold=NO_GOLD, answer=ABSTAINED),
    ]
    runs = [run_folder(tmp_path / name, {"own": results}, k=k) for name, k in (("one", 10), ("two", 20))]
    return report(tmp_path / "report.html", *runs)[0]


def test_the_policy_admits_the_pages_own_script_and_style_only(page: html.HtmlElement) -> None:
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    rules = {name: sources for name, _, sources in (rule.strip().partition(" ") for rule in policy.split(";"))}
    script = page.xpath("//script[not(@type)]")
    style = page.xpath("//style")
    assert (len(script), len(style)) == (1, 1)
    for name, element in (("script-src", script[0]), ("style-src", style[0])):
        assert rules[name] == f"'sha256-{b64encode(sha256(element.text.encode()).digest()).decode()}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    attributes = {name for element in page.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on")} | (attributes & {"style", "src", "srcset"})
    assert all(link.startswith("#") for link in page.xpath("//@href"))


def test_the_page_is_sound(page: html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = {name for names in page.xpath("//@aria-labelledby") for name in names.split()}
    assert named | {link[1:] for link in page.xpath("//a/@href")} <= set(ids)
    assert page.get("lang") == "en"
    assert [len(page.xpath(f"//{tag}")) for tag in ("h1", "main", "header", "head/title", "noscript")] == [
        1,
        1,
        1,
        1,
        1,
    ]
    assert all(svg.xpath("./title") and svg.xpath("./desc") for svg in page.xpath("//svg[@role='img']"))
    assert all(one.xpath("ancestor::label") for one in page.xpath("//select | //input"))
    assert page.xpath("//th[not(@scope)]") == []
    assert all(region.get("tabindex") == "0" for region in page.xpath("//*[@role='region']"))


def test_every_chart_is_there(page: html.HtmlElement) -> None:
    titles = page.xpath("//figcaption/text()")
    assert titles == [
        "Ranking",
        "Answers",
        "Citations",
        "Abstention",
        "Risk and coverage",
        "Reliability",
        "Latency by stage",
        "R@1 by kind",
        "contained by kind",
        "abstain_recall by kind",
        "R@1 by language",
        "contained by language",
        "abstain_recall by language",
    ]
    latency = page.xpath("//figure[figcaption='Latency by stage']//*[@class='numbers']/text()")
    assert latency[0] == "A 2.0 / 2.0 ms · B 2.0 / 2.0 ms"


def test_the_script_finds_what_it_looks_for(page: html.HtmlElement) -> None:
    script = (TEMPLATE / "report.js").read_text("utf-8")
    wanted = set(re.findall(r'(?:field|getElementById|value|fill)\("(\w+)"', script))
    assert {"data", "list", "filters", "search", "outcome"} <= wanted <= set(page.xpath("//@id"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|</|<!--", script)


def _luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast_is_enough(scheme: int) -> None:
    style = (TEMPLATE / "report.css").read_text("utf-8")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))

    def contrast(one: str, other: str) -> float:
        dark, light = sorted((_luminance(colours[one]), _luminance(colours[other])))
        return (light + 0.05) / (dark + 0.05)

    texts = [(text, ground) for text in ("ink", "quiet", "link", "warning") for ground in ("page", "raised")]
    texts += [("ink", ground) for ground in ("cited", "gold", "inserted", "deleted")]
    texts += [(name, f"{name}-page") for name in ("bad", "weak", "good")]
    assert {pair: contrast(*pair) for pair in texts if contrast(*pair) < 4.5} == {}
    shapes = [(name, "page") for name in ("run-0", "run-1", "run-2", "run-3", "control", "gold-edge")]
    assert {pair: contrast(*pair) for pair in shapes if contrast(*pair) < 3} == {}
