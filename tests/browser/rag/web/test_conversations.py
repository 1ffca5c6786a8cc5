"""The list of conversations in Chromium: searched, renamed, pinned; and what the page alone has asked."""

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import PHONE, Opener, Site
from tests.support.chat_page import NURSES, STUDENTS, ask, chosen


def conversations(page: Page) -> Locator:
    return page.get_by_role("navigation", name=re.compile("Các cuộc trò chuyện|Conversations"))


def titles(page: Page) -> Locator:
    return conversations(page).locator(".conversation-title")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_conversations_are_renamed_pinned_and_found(opened_page: Opener, site: Site, phone: bool) -> None:
    other = httpx.post(f"{site.url}/v1/ask", json={"question": "Ai phát minh ra tàu hỏa?"}, timeout=300).json()
    page = opened_page(PHONE).open() if phone else opened_page().open()
    for question in (NURSES, STUDENTS):
        page.goto(f"{site.url}/#/")
        page.reload()
        ask(page, question)
    if phone:
        page.get_by_role("button", name="Các cuộc trò chuyện").click()
    expect(conversations(page).get_by_role("heading", level=3)).to_have_text(["Hôm nay"])
    expect(titles(page).nth(0)).to_have_text(STUDENTS)
    expect(titles(page).nth(1)).to_have_text(NURSES)
    # What other programs asked is not in it.
    expect(conversations(page).locator(f"[data-id='{other['conversation_id']}']")).to_have_count(0)

    chosen(page, NURSES, "Đổi tên")
    field = page.get_by_role("textbox", name="Tên của cuộc trò chuyện")
    expect(field).to_have_value(NURSES)
    field.press("Escape")
    expect(titles(page).nth(1)).to_have_text(NURSES)
    chosen(page, NURSES, "Đổi tên")
    field.fill("Điều dưỡng <b>Hải Phòng</b>")
    field.press("Enter")
    expect(titles(page).nth(1)).to_have_text("Điều dưỡng <b>Hải Phòng</b>")
    renamed = conversations(page).get_by_role("button", name=re.compile("Điều dưỡng <b>"))
    expect(renamed).to_be_focused()

    chosen(page, "Điều dưỡng <b>Hải Phòng</b>", "Ghim lên đầu")
    expect(conversations(page).get_by_role("heading", level=3)).to_have_text(["Đã ghim", "Hôm nay"])
    expect(titles(page).nth(0)).to_have_text("Điều dưỡng <b>Hải Phòng</b>")

    search = page.get_by_role("searchbox", name="Tìm cuộc trò chuyện")
    search.fill("dieu duong")
    expect(titles(page)).to_have_text(["Điều dưỡng <b>Hải Phòng</b>"])
    search.fill("xyzzy")
    expect(conversations(page)).to_contain_text("Không có cuộc trò chuyện nào như vậy.")
    search.fill("")
    chosen(page, "Điều dưỡng <b>Hải Phòng</b>", "Bỏ ghim")
    expect(conversations(page).get_by_role("heading", level=3)).to_have_text(["Hôm nay"])
    chosen(page, "Điều dưỡng <b>Hải Phòng</b>", "Xóa")
    page.get_by_role("dialog").get_by_role("button", name="Xóa", exact=True).click()
    expect(titles(page)).to_have_count(1)
