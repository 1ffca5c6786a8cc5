"""What the tests of the web page share: a server, a Chromium, a page that may say nothing wrong, axe.

These are fixtures, found through `tests/browser/conftest.py`. The browser is
started anew for each test module: while Playwright runs, no other test of the process could start an event loop.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.loopback import served
from tests.support.service import copied, empty_beside

Scheme = Literal["light", "dark"]

DESKTOP, PHONE = (1280, 800), (390, 844)
# Sizes and schemes that axe looks at; the colours of the dark hang on no width.
LOOKS: tuple[tuple[tuple[int, int], Scheme], ...] = ((DESKTOP, "light"), (PHONE, "light"), (DESKTOP, "dark"))
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Milliseconds that a page may take to show something: two slow cores run it, its server and another worker's tests.
_PATIENCE = 60_000
expect.set_options(timeout=_PATIENCE)

_AXE = files("axe_playwright_python").joinpath("axe.min.js")
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_COLOUR_RULES = {"runOnly": ["color-contrast", "link-in-text-block"]}
# A policy that is broken is told to the page, and nowhere else for certain.
_WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass(frozen=True)
class Site:
    """A running server over the sample articles, with conversations of its own."""

    url: str
    service: Service


@dataclass
class Shown:
    """A page, and what went wrong in it. `expected` are parts of what a test makes go wrong."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def open(self, address: str = "#/") -> Page:
        """Go to an address of the page, and wait until it is drawn."""
        self.page.goto(f"{self.url}/{address}")
        self.page.locator("#view > *").first.wait_for()
        return self.page

    def check(self) -> None:
        unexpected = [said for said in self.wrong if not any(part in said for part in self.expected)]
        assert unexpected == []


@pytest.fixture(scope="module")
def site(sample_service: Service, sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server whose articles and conversations tests may change, each for itself."""
    data = copied(sample_data, tmp_path_factory.mktemp("site") / "data")
    with empty_beside(sample_service, data) as service, served(build_app(State.of(service))) as url:
        yield Site(url, service)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "The tests of the page need Chromium; install the package `chromium-headless-shell`."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


Opener = Callable[..., Shown]


@pytest.fixture
def opened_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Makes pages of `site`, or of another server's `url`.

    Each fails the test where its console, a script or its policy says that something is wrong.

    `size` is width and height, below 600 a phone's with touch; `scheme` light or dark; `language` the browser's;
    `lax` lets axe in past the policy; more goes to Playwright.
    """
    contexts: list[tuple[BrowserContext, Shown]] = []

    def make(
        size: tuple[int, int] = DESKTOP,
        scheme: Scheme = "light",
        language: str = "vi",
        lax: bool = False,
        url: str = "",
        **more: Any,
    ) -> Shown:
        phone = size[0] < 600
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            has_touch=phone,
            is_mobile=phone,
            bypass_csp=lax,
            reduced_motion="reduce",
            locale={"vi": "vi-VN", "en": "en-US"}[language],
            timezone_id="Asia/Ho_Chi_Minh",
            **more,
        )
        context.set_default_timeout(_PATIENCE)
        context.add_init_script(_WATCH)
        shown = Shown(context.new_page(), url or request.getfixturevalue("site").url)
        shown.page.on("console", lambda message: _note(message, shown))
        shown.page.on("pageerror", lambda error: shown.wrong.append(str(error)))
        contexts.append((context, shown))
        return shown

    yield make
    for context, _ in contexts:
        context.close()
    for _, shown in contexts:
        shown.check()


@pytest.fixture
def shown(opened_page: Opener) -> Shown:
    """A page on a desktop, in Vietnamese."""
    return opened_page()


def axe(page: Page, scheme: Scheme) -> list[str]:
    """What axe finds wrong with a page as it stands now, one line a rule and element. The page must be `lax`.

    What hangs on no colour is looked for in the light page alone.
    """
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    # Axe takes what has scrolled halfway under a bar that stays for too small to be hit.
    page.add_style_tag(content=".top, .composer { position: static !important }")
    # Colours that still fade in are not the ones that are read.
    page.evaluate(
        "Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations < 9)"
        ".map((a) => a.finished))"
    )
    found = page.evaluate("(rules) => axe.run(document, rules)", _RULES if scheme == "light" else _COLOUR_RULES)
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _note(message: ConsoleMessage, shown: Shown) -> None:
    if message.type in ("error", "warning"):
        shown.wrong.append(f"{message.type}: {message.text} {message.location.get('url', '')}")
