"""Asking in Chromium: streams, typing, conversations, filters, opinions, keys."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from rag.http.access.keys import opened_keys
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.browser import DESKTOP, PHONE, Opener, Shown, Site
from tests.support.chat_page import (
    NURSES,
    STUDENTS,
    ask,
    chosen,
    hash_of,
    markers,
    questions_sent,
    taken,
)
from tests.support.llm_server import Scripted, scripted
from tests.support.loopback import served
from tests.support.service import copied, empty_beside
from tests.support.streams import SCHOLARSHIPS, Writer, beside


@contextmanager
def slow_site(service: Service, data: Path) -> Iterator[tuple[str, Scripted]]:
    """A server with a model that takes its time, and the model."""
    with (
        scripted(Writer("140 suất", before=1, after=60)) as model,
        beside(service, data, generator="openai", llm_url=model.url, llm_model="scripted") as own,
        served(build_app(State.of(own))) as url,
    ):
        yield url, model


def test_stages_are_shown_and_an_answer_can_be_stopped(
    sample_service: Service, tmp_path: Path, opened_page: Opener
) -> None:
    with slow_site(sample_service, tmp_path / "data") as (url, model):
        page = opened_page(url=url).open()
        box = page.get_by_role("textbox", name="Câu hỏi của bạn")
        box.fill(SCHOLARSHIPS)
        box.press("Enter")
        expect(page.locator(".stage")).to_have_text("Đang viết câu trả lời…")
        # The sentence, with its source, is there before the model has ended.
        expect(markers(page.locator(".turn"))).to_have_count(1)
        expect(page.locator(".turn")).to_have_attribute("aria-busy", "true")
        # What is typed meanwhile is neither sent nor lost.
        box.fill("Và sau đó?")
        box.press("Enter")
        expect(box).to_have_value("Và sau đó?")
        page.get_by_role("button", name="Dừng trả lời").click()
        expect(page.locator(".callout-title")).to_have_text("Bạn đã dừng câu trả lời này.")
        expect(page.get_by_role("button", name="Gửi câu hỏi")).to_be_visible()
        model.script = Writer("140 suất")
        page.get_by_role("button", name="Hỏi lại").click()
        expect(page.locator(".turn")).to_have_attribute("aria-busy", "false")
        expect(page.locator(".turn")).to_have_count(1)
        expect(page.locator(".answer-text")).to_contain_text("140 suất")
        # One may choose between the model and quotes.
        page.get_by_role("button", name="Tùy chọn").click()
        expect(page.get_by_role("group", name="Cách trả lời")).to_be_visible()
        page.get_by_role("radio", name="Trích nguyên văn").check()
        page.get_by_role("button", name="Xong").click()
        sent = questions_sent(page)
        ask(page, SCHOLARSHIPS, turns=2)
        assert '"generator":"extractive"' in sent[0]


def test_a_server_that_cannot_be_reached_is_said_and_asking_again_helps(shown: Shown) -> None:
    shown.expected = ["ERR_INTERNET_DISCONNECTED"]
    page = shown.open()
    page.context.set_offline(True)
    turn = ask(page, NURSES)
    expect(turn.locator(".callout.danger")).to_contain_text("Không kết nối được với máy chủ")
    expect(turn.get_by_role("heading", level=2)).to_contain_text(NURSES)
    page.context.set_offline(False)
    turn.get_by_role("button", name="Hỏi lại").click()
    expect(turn.locator(".answer-text")).to_contain_text("320 học viên")
    expect(page.locator(".turn")).to_have_count(1)


def test_what_the_server_refuses_is_told_with_its_mend(shown: Shown) -> None:
    shown.expected = ["429"]

    def busy(route: Route) -> None:
        route.fulfill(
            status=429,
            content_type="application/problem+json",
            body='{"title": "x", "status": 429, "detail": "64 requests"}',
        )

    page = shown.open()
    page.route("**/v1/ask", busy)
    turn = ask(page, NURSES)
    expect(turn.locator(".callout.danger")).to_contain_text("Có quá nhiều yêu cầu cùng lúc.")
    expect(turn.locator(".callout.danger")).to_contain_text("Hãy đợi vài giây rồi thử lại.")
    expect(turn.locator(".callout.danger")).to_contain_text("64 requests")


# --- Typing ---------------------------------------------------------------------------------------------------


def test_enter_that_ends_a_syllable_of_telex_does_not_send(shown: Shown) -> None:
    page = shown.open()
    box = page.get_by_role("textbox", name="Câu hỏi của bạn")
    box.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "Việt", "selectionStart": 4, "selectionEnd": 4})
    page.keyboard.press("Enter")
    assert page.locator(".turn").count() == 0
    keyboard.send("Input.insertText", {"text": "Việt Nam"})
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("x")
    expect(box).to_have_value(re.compile("^Việt Nam\nx"))
    assert page.locator(".turn").count() == 0


def test_what_is_typed_outlives_a_reload_and_a_view(shown: Shown) -> None:
    page = shown.open()
    page.get_by_role("textbox", name="Câu hỏi của bạn").fill("Nửa câu")
    page.reload()
    expect(page.get_by_role("textbox", name="Câu hỏi của bạn")).to_have_value("Nửa câu")
    page.get_by_role("link", name="Kho bài", exact=True).click()
    page.get_by_role("link", name="Hỏi", exact=True).click()
    expect(page.get_by_role("textbox", name="Câu hỏi của bạn")).to_have_value("Nửa câu")


def test_a_question_that_is_too_long_says_by_how_much(shown: Shown) -> None:
    page = shown.open()
    box = page.get_by_role("textbox", name="Câu hỏi của bạn")
    box.fill("😀" * 2003)
    expect(page.locator(".count")).to_have_text("Dài quá 3 ký tự")
    box.press("Enter")
    assert page.locator(".turn").count() == 0
    expect(box).not_to_have_value("")


# --- Conversations --------------------------------------------------------------------------------------------


def test_a_conversation_is_resumed_listed_and_deleted(shown: Shown, site: Site) -> None:
    page = shown.open()
    ask(page, STUDENTS)
    ask(page, "Còn ở Đức thì sao?", turns=2)
    kept = hash_of(page).removeprefix("/c/")
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").first.locator(".callout-title")).to_have_text("Các bài báo nói khác nhau")
    conversations = page.get_by_role("navigation", name="Các cuộc trò chuyện")
    here = conversations.locator("[aria-current=page]")
    expect(here).to_contain_text(STUDENTS)
    conversations.get_by_role("button", name="Cuộc trò chuyện mới").click()
    expect(page.locator(".start")).to_be_visible()
    expect(here).to_have_count(0)
    page.go_back()
    expect(page.locator(".turn")).to_have_count(2)

    chosen(page, STUDENTS, "Xóa")
    page.get_by_role("dialog").get_by_role("button", name="Hủy").click()
    expect(here).to_have_count(1)
    chosen(page, STUDENTS, "Xóa")
    page.get_by_role("dialog").get_by_role("button", name="Xóa", exact=True).click()
    expect(page.locator(".start")).to_be_visible()
    expect(here).to_have_count(0)
    assert site.service.conversations.turns("", kept) == []


def conversations(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Các cuộc trò chuyện")


def titles(page: Page) -> Locator:
    return conversations(page).locator(".conversation-title")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_conversations_are_renamed_pinned_and_found(opened_page: Opener, site: Site, phone: bool) -> None:
    other = httpx.post(f"{site.url}/v1/ask", json={"question": "Ai phát minh ra tàu hỏa?"}, timeout=300).json()
    for question in (NURSES, STUDENTS):
        body = {"question": question, "origin": "page"}
        assert httpx.post(f"{site.url}/v1/ask", json=body, timeout=300).status_code == 200
    page = opened_page(PHONE if phone else DESKTOP).open()
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
    field.fill("Bến đò <b>Vàm</b>")
    field.press("Enter")
    expect(titles(page).nth(1)).to_have_text("Bến đò <b>Vàm</b>")
    renamed = conversations(page).get_by_role("button", name=re.compile("Bến đò <b>"))
    expect(renamed).to_be_focused()

    chosen(page, "Bến đò <b>Vàm</b>", "Ghim lên đầu")
    expect(conversations(page).get_by_role("heading", level=3)).to_have_text(["Đã ghim", "Hôm nay"])
    expect(titles(page).nth(0)).to_have_text("Bến đò <b>Vàm</b>")

    search = page.get_by_role("searchbox", name="Tìm cuộc trò chuyện")
    search.fill("ben do")
    expect(titles(page)).to_have_text(["Bến đò <b>Vàm</b>"])
    search.fill("xyzzy")
    expect(conversations(page)).to_contain_text("Không có cuộc trò chuyện nào như vậy.")
    search.fill("")
    chosen(page, "Bến đò <b>Vàm</b>", "Bỏ ghim")
    expect(conversations(page).get_by_role("heading", level=3)).to_have_text(["Hôm nay"])
    chosen(page, "Bến đò <b>Vàm</b>", "Xóa")
    page.get_by_role("dialog").get_by_role("button", name="Xóa", exact=True).click()
    expect(titles(page).get_by_text("Bến đò <b>Vàm</b>")).to_have_count(0)
    expect(titles(page).first).to_have_text(STUDENTS)


def test_a_conversation_that_is_gone_is_said(shown: Shown) -> None:
    shown.expected = ["404"]
    page = shown.open("#/c/none")
    expect(page.locator(".callout")).to_contain_text("Không có cuộc trò chuyện này")
    ask(page, NURSES)
    expect(page.locator(".callout")).to_have_count(0)


def test_the_list_is_a_drawer_on_a_phone(opened_page: Opener) -> None:
    page = opened_page(PHONE).open()
    ask(page, NURSES)
    page.get_by_role("button", name="Các cuộc trò chuyện").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.locator("[aria-current=page]")).to_contain_text(NURSES)
    drawer.get_by_role("button", name="Cuộc trò chuyện mới").click()
    expect(drawer).to_be_hidden()
    expect(page.locator(".start")).to_be_visible()


# --- Filters, feedback, copies, keys --------------------------------------------------------------------------


def test_filters_are_sent_and_can_be_taken_away(shown: Shown) -> None:
    page = shown.open()
    sent = questions_sent(page)
    page.get_by_role("button", name="Giới hạn bài báo").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Từ ngày").fill("2026-01-02")
    dialog.get_by_label("Đến ngày").fill("2025-01-01")
    dialog.get_by_label("Báo Bắc Nam").check()
    dialog.get_by_role("button", name="Áp dụng").click()
    expect(dialog.get_by_role("alert")).to_have_text("Ngày đầu nằm sau ngày cuối. Hãy đổi một trong hai ngày.")
    dialog.get_by_label("Từ ngày").fill("2024-12-31")
    dialog.get_by_role("button", name="Áp dụng").click()
    expect(page.locator(".chip")).to_have_text(["Từ 31/12/2024", "Đến 1/1/2025", "Báo Bắc Nam"])
    ask(page, NURSES)
    assert '"filters":{"published_from":"2024-12-31","published_to":"2025-01-01","sources":["Báo Bắc Nam"]}' in sent[0]
    for name in ("Đến 1/1/2025", "Từ 31/12/2024"):
        page.get_by_role("button", name=f"Bỏ giới hạn: {name}").click()
    ask(page, NURSES, turns=2)
    assert '"filters":{"published_from":null,"published_to":null,"sources":["Báo Bắc Nam"]}' in sent[1]


def test_thumbs_and_what_should_have_been_answered_are_kept(shown: Shown, site: Site) -> None:
    page = shown.open()
    turn = ask(page, NURSES)
    turn.get_by_role("button", name="Câu trả lời tốt").click()
    expect(turn.get_by_role("button", name="Câu trả lời tốt")).to_have_attribute("aria-pressed", "true")
    turn.get_by_role("button", name="Câu trả lời chưa tốt").click()
    turn.get_by_label("Đúng ra nên trả lời thế nào?").fill("320 học viên.")
    turn.get_by_role("button", name="Gửi góp ý").click()
    # It goes once the server has taken what was written; thanks may still stand there from the first thumb.
    expect(turn.get_by_role("button", name="Gửi góp ý")).to_have_count(0)
    expect(page.locator("#toast")).to_have_text("Cảm ơn bạn đã góp ý.")
    expect(turn.get_by_role("button", name="Câu trả lời tốt")).to_have_attribute("aria-pressed", "false")
    rated = [(feedback.rating, feedback.better) for _, feedback in site.service.conversations.rated()]
    assert ("down", "320 học viên.") in rated


@pytest.mark.parametrize("clipboard", [True, False])
def test_an_answer_is_copied_with_its_sources(opened_page: Opener, clipboard: bool) -> None:
    page = opened_page(permissions=["clipboard-read", "clipboard-write"]).open()
    if not clipboard:
        page.evaluate(
            "() => void (navigator.clipboard.write = navigator.clipboard.writeText = () => Promise.reject(Error('no')))"
        )
    turn = ask(page, NURSES)
    taken(turn, "Sao chép kèm nguồn")
    expect(page.locator("#toast")).to_have_text("Đã sao chép câu trả lời kèm nguồn.")
    copied_text = page.evaluate("navigator.clipboard.readText()")
    assert "mỗi năm tuyển 320 học viên. [1]" in copied_text
    assert re.search(
        r"\n\nNguồn:\n\[1\] Khai trương .* Việt - Nhật\. Hãng tin Lạc Việt\. 7 tháng 7, 2025\. https://\S+$",
        copied_text,
    )
    if clipboard:
        markup = page.evaluate("async () => (await (await navigator.clipboard.read())[0].getType('text/html')).text()")
        assert "<sup>[1]</sup>" in markup
        assert re.search(r'<a href="https://[^"]+\.example/[^"]+#:~:text=', markup)


def test_a_key_is_asked_for_where_one_is_needed(
    sample_service: Service, sample_data: Path, tmp_path: Path, opened_page: Opener
) -> None:
    data = copied(sample_data, tmp_path / "data")
    with opened_keys(tmp_path / "keys.sqlite3") as keys, empty_beside(sample_service, data) as service:
        _, secret = keys.add("Tòa soạn", ["ask"])
        with served(build_app(State.of(service, keys))) as url:
            shown = opened_page(url=url)
            shown.expected = ["401"]
            page = shown.page
            page.goto(url)
            dialog = page.get_by_role("dialog", name="Nhập khóa truy cập")
            dialog.get_by_label("Khóa truy cập").fill("wrong")
            dialog.get_by_role("button", name="Vào").click()
            expect(dialog.get_by_role("alert")).to_contain_text("Khóa này không đúng")
            dialog.get_by_label("Khóa truy cập").fill(secret)
            dialog.get_by_role("button", name="Vào").click()
            expect(dialog).to_have_count(0)
            expect(page.locator("#signed")).to_have_text("Tòa soạn")
            ask(page, NURSES)
            page.get_by_role("button", name="Tùy chọn").click()
            page.get_by_role("button", name="Đăng xuất").click()
            expect(page.get_by_role("dialog", name="Nhập khóa truy cập")).to_be_visible()
