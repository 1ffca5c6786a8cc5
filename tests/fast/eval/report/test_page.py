"""What holds of every report: its policy, its structure, its contrast."""

import re
from base64 import b64encode
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
from lxml import html

from tests.support.eval_reports import ABSTAINED, NO_GOLD, WRONG, report, result, run_folder

TEMPLATE = resources.files("eval.report") / "template"


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
