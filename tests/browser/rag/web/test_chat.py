"""The chat for everyone, in Chromium: its helpers, languages, keyboard, axe, widths."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import LOOKS, PHONE, Opener, Scheme, Shown, Site, axe
from tests.support.chat_page import (
    NURSES,
    STUDENTS,
    UNKNOWN,
    ask,
    beside,
    card,
    chosen,
    markers,
)


@pytest.fixture(scope="module")
def module_page(chromium: Browser, site: Site) -> Iterator[Page]:
    """One page for what needs no page of its own."""
    context = chromium.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
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
        # Words of a page that is elsewhere: a comma and a hyphen would end them.
        (
            "(await import('/static/shared/text.js')).atWords('https://bao.example/a', 'Việt - Nhật, 7%')",
            "https://bao.example/a#:~:text=Vi%E1%BB%87t%20%2D%20Nh%E1%BA%ADt%2C%207%25",
        ),
        # Of more than twelve the first and the last six.
        (
            "(await import('/static/shared/text.js')).atWords('https://bao.example/#b', 'a b c d e f g h i j k l m')",
            "https://bao.example/#b:~:text=a%20b%20c%20d%20e%20f,h%20i%20j%20k%20l%20m",
        ),
        (
            "(await import('/static/shared/text.js')).atWords('https://bao.example/a', undefined)",
            "https://bao.example/a",
        ),
        (
            "(await import('/static/chat/days.js')).byDay(["
            "{pinned: true, updated_at: '2020-01-01T00:00:00Z'}, {pinned: false, updated_at: '2026-11-21T17:30:00Z'},"
            "{pinned: false, updated_at: '2026-11-21T16:30:00Z'}, {pinned: false, updated_at: '2026-11-16T12:00:00Z'},"
            "{pinned: false, updated_at: '2026-11-15T12:00:00Z'}, {pinned: false, updated_at: '2026-10-01T12:00:00Z'}],"
            " new Date(2026, 10, 22, 9)).map(({name, listed}) => `${name} ${listed.length}`)",
            # Half past midnight of the 22nd, and half past eleven of the 21st, where the reader is.
            ["pinned 1", "today 1", "yesterday 1", "week 1", "month 1", "older 1"],
        ),
        # Of the words beyond the sides' names, one and three share five of seven, the others none.
        (
            "(await import('/static/chat/comparison.js')).together(["
            "{side: 'Cầu Vàm', text: 'Cầu Vàm dài 310 m, thông xe năm 2020'}, {side: 'Cầu Vàm', text: 'Dân vui'},"
            "{side: 'Bến Lội', text: 'Bến Lội dài 77 m, thông xe năm 2026'}, {side: 'Bến Lội', text: 'Phí: 5 xu'}])",
            [[0, 2]],
        ),
    ],
)
def test_helpers_give_what_is_worked_out_by_hand(module_page: Page, call: str, expected: object) -> None:
    assert module_page.evaluate(f"async () => {call}") == expected


def test_the_language_can_be_changed_and_is_kept(shown: Shown) -> None:
    page = shown.open()
    turn = ask(page, NURSES)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(turn.get_by_role("button", name="Take along")).to_be_visible()
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


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["desktop", "phone", "dark"])
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
    if size == PHONE:
        card(page).get_by_role("link", name="Đọc trong bài báo").tap()
    else:
        markers(turn).first.click()
    expect(beside(page).locator("mark")).to_be_visible()
    found["beside"] = axe(page, scheme)
    beside(page).get_by_role("button", name="Đóng").click()
    expect(beside(page)).to_be_hidden()
    turn.get_by_role("button", name="Mang theo").click()
    found["menu"] = axe(page, scheme)
    turn.get_by_role("menuitem", name="Tạo liên kết").click()
    page.get_by_role("dialog", name="Liên kết đến câu trả lời").wait_for()
    found["share"] = axe(page, scheme)
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
    chosen(page, STUDENTS, "Đổi tên")
    found["renaming"] = axe(page, scheme)
    page.get_by_role("textbox", name="Tên của cuộc trò chuyện").press("Escape")
    chosen(page, STUDENTS, "Xóa")
    page.get_by_role("dialog", name="Xóa cuộc trò chuyện này?").wait_for()
    found["confirm"] = axe(page, scheme)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_nothing_is_wider_than_the_window(opened_page: Opener, width: int) -> None:
    page = opened_page((width, 800)).open()
    turn = ask(page, f"{'a' * 120} {STUDENTS}")
    expect(turn).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
