"""Answers in Chromium: citations, sources, abstentions, and what strangers write."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.articles_page import Add, seal
from tests.support.browser import PHONE, Opener, Shown, Site
from tests.support.chat_page import (
    HOSTILE,
    NURSES,
    STUDENTS,
    TRADE,
    UNKNOWN,
    ask,
    beside,
    card,
    hash_of,
    inside,
    markers,
    scrolled_to,
)


def test_an_answer_has_its_citations_and_sources(shown: Shown, site: Site) -> None:
    page = shown.open()
    turn = ask(page, NURSES)
    answered = site.service.conversations.list("", 1)[0]
    assert hash_of(page) == f"/c/{answered.id}"
    expect(turn.get_by_role("heading", level=2)).to_contain_text(NURSES)
    expect(turn.locator(".answer-text")).to_contain_text("mỗi năm tuyển 320 học viên")
    expect(markers(turn).first).to_have_text("1")
    source = turn.locator(".sources li").first
    expect(source).to_contain_text("Khai trương cơ sở đào tạo điều dưỡng chăm sóc người già Việt - Nhật")
    expect(source).to_contain_text("Hãng tin Lạc Việt")
    expect(source).to_contain_text("7 tháng 7, 2025")
    expect(source).to_contain_text("Cũng có ở: baobacnam.example")
    link = source.get_by_role("link", name=re.compile("Trang gốc"))
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")
    assert re.fullmatch(r"https://[\w.]+\.example/.*#:~:text=.*", link.get_attribute("href") or "")
    expect(turn.locator(".confidence")).to_have_text(re.compile(r"Độ tin cậy cao \(\d\d%\)"))
    expect(page.locator("#live")).to_contain_text("320 học viên")


def test_pointing_at_a_marker_opens_its_passage_and_a_click_the_article_beside(shown: Shown, site: Site) -> None:
    shown.page.clock.install()
    page = shown.open()
    turn = ask(page, NURSES)
    markers(turn).first.hover()
    expect(card(page)).to_be_visible()
    assert inside(page, card(page))
    expect(card(page)).to_contain_text("Hãng tin Lạc Việt")
    expect(card(page)).to_contain_text("Cũng có ở: baobacnam.example")
    expect(card(page)).to_contain_text("Đoạn này nói đủ điều câu trả lời nêu.")
    article = site.service.store.draft("w01-dieu-duong-lao-khoa")
    assert article
    marked = card(page).locator("mark").inner_text()
    assert "320 học viên" in marked
    assert marked in article.article.text
    # It stays while the pointer is in it.
    card(page).locator("mark").hover()
    page.clock.run_for(500)
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    address = hash_of(page)
    markers(turn).first.click()
    start = article.article.text.index(marked)
    words = f"start={start}&end={start + len(marked)}&words={seal(marked)}"
    expect(page).to_have_url(re.compile(re.escape(f"#{address}?{words}&article=w01-dieu-duong-lao-khoa")))
    expect(beside(page).get_by_role("heading", level=2)).to_contain_text("Khai trương")
    expect(beside(page).locator("mark")).to_have_text([marked])
    expect(beside(page).locator("mark")).to_be_focused()
    expect(turn.locator(".answer-text")).to_be_visible()
    # Escape goes back to where the reader was; so does the way back, and the address opens it again.
    page.keyboard.press("Escape")
    expect(beside(page)).to_have_count(0)
    expect(markers(turn).first).to_be_focused()
    assert hash_of(page) == address
    page.keyboard.press("Enter")
    expect(beside(page)).to_be_visible()
    page.reload()
    expect(beside(page).locator("mark")).to_have_text([marked])
    expect(page.locator(".turn")).to_have_count(1)
    page.go_back()
    expect(beside(page)).to_have_count(0)
    assert hash_of(page) == address


def test_the_words_that_are_cited_are_scrolled_to(shown: Shown, add: Add) -> None:
    cited = "Cầu phao Vàm Sát dài 1.420 m."
    lines = [f"Ngày {day}/4, đội thợ số {day} trải nhựa và sơn vạch đường dẫn lên cầu." for day in range(1, 15)]
    text = " ".join(lines) + "\n\n" + "\n\n".join(lines) + f"\n\n{cited}"
    add(id="duong-dan", title="Cầu phao Vàm Sát", text=text, url="https://bao.example/duong-dan")
    page = shown.open()
    turn = ask(page, "Cầu phao Vàm Sát dài bao nhiêu mét?")
    markers(turn).first.hover()
    expect(card(page).locator("mark")).to_have_text(cited)
    assert scrolled_to(card(page).locator("mark"), card(page).locator(".card-words"))
    page.keyboard.press("Escape")
    markers(turn).first.click()
    expect(beside(page).locator("mark")).to_have_text(cited)
    assert scrolled_to(beside(page).locator("mark"), beside(page).locator(".beside-body"))
    expect(markers(turn).first).to_be_in_viewport()
    # The original page is opened at these words too.
    expect(beside(page).get_by_role("link", name="Trang gốc")).to_have_attribute(
        "href", re.compile(r"^https://bao\.example/duong-dan#:~:text=C%E1%BA%A7u%20phao%20V")
    )


def test_coming_to_a_marker_by_keyboard_opens_its_passage(shown: Shown) -> None:
    page = shown.open()
    turn = ask(page, NURSES)
    markers(turn).first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(card(page)).to_be_visible()
    expect(markers(turn).first).to_have_attribute("aria-expanded", "true")
    # Tab goes into it, Escape closes it and comes back.
    page.keyboard.press("Tab")
    expect(card(page).locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(markers(turn).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(beside(page)).to_be_visible()


def test_a_tap_opens_a_sheet_on_a_phone(opened_page: Opener) -> None:
    page = opened_page(PHONE).open()
    turn = ask(page, NURSES)
    markers(turn).first.tap()
    expect(card(page)).to_be_visible()
    assert inside(page, card(page))
    box = card(page).bounding_box()
    assert box
    assert (box["x"], box["width"], box["y"] + box["height"]) == pytest.approx((0, PHONE[0], PHONE[1]), abs=1)
    assert hash_of(page).startswith("/c/")
    card(page).get_by_role("button", name="Đóng").tap()
    expect(card(page)).to_have_count(0)
    markers(turn).first.tap()
    card(page).get_by_role("link", name="Đọc trong bài báo").tap()
    expect(card(page)).to_have_count(0)
    expect(page.get_by_role("dialog", name="Bài báo").locator("mark")).to_be_in_viewport()
    page.go_back()
    expect(beside(page)).to_have_count(0)
    expect(turn).to_be_visible()
    turn.locator(".source-title").first.tap()
    beside(page).get_by_role("button", name="Đóng").tap()
    expect(beside(page)).to_have_count(0)
    assert "article=" not in hash_of(page)


def test_an_answer_is_still_there_on_the_way_back_from_an_article(shown: Shown) -> None:
    page = shown.open()
    turn = ask(page, NURSES)
    address = hash_of(page)
    markers(turn).first.click()
    page.get_by_role("link", name="Mở trang riêng").click()
    expect(page).to_have_url(re.compile("#/a/"))
    expect(page.locator(".reader mark")).to_be_visible()
    page.get_by_role("textbox", name="Câu hỏi của bạn").wait_for(state="detached")
    page.get_by_role("link", name="Về cuộc trò chuyện").click()
    expect(page.locator(".turn .answer-text")).to_contain_text("320 học viên")
    expect(beside(page)).to_be_visible()
    assert hash_of(page).startswith(address)


def test_abstaining_looks_otherwise_and_lists_the_nearest(shown: Shown) -> None:
    turn = ask(shown.open(), UNKNOWN)
    expect(turn.locator(".callout-title")).to_have_text("Các bài báo không nói")
    expect(turn.get_by_role("heading", name="Những bài gần nhất")).to_be_visible()
    expect(turn.locator(".sources.nearest li")).not_to_have_count(0)
    expect(turn.locator(".answer-text")).to_be_hidden()
    expect(turn.locator(".confidence")).to_have_count(0)


def test_disagreement_is_said(shown: Shown) -> None:
    turn = ask(shown.open(), STUDENTS)
    expect(turn.locator(".callout.warn .callout-title")).to_have_text("Các bài báo nói khác nhau")
    expect(turn.locator(".callout.warn")).to_contain_text("10/12/2024")
    assert markers(turn).all_inner_texts()[:2] == ["1", "2"]


def test_a_question_without_diacritics_says_how_it_was_understood(shown: Shown) -> None:
    turn = ask(shown.open(), TRADE)
    expect(turn.locator(".understood")).to_contain_text("Thương mại Việt Nam và Trung Quốc năm 2025 đạt bao nhiêu?")
    expect(turn.locator(".understood")).to_contain_text("1/1/2025 đến 31/12/2025")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_example_is_answered(opened_page: Opener, site: Site, language: str) -> None:
    while site.service.examples.follow():
        pass
    page = opened_page(language=language).open()
    expect(page.locator(".examples button").first).to_be_visible()
    examples = page.locator(".examples button").all_inner_texts()
    assert 1 <= len(examples) <= 4
    for example in examples:
        page.get_by_role("button", name=re.compile("Cuộc trò chuyện mới|New conversation")).click()
        page.get_by_role("button", name=example, exact=True).click()
        turn = page.locator(".turn")
        expect(turn).to_have_attribute("aria-busy", "false")
        expect(markers(turn)).not_to_have_count(0)


def test_what_strangers_write_stays_text(shown: Shown) -> None:
    drafts = {"articles": [HOSTILE]}
    page = shown.open()
    status = page.evaluate(
        "async (body) => (await (await fetch('/v1/articles', {method: 'POST', body: JSON.stringify(body),"
        " headers: {'Content-Type': 'application/json'}})).json()).results[0].status",
        drafts,
    )
    assert status == "added"
    turn = ask(page, "Cầu Bến Lội dài bao nhiêu mét?")
    expect(turn.locator(".answer-text")).to_contain_text("😀 Cầu Bến Lội <b>dài 77 m</b> và thông xe sáng 3/5.")
    expect(turn.locator(".source-title").first).to_contain_text("<img src=x onerror=")
    expect(turn.locator(".sources li").first).to_contain_text("<b>Báo</b> Ven Đồi")
    assert turn.locator("img, script, b").count() == 0
    # What turns text around does so in its own element only.
    assert page.evaluate("getComputedStyle(document.querySelector('.source-title bdi')).unicodeBidi") == "isolate"
    assert page.locator("a[href^='javascript' i]").count() == 0
    assert "hit" not in page.title()
    markers(turn).first.hover()
    expect(card(page)).to_contain_text("Dân </script><img src=x onerror=alert(1)>")
    assert card(page).locator("img, script, b").count() == 0
    # A character beyond the first plane counts as one, here and in the address.
    cited = card(page).locator("mark").inner_text()
    assert cited == "😀 Cầu Bến Lội <b>dài 77 m</b> và thông xe sáng 3/5."
    markers(turn).first.click()
    expect(page).to_have_url(re.compile(rf"\?start=0&end={len(cited)}&words=\w+&article=hostile%3Aba%2520i%3Fx%23y$"))
    expect(beside(page).locator("mark")).to_have_text(cited)
    assert beside(page).locator("img, script, b").count() == 0
