"""Stories and timelines in Chromium, of the sample articles: two newspapers told of one scholarship."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import LOOKS, PHONE, Opener, Scheme, Shown, axe

WORDS = "hoc bong musashino"
MATTER = "hop tac y te Viet Nam Nhat Ban"


def opened_story(shown: Shown) -> Page:
    """The story, found by its words."""
    page = shown.open("#/stories")
    box = page.get_by_role("searchbox", name=re.compile("Tìm sự kiện|Find stories"))
    box.fill(WORDS)
    box.press("Enter")
    expect(page.locator("#view").get_by_text(re.compile("^1 (sự kiện|story)$"))).to_be_visible()
    page.locator(".story-card a").click()
    expect(page.locator(".told")).to_have_count(2)
    return page


def test_a_story_shows_its_sources_side_by_side(shown: Shown) -> None:
    page = opened_story(shown)
    expect(page.locator(".desk-head .byline")).to_contain_text("2 nguồn")
    expect(page.locator(".desk-head .byline")).to_contain_text("23/2/2026 – 24/2/2026")
    # The first day first.
    expect(page.locator(".story .section-title")).to_have_text(["23 tháng 2, 2026", "24 tháng 2, 2026"])
    opening = page.locator(".told-words").first
    said = opening.inner_text()
    opening.click()
    expect(page.locator("mark")).to_have_text(said)
    page.get_by_role("link", name="Quay lại").click()
    expect(page.locator(".told")).to_have_count(2)
    page.get_by_role("link", name="Các sự kiện").click()
    expect(page.locator(".story-card").first).to_be_visible()


def test_a_matter_is_laid_out_by_day(opened_page: Opener) -> None:
    page = opened_page(PHONE, language="en").open("#/stories")
    page.get_by_role("textbox", name="What should the timeline be of?").fill(MATTER)
    page.get_by_role("button", name="Show by day").tap()
    lines = page.locator(".timeline > li")
    expect(lines.first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\d+ events?$"))).to_have_text(re.compile(rf"^{lines.count()} events?$"))
    days = [day.get_attribute("datetime") for day in page.locator(".timeline time").all()]
    assert days == sorted(set(days), key=str)
    expect(lines.first.locator("button.marker")).to_be_visible()
    page.reload()
    expect(lines.first).to_be_visible()
    page.get_by_role("link", name="Ask this question").tap()
    expect(page.locator(".turn")).to_have_attribute("aria-busy", "false")


def test_what_no_article_tells_of_has_no_timeline(shown: Shown) -> None:
    page = shown.open("#/timeline?q=m%C3%A1y+h%C6%A1i+n%C6%B0%E1%BB%9Bc+tr%C3%AAn+sao+H%E1%BB%8Fa")
    expect(page.locator(".timeline-shown .callout")).to_be_visible()
    expect(page.locator(".timeline")).to_have_count(0)


def test_a_story_that_is_gone_is_said(shown: Shown) -> None:
    shown.expected.append("404")
    page = shown.open("#/st/987654321")
    expect(page.get_by_role("heading", name="Không có sự kiện này")).to_be_focused()
    page.get_by_role("link", name="Các sự kiện").click()
    expect(page.locator(".story-card").first).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["desktop", "phone", "dark"])
def test_axe_finds_nothing(opened_page: Opener, size: tuple[int, int], scheme: Scheme) -> None:
    shown = opened_page(size, scheme, lax=True)
    page = shown.open("#/stories")
    expect(page.locator(".story-card").first).to_be_visible()
    found = {"stories": axe(page, scheme)}
    page = opened_story(shown)
    found["story"] = axe(page, scheme)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page = shown.open("#/timeline?q=h%E1%BB%A3p+t%C3%A1c+y+t%E1%BA%BF+Vi%E1%BB%87t+Nam+Nh%E1%BA%ADt+B%E1%BA%A3n")
    expect(page.locator(".timeline").first).to_be_visible()
    found["timeline"] = axe(page, scheme)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
