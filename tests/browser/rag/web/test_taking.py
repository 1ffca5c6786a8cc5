"""What an answer can be taken along as, in Chromium: files, paper, links; and the keys."""

import io
import re
import zipfile

from playwright.sync_api import expect

from tests.support.browser import PHONE, Opener, Shown
from tests.support.chat_page import NURSES, STUDENTS, ask, beside, markers, taken


def test_an_answer_is_taken_along_as_a_file_and_on_paper(shown: Shown) -> None:
    page = shown.open()
    ask(page, STUDENTS)
    turn = ask(page, NURSES, turns=2)
    with page.expect_download() as download:
        taken(turn, "Tải tệp Word")
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as document:
        assert "320 học viên" in re.sub("<[^>]+>", "", document.read("word/document.xml").decode())
    with page.expect_download() as download:
        taken(turn, "Tải tệp Markdown")
    assert "mỗi năm tuyển 320 học viên" in download.value.path().read_text(encoding="utf-8")

    page.evaluate("window.print = () => void (window.printed = true)")
    taken(turn, "In")
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")
    # One question with its answer and footnotes, and nothing of the shell.
    expect(turn.locator(".question")).to_be_visible()
    expect(turn.locator(".answer-text")).to_be_visible()
    expect(turn.locator(".sources")).to_contain_text("Hãng tin Lạc Việt")
    address = turn.locator(".original a").first
    after = address.evaluate("(link) => getComputedStyle(link, '::after').content")
    assert re.fullmatch(r'": https://[^#"]+"', after)
    for hidden in (".top", ".composer", ".sidebar", ".actions", ".turn >> nth=0"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".turn").first).to_be_visible()


def test_a_link_to_an_answer_is_read_by_others_until_it_is_revoked(opened_page: Opener) -> None:
    page = opened_page().open()
    turn = ask(page, NURSES)
    taken(turn, "Tạo liên kết để chia sẻ")
    dialog = page.get_by_role("dialog", name="Liên kết đến câu trả lời")
    link = dialog.get_by_label("Liên kết", exact=True).input_value()
    assert re.search(r"/#/s/[\w.~-]+$", link)

    other = opened_page(PHONE, language="en")
    other.expected = ["404"]
    reader = other.open(link.partition("/#")[2].join(("#", "")))
    shared = reader.locator(".turn")
    expect(shared.locator(".answer-text")).to_contain_text("mỗi năm tuyển 320 học viên")
    expect(reader.get_by_text("to read only")).to_be_visible()
    expect(reader.locator("#view textarea, #view nav")).to_have_count(0)
    expect(shared.get_by_role("button", name="Good answer")).to_have_count(0)
    shared.locator(".source-title").first.click()
    expect(beside(reader).locator("mark")).to_be_visible()
    beside(reader).get_by_role("button", name="Close").click()
    expect(beside(reader)).to_have_count(0)

    dialog.get_by_role("button", name="Thu hồi liên kết").click()
    expect(page.locator("#toast")).to_have_text("Liên kết không còn mở được nữa.")
    reader.reload()
    expect(reader.locator(".callout")).to_contain_text("This link no longer opens")


def test_keys_go_through_turns_and_open_sources_but_not_while_one_types(shown: Shown) -> None:
    page = shown.open()
    ask(page, STUDENTS)
    turn = ask(page, NURSES, turns=2)
    box = page.get_by_role("textbox", name="Câu hỏi của bạn")
    box.fill("")
    box.press_sequentially("jo?")
    expect(box).to_have_value("jo?")
    box.fill("")
    turn.get_by_role("button", name="Mang theo").focus()
    page.keyboard.press("k")
    expect(page.locator(".turn .question").first).to_be_focused()
    page.keyboard.press("j")
    expect(turn.locator(".question")).to_be_focused()
    page.keyboard.press("o")
    expect(beside(page).locator("mark")).to_be_focused()
    expect(beside(page).locator("mark")).to_contain_text("320 học viên")
    page.keyboard.press("Escape")
    expect(beside(page)).to_have_count(0)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Phím tắt")
    expect(sheet.locator("kbd")).to_have_text(["/", "j", "k", "o", "Esc", "?"])
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    expect(markers(turn).first).to_be_visible()
