"""What the tests of the articles and the reader share."""

from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import FilePayload, Page

from tests.support.browser import Shown

BRIDGE_TEXT = "Cầu phao Vàm Sát thông xe sáng 3/5. Cầu phao Vàm Sát dài 1.420 m và tốn 58 triệu USD để xây dựng."
EMOJI_TEXT = (
    "Lễ hội 🎏👍🏽🇻🇳 đèn 𠮷 lồng mở cửa.\n\nBan tổ chức treo 1.200 chiếc đèn 🏮 dọc bờ sông.\nKhách vào cửa tự do."
)
HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b id=bold>đậm</b> {{7*7}}'

Add = Callable[..., str]


def address(article_id: str, text: str = "", words: str = "") -> str:
    """Where the reader shows an article, with `words` of its text marked: Python counts code points too."""
    if not words:
        return f"#/a/{quote(article_id, safe='')}"
    start = text.index(words)
    return f"#/a/{quote(article_id, safe='')}?start={start}&end={start + len(words)}"


def seal(words: str) -> str:
    """What an address knows its words by: their code points as digits to the base 16777619, modulo 2**32."""
    return f"{sum(ord(point) * 16777619**place for place, point in enumerate(reversed(words))) % 2**32:08x}"


def opened_adding(shown: Shown) -> Page:
    page = shown.open("#/articles")
    page.get_by_text("Thêm bài", exact=True).first.click()
    return page


def send_files(page: Page, *files: tuple[str, bytes]) -> None:
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files
    ]
    page.locator("#files").set_input_files(payloads)
