"""Articles that a test adds, and takes along when it ends."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rag.service.background import caught_up
from tests.support.articles_page import Add
from tests.support.browser import Site


@pytest.fixture(autouse=True)
def as_before(site: Site) -> Iterator[None]:
    """The articles of a test go with it, and what is derived from them."""
    caught_up(site.service)
    held = {article.id for article in site.service.store.articles(1000, None)}
    yield
    site.service.store.remove([each.id for each in site.service.store.articles(1000, None) if each.id not in held])
    caught_up(site.service)


@pytest.fixture
def add(site: Site) -> Add:
    """Takes an article in, as over HTTP; its id. It is newer than those of the sample, and stands first."""

    def taken(**article: Any) -> str:
        dated = {"published_at": "2026-11-21", **article}
        (result,) = httpx.post(f"{site.url}/v1/articles", json=dated).json()["results"]
        assert result["status"] == "added", result
        caught_up(site.service)
        return str(result["id"])

    return taken


@pytest.fixture
def trimmed(site: Site) -> str:
    """An article of which extraction left something out."""
    store = site.service.store
    drafts = (store.draft(article.id) for article in store.articles(1000, None))
    return next(draft.article.id for draft in drafts if draft and draft.removed)
