"""The archive in Chromium: found, narrowed, sorted, several at once; by keyboard, on a phone, in both languages."""

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.articles_page import Add
from tests.support.browser import LOOKS, PHONE, Opener, Scheme, Shown, Site, axe
from tests.support.chat_page import hash_of

BOATS = (
    {
        "id": "phà-1",
        "title": "Bến phà Cồn Vịnh mở lại",
        "source": "Báo Cồn Vịnh",
        "published_at": "2026-10-02",
        "text": "Bến phà Cồn Vịnh mở lại sáng 2/10. Chuyên gia Na Uy giúp sửa hai cầu tàu.",
    },
    {
        "id": "phà-2",
        "title": "Phà Cồn Vịnh chạy đêm",
        "source": "Báo Cồn Vịnh",
        "published_at": "2026-10-09",
        "text": "Từ 9/10, phà Cồn Vịnh chạy cả đêm, mỗi giờ một chuyến.",
    },
    {
        "id": "phà-3",
        "title": "Na Uy tặng phà điện",
        "source": "Tin Bến Tre Đông",
        "published_at": "2026-11-20",
        "text": "Na Uy tặng huyện một chiếc phà điện. Bà con bến Cồn Vịnh vui mừng.",
    },
)


@pytest.fixture
def boats(add: Add) -> None:
    """Three articles of the river, of two sources and two months; two of them name Norway."""
    for article in BOATS:
        add(**article)


def titles(page: Page) -> list[str]:
    return page.locator(".archive .row-title").all_inner_texts()


def count(page: Page) -> Locator:
    return page.locator(".archive-head .hint")


def find(page: Page, words: str) -> None:
    box = page.get_by_role("searchbox", name=re.compile("Tìm trong các bài|Search the articles"))
    box.fill(words)
    box.press("Enter")


def test_the_list_goes_on_and_is_there_again_after_an_article(shown: Shown) -> None:
    page = shown.open("#/articles")
    expect(count(page)).to_have_text("Kho có 42 bài")
    expect(page.locator(".row")).to_have_count(30)
    page.get_by_role("button", name="Xem thêm").click()

    expect(page.locator(".row")).to_have_count(42)
    expect(page.locator(".row-title").nth(30)).to_be_focused()
    expect(page.get_by_role("button", name="Xem thêm")).to_have_count(0)
    page.locator(".row-title").nth(40).click()
    expect(page.locator(".reader-text")).to_be_visible()
    page.get_by_role("link", name="Về danh sách bài").click()
    expect(page.locator(".row")).to_have_count(42)
    expect(page.locator(".row-title").nth(40)).to_be_in_viewport()


@pytest.mark.usefixtures("boats")
def test_words_are_found_with_and_without_tone_marks_and_marked(shown: Shown) -> None:
    page = shown.open("#/articles")
    find(page, '"con vinh"')
    expect(count(page)).to_have_text("3 bài phù hợp")
    assert set(titles(page)) == {article["title"] for article in BOATS}
    expect(page.locator(".row-passage mark").first).to_have_text(re.compile("^Cồn( Vịnh)?$"))
    # With its marks a word is that word alone; in quotes words stand side by side.
    find(page, '"còn vịnh"')
    expect(count(page)).to_have_text("0 bài phù hợp")
    find(page, '"bến phà"')
    expect(count(page)).to_have_text("1 bài phù hợp")
    assert titles(page) == ["Bến phà Cồn Vịnh mở lại"]


def test_what_no_article_holds_can_be_looked_for_by_meaning(shown: Shown) -> None:
    page = shown.open("#/articles")
    find(page, "xyzzy frobnicate")
    expect(count(page)).to_have_text("0 bài phù hợp")
    expect(page.get_by_text("Không có bài nào như vậy")).to_be_visible()
    page.get_by_role("button", name="Tìm theo nghĩa").click()

    expect(page.locator(".near .row").first).to_be_visible()
    expect(count(page)).to_have_text("0 bài phù hợp")
    page.locator(".near .row-title").first.click()
    expect(page.locator("mark").first).to_be_visible()


@pytest.mark.usefixtures("boats")
def test_filters_follow_each_other_and_the_address_holds_them(shown: Shown) -> None:
    page = shown.open("#/articles")
    find(page, "cồn vịnh")
    expect(count(page)).to_have_text("3 bài phù hợp")
    facets = page.get_by_role("complementary", name="Lọc bài")
    expect(facets.get_by_role("checkbox", name=re.compile("^Báo Cồn Vịnh"))).to_be_visible()
    expect(facets.locator("label", has_text="Báo Cồn Vịnh").locator(".count")).to_have_text("2")
    expect(facets.locator("label", has_text="Na Uy").locator(".count")).to_have_text("2")
    # The months of those, for those who do not see the bars.
    table = facets.get_by_role("table", name="Ngày đăng")
    expect(table.get_by_role("row")).to_have_text(["Thời gianSố bài", "tháng 10 năm 20262", "tháng 11 năm 20261"])

    facets.get_by_role("checkbox", name=re.compile("^Báo Cồn Vịnh")).check()
    expect(count(page)).to_have_text("2 bài phù hợp")
    expect(facets.locator("label", has_text="Na Uy").locator(".count")).to_have_text("1")
    expect(facets.get_by_role("checkbox", name=re.compile("^Báo Cồn Vịnh"))).to_be_focused()
    facets.get_by_role("checkbox", name=re.compile("^Na Uy")).check()
    expect(count(page)).to_have_text("1 bài phù hợp")
    assert titles(page) == ["Bến phà Cồn Vịnh mở lại"]
    expect(page.get_by_role("link", name="Trang về Na Uy")).to_be_visible()

    # The address says it all, and the way back undoes it step by step.
    page.reload()
    expect(count(page)).to_have_text("1 bài phù hợp")
    page.go_back()
    expect(count(page)).to_have_text("2 bài phù hợp")
    expect(facets.get_by_role("checkbox", name=re.compile("^Báo Cồn Vịnh"))).to_be_checked()
    page.get_by_role("button", name="Bỏ giới hạn: Báo Cồn Vịnh").click()
    expect(count(page)).to_have_text("3 bài phù hợp")
    facets.get_by_label("Từ ngày").fill("2026-10-03")
    facets.get_by_label("Từ ngày").press("Tab")
    expect(count(page)).to_have_text("2 bài phù hợp")
    assert "published_from=2026-10-03" in hash_of(page)
    # A press on a bar takes its month.
    facets.locator(".chart-bars g").first.click()
    expect(count(page)).to_have_text("2 bài phù hợp")
    assert "published_from=2026-10-01&published_to=2026-10-31" in hash_of(page)


@pytest.mark.usefixtures("boats")
def test_the_list_is_sorted(shown: Shown) -> None:
    page = shown.open("#/articles?q=c%E1%BB%93n+v%E1%BB%8Bnh&order=oldest")
    expect(page.locator(".row")).to_have_count(3)
    assert titles(page) == ["Bến phà Cồn Vịnh mở lại", "Phà Cồn Vịnh chạy đêm", "Na Uy tặng phà điện"]
    page.get_by_label("Xếp theo").select_option("newest")
    expect(page.locator(".row-title").first).to_have_text("Na Uy tặng phà điện")
    assert titles(page)[1:] == ["Phà Cồn Vịnh chạy đêm", "Bến phà Cồn Vịnh mở lại"]


@pytest.mark.usefixtures("boats")
def test_several_are_edited_and_removed_together(shown: Shown, site: Site) -> None:
    page = shown.open("#/articles?q=c%E1%BB%93n+v%E1%BB%8Bnh&source=B%C3%A1o+C%E1%BB%93n+V%E1%BB%8Bnh")
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_role("button", name="Chọn nhiều").click()
    bar = page.get_by_role("group", name="Các bài đã chọn")
    expect(bar.get_by_role("button", name="Sửa…")).to_be_disabled()
    page.get_by_role("checkbox", name="Chọn: Bến phà Cồn Vịnh mở lại").check()
    expect(bar).to_contain_text("Đã chọn 1 bài")
    bar.get_by_role("button", name="Chọn hết các bài đang hiện").click()
    expect(bar).to_contain_text("Đã chọn 2 bài")
    bar.get_by_role("button", name="Sửa…").click()
    dialog = page.get_by_role("dialog", name="Sửa 2 bài")
    expect(dialog.get_by_label("Nguồn")).to_have_value("Báo Cồn Vịnh")
    expect(dialog.get_by_label("Ngày đăng")).to_have_value("")
    dialog.get_by_label("Ngày đăng").fill("2026-10-05")
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.locator("#toast")).to_have_text("Đã sửa 2 bài.")
    expect(page.locator(".row time").first).to_have_attribute("datetime", "2026-10-05")
    kept = httpx.get(f"{site.url}/v1/articles/phà-2").json()
    assert (kept["title"], kept["source"], kept["published_at"]) == (
        "Phà Cồn Vịnh chạy đêm",
        "Báo Cồn Vịnh",
        "2026-10-05",
    )

    page.get_by_role("button", name="Chọn nhiều").click()
    page.get_by_role("checkbox", name="Chọn: Phà Cồn Vịnh chạy đêm").check()
    bar.get_by_role("button", name="Xóa").click()
    confirm = page.get_by_role("dialog", name="Xóa 1 bài?")
    expect(confirm).to_contain_text("Không thể hoàn tác")
    confirm.get_by_role("button", name="Hủy").click()
    expect(bar).to_contain_text("Đã chọn 1 bài")
    bar.get_by_role("button", name="Xóa").click()
    confirm.get_by_role("button", name="Xóa").click()
    expect(page.locator("#toast")).to_have_text("Đã xóa 1 bài.")
    expect(page.locator(".row")).to_have_count(1)
    assert httpx.get(f"{site.url}/v1/articles/phà-2").status_code == 404


@pytest.mark.usefixtures("boats")
def test_on_a_phone_the_filters_are_a_sheet(opened_page: Opener) -> None:
    page = opened_page(PHONE, language="en").open("#/articles?q=%22con+vinh%22")
    expect(count(page)).to_have_text("3 articles match")
    expect(page.get_by_role("complementary", name="Filter articles")).to_have_count(0)
    page.get_by_role("button", name="Filter articles").tap()
    sheet = page.get_by_role("dialog", name="Filter articles")
    sheet.get_by_role("checkbox", name=re.compile("^Tin Bến Tre Đông")).tap()
    sheet.get_by_role("button", name="Show 1 article", exact=True).tap()
    expect(sheet).to_have_count(0)
    expect(count(page)).to_have_text("1 article matches")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.usefixtures("boats")
def test_the_keyboard_is_enough(shown: Shown) -> None:
    page = shown.open("#/articles")
    expect(page.locator(".row").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("cồn vịnh")
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text("3 bài phù hợp")
    seen = []
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        seen.append(page.evaluate("document.activeElement.value ?? ''"))
        if seen[-1] == "Báo Cồn Vịnh":
            break
    page.keyboard.press("Space")
    expect(count(page)).to_have_text("2 bài phù hợp")


@pytest.mark.usefixtures("boats")
@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["desktop", "phone", "dark"])
def test_axe_finds_nothing(opened_page: Opener, size: tuple[int, int], scheme: Scheme) -> None:
    page = opened_page(size, scheme, lax=True).open(
        "#/articles?q=c%E1%BB%93n+v%E1%BB%8Bnh&source=B%C3%A1o+C%E1%BB%93n+V%E1%BB%8Bnh"
    )
    expect(page.locator(".row-passage").first).to_be_visible()
    found = {"list": axe(page, scheme)}
    page.get_by_role("button", name="Chọn nhiều").click()
    page.get_by_role("checkbox", name="Chọn: Bến phà Cồn Vịnh mở lại").check()
    found["choosing"] = axe(page, scheme)
    page.get_by_role("button", name="Sửa…").click()
    found["editing"] = axe(page, scheme)
    page.keyboard.press("Escape")
    if size == PHONE:
        page.get_by_role("button", name="Lọc bài").click()
        found["sheet"] = axe(page, scheme)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
