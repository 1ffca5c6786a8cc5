"""Following in Chromium: topics and their news, briefings and their issues."""

import re
from collections.abc import Iterator
from time import time

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.support.articles_page import Add
from tests.support.browser import LOOKS, PHONE, Opener, Scheme, Shown, Site, axe

QUESTION = "Cầu phao Vàm Sát"
LATER = "Cầu phao Vàm Sát đóng hai ngày để sửa. Huyện chi 4 tỷ đồng thay 60 phao của cầu phao Vàm Sát."


@pytest.fixture(autouse=True)
def none_followed(site: Site) -> Iterator[None]:
    """The topics and briefings of a test go with it."""
    yield
    for kind in ("briefings", "topics"):
        for one in httpx.get(f"{site.url}/v1/{kind}").json()[kind]:
            assert httpx.delete(f"{site.url}/v1/{kind}/{one['id']}").status_code == 204


def follow(site: Site, question: str = QUESTION) -> str:
    return str(httpx.post(f"{site.url}/v1/topics", json={"question": question}).json()["id"])


def news(add: Add, more: str) -> None:
    """An article about it comes in; with the same words it would be news once, whatever became of it."""
    add(title="Sửa cầu phao Vàm Sát", text=f"{LATER} {more}", source="Báo Ven Sông")


def test_a_topic_is_followed_told_of_paused_renamed_and_deleted(shown: Shown, site: Site, add: Add) -> None:
    page = shown.open("#/topics")
    expect(page.get_by_text("Bạn chưa theo dõi chủ đề nào.")).to_be_visible()
    page.get_by_role("textbox", name="Từ hoặc câu hỏi cần theo dõi").fill(QUESTION)
    page.keyboard.press("Enter")
    topic = page.get_by_role("link", name=QUESTION)
    expect(topic).to_be_visible()
    expect(page.locator(".badge")).to_have_count(0)

    news(add, "Xe máy đi phà.")
    page.reload()
    expect(page.locator(".badge")).to_have_text("1 tin mới")
    topic.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    notice = page.locator(".notice")
    expect(notice).to_have_count(1)
    expect(notice.locator(".badge")).to_have_text("Mới")
    said = notice.locator("blockquote").inner_text()
    assert said in LATER
    notice.get_by_role("link", name="Sửa cầu phao Vàm Sát").click()
    expect(page.locator("mark")).to_have_text(said)
    page.get_by_role("link", name="Theo dõi").click()
    expect(topic).to_be_visible()
    expect(page.locator(".badge")).to_have_count(0)

    topic.click()
    pause = page.get_by_role("button", name="Tạm dừng")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    expect(pause).to_be_focused()
    page.get_by_role("button", name="Đổi tên").click()
    page.get_by_role("dialog").get_by_label("Tên chủ đề").fill("Cầu của huyện")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cầu của huyện")
    (kept,) = httpx.get(f"{site.url}/v1/topics").json()["topics"]
    assert (kept["name"], kept["question"], kept["paused"]) == ("Cầu của huyện", QUESTION, True)
    page.get_by_role("button", name="Xóa").click()
    page.get_by_role("dialog").get_by_role("button", name="Hủy").click()
    page.get_by_role("button", name="Xóa").click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa").click()
    expect(page.locator("#toast")).to_have_text("Đã xóa: Cầu của huyện")
    assert httpx.get(f"{site.url}/v1/topics").json()["topics"] == []


def test_the_address_of_a_feed_is_shown_once_and_can_be_revoked(shown: Shown, site: Site) -> None:
    page = shown.open(f"#/topics/{follow(site)}")
    page.get_by_role("button", name="Địa chỉ Atom").click()
    page.get_by_role("button", name="Tạo địa chỉ").click()
    feed = page.get_by_role("textbox", name="Địa chỉ Atom").input_value()
    assert feed.startswith(f"{site.url}/feeds/")
    assert QUESTION in httpx.get(feed).text
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Địa chỉ Atom").click()
    expect(page.get_by_role("dialog")).to_contain_text("không hiện lại")
    page.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_role("button", name="Tạo địa chỉ")).to_be_focused()
    assert httpx.get(feed).status_code == 404


def made_by_form(page: Page, site: Site) -> str:
    page.get_by_role("link", name="Make a briefing").click()
    page.get_by_role("button", name="Make the briefing").click()
    expect(page.get_by_role("alert")).to_have_text("Give the briefing a name.")
    name = page.get_by_label("Name of the briefing")
    expect(name).to_be_focused()
    name.fill("The river on Monday")
    page.get_by_role("radio", name="Weekly").check()
    page.get_by_label("Day of the week").select_option("Monday")
    page.get_by_label("Time", exact=True).fill("06:30")
    page.get_by_label("Time zone").fill("Asia/Cồn Vịnh")
    page.get_by_role("button", name="Make the briefing").click()
    expect(page.get_by_role("alert")).to_contain_text("is no time zone")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Add a recipient").click()
    page.get_by_label("E-mail address").fill("desk@paper.example")
    page.get_by_role("button", name="Make the briefing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The river on Monday")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    (briefing,) = httpx.get(f"{site.url}/v1/briefings").json()["briefings"]
    assert briefing["schedule"] == {"every": "weekly", "at": "06:30", "weekday": 0, "zone": "Europe/Berlin"}
    assert briefing["channels"] == [{"kind": "email", "to": "desk@paper.example", "secret": None}]
    return str(briefing["id"])


def test_a_briefing_is_made_previewed_and_its_issues_are_read(opened_page: Opener, site: Site, add: Add) -> None:
    topic = follow(site)
    shown = opened_page(PHONE, language="en")
    shown.expected.append("422")  # the zone that is none
    page = shown.open("#/topics")
    briefing = made_by_form(page, site)
    expect(page.locator(".facts")).to_contain_text("Every Monday at 06:30 (Europe/Berlin)")
    expect(page.get_by_text("No issues yet.")).to_be_visible()
    news(add, "Xe tải đi vòng.")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator(".preview")
    expect(preview.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(preview.locator("button.marker").first).to_be_visible()
    expect(preview.get_by_role("button", name="Good answer")).to_have_count(0)
    assert httpx.get(f"{site.url}/v1/briefings/{briefing}/issues").json()["issues"] == []

    # A channel that is taken away is gone, the others and the schedule stay.
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Take this recipient away").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("only read here")
    kept = httpx.get(f"{site.url}/v1/briefings/{briefing}").json()
    assert (kept["channels"], kept["topics"], kept["schedule"]["at"]) == ([], [topic], "06:30")

    site.service.topics.briefings.make_due(time() + 8 * 86_400)
    page.reload()
    page.locator(".rows .row-title").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The river on Monday")
    expect(page.get_by_text("1 news")).to_be_visible()
    said = page.locator(".issue .answer-text").inner_text()
    assert "60 phao" in said
    page.get_by_role("button", name="Bad answer").click()
    page.get_by_label("What should have been answered?").fill("Cầu có 61 phao.")
    page.get_by_role("button", name="Send feedback").click()
    expect(page.locator("#toast")).to_have_text("Thank you for telling us.")
    ((query, _, given),) = site.service.topics.issues.rated()
    assert (query.text, given.rating, given.better) == (QUESTION, "down", "Cầu có 61 phao.")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="To the briefing").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#toast")).to_have_text("Deleted: The river on Monday")


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["desktop", "phone", "dark"])
def test_axe_finds_nothing(opened_page: Opener, site: Site, add: Add, size: tuple[int, int], scheme: Scheme) -> None:
    topic = follow(site)
    body = {"name": "Sông", "topics": [topic], "schedule": {"every": "hourly", "at": "00:30"}}
    briefing = httpx.post(f"{site.url}/v1/briefings", json=body).json()["id"]
    news(add, f"Ngày {size[0]}, sáng và tối: {scheme}.")
    site.service.topics.briefings.make_due(time() + 3600)
    (issue,) = httpx.get(f"{site.url}/v1/briefings/{briefing}/issues").json()["issues"]
    shown = opened_page(size, scheme, lax=True)
    found = {}
    for name in ("topics", f"topics/{topic}", "briefings/new", f"briefings/{briefing}", f"issues/{issue['id']}"):
        page = shown.open(f"#/{name}")
        expect(page.locator("#view .waiting")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found[name] = axe(page, scheme)
    page = shown.open(f"#/topics/{topic}")
    page.get_by_role("button", name=re.compile("Địa chỉ Atom")).click()
    found["feed"] = axe(page, scheme)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def test_what_is_not_there_is_said(shown: Shown) -> None:
    shown.expected.append("404")
    for address, title in (
        ("#/topics/none", "Không có chủ đề này"),
        ("#/briefings/none", "Không có bản tin này"),
        ("#/issues/none", "Không có kỳ này"),
    ):
        page = shown.open(address)
        expect(page.get_by_role("heading", name=title)).to_be_focused()
