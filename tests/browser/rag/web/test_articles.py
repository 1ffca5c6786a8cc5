"""Articles in Chromium: added from texts, files and the web, and put right."""

import json

import httpx
from playwright.sync_api import expect

from tests.support.articles_page import BRIDGE_TEXT, Add, address, opened_adding, send_files
from tests.support.browser import Shown, Site

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
    answered = httpx.post(f"{site.url}/v1/ask", json=question, timeout=300).json()
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


# --- Who may only ask ------------------------------------------------------------------------------------


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
    for offered in ("Thêm bài", "Chọn nhiều"):
        expect(page.get_by_role("button", name=offered)).to_have_count(0)
    page = shown.open(address(article))
    expect(page.get_by_role("heading", name="Bài chỉ đọc")).to_be_visible()
    expect(page.get_by_role("button", name="Xóa bài")).to_have_count(0)


# --- From the web, and put right ---------------------------------------------------------------------------


def test_a_date_is_put_right_on_the_article_s_page(shown: Shown, add: Add) -> None:
    article = add(title="Cau pho", text=BRIDGE_TEXT, published_at="2026-05-03")
    page = shown.open(address(article))
    page.get_by_text("Sửa tiêu đề, nguồn, ngày đăng").click()
    page.get_by_label("Tiêu đề").fill("Cầu phao Vàm Sát")
    page.get_by_label("Ngày đăng").fill("2026-05-04")
    page.get_by_role("button", name="Lưu").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Cầu phao Vàm Sát")
    expect(page.locator(".reader-head time")).to_have_attribute("datetime", "2026-05-04")
    page.get_by_text("Sửa tiêu đề, nguồn, ngày đăng").click()
    page.get_by_label("Ngày đăng (đã sửa tay)").fill("")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".reader-head time")).to_have_attribute("datetime", "2026-05-03")


def test_an_address_that_cannot_be_fetched_says_why(shown: Shown) -> None:
    page = opened_adding(shown)
    page.get_by_label("Địa chỉ của một bài trên mạng").fill("https://bao.example/tin")
    page.get_by_role("button", name="Lấy bài").click()
    expect(page.get_by_text("người quản trị cần đặt HOIDAP_FETCH_CONTACT")).to_be_visible()


def test_feeds_say_that_nobody_watches_them(shown: Shown) -> None:
    page = shown.open("#/articles")
    page.get_by_text("Nguồn tin tự cập nhật").click()
    expect(page.get_by_text("Máy chủ này chưa được phép lấy trang")).to_be_visible()
    expect(page.get_by_label("Địa chỉ kênh RSS")).to_be_visible()
