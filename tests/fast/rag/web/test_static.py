"""The page's files over HTTP, and what they may not hold. What they do is in tests/browser."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path, PurePath

import pytest
from starlette.testclient import TestClient

from tests.support.http import canned_state, http_of

STATIC = files("rag.web").joinpath("static")
ROOT = Path(str(STATIC))
NAMES = sorted(file.relative_to(ROOT).as_posix() for file in ROOT.rglob("*") if file.is_file())
# What each room of the page may use: itself, and of the others those named.
ROOMS = {
    "shared": set[str](),
    "articles": {"shared"},
    "chat": {"shared", "articles"},
    **{room: {"shared", "chat"} for room in ("start", "entities", "stories", "topics")},
}
SCRIPTS = [name for name in NAMES if name.endswith(".js")]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@pytest.fixture(scope="module")
def http() -> Iterator[TestClient]:
    with http_of(canned_state()) as client:
        yield client


def source(name: str) -> str:
    return STATIC.joinpath(name).read_text(encoding="utf-8")


def test_the_page_comes_with_its_policy(http: TestClient) -> None:
    response = http.get("/")
    assert response.status_code == 200
    assert response.text == source("index.html")
    directives = response.headers["content-security-policy"].split("; ")
    assert dict(directive.split(" ", 1) for directive in directives) == POLICY
    assert response.headers["content-type"] == KINDS[".html"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_served_as_what_it_is(http: TestClient, name: str) -> None:
    response = http.get(f"/static/{name}")
    assert response.status_code == 200
    assert response.content == STATIC.joinpath(name).read_bytes()
    assert response.headers["content-type"] == KINDS[PurePath(name).suffix]
    assert response.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_a_file_that_is_known_already_is_not_sent_again(http: TestClient) -> None:
    tag = http.get("/static/shared/app.css").headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = http.get("/static/shared/app.css", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert http.get("/static/shared/app.css", headers={"if-none-match": '"other"'}).status_code == 200
    assert http.get("/static/main.js").headers["etag"] != tag


@pytest.mark.parametrize(
    "path",
    ["..%2f__init__.py", "%2e%2e%2f__init__.py", "app.css%00", "APP.CSS", "__init__.py", "none.js", "%2fetc%2fpasswd"],
)
def test_no_other_file_can_be_had(http: TestClient, path: str) -> None:
    response = http.get(f"/static/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_the_page_is_no_part_of_the_described_interface(http: TestClient) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    assert [path for path in paths if path == "/" or path.startswith("/static")] == []


def test_the_page_has_no_script_or_style_of_its_own_and_nothing_from_outside() -> None:
    page = source("index.html")
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert [address for address in addresses if not address.startswith(("/static/", "#"))] == []
    assert {address.removeprefix("/static/") for address in addresses if address.startswith("/static/")} <= set(NAMES)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_make_no_markup_and_load_only_each_other(name: str) -> None:
    text = source(name)
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function", text)
        == []
    )
    imported = re.findall(r'(?:from|import) "([^"]+)"', text)
    loaded = {(ROOT / name).parent.joinpath(path).resolve() for path in imported}
    assert loaded <= {ROOT / known for known in NAMES}
    room = name.partition("/")[0]
    if room in ROOMS:
        assert {path.relative_to(ROOT).parts[0] for path in loaded} <= {room, *ROOMS[room]}
    # An address of the web's would be a namespace or something from outside.
    assert set(re.findall(r"https?://\w[^\s\"'`]*", text)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".css")])
def test_styles_load_nothing(name: str) -> None:
    assert re.findall(r"@import|url\(", source(name)) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_files_can_be_read_in_one_sitting(name: str) -> None:
    assert len(source(name).splitlines()) <= 300


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name.endswith("words.js")])
def test_both_languages_have_the_same_words(name: str) -> None:
    text = source(name)
    split = text.index("const en = {")
    vietnamese, english = (
        dict(re.findall(r'^  "([\w.-]+)":\s+"((?:[^"\\]|\\.)*)",$', part, re.MULTILINE))
        for part in (text[:split], text[split:])
    )
    assert vietnamese
    # English alone has forms for one.
    assert {key for key in english if not key.endswith(".one")} == set(vietnamese)
    for key, words in vietnamese.items():
        assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", english[key])), key
