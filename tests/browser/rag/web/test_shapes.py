"""Answers in their shapes in Chromium: the words that answer first, timelines, comparisons, overviews, replies."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Route, expect

from rag.http.app import build_app
from tests.support.articles_page import seal
from tests.support.browser import DESKTOP, Opener, Scheme, axe
from tests.support.chat_page import ask, card, markers, taken
from tests.support.http import canned_state
from tests.support.loopback import served
from tests.support.shapes import ALL, shapes

SMALL_PHONE = (360, 740)
# A browser's voices, and what they were told; headless Chromium has none.
_VOICES = """
(() => {
  const said = (window.said = []);
  const voices = Object.assign(new EventTarget(), {
    getVoices: () => [{ lang: "vi_VN", name: "Hoa" }],
    speak: ({ text, voice, onend }) => said.push({ text, voice: voice.name, end: () => onend?.() }),
    cancel: () => said.push({ text: "cancel" }),
    pause: () => said.push({ text: "pause" }),
    resume: () => said.push({ text: "resume" }),
  });
  Object.defineProperty(window, "speechSynthesis", { value: voices });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
})();
"""


@pytest.fixture(scope="module")
def canned() -> Iterator[str]:
    """The address of a server that answers with the shape that it is asked for by name."""
    with served(build_app(canned_state(shapes()))) as url:
        yield url


@pytest.fixture(autouse=True)
def as_before() -> None:
    """There are no articles here that a test could add to."""


@pytest.fixture
def answered(opened_page: Opener, canned: str) -> Iterator[Locator]:
    """A page to ask on, in Vietnamese."""
    yield opened_page(url=canned).open().locator("body")


def said(body: Locator, shape: str) -> Locator:
    return ask(body.page, shape)


def test_the_words_that_answer_stand_first_and_bold_and_are_marked_in_the_quotation(answered: Locator) -> None:
    turn = said(answered, "fact")
    short = turn.locator(".short strong")
    expect(short).to_have_text("77 m")
    assert int(short.evaluate("(element) => getComputedStyle(element).fontWeight")) >= 600
    expect(turn.locator(".answer-text")).to_have_text("Cầu Bến Lội dài 77 m, rộng 9 m.1 Cầu tốn 12 tỷ đồng.2")
    expect(turn.locator(".answer-text mark")).to_have_text(["77 m"])
    assert markers(turn).all_inner_texts() == ["1", "2"]
    first, evidence = short.bounding_box(), turn.locator(".answer-text").bounding_box()
    assert first
    assert evidence
    assert first["y"] + first["height"] <= evidence["y"]
    expect(answered.locator("#live")).to_contain_text("77 m. Cầu Bến Lội dài 77 m")


def test_a_timeline_is_a_list_whose_lines_begin_with_their_day(answered: Locator) -> None:
    turn = said(answered, "timeline")
    lines = turn.locator("ol.timeline > li")
    expect(lines).to_have_text(
        [
            "10/2/2024Cầu được khởi công.1 Tỉnh trao mặt bằng.2",
            "3/5/2026Cầu thông xe.3",
            "không rõ ngàyCầu được đặt tên.4",
        ]
    )
    expect(lines.first.locator("time")).to_have_attribute("datetime", "2024-02-10")


def test_a_comparison_is_a_table_with_a_column_a_side(answered: Locator) -> None:
    table = said(answered, "comparison").get_by_role("table", name="So sánh: Bến Lội, Vàm")
    expect(table.get_by_role("columnheader")).to_have_text(["Bến Lội", "Vàm"])
    # The lengths stand beside each other; a width is told of one bridge only.
    rows = table.locator("tbody tr")
    expect(rows.nth(0).locator("td > p")).to_have_text(["Cầu Bến Lội dài 77 m.1", "Cầu Vàm dài 310 m.3"])
    expect(rows.nth(1).locator("td > p")).to_have_text(["Cầu Bến Lội rộng 9 m.2"])


def test_on_a_phone_a_comparison_stands_one_side_below_the_other(opened_page: Opener, canned: str) -> None:
    page = opened_page(SMALL_PHONE, url=canned).open()
    cells = ask(page, "comparison").locator("tbody tr").first.locator("td")
    expect(cells.locator(".cell-side")).to_have_text(["Bến Lội", "Vàm"])
    first, second = cells.nth(0).bounding_box(), cells.nth(1).bounding_box()
    assert first
    assert second
    assert first["x"] == second["x"]
    assert first["y"] + first["height"] <= second["y"]


def test_an_overview_has_its_lines_under_their_article(answered: Locator) -> None:
    turn = said(answered, "overview")
    expect(turn.locator(".lead")).to_have_text("3 bài báo nói về chuyện này, từ 28/4/2026 đến 3/5/2026.")
    groups = turn.locator(".group")
    expect(groups).to_have_count(3)
    expect(groups.first.locator(".source-title")).to_have_text("Cầu Bến Lội thông xe")
    expect(groups.first.locator(".source-title")).to_have_attribute(
        "href", f"#/a/cau?start=0&end=22&words={seal('Cầu thông xe sáng 3/5.')}"
    )
    expect(groups.first.locator(".byline")).to_contain_text("Báo Ven Đồi3 tháng 5, 2026")
    expect(groups.first.locator(".lines li")).to_have_text(["Cầu thông xe sáng 3/5.1", "Cầu dài 77 m.2"])
    # What strangers write stays text.
    expect(groups.nth(1)).to_contain_text("Giá vật liệu <b>tăng</b>")
    expect(groups.nth(1)).to_contain_text("Giá <i>thép</i> tăng 4 %.")
    expect(groups.last.locator(".byline")).to_have_text("không rõ ngày")
    # The sources stand at the lines already.
    expect(turn.locator(".sources-section")).to_have_count(0)
    markers(turn).nth(2).hover()
    expect(card(answered.page).locator("mark")).to_have_text("Giá <i>thép</i> tăng 4 %.")


def test_the_archive_names_articles_and_a_reply_is_none_of_them(answered: Locator) -> None:
    turn = said(answered, "archive")
    expect(turn.locator(".lead")).to_have_text("Bài báo: 3. Mới nhất:")
    expect(turn.locator(".group .source-title")).to_have_text(["Cầu Bến Lội thông xe"])
    expect(turn.locator(".group .lines li")).to_have_text(["Cầu thông xe sáng 3/5.1"])
    expect(turn.locator(".confidence")).to_have_count(0)


def test_a_reply_proposes_questions_that_can_be_asked(answered: Locator) -> None:
    turn = said(answered, "chat")
    expect(turn.locator(".lead p")).to_have_text(["Tôi là Hỏi Đáp. Bạn có thể hỏi:"])
    expect(turn.locator(".confidence")).to_have_count(0)
    expect(turn.locator(".sources-section")).to_have_count(0)
    turn.get_by_role("button", name="Tóm tắt tin về Lào").click()
    expect(answered.locator(".turn .question").nth(1)).to_contain_text("Tóm tắt tin về Lào")


def test_what_only_comes_near_is_no_answer(answered: Locator) -> None:
    turn = said(answered, "related")
    expect(turn.locator(".callout-title")).to_have_text("Chưa có câu trả lời, chỉ có tin gần")
    expect(turn.locator(".callout")).to_contain_text("nhưng không nêu điều được hỏi. Gần nhất là:")
    expect(turn.locator(".answer-text blockquote")).to_have_text(
        ["Cầu Bến Lội thông xe sáng 3/5.1", "Cầu tốn 12 tỷ đồng.2"]
    )
    expect(turn.locator(".confidence")).to_have_count(0)
    expect(turn.locator(".sources li")).to_have_count(2)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_next_questions_are_under_the_last_answer(opened_page: Opener, canned: str, language: str) -> None:
    page = opened_page(url=canned, language=language).open()
    first = ask(page, "fact")
    expect(first.get_by_role("heading", level=3)).to_have_text(
        {"vi": ["Nguồn", "Hỏi tiếp"], "en": ["Sources", "Ask next"]}[language]
    )
    first.locator(".suggestions").get_by_role("button", name="timeline").click()
    second = page.locator(".turn").nth(1)
    expect(second.locator("ol.timeline")).to_be_visible()
    expect(second.locator(".suggestions button")).to_have_count(1)
    expect(first.locator(".suggestions")).to_have_count(0)


def test_a_question_is_followed_from_its_answer(opened_page: Opener, canned: str) -> None:
    page = opened_page(url=canned).open()
    sent: list[object] = []

    def keep(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(json={})

    page.route("**/v1/topics", keep)
    turn = ask(page, "fact")
    turn.get_by_role("button", name="Theo dõi").click()
    form = page.get_by_role("dialog", name="Theo dõi chủ đề này")
    expect(form.get_by_label("Câu hỏi hoặc chủ đề")).to_have_value("Cầu?")
    form.get_by_label("Tên (không bắt buộc)").fill("Cầu Bến Lội")
    form.get_by_role("button", name="Theo dõi").click()
    expect(page.locator("#toast")).to_have_text("Đã theo dõi chủ đề này.")
    everything: dict[str, object] = {"published_from": None, "published_to": None, "sources": []}
    assert sent == [{"question": "Cầu?", "name": "Cầu Bến Lội", "filters": everything}]


COPIED = {
    "fact": "77 m\n\nCầu Bến Lội dài 77 m, rộng 9 m. [1] Cầu tốn 12 tỷ đồng. [2]\n\nNguồn:\n[1] Cầu Bến Lội thông xe.",
    "timeline": "10/2/2024: Cầu được khởi công. [1] Tỉnh trao mặt bằng. [2]\n3/5/2026: Cầu thông xe. [3]\n"
    "không rõ ngày: Cầu được đặt tên. [4]\n\nNguồn:",
    "comparison": "Bến Lội:\nCầu Bến Lội dài 77 m. [1]\nCầu Bến Lội rộng 9 m. [2]\nVàm:\nCầu Vàm dài 310 m. [3]\n\n",
}


def test_an_answer_is_copied_in_lines(opened_page: Opener, canned: str) -> None:
    page = opened_page(url=canned, permissions=["clipboard-read", "clipboard-write"]).open()
    for turns, (shape, beginning) in enumerate(COPIED.items(), 1):
        turn = ask(page, shape, turns)
        taken(turn, "Sao chép kèm nguồn")
        expect(page.locator("#toast")).to_have_text("Đã sao chép câu trả lời kèm nguồn.")
        page.wait_for_function(
            "async (words) => (await navigator.clipboard.readText()).startsWith(words)", arg=beginning
        )


def test_an_answer_is_read_aloud_where_there_is_a_voice(opened_page: Opener, canned: str) -> None:
    shown = opened_page(url=canned)
    shown.page.add_init_script(_VOICES)
    page = shown.open()
    turn = ask(page, "fact")
    turn.get_by_role("button", name="Nghe", exact=True).click()
    said = page.evaluate("said.filter(({ voice }) => voice).map(({ text, voice }) => [text, voice])")
    assert said == [[text, "Hoa"] for text in ("77 m", "Cầu Bến Lội dài 77 m, rộng 9 m.", "Cầu tốn 12 tỷ đồng.")]
    turn.get_by_role("button", name="Tạm dừng").click()
    turn.get_by_role("button", name="Nghe tiếp").click()
    turn.get_by_role("button", name="Dừng", exact=True).click()
    expect(turn.get_by_role("button", name="Nghe", exact=True)).to_be_focused()
    orders = page.evaluate("said.map(({ text }) => text).filter((text) => /^(pause|resume|cancel)$/.test(text))")
    assert orders == ["cancel", "pause", "resume", "cancel", "resume"]


def test_without_a_voice_for_its_language_there_is_nothing_to_hear(opened_page: Opener, canned: str) -> None:
    shown = opened_page(url=canned)
    shown.page.add_init_script(_VOICES.replace("vi_VN", "fr-FR"))
    turn = ask(shown.open(), "fact")
    expect(turn.get_by_role("button", name="Mang theo")).to_be_visible()
    expect(turn.get_by_role("button", name="Nghe")).to_have_count(0)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (SMALL_PHONE, "light"), (DESKTOP, "dark")])
def test_every_shape_is_accessible_and_fits(
    opened_page: Opener, canned: str, size: tuple[int, int], scheme: Scheme
) -> None:
    page = opened_page(size, scheme, lax=True, url=canned).open()
    for turns, shape in enumerate(ALL, 1):
        ask(page, shape, turns)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert axe(page, scheme) == []
