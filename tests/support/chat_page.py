"""What the tests of the chat share: questions, and how a reader asks them."""

import re

from playwright.sync_api import Locator, Page, Request, expect

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


def ask(page: Page, question: str, turns: int = 1) -> Locator:
    """Ask as a reader does, and wait for the answer; its turn."""
    box = page.get_by_role("textbox", name=re.compile("Câu hỏi của bạn|Your question"))
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".turn").nth(turns - 1)
    expect(turn).to_have_attribute("aria-busy", "false")
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


def beside(page: Page) -> Locator:
    """The article beside the conversation: the pane of a desktop, the sheet of a phone."""
    return page.locator(".beside:not([hidden]), .sheet[open]")


def chosen(page: Page, conversation: str, item: str) -> None:
    """Choose from the menu of the first conversation of this title."""
    page.get_by_role("button", name=f"Việc với cuộc trò chuyện: {conversation}").first.click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def taken(turn: Locator, item: str) -> None:
    """Choose from the menu under an answer."""
    turn.get_by_role("button", name="Mang theo").click()
    turn.get_by_role("menuitem", name=item).click()


def hash_of(page: Page) -> str:
    return page.url.partition("#")[2]


def inside(page: Page, element: Locator) -> bool:
    """Whether all of an element is in the window."""
    size = page.viewport_size
    assert size
    return _within(element, (0, 0, size["width"], size["height"]))


def scrolled_to(element: Locator, scroller: Locator) -> bool:
    """Whether all of an element is in what scrolls it."""
    box = scroller.bounding_box()
    assert box
    return _within(element, (box["x"], box["y"], box["width"], box["height"]))


def _within(element: Locator, outer: tuple[float, float, float, float]) -> bool:
    left, top, width, height = outer
    box = element.bounding_box()
    assert box
    return (
        box["x"] >= left
        and box["y"] >= top
        and box["x"] + box["width"] <= left + width
        and box["y"] + box["height"] <= top + height + 0.5
    )
