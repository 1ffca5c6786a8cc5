"""Kept answers in Chromium after their articles changed, and answers that are not kept."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.articles_page import BRIDGE_TEXT, EMOJI_TEXT, Add, address, seal
from tests.support.browser import Shown, Site
from tests.support.chat_page import ask, beside, card, hash_of, markers

QUESTION = "Cầu phao Vàm Sát dài bao nhiêu mét?"
CITED = "Cầu phao Vàm Sát dài 1.420 m và tốn 58 triệu USD để xây dựng."


@pytest.fixture(autouse=True)
def bridge(add: Add) -> str:
    """An article to ask about, and to change."""
    return add(id="cau-vam-sat", title="Cầu phao Vàm Sát", text=BRIDGE_TEXT)


def changed(site: Site, article: str, text: str) -> None:
    body = {"id": article, "title": "Cầu phao Vàm Sát", "published_at": "2026-11-21", "text": text}
    (result,) = httpx.post(f"{site.url}/v1/articles", json=body).json()["results"]
    assert result["status"] == "updated"


def read_again(page: Page) -> Locator:
    """The turn as its conversation has it now."""
    page.reload()
    turn = page.locator(".turn")
    expect(turn).to_contain_text(CITED)
    return turn


def today() -> re.Pattern[str]:
    """The day of the answer, where the reader is."""
    day = datetime.now(UTC) + timedelta(hours=7)
    return re.compile(rf"ngày {day.day}/{day.month}/{day.year}")


def test_words_that_moved_are_marked_where_they_are(shown: Shown, site: Site, bridge: str) -> None:
    page = shown.open()
    expect(ask(page, QUESTION)).to_contain_text(CITED)
    changed(site, bridge, f"Tin cập nhật 🎏: cầu đã được sơn lại. {BRIDGE_TEXT}")

    turn = read_again(page)
    markers(turn).first.focus()
    expect(card(page).locator("mark")).to_have_text(CITED)
    expect(card(page).locator(".changed")).to_contain_text("lời được trích vẫn còn trong bài")
    expect(card(page).locator(".changed")).to_have_text(today())
    expect(card(page).locator(".support")).to_be_visible()
    expect(turn.locator(".callout")).to_have_count(0)
    card(page).get_by_role("link", name="Đọc trong bài báo").click()
    expect(beside(page).locator("mark")).to_have_text([CITED])


def test_words_that_are_gone_are_shown_as_they_were_and_marked_nowhere(shown: Shown, site: Site, bridge: str) -> None:
    page = shown.open()
    expect(ask(page, QUESTION).locator(".confidence")).to_be_visible()
    changed(site, bridge, BRIDGE_TEXT.replace("1.420 m", "1.240 m"))

    turn = read_again(page)
    expect(turn.locator(".callout")).to_contain_text("Theo các bài báo ngày")
    expect(turn.locator(".callout")).to_contain_text(today())
    expect(turn.locator(".confidence")).to_have_count(0)
    expect(turn.locator(".sources .changed")).to_contain_text("Bài đã thay đổi sau câu trả lời")
    markers(turn).first.focus()
    expect(card(page).locator("mark")).to_have_text(CITED)
    expect(card(page).locator(".changed")).to_contain_text("đây là lời trong bài khi đó")
    expect(card(page).locator(".support")).to_have_count(0)
    card(page).get_by_role("link", name="Đọc trong bài báo").click()
    expect(page.locator(".reader-text")).to_contain_text("1.240 m")
    expect(page.get_by_text("Bài không còn những lời được trích")).to_be_visible()
    expect(beside(page).locator("mark")).to_have_count(0)


def test_an_article_that_was_removed_is_not_linked(shown: Shown, site: Site, bridge: str) -> None:
    page = shown.open()
    expect(ask(page, QUESTION)).to_contain_text(CITED)
    assert httpx.delete(f"{site.url}/v1/articles/{bridge}").status_code == 204

    markers(read_again(page)).first.focus()
    expect(card(page).locator("mark")).to_have_text(CITED)
    expect(card(page).locator(".changed")).to_contain_text("Bài đã bị xóa sau câu trả lời")
    expect(card(page).get_by_role("link", name="Đọc trong bài báo")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (EMOJI_TEXT, ["đèn 𠮷 lồng"]),
        (f"🎏🎏 {EMOJI_TEXT}", ["đèn 𠮷 lồng"]),
        (EMOJI_TEXT.removeprefix("Lễ hội 🎏👍🏽🇻🇳 "), ["đèn 𠮷 lồng"]),
        (EMOJI_TEXT.replace("𠮷", "吉"), []),
        ("Ngắn.", []),
    ],
)
def test_an_address_marks_its_words_or_nothing(shown: Shown, add: Add, text: str, marks: list[str]) -> None:
    kept = address("x", EMOJI_TEXT, "đèn 𠮷 lồng").partition("?")[2]
    page = shown.open(f"{address(add(title='Lễ hội', text=text))}?{kept}&words={seal('đèn 𠮷 lồng')}")

    expect(page.locator(".reader-text p").first).to_be_visible()
    expect(page.locator("mark")).to_have_text(marks)
    expect(page.get_by_text("Bài không còn những lời được trích")).to_have_count(0 if marks else 1)


def test_on_a_full_disk_an_answer_comes_and_says_that_it_is_not_kept(shown: Shown, site: Site) -> None:
    database = site.service.conversations._db
    page = shown.open()
    expect(ask(page, QUESTION)).to_contain_text(CITED)
    pages = database.rows("PRAGMA page_count")[0][0]
    database.rows(f"PRAGMA max_page_count = {pages}")
    try:
        for number in range(2, 20):
            turn = ask(page, QUESTION, number)
            expect(turn).to_contain_text(CITED)
            if turn.locator(".callout").count():
                break
    finally:
        database.rows("PRAGMA max_page_count = 1000000")
    expect(turn.locator(".callout")).to_contain_text("Câu trả lời này không được lưu")
    expect(turn.get_by_role("button", name="Câu trả lời tốt")).to_have_count(0)
    turn.get_by_role("button", name="Mang theo").click()
    expect(turn.get_by_role("menuitem")).to_have_text(["Sao chép kèm nguồn", "In"])
    page.keyboard.press("Escape")
    # There is room again, and the conversation goes on.
    expect(ask(page, QUESTION, number + 1).locator(".callout")).to_have_count(0)
    turns = site.service.conversations.turns("", hash_of(page).removeprefix("/c/"))
    assert len(turns) == number
