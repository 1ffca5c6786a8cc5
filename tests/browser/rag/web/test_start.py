"""The start and the pages of names in Chromium: what the archive holds, at a glance, and on to asking."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from rag.http.app import build_app
from rag.http.state import State
from rag.service.background import caught_up
from rag.service.wiring import Service
from tests.support.articles_page import Add
from tests.support.browser import LOOKS, Opener, Scheme, Shown, axe
from tests.support.loopback import served
from tests.support.service import empty_beside

FERRIES = (
    (
        "Na Uy giúp sửa bến phà",
        "Chuyên gia Na Uy sửa bến phà Cồn Vịnh. Na Uy chi 3 triệu USD cho bến phà.",
        "2026-09-14",
    ),
    ("Na Uy tặng phà điện", "Na Uy tặng huyện 2 chiếc phà điện. Thụy Điển lo trạm sạc.", "2026-11-20"),
)


@pytest.fixture
def ferries(add: Add) -> None:
    """Two articles that name Norway, which the sample names nowhere with figures."""
    for title, text, day in FERRIES:
        add(title=title, text=text, published_at=day, source="Báo Cồn Vịnh")


@pytest.mark.usefixtures("ferries")
def test_the_start_shows_the_archive_and_asks(shown: Shown) -> None:
    page = shown.open()
    expect(page.locator(".glance")).to_contain_text("44 bài")
    expect(page.locator(".glance")).to_contain_text(re.compile("Hôm nay: [0-9]+ bài mới"))
    newest = page.locator(".lead-story a")
    expect(newest).to_have_text("Na Uy tặng phà điện")
    newest.click()
    expect(page.locator(".reader-text")).to_contain_text("2 chiếc phà điện")
    page.get_by_role("link", name="Quay lại").click()

    box = page.get_by_role("textbox", name="Câu hỏi của bạn")
    box.fill("Na Uy tặng huyện mấy chiếc phà điện?")
    box.press("Enter")
    turn = page.locator(".turn")
    expect(turn).to_have_attribute("aria-busy", "false")
    expect(turn).to_contain_text("Na Uy tặng huyện 2 chiếc phà điện")
    assert "#/c/" in page.url
    # One step back is the start, which asks nothing once more.
    page.go_back()
    expect(page.locator(".glance")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)
    page.go_forward()
    expect(page.locator(".turn")).to_have_count(1)


def test_an_empty_archive_says_how_to_fill_it(opened_page: Opener, sample_service: Service, tmp_path: Path) -> None:
    with empty_beside(sample_service, tmp_path / "data") as service, served(build_app(State.of(service))) as url:
        caught_up(service)
        page = opened_page(url=url, language="en").open()
        expect(page.get_by_text("There are no articles yet")).to_be_visible()
        page.get_by_role("link", name="Add articles").click()
        expect(page.get_by_role("textbox", name="Text")).to_be_visible()


@pytest.mark.usefixtures("ferries")
def test_a_name_has_a_page(shown: Shown) -> None:
    page = shown.open("#/articles?q=%22b%E1%BA%BFn+ph%C3%A0%22")
    facets = page.get_by_role("complementary", name="Lọc bài")
    facets.get_by_role("checkbox", name=re.compile("^Na Uy")).check()
    page.get_by_role("link", name="Trang về Na Uy").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Na Uy")
    expect(page.get_by_role("table", name="Số bài nhắc đến theo tháng").get_by_role("row")).to_have_text(
        ["Thời gianSố bài", "tháng 9 năm 20261", "tháng 11 năm 20261"]
    )
    expect(page.locator(".headlines").first.locator("a")).to_have_text(
        ["Na Uy tặng phà điện", "Na Uy giúp sửa bến phà"]
    )
    expect(page.locator(".figures blockquote").first).to_have_text("Na Uy tặng huyện 2 chiếc phà điện.")
    page.get_by_role("link", name=re.compile("^Thụy Điển")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thụy Điển")
    page.go_back()
    page.get_by_role("textbox", name="Hỏi về Na Uy…").fill("tặng huyện mấy chiếc phà điện?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".turn .question")).to_contain_text("Na Uy: tặng huyện mấy chiếc phà điện?")


def test_a_name_that_no_article_has(shown: Shown) -> None:
    shown.expected.append("404")
    page = shown.open("#/e/person/ai%20%C4%91%C3%B3")
    expect(page.get_by_role("heading", name="Chưa có bài nào nhắc đến tên này")).to_be_focused()


@pytest.mark.usefixtures("ferries")
@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["desktop", "phone", "dark"])
def test_axe_finds_nothing(opened_page: Opener, size: tuple[int, int], scheme: Scheme) -> None:
    shown = opened_page(size, scheme, lax=True)
    page = shown.open()
    expect(page.locator(".glance")).to_be_visible()
    found = {"start": axe(page, scheme)}
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page = shown.open("#/articles?q=Na+Uy")
    page.get_by_role("button", name="Chọn nhiều").wait_for()
    page.goto(f"{shown.url}/#/e/country/norway")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    found["name"] = axe(page, scheme)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
