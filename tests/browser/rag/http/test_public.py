"""The page to leave a briefing, in Chromium: its one button works, without a script."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from rag.http.app import build_app
from tests.support.browser import DESKTOP, PHONE, Opener, Scheme, axe
from tests.support.http import canned_state
from tests.support.loopback import served
from tests.support.readers import TOKEN, Played


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_a_reader_leaves(opened_page: Opener, size: tuple[int, int], scheme: Scheme) -> None:
    readers = Played()
    with served(build_app(replace(canned_state(), readers=readers))) as url:
        page = opened_page(size, scheme, url=url, lax=True).page
        page.goto(f"{url}/unsubscribe/{TOKEN}")
        expect(page.get_by_role("heading").first).to_have_text("Ngừng nhận bản tin “Tin <b>sáng</b>”?")
        assert axe(page, scheme) == []
        page.get_by_role("button").first.click()

        expect(page.get_by_role("heading").first).to_contain_text("không còn được gửi")
        expect(page.get_by_role("button")).to_have_count(0)
        assert axe(page, scheme) == []
        page.close()
    assert readers.left == [TOKEN]


def test_the_button_passes_the_pages_own_policy(opened_page: Opener) -> None:
    readers = Played()
    with served(build_app(replace(canned_state(), readers=readers))) as url:
        page = opened_page(url=url).page
        page.goto(f"{url}/unsubscribe/{TOKEN}")
        page.get_by_role("button").last.press("Enter")

        expect(page.get_by_role("heading").last).to_contain_text("is no longer sent")
        page.close()  # or it asks a server that is gone for its icon
    assert readers.left == [TOKEN]
