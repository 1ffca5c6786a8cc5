"""The chat of the web page, in Chromium, over the sample articles."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from rag.http.access.keys import opened_keys
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.browser import DESKTOP, PHONE, Opener, Scheme, Shown, Site, axe
from tests.support.llm_server import scripted
from tests.support.loopback import served
from tests.support.service import copied, empty_beside
from tests.support.streams import SCHOLARSHIPS, Writer, beside

STUDENTS = "Có bao nhiêu sinh viên Việt Nam đang học ở Úc?"
NURSES = "Trung tâm điều dưỡng lão khoa ở Hải Phòng tuyển bao nhiêu học viên?"
TRADE = "Thuong mai Viet Nam va Trung Quoc nam 2025 dat bao nhieu?"
UNKNOWN = "Công thức nấu phở gà của bà ngoại là gì?"
HOSTILE = {
    "id": "hostile:ba%20i?x#y",
    "title": "<img src=x onerror=\"document.title='hit'\">Cầu Bến Lội \u202e thông xe",
    # Sentences that look like an attack are never cited, but are shown around what is.
    "text": "😀 Cầu Bến Lội <b>dài 77 m</b> và thông xe sáng 3/5. Dân </script><img src=x onerror=alert(1)> \u202evui.",
    "url": "https://bao.example/cau-ben-loi",
    "source": "<b>Báo</b> Ven Đồi",
    "published_at": "2026-05-03",
}


@pytest.fixture(scope="module")
def module_page(chromium: Browser, site: Site) -> Iterator[Page]:
    """One page for what needs no page of its own."""
    context = chromium.new_context(timezone_id="Asia/Ho_Chi_Minh")
    page = context.new_page()
    page.goto(site.url)
    yield page
    context.close()


def ask(page: Page, question: str, turns: int = 1) -> Locator:
    """Ask as a reader does, and wait for the answer; its turn."""
    box = page.get_by_role("textbox", name=re.compile("Câu hỏi của bạn|Your question"))
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".turn").nth(turns - 1)
    expect(turn).to_have_attribute("aria-busy", "false", timeout=30_000)
    return turn


def questions_sent(page: Page) -> list[str]:
    """The bodies of the questions that the page sends from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/v1/ask"):
            sent.append(request.post_data or "")

    page.on("request", note)
    return sent


def markers(turn: Locator) -> Locator:
    return turn.locator("button.marker")


def card(page: Page) -> Locator:
    return page.locator(".card")


def hash_of(page: Page) -> str:
    return page.url.partition("#")[2]


def inside(page: Page, element: Locator) -> bool:
    box, size = element.bounding_box(), page.viewport_size
    assert box
    assert size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"] + 0.5
    )


# --- Answers --------------------------------------------------------------------------------------------------


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
    assert re.fullmatch(r"https://[\w.]+\.example/.*", link.get_attribute("href") or "")
    expect(turn.locator(".confidence")).to_have_text(re.compile(r"Độ tin cậy cao \(\d\d%\)"))
    expect(page.locator("#live")).to_contain_text("320 học viên")


def test_pointing_at_a_marker_opens_its_passage_and_a_click_goes_to_the_article(shown: Shown, site: Site) -> None:
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
    page.wait_for_timeout(500)
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    markers(turn).first.click()
    start = article.article.text.index(marked)
    expect(page).to_have_url(re.compile(rf"#/a/w01-dieu-duong-lao-khoa\?start={start}&end={start + len(marked)}$"))


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
    expect(page).to_have_url(re.compile(r"#/a/w01-dieu-duong-lao-khoa\?start=\d+&end=\d+$"))


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
    expect(page).to_have_url(re.compile(r"#/a/w01-dieu-duong-lao-khoa\?start=\d+&end=\d+$"))


def test_an_answer_is_still_there_on_the_way_back_from_an_article(shown: Shown) -> None:
    page = shown.open()
    turn = ask(page, NURSES)
    address = hash_of(page)
    markers(turn).first.click()
    expect(page).to_have_url(re.compile("#/a/"))
    page.get_by_role("textbox", name="Câu hỏi của bạn").wait_for(state="detached")
    page.go_back()
    expect(page.locator(".turn .answer-text")).to_contain_text("320 học viên")
    assert hash_of(page) == address


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
    assert markers(turn).all_inner_texts() == ["1", "2"]


def test_a_question_without_diacritics_says_how_it_was_understood(shown: Shown) -> None:
    turn = ask(shown.open(), TRADE)
    expect(turn.locator(".understood")).to_contain_text("Thương mại Việt Nam và Trung Quốc năm 2025 đạt bao nhiêu?")
    expect(turn.locator(".understood")).to_contain_text("1/1/2025 đến 31/12/2025")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_example_is_answered(opened_page: Opener, language: str) -> None:
    page = opened_page(language=language).open()
    examples = page.locator(".examples button").all_inner_texts()
    assert len(examples) == 4
    for example in examples:
        page.get_by_role("button", name=re.compile("Cuộc trò chuyện mới|New conversation")).click()
        page.get_by_role("button", name=example, exact=True).click()
        turn = page.locator(".turn")
        expect(turn).to_have_attribute("aria-busy", "false", timeout=30_000)
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
    expect(page).to_have_url(re.compile(r"#/a/hostile%3Aba%2520i%3Fx%23y\?start=0&end=" + f"{len(cited)}$"))


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


# --- Streams --------------------------------------------------------------------------------------------------


@contextmanager
def slow_site(service: Service, data: Path) -> Iterator[str]:
    """A server with a model that takes its time."""
    with (
        scripted(Writer("140 suất", before=1.5, after=4)) as model,
        beside(service, data, generator="openai", llm_url=model.url, llm_model="scripted") as own,
        served(build_app(State.of(own))) as url,
    ):
        yield url


def test_stages_are_shown_and_an_answer_can_be_stopped(
    sample_service: Service, tmp_path: Path, opened_page: Opener
) -> None:
    with slow_site(sample_service, tmp_path / "data") as url:
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
        page.get_by_role("button", name="Hỏi lại").click()
        expect(page.locator(".turn")).to_have_attribute("aria-busy", "false", timeout=30_000)
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
    expect(turn.locator(".answer-text")).to_contain_text("320 học viên", timeout=30_000)
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
    page.get_by_role("link", name="Bài báo").click()
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
    expect(page.locator(".welcome")).to_be_visible()
    expect(here).to_have_count(0)
    page.go_back()
    expect(page.locator(".turn")).to_have_count(2)

    delete = conversations.locator("li:has([aria-current=page])").get_by_role("button")
    expect(delete).to_have_accessible_name(f"Xóa cuộc trò chuyện: {STUDENTS}")
    delete.click()
    page.get_by_role("dialog").get_by_role("button", name="Hủy").click()
    expect(here).to_have_count(1)
    delete.click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa", exact=True).click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(here).to_have_count(0)
    assert site.service.conversations.turns("", kept) == []


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
    expect(page.locator(".welcome")).to_be_visible()


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
    expect(page.locator("#toast")).to_have_text("Cảm ơn bạn đã góp ý.")
    expect(turn.get_by_role("button", name="Câu trả lời tốt")).to_have_attribute("aria-pressed", "false")
    rated = [(feedback.rating, feedback.better) for _, feedback in site.service.conversations.rated()]
    assert ("down", "320 học viên.") in rated


@pytest.mark.parametrize("clipboard", [True, False])
def test_an_answer_is_copied_with_its_sources(opened_page: Opener, clipboard: bool) -> None:
    page = opened_page(permissions=["clipboard-read", "clipboard-write"]).open()
    if not clipboard:
        page.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    turn = ask(page, NURSES)
    turn.get_by_role("button", name="Sao chép kèm nguồn").click()
    expect(page.locator("#toast")).to_have_text("Đã sao chép câu trả lời kèm nguồn.")
    copied_text = page.evaluate("navigator.clipboard.readText()")
    assert "mỗi năm tuyển 320 học viên. [1]" in copied_text
    assert re.search(
        r"\n\nNguồn:\n\[1\] Khai trương .* Việt - Nhật\. Hãng tin Lạc Việt\. 7 tháng 7, 2025\. https://\S+$",
        copied_text,
    )


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


# --- Languages, keyboard, accessibility -----------------------------------------------------------------------


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
    expect(page.locator(".turn")).to_have_attribute("aria-busy", "false", timeout=30_000)
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
    found = {"empty": axe(page)}
    turn = ask(page, STUDENTS)
    found["answered"] = axe(page)
    ask(page, UNKNOWN, turns=2)
    found["abstained"] = axe(page)
    if size == PHONE:
        markers(turn).first.tap()
    else:
        markers(turn).first.hover()
    expect(card(page)).to_be_visible()
    found["card"] = axe(page)
    page.keyboard.press("Escape")
    turn.get_by_role("button", name="Câu trả lời chưa tốt").click()
    turn.get_by_role("button", name="Gửi góp ý").wait_for()
    found["feedback"] = axe(page)
    page.get_by_role("button", name="Giới hạn bài báo").click()
    page.get_by_role("dialog").get_by_label("Báo Bắc Nam").check()
    found["filters"] = axe(page)
    page.get_by_role("button", name="Áp dụng").click()
    found["chips"] = axe(page)
    page.get_by_role("button", name="Tùy chọn").click()
    page.get_by_role("dialog").wait_for()
    found["options"] = axe(page)
    page.keyboard.press("Escape")
    if size == PHONE:
        page.get_by_role("button", name="Các cuộc trò chuyện").click()
        found["drawer"] = axe(page)
    page.get_by_role("button", name=re.compile("Xóa cuộc trò chuyện")).first.click()
    page.get_by_role("dialog", name="Xóa cuộc trò chuyện này?").wait_for()
    found["confirm"] = axe(page)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_nothing_is_wider_than_the_window(opened_page: Opener, width: int) -> None:
    page = opened_page((width, 800)).open()
    turn = ask(page, f"{'a' * 120} {STUDENTS}")
    expect(turn).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
