"""The same articles in a file and on a PostgreSQL server: the same is found, answered, browsed and kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.chunking import Chunking
from index.entities.browsing import Selection
from index.entities.search import sought
from index.ingest import Ingester
from index.model.embedder import Embedder
from index.model.encoder import Encoder
from index.stories.records import Sought
from rag.service.conversations import StoredTurn, timestamp
from rag.service.data_folder import opened_store
from rag.service.wiring import Service, opened_catalogue, put_together
from tests.support.encoders import draft
from tests.support.postgres import Postgres
from tests.support.sample import settings_for
from tests.support.service import client_of

ARTICLES = (
    draft(
        "pha",
        "Sáng 12/5, phà Hồng Lam chở 84 khách lật ở bến Cửa Sót. Thuyền trưởng Đặng Văn Khoát nói phà gặp lốc.",
        title="Phà Hồng Lam lật ở Cửa Sót",
        source="Báo Lam",
        published_at="2026-05-12",
    ),
    draft(
        "pha-2",
        "Phà Hồng Lam lật ở bến Cửa Sót hôm 12/5, bộ đội biên phòng vớt 79 người. Thuyền trưởng Đặng Văn Khoát khai.",
        title="Vớt 79 người ở bến Cửa Sót",
        source="Báo Sót",
        published_at="2026-05-13",
    ),
    draft("cho", "Chợ nổi Ngã Bảy có 31 gian hàng, họp từ bốn giờ sáng.", title="Chợ nổi", source="Báo Lam"),
)


@pytest.fixture
def services(
    embedder: Embedder, model_folder: Path, postgres: Postgres, tmp_path: Path
) -> Iterator[tuple[Service, Service]]:
    with ExitStack() as stack:
        address = stack.enter_context(postgres.database())
        encoder = Encoder(embedder, queue_limit=9)
        stack.callback(encoder.close)

        def opened(name: str, **more: str) -> Service:
            settings = settings_for(tmp_path / name, model_folder, **more)
            store = stack.enter_context(opened_store(settings))
            catalogue = stack.enter_context(opened_catalogue(settings, store, encoder, lambda _: None))
            ingester = Ingester(store, encoder, Chunking(settings.chunk_tokens))
            parts = (settings, store, encoder, ingester, catalogue, lambda _: None)
            service = stack.enter_context(put_together(*parts))
            list(service.ingester.ingest(ARTICLES))
            service.catalogue.refresh()
            while any([follower.follow() for follower in service.followers[:3]]):
                pass
            return service

        yield opened("file"), opened("server", database=address)


def test_both_answer_alike(services: tuple[Service, Service], tmp_path: Path) -> None:
    told, browsed = [], []
    for service in services:
        service.topics.add("", "Phà Hồng Lam lật ở đâu?", None, Selection().filters)
        with client_of(service) as client:
            asked = client.post("/v1/ask", json={"question": "Bao nhiêu người được vớt ở bến Cửa Sót?"}).json()
            found = client.post("/v1/search", json={"question": "phà Hồng Lam", "k": 3}).json()
            told.append(
                (
                    asked["answer"],
                    asked["confidence"],
                    [(each["article_id"], each["score"]) for each in found["passages"]],
                    [topic["name"] for topic in client.get("/v1/topics").json()["topics"]],
                )
            )
            assert len(client.get("/v1/conversations").json()["conversations"]) == 0
        browsing = service.stories, service
        del browsing
        tables = service.stories.page(Sought(), 9)
        browsed.append([[one.article_id for one in story.members] for story in tables])
    assert told[0] == told[1]
    assert "79" in told[0][0]
    assert browsed[0] == browsed[1] == [["pha-2", "pha"]]
    assert not list((tmp_path / "server").rglob("*.sqlite3"))
