"""The fixtures of the tests in a browser."""

from tests.support.browser import chromium, opened_page, shown, site

__all__ = ["chromium", "opened_page", "shown", "site"]
