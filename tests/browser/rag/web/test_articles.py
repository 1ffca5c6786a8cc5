"""The articles and the reader of the web page, in Chromium, over the sample and what a test adds to it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.browser import DESKTOP, PHONE, Opener, Scheme, Shown, Site, axe
from tests.support.loopback import served
from tests.support.service import empty_beside

BRIDGE_TEXT = "Cầu phao Vàm Sát thông xe sáng 3/5. Cầu phao Vàm Sát dài 1.420 m và tốn 58 triệu USD để xây dựng."
EMOJI_TEXT = (
    "Lễ hội 🎏👍🏽🇻🇳 đèn 𠮷 lồng mở cửa.\n\nBan tổ chức treo 1.200 chiếc đèn 🏮 dọc bờ sông.\nKhách vào cửa tự do."
)
HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b id=bold>đậm</b> {{7*7}}'

Add = Callable[..., str]


@pytest.fixture(autouse=True)
def as_before(site: Site) -> Iterator[None]:
    """The articles of a test go with it."""
    held = {article.id for article in site.service.store.articles(1000, None)}
    yield
    site.service.store.remove([each.id for each in site.service.store.articles(1000, None) if each.id not in held])
    site.service.catalogue.refresh()


@pytest.fixture
def add(site: Site) -> Add:
    """Takes an article in, as over HTTP; its id. It is newer than those of the sample, and stands first."""

    def taken(**article: Any) -> str:
        dated = {"published_at": "2026-11-21", **article}
        (result,) = httpx.post(f"{site.url}/v1/articles", json=dated).json()["results"]
        assert result["status"] == "added", result
        return str(result["id"])

    return taken


@pytest.fixture
def trimmed(site: Site) -> str:
    """An article of which extraction left something out."""
    store = site.service.store
    drafts = (store.draft(article.id) for article in store.articles(1000, None))
    return next(draft.article.id for draft in drafts if draft and draft.removed)


def address(article_id: str, text: str = "", words: str = "") -> str:
    """Where the reader shows an article, with `words` of its text marked: Python counts code points too."""
    if not words:
        return f"#/a/{quote(article_id, safe='')}"
    start = text.index(words)
    return f"#/a/{quote(article_id, safe='')}?start={start}&end={start + len(words)}"


def opened_adding(shown: Shown) -> Page:
    page = shown.open("#/articles")
    page.get_by_text("Thêm bài", exact=True).first.click()
    return page


def send_files(page: Page, *files: tuple[str, bytes]) -> None:
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files
    ]
    page.locator("#files").set_input_files(payloads)


# --- Adding ----------------------------------------------------------------------------------------------


def test_a_pasted_article_is_found_by_a_question(shown: Shown, site: Site) -> None:
    page = opened_adding(shown)
    page.get_by_role("textbox", name="Nội dung").fill(BRIDGE_TEXT)
    page.get_by_label("Tiêu đề").fill("Cầu phao Vàm Sát thông xe")
    page.get_by_label("Nguồn").fill("Báo Ven Sông")
    page.get_by_label("Ngày đăng").fill("2026-05-03")
    page.get_by_label("Địa chỉ bài gốc").fill("https://bao.example/vam-sat")
    page.get_by_label("Ngôn ngữ").select_option("vi")
    page.get_by_role("button", name="Thêm bài").click()

    expect(page.locator(".paste-outcome")).to_contain_text("Đã thêm bài")
    expect(page.locator(".paste-outcome")).to_be_focused()
    expect(page.get_by_role("textbox", name="Nội dung")).to_have_value("")
    expect(page.get_by_text("Kho có 43 bài")).to_be_visible()
    question = {"question": "Cầu phao Vàm Sát tốn bao nhiêu tiền?"}
    answered = httpx.post(f"{site.url}/v1/ask", json=question, timeout=60).json()
    sources = [source for citation in answered["answer"]["citations"] for source in citation["sources"]]
    cited = next(source for source in sources if "58 triệu USD" in source["cited_text"])
    stored = httpx.get(f"{site.url}/v1/articles/{cited['article_id']}").json()
    assert (stored["source"], stored["published_at"], stored["language"]) == ("Báo Ven Sông", "2026-05-03", "vi")
    page.get_by_role("link", name="Mở bài").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cầu phao Vàm Sát thông xe")


def test_a_form_says_what_is_wrong_where_it_is(shown: Shown) -> None:
    page = opened_adding(shown)
    page.get_by_label("Địa chỉ bài gốc").fill("javascript:alert(1)")
    page.get_by_role("button", name="Thêm bài").click()

    text = page.get_by_role("textbox", name="Nội dung")
    expect(text).to_be_focused()
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_have_accessible_description(
        "Chỉ dán phần thân bài; các đoạn cách nhau bằng dòng trống. Hãy dán nội dung của bài."
    )
    expect(page.get_by_label("Địa chỉ bài gốc")).to_have_accessible_description(
        "Địa chỉ phải bắt đầu bằng https:// hoặc http://."
    )
    text.fill(BRIDGE_TEXT)
    page.get_by_role("button", name="Thêm bài").click()
    expect(page.get_by_label("Địa chỉ bài gốc")).to_be_focused()
    expect(text).to_have_attribute("aria-invalid", "false")


def test_of_two_files_one_is_refused_and_the_reason_is_there(shown: Shown) -> None:
    page = opened_adding(shown)
    send_files(
        page, ("phà.txt", "Phà Vàm Láng chạy thêm ba chuyến mỗi ngày từ 5/6.".encode()), ("anh.txt", b"\x89PNG\r\n")
    )

    good, bad = (page.get_by_role("listitem").filter(has_text=name).first for name in ("phà.txt", "anh.txt"))
    expect(good).to_contain_text("1 bài mới")
    expect(bad).to_contain_text("1 bài bị từ chối")
    expect(bad).to_contain_text("Tệp này không phải văn bản.")
    expect(bad).to_contain_text("PNG")
    expect(page.get_by_text("Kho có 43 bài")).to_be_visible()
    expect(good.get_by_role("button", name="Gửi lại")).to_have_count(0)
    bad.get_by_role("button", name="Gửi lại anh.txt").click()
    expect(bad.locator(".upload-words")).to_be_focused()
    expect(bad).to_contain_text("1 bài bị từ chối")
    good.get_by_role("button", name="Bỏ phà.txt").click()
    expect(good).to_have_count(0)
    expect(bad.locator(".upload-words")).to_be_focused()


def test_files_that_are_dropped_are_taken(shown: Shown) -> None:
    page = opened_adding(shown)
    dropped = page.evaluate_handle(
        """() => {
          const given = new DataTransfer();
          given.items.add(new File(["Bến đò Cái Mơn mở lại sáng 6/6."], "bến đò.txt"));
          given.items.add(new File(["x"], "phim.mp4"));
          return given;
        }"""
    )
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": dropped})

    expect(page.locator(".upload").nth(0)).to_contain_text("1 bài mới")
    expect(page.locator(".upload").nth(1)).to_contain_text("Không đọc được loại tệp này")


def test_a_file_of_many_articles_tells_of_each(shown: Shown) -> None:
    page = opened_adding(shown)
    lines = [json.dumps({"id": f"dong-{n}", "title": f"Tin {n}", "text": f"Bến tàu số {n} mở cửa."}) for n in range(3)]
    send_files(page, ("tin.jsonl", "\n".join([*lines, "{", lines[0]]).encode()))

    upload = page.locator(".upload")
    expect(upload).to_contain_text("3 bài mới · 1 bài không đổi · 1 bài bị từ chối")
    expect(upload.locator(".outcome").first).to_contain_text("tin.jsonl, line 4")
    upload.get_by_role("link", name="Tin 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tin 2")
    # The list of files is still there for who comes back.
    page.get_by_role("link", name="Về danh sách bài").click()
    expect(page.locator(".upload")).to_contain_text("3 bài mới")


def test_a_file_can_be_cancelled_and_sent_again(shown: Shown) -> None:
    page = opened_adding(shown)
    page.route("**/v1/files*", lambda _: None)
    send_files(page, ("a.txt", b"Chuyen tau dau tien chay sang nay."), ("b.txt", b"Chuyen tau thu hai chay chieu nay."))
    expect(page.locator(".upload").nth(1)).to_contain_text("Đang chờ đến lượt")
    page.get_by_role("button", name="Hủy gửi b.txt").click()
    page.get_by_role("button", name="Hủy gửi a.txt").click()
    for number in range(2):
        expect(page.locator(".upload").nth(number)).to_contain_text("Đã hủy.")
    page.unroute_all()
    page.get_by_role("button", name="Gửi lại a.txt").click()
    expect(page.locator(".upload").first).to_contain_text("1 bài mới")
    expect(page.locator(".upload").nth(1)).to_contain_text("Đã hủy.")


# --- Listing, finding, deleting --------------------------------------------------------------------------


def test_the_list_goes_on(shown: Shown) -> None:
    page = shown.open("#/articles")
    expect(page.locator(".row")).to_have_count(30)
    page.get_by_role("button", name="Xem thêm").click()

    expect(page.locator(".row")).to_have_count(42)
    expect(page.locator(".row-title").nth(30)).to_be_focused()
    expect(page.get_by_role("button", name="Xem thêm")).to_have_count(0)


def test_search_without_tone_marks(shown: Shown) -> None:
    page = shown.open("#/articles")
    page.get_by_label("Tìm trong các bài").fill("vac xin phe cau cuba")
    page.keyboard.press("Enter")

    rows = page.locator("section[aria-labelledby=found-title] .row")
    expect(rows.first).to_contain_text("phế cầu")
    assert rows.first.locator("b").first.inner_text() in ("vắc", "vắc-xin", "Cuba", "phế", "cầu")
    expect(page.get_by_text("Phần lớn các từ này không có")).to_have_count(0)
    titles = [row.locator(".row-title").get_attribute("href") for row in rows.all()]
    articles = [href.partition("?")[0] for href in titles if href]
    assert len(set(articles)) == len(articles) == 10
    rows.first.locator(".row-title").click()
    expect(page.locator("mark").first).to_be_visible()
    # Back among the results.
    page.go_back()
    expect(page.get_by_label("Tìm trong các bài")).to_have_value("vac xin phe cau cuba")
    expect(rows.first).to_contain_text("phế cầu")
    page.get_by_label("Tìm trong các bài").fill("")
    expect(page.get_by_role("heading", name="Tất cả các bài")).to_be_visible()


def test_search_for_what_is_not_there_says_so(shown: Shown) -> None:
    page = shown.open("#/articles")
    page.get_by_label("Tìm trong các bài").fill("xyzzy frobnicate")
    page.get_by_role("button", name="Tìm").click()

    expect(page.locator("#view").get_by_text("Phần lớn các từ này không có trong bài nào")).to_be_visible()


def test_deleting_asks_first_and_the_focus_goes_on(shown: Shown, add: Add) -> None:
    # The first and second of the list, which has the newest first, and of one day those of later ids.
    add(id="zz-mot", title="Bài một", text="Bến phà mở lại.")
    add(id="zz-hai", title="Bài hai", text="Chợ họp sớm hơn.")
    page = shown.open("#/articles")
    delete = page.get_by_role("button", name="Xóa bài: Bài một")
    delete.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Không thể hoàn tác")
    dialog.get_by_role("button", name="Hủy").or_(dialog.get_by_role("button", name="Thôi")).click()
    expect(delete).to_be_focused()
    delete.click()
    dialog.get_by_role("button", name="Xóa bài").click()

    expect(page.get_by_role("link", name="Bài một")).to_have_count(0)
    expect(page.get_by_role("link", name="Bài hai")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Đã xóa: Bài một")).to_have_count(1)
    expect(page.get_by_text("Kho có 43 bài")).to_be_visible()


def test_who_may_only_ask_is_offered_no_more(shown: Shown, add: Add) -> None:
    session = {
        "access": "keys",
        "name": "Bạn đọc",
        "scopes": ["ask"],
        "generators": ["extractive"],
        "generator": "extractive",
    }
    shown.page.route(
        "**/v1/session", lambda route: route.fulfill(json={**session, "articles": 43, "languages": ["vi"]})
    )
    article = add(title="Bài chỉ đọc", text="Bến phà mở lại.")
    page = shown.open("#/articles")

    expect(page.locator(".row").first).to_be_visible()
    expect(page.get_by_text("không cho thêm hay xóa")).to_be_visible()
    for offered in ("Thêm bài", "Xóa bài"):
        expect(page.get_by_role("button", name=offered)).to_have_count(0)
    page = shown.open(address(article))
    expect(page.get_by_role("heading", name="Bài chỉ đọc")).to_be_visible()
    expect(page.get_by_role("button", name="Xóa bài")).to_have_count(0)


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

    expect(page.get_by_text("Bài không còn chữ nào ở chỗ được trích")).to_be_visible()
    expect(page.locator("mark")).to_have_count(0)


def test_hostile_text_stays_text(shown: Shown, add: Add) -> None:
    article = add(title=HOSTILE, text=f"{HOSTILE}\n\nBến phà.", source=HOSTILE)
    for where in (address(article, HOSTILE, "<script>"), "#/articles"):
        page = shown.open(where)
        expect(page.get_by_text("{{7*7}}").first).to_be_visible()
        assert page.locator("#view script, #view img, #bold").count() == 0
        assert page.evaluate("() => window.hit") is None
    page.get_by_label("Tìm trong các bài").fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(page.locator("#found-title")).to_contain_text("{{7*7}}")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_axe_finds_nothing(opened_page: Opener, add: Add, trimmed: str, size: tuple[int, int], scheme: Scheme) -> None:
    article = add(title="Lễ hội đèn lồng", text=EMOJI_TEXT, url="https://bao.example/den", source="Báo Đêm")
    shown = opened_page(size, scheme, lax=True)
    page = opened_adding(shown)
    send_files(page, ("phà.txt", "Phà Vàm Láng chạy thêm ba chuyến mỗi ngày từ 5/6.".encode()), ("anh.txt", b"\x89PNG"))
    expect(page.locator(".upload").nth(1)).to_contain_text("bị từ chối")
    page.get_by_role("button", name="Thêm bài").click()
    expect(page.get_by_text("Hãy dán nội dung của bài.").first).to_be_visible()
    expect(page.locator(".row").first).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Xóa bài").first.click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.get_by_label("Tìm trong các bài").fill("xyzzy frobnicate")
    page.keyboard.press("Enter")
    expect(page.locator(".row-passage").first).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page = shown.open(address(article, EMOJI_TEXT, "đèn 𠮷 lồng"))
    expect(page.locator("mark")).to_be_visible()
    assert axe(page) == []
    page = shown.open(address(trimmed))
    page.get_by_text("Phần đã lược khỏi trang").click()
    assert axe(page) == []


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
    page.get_by_label("Search the articles").fill("pontoon bridge")
    page.keyboard.press("Enter")
    expect(page.locator("#view").get_by_text("nearest first")).to_be_visible()
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
