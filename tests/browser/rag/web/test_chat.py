"""The chat for everyone, in Chromium: its helpers, languages, keyboard, axe, widths."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import DESKTOP, PHONE, Opener, Scheme, Shown, Site, axe
from tests.support.chat_page import (
    NURSES,
    STUDENTS,
    UNKNOWN,
    ask,
    card,
    markers,
)


@pytest.fixture(scope="module")
def module_page(chromium: Browser, site: Site) -> Iterator[Page]:
    """One page for what needs no page of its own."""
    context = chromium.new_context(timezone_id="Asia/Ho_Chi_Minh")
    page = context.new_page()
    page.goto(site.url)
    yield page
    context.close()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("(await import('/static/shared/dom.js')).webAddress('https://bao.example/a')", "https://bao.example/a"),
        ("(await import('/static/shared/dom.js')).webAddress('javascript:alert(1)')", None),
        ("(await import('/static/shared/dom.js')).webAddress(' java\\nscript:alert(1)')", None),
        ("(await import('/static/shared/dom.js')).webAddress('data:text/html,x')", None),
        ("(await import('/static/shared/dom.js')).webAddress('//bao.example')", None),
        # Offsets are code points, and an emoji is one: a, 😀, b.
        ("(await import('/static/shared/text.js')).parted('a😀b', 1, 2)", ["a", "😀", "b"]),
        (
            "(await import('/static/shared/text.js')).pieces('Có 😀. [1][2]\\nHết', [{index: 1, start: 0, end: 5}])"
            ".map(({kind, text, word, citation}) => [kind, text, word ?? null, Boolean(citation)])",
            [
                ["text", "Có ", None, False],
                ["marker", "1", "😀.", True],
                ["marker", "2", "", False],
                ["break", "\n", None, False],
                ["text", "Hết", None, False],
            ],
        ),
        # 21 days before the 22nd of November are three weeks, wherever the clock stands.
        (
            "(await import('/static/shared/i18n.js')).age('2026-11-01T23:30:00+07:00', new Date(2026, 10, 22, 1))",
            "3 tuần trước",
        ),
        ("(await import('/static/shared/i18n.js')).age('2026-11-21', new Date(2026, 10, 22, 23))", "hôm qua"),
        ("(await import('/static/shared/i18n.js')).formatDate('2026-11-01T00:30:00+07:00')", "1 tháng 11, 2026"),
        ("(await import('/static/shared/i18n.js')).formatDate(null)", ""),
    ],
)
def test_helpers_give_what_is_worked_out_by_hand(module_page: Page, call: str, expected: object) -> None:
    assert module_page.evaluate(f"async () => {call}") == expected


def test_the_language_can_be_changed_and_is_kept(shown: Shown) -> None:
    page = shown.open()
    turn = ask(page, NURSES)
    page.get_by_role("button", name="Tùy chọn").click()
    page.get_by_role("radio", name="English").check()
    page.get_by_role("button", name="Xong").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(turn.get_by_role("button", name="Copy with sources")).to_be_visible()
    expect(turn.locator(".sources li").first).to_contain_text("July 7, 2025")
    expect(turn.locator(".answer-text")).to_have_attribute("lang", "vi")
    page.reload()
    expect(page.get_by_role("button", name="New conversation")).to_be_visible()


def test_the_theme_can_be_changed_and_is_kept(shown: Shown) -> None:
    page = shown.open()
    page.get_by_role("button", name="Tùy chọn").click()
    page.get_by_role("radio", name="Tối").check()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 23, 26)"


def test_the_keyboard_is_enough(shown: Shown) -> None:
    page = shown.open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#view")).to_be_focused()
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "question":
            break
    page.keyboard.type(NURSES)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_attribute("aria-busy", "false")
    seen = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        seen.append(page.evaluate("document.activeElement.className"))
        if seen[-1] == "marker":
            break
    assert seen[-1] == "marker"
    # Where the focus is can be seen.
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened_page: Opener, size: tuple[int, int], scheme: Scheme) -> None:
    page = opened_page(size, scheme, lax=True).open()
    found = {"empty": axe(page, scheme)}
    turn = ask(page, STUDENTS)
    found["answered"] = axe(page, scheme)
    ask(page, UNKNOWN, turns=2)
    found["abstained"] = axe(page, scheme)
    if size == PHONE:
        markers(turn).first.tap()
    else:
        markers(turn).first.hover()
    expect(card(page)).to_be_visible()
    found["card"] = axe(page, scheme)
    page.keyboard.press("Escape")
    turn.get_by_role("button", name="Câu trả lời chưa tốt").click()
    turn.get_by_role("button", name="Gửi góp ý").wait_for()
    found["feedback"] = axe(page, scheme)
    page.get_by_role("button", name="Giới hạn bài báo").click()
    page.get_by_role("dialog").get_by_label("Báo Bắc Nam").check()
    found["filters"] = axe(page, scheme)
    page.get_by_role("button", name="Áp dụng").click()
    found["chips"] = axe(page, scheme)
    page.get_by_role("button", name="Tùy chọn").click()
    page.get_by_role("dialog").wait_for()
    found["options"] = axe(page, scheme)
    page.keyboard.press("Escape")
    if size == PHONE:
        page.get_by_role("button", name="Các cuộc trò chuyện").click()
        found["drawer"] = axe(page, scheme)
    page.get_by_role("button", name=re.compile("Xóa cuộc trò chuyện")).first.click()
    page.get_by_role("dialog", name="Xóa cuộc trò chuyện này?").wait_for()
    found["confirm"] = axe(page, scheme)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_nothing_is_wider_than_the_window(opened_page: Opener, width: int) -> None:
    page = opened_page((width, 800)).open()
    turn = ask(page, f"{'a' * 120} {STUDENTS}")
    expect(turn).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
