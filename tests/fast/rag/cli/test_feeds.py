"""`hoidap feeds`, `add` and `watch`, as far as nothing is fetched."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Run, runner

OPML = """<?xml version="1.0"?><opml version="2.0"><body><outline text="Báo">
<outline text="Báo Sông" xmlUrl="https://baosong.example/rss"/><outline xmlUrl="https://daibien.example/feed"/>
</outline></body></opml>"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys, 200)


def test_feeds_come_in_and_go_out_as_opml(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, encoding="utf-8")
    assert run("feeds", "import", tmp_path / "feeds.opml").out.splitlines() == [
        "added  https://baosong.example/rss  Báo Sông",
        "added  https://daibien.example/feed",
    ]
    again = run("feeds", "import", tmp_path / "feeds.opml").out
    assert [line.split("  ")[0] for line in again.splitlines()] == ["watched already", "watched already"]

    (tmp_path / "out.opml").write_text(run("feeds", "export").out, encoding="utf-8")
    assert run("feeds", "remove", "https://baosong.example/rss").out == "removed  https://baosong.example/rss\n"
    assert run("feeds", "import", tmp_path / "out.opml").out.startswith(
        "added  https://baosong.example/rss  Báo Sông\n"
    )


def test_feeds_are_listed_with_how_they_fare(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, encoding="utf-8")
    run("feeds", "import", tmp_path / "feeds.opml")
    first, second = run("feeds", "list").out.splitlines()
    assert first == "new        https://baosong.example/rss  Báo Sông  (no pages)"
    assert second == "new        https://daibien.example/feed  -  (no pages)"
    listed = json.loads(run("feeds", "list", "--json").out.splitlines()[0])
    assert (listed["url"], listed["outcome"], listed["pages"]) == ("https://baosong.example/rss", "new", {})


def test_what_is_not_watched_cannot_be_removed(run: Run) -> None:
    ran = run("feeds", "remove", "https://nobody.example/rss")
    assert (ran.code, ran.out) == (1, "not found  https://nobody.example/rss\n")


@pytest.mark.parametrize(
    "command",
    [["add", "https://bao.example/tin"], ["feeds", "add", "https://bao.example/"], ["feeds", "run"], ["watch"]],
)
def test_nothing_is_fetched_without_a_contact(run: Run, command: list[str]) -> None:
    ran = run(*command)
    assert ran.code == 66
    assert "set HOIDAP_FETCH_CONTACT to a web or mail address" in " ".join(ran.err.split())


def test_a_contact_is_an_address(run: Run) -> None:
    ran = run("--fetch-contact", "nobody", "add", "https://bao.example/tin")
    assert ran.code == 78
    assert "no address" in ran.err


def test_a_file_that_is_no_opml_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text("<rss/>", encoding="utf-8")
    ran = run("feeds", "import", tmp_path / "feeds.opml")
    assert ran.code == 66
    assert "no OPML file" in ran.err
