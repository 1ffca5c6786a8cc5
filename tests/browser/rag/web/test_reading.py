"""The reader in Chromium, and both for everyone: axe, widths, English, failures."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.articles_page import BRIDGE_TEXT, EMOJI_TEXT, HOSTILE, Add, address, opened_adding, send_files
from tests.support.browser import LOOKS, Opener, Scheme, Shown, axe
from tests.support.loopback import served
from tests.support.service import empty_beside

# --- Reading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        ("1.200 chiếc đèn 🏮", ["1.200 chiếc đèn 🏮"]),
        ("đèn 𠮷 lồng", ["đèn 𠮷 lồng"]),
        ("👍🏽🇻🇳", ["👍🏽🇻🇳"]),
        ("dọc bờ sông.\nKhách", ["dọc bờ sông.", "Khách"]),
        ("Khách vào cửa tự do.", ["Khách vào cửa tự do."]),
        (EMOJI_TEXT, [line for line in EMOJI_TEXT.split("\n") if line]),
    ],
)
def test_exactly_the_cited_words_are_marked(shown: Shown, add: Add, words: str, marks: list[str]) -> None:
    article = add(title="Lễ hội đèn lồng", text=EMOJI_TEXT)
    page = shown.open(address(article, EMOJI_TEXT, words))

    expect(page.locator("mark")).to_have_text(marks)
    expect(page.locator("mark").first).to_be_focused()
    expect(page.locator(".reader-text p")).to_have_text([line for line in EMOJI_TEXT.split("\n") if line])


def test_a_citation_far_down_is_scrolled_to(shown: Shown, add: Add) -> None:
    text = "\n\n".join(f"Đoạn {n}: tàu 🚢 cập bến lúc {n} giờ." for n in range(80))
    article = add(title="Lịch tàu", text=text)
    page = shown.open(address(article, text, "cập bến lúc 70 giờ"))

    mark = page.locator("mark")
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    page.evaluate("() => scrollTo(0, 0)")
    expect(mark).not_to_be_in_viewport()
    page.get_by_role("button", name="Đến chỗ được trích").click()
    expect(mark).to_be_in_viewport()
    expect(mark).to_be_focused()


@pytest.mark.parametrize("query", ["?start=9000&end=9010", "?start=5&end=5", "?start=7&end=3", "?start=0&end=9000"])
def test_offsets_that_are_not_in_the_article_mark_nothing(shown: Shown, add: Add, query: str) -> None:
    article = add(title="Cầu", text=BRIDGE_TEXT)
    page = shown.open(address(article) + query)

    expect(page.get_by_text("Bài không còn những lời được trích")).to_be_visible()
    expect(page.locator("mark")).to_have_count(0)


def test_hostile_text_stays_text(shown: Shown, add: Add) -> None:
    article = add(title=HOSTILE, text=f"{HOSTILE}\n\nBến phà.", source=HOSTILE)
    for where in (address(article, HOSTILE, "<script>"), "#/articles"):
        page = shown.open(where)
        expect(page.get_by_text("{{7*7}}").first).to_be_visible()
        assert page.locator("#view script, #view img, #bold").count() == 0
        assert page.evaluate("() => window.hit") is None
    page.get_by_label("Tìm trong các bài").fill("đậm 7 7")
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row-passage")).to_contain_text("{{7*7}}")
    opened_adding(shown)
    send_files(page, ("<img src=x onerror=hit()>.txt", f"{HOSTILE} {HOSTILE}".encode()))
    expect(page.locator(".upload")).to_contain_text("onerror=hit()")
    assert page.locator("#view script, #view img, #bold").count() == 0
    assert page.evaluate("() => window.hit") is None


def test_what_was_left_out_can_be_seen(shown: Shown, trimmed: str) -> None:
    page = shown.open(address(trimmed))
    page.get_by_text("Phần đã lược khỏi trang").click()

    expect(page.locator("details.extra[open] li").first).to_be_visible()


def test_the_original_is_linked_only_where_it_is_a_page(shown: Shown, add: Add) -> None:
    page = shown.open(address(add(title="Cầu", text=BRIDGE_TEXT, url="https://bao.example/a?b=c&d")))

    link = page.get_by_role("link", name="Trang gốc")
    expect(link).to_have_attribute("href", "https://bao.example/a?b=c&d")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")
    shown.open(address(add(title="Cầu hai", text=BRIDGE_TEXT + " Hết.")))
    expect(page.get_by_role("heading", name="Cầu hai")).to_be_visible()
    expect(link).to_have_count(0)


def test_an_article_that_is_not_there(shown: Shown) -> None:
    shown.expected.append("404")
    page = shown.open("#/a/khong-co%20bai")

    expect(page.get_by_role("heading", name="Không có bài này")).to_be_focused()
    page.get_by_role("link", name="Xem các bài đang có").click()
    expect(page.locator(".row").first).to_be_visible()


def test_an_article_is_deleted_where_it_is_read(shown: Shown, add: Add) -> None:
    page = shown.open(address(add(title="Bài sẽ xóa", text="Bến phà mở lại.")))
    page.get_by_role("button", name="Xóa bài").click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa bài").click()

    expect(page.get_by_text("Kho có 42 bài")).to_be_visible()
    expect(page.locator("#toast")).to_have_text("Đã xóa: Bài sẽ xóa")


# --- For everyone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["desktop", "phone", "dark"])
def test_axe_finds_nothing(opened_page: Opener, add: Add, trimmed: str, size: tuple[int, int], scheme: Scheme) -> None:
    article = add(title="Lễ hội đèn lồng", text=EMOJI_TEXT, url="https://bao.example/den", source="Báo Đêm")
    shown = opened_page(size, scheme, lax=True)
    page = opened_adding(shown)
    send_files(page, ("phà.txt", "Phà Vàm Láng chạy thêm ba chuyến mỗi ngày từ 5/6.".encode()), ("anh.txt", b"\x89PNG"))
    expect(page.locator(".upload").nth(1)).to_contain_text("bị từ chối")
    page.get_by_role("button", name="Thêm bài").click()
    expect(page.get_by_text("Hãy dán nội dung của bài.").first).to_be_visible()
    expect(page.locator(".row").first).to_be_visible()
    assert axe(page, scheme) == []
    page = shown.open(address(article, EMOJI_TEXT, "đèn 𠮷 lồng"))
    expect(page.locator("mark")).to_be_visible()
    assert axe(page, scheme) == []
    page = shown.open(address(trimmed))
    page.get_by_text("Phần đã lược khỏi trang").click()
    assert axe(page, scheme) == []


@pytest.mark.parametrize("size", [(360, 740), (1440, 900)])
def test_nothing_is_wider_than_the_window(opened_page: Opener, add: Add, size: tuple[int, int]) -> None:
    article = add(
        title="Tiêuđề" * 40, text=f"{'x' * 500}\n\nBến phà.", source="n" * 150, url="https://a.example/" + "y" * 300
    )
    shown = opened_page(size)
    for where in ("#/articles", address(article)):
        page = shown.open(where)
        expect(page.get_by_text("TiêuđềTiêuđề").first).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_it_all_speaks_english_too(opened_page: Opener, add: Add) -> None:
    article = add(title="Cầu phao", text=BRIDGE_TEXT)
    shown = opened_page(language="en")
    page = shown.open("#/articles")
    expect(page.get_by_text("43 articles held")).to_be_visible()
    page.get_by_text("Add articles").click()
    send_files(page, ("a.json", b"{"))
    expect(page.locator(".upload")).to_contain_text("1 refused")
    page = shown.open(address(article))
    expect(page.get_by_role("button", name="Delete article")).to_be_visible()


def test_a_server_that_fails_is_told_and_tried_again(shown: Shown) -> None:
    shown.expected += ["500", "503"]
    shown.page.route("**/v1/articles?*", lambda route: route.fulfill(status=503, json={"status": 503, "detail": "x"}))
    page = shown.open("#/articles")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Thử lại").click()

    expect(page.locator(".row")).to_have_count(30)


def test_nothing_held_yet(opened_page: Opener, sample_service: Service, tmp_path: Path) -> None:
    with empty_beside(sample_service, tmp_path / "data") as service, served(build_app(State.of(service))) as url:
        page = opened_page(url=url).open("#/articles")

        expect(page.get_by_text("Kho chưa có bài nào.")).to_be_visible()
        # What adds the first one is open.
        expect(page.get_by_role("textbox", name="Nội dung")).to_be_visible()
        page.get_by_role("textbox", name="Nội dung").fill(BRIDGE_TEXT)
        page.get_by_role("button", name="Thêm bài").click()
        expect(page.locator(".row")).to_have_count(1)
