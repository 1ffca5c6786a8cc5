"""Several articles changed at once, in this process and over HTTP, over the real model."""

from collections.abc import Iterator, Sequence

import pytest

from index.storage.errors import Refused
from rag.client.archive.protocol import ArchiveClient
from rag.client.in_process import InProcess
from rag.client.over_http import OverHttp
from rag.contract.archive import ArticlesEdit, Browse, BrowsePage
from rag.errors import ServiceError
from rag.http.app import build_app
from rag.http.state import State
from rag.service.background import following
from rag.service.wiring import Service
from tests.support.service import empty_beside
from tests.support.sse import on_loopback

TEXTS = {"cho": "Chợ nổi họp sớm ở Hà Nội.", "pha": "Bến phà Hà Nội mở lại.", "cau": "Cầu dài 1.420 m."}


@pytest.fixture
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path_factory.mktemp("several") / "data") as service:
        yield service


@pytest.fixture
def archives(service: Service) -> Iterator[Sequence[ArchiveClient]]:
    with on_loopback(build_app(State.of(service))) as http, OverHttp(str(http.base_url), None) as over_http:
        yield InProcess(service, "").archive, over_http.archive


def test_several_are_edited_and_removed(archives: Sequence[ArchiveClient], service: Service) -> None:
    client = InProcess(service, "")
    for archive in archives:
        client.ingest([{"id": article, "text": text} for article, text in TEXTS.items()])
        assert archive.edit(ArticlesEdit(ids=["cho", "pha", "cho", "không"], source="Báo Ven Sông")) == 2
        assert archive.facets().sources[0].model_dump() == {"name": "Báo Ven Sông", "articles": 2}
        assert archive.edit(ArticlesEdit(ids=["cho"], source=None)) == 1
        assert archive.articles(BrowsePage(source=["Báo Ven Sông"])).total == 1
        with pytest.raises((Refused, ServiceError), match="no date"):
            archive.edit(ArticlesEdit(ids=["cho", "pha"], published_at="hôm qua"))
        while any(follower.follow() for follower in service.followers):
            pass
        assert archive.articles(BrowsePage(entity=["city:hanoi"])).total == 2
        (story,) = service.stories.of(["cho"]).values()
        (only,) = archive.articles(BrowsePage(story=story)).articles
        assert (only.id, archive.facets(Browse(story=story)).total) == ("cho", 1)
        assert archive.remove(["cho", "pha", "không"]) == 2
        assert archive.articles().total == archive.start().articles == 1
        assert archive.remove(["cau"]) == 1


def test_who_serves_follows_by_itself(service: Service) -> None:
    client = InProcess(service, "")
    with following(service):
        client.ingest([{"id": article, "text": text} for article, text in TEXTS.items()])
        for _ in range(200):
            if client.archive.articles(BrowsePage(q="hà nội")).total == 2:
                break
            service.stopping.wait(0.05)
    assert client.archive.articles(BrowsePage(q="ha noi")).total == 2
    assert client.archive.entity("city", "hanoi") is not None
