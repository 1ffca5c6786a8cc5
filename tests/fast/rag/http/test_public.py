"""Secret links: feeds, and the way out of a briefing."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.delivery.secret import FORM, digest, new_secret
from rag.http.access.keys import Keys
from tests.support.canned import Canned
from tests.support.http import canned_state, http_of
from tests.support.logs import logging_to
from tests.support.readers import FEED, SECRET, TOKEN, Played


@pytest.fixture
def readers() -> Played:
    return Played()


@pytest.fixture
def http(readers: Played, tmp_path: Path) -> Iterator[TestClient]:
    keys = Keys(tmp_path / "keys.sqlite3")
    keys.add("a", ["ask"])
    with http_of(replace(canned_state(Canned(), keys), readers=readers), "https://hoidap.example") as client:
        yield client
    keys.close()


def test_a_feed_needs_no_key(http: TestClient) -> None:
    got = http.get(f"/feeds/{SECRET}.atom")

    assert (got.status_code, got.headers["content-type"]) == (200, "application/atom+xml")
    assert "Cầu dài 1.420 m." in got.text
    assert got.headers["last-modified"] == "Mon, 04 May 2026 12:00:00 GMT"
    assert got.headers["cache-control"] == "private, no-cache"
    assert http.head(f"/feeds/{SECRET}.atom").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Modified-Since": "Mon, 04 May 2026 12:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Mon, 04 May 2026 11:59:59 GMT"}, 200),
        ({"If-Modified-Since": "gần đây".encode()}, 200),
        ({"If-None-Match": b'"khac"', "If-Modified-Since": b"Mon, 04 May 2026 12:00:00 GMT"}, 200),
        ({"If-None-Match": "*"}, 304),
    ],
    ids=["same", "older", "nonsense", "tag-first", "any"],
)
def test_a_feed_that_is_known(http: TestClient, headers: dict[str, str], status: int) -> None:
    assert http.get(f"/feeds/{SECRET}.atom", headers=headers).status_code == status


def test_a_feed_that_is_known_by_its_tag(http: TestClient, readers: Played) -> None:
    tag = http.get(f"/feeds/{SECRET}.atom").headers["etag"]

    again = http.get(f"/feeds/{SECRET}.atom", headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    readers.feeds[digest(SECRET)] = replace(FEED, entries=())
    assert http.get(f"/feeds/{SECRET}.atom", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "secret", ["", "x", new_secret(), SECRET[:-1], SECRET + "A", "%00", "..%2f..%2fx", "a" * 9000], ids=range(8)
)
def test_what_opens_nothing_is_answered_alike(http: TestClient, secret: str) -> None:
    got = http.get(f"/feeds/{secret}.atom")

    assert got.status_code in (401, 404)
    if got.status_code == 404:
        assert got.json()["detail"] == "There is nothing at this path."


def test_a_revoked_secret(http: TestClient, readers: Played) -> None:
    readers.feeds.clear()

    assert http.get(f"/feeds/{SECRET}.atom").status_code == 404


def test_opening_the_link_changes_nothing(http: TestClient, readers: Played) -> None:
    for _ in range(2):
        got = http.get(f"/unsubscribe/{TOKEN}")
        assert got.status_code == 200
    assert http.head(f"/unsubscribe/{TOKEN}").status_code == 200

    assert readers.left == []
    assert 'method="post"' in got.text
    assert "<script" not in got.text
    assert "Tin &lt;b&gt;sáng&lt;/b&gt;" in got.text
    assert 'lang="vi"' in got.text
    assert 'lang="en"' in got.text
    policy = got.headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://hoidap.example", "Sec-Fetch-Site": "same-origin"}])
def test_pressing_the_button(http: TestClient, readers: Played, headers: dict[str, str]) -> None:
    got = http.post(f"/unsubscribe/{TOKEN}", data={"List-Unsubscribe": "One-Click"}, headers=headers)

    assert got.status_code == 200
    assert readers.left == [TOKEN]
    assert "không còn được gửi" in got.text
    assert "<button" not in got.text


def test_another_sites_page_cannot_press_it(http: TestClient, readers: Played) -> None:
    headers = {"Origin": "https://xau.example", "Sec-Fetch-Site": "cross-site"}

    assert http.post(f"/unsubscribe/{TOKEN}", headers=headers).status_code == 403
    assert readers.left == []


@pytest.mark.parametrize("token", ["x", "b1.", "b1." + "A" * 43, "%00"])
def test_a_link_that_leads_nowhere(http: TestClient, token: str) -> None:
    for got in (http.get(f"/unsubscribe/{token}"), http.post(f"/unsubscribe/{token}")):
        assert got.status_code == 404
        assert "no longer valid" in got.text
        assert "<form" not in got.text


def test_secrets_are_not_logged(http: TestClient) -> None:
    with logging_to("text", logging.DEBUG) as written:
        http.get(f"/feeds/{SECRET}.atom")
        http.get(f"/feeds/{SECRET}x.atom")
        http.post(f"/unsubscribe/{TOKEN}")

    said = written.getvalue()
    assert said.count("/feeds/{secret}.atom") == 2
    assert SECRET not in said
    assert TOKEN not in said


def test_secrets_cannot_be_guessed() -> None:
    made = {new_secret() for _ in range(100)}

    assert len(made) == 100
    assert all(FORM.fullmatch(secret) for secret in made)
