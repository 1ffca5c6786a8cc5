"""The same articles in a file and on a PostgreSQL server: the same is found, answered, browsed and kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from index.chunking import Chunking
from index.ingest import Ingester
from index.model.embedder import Embedder
from index.model.encoder import Encoder
from index.stories.records import Sought
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
            for follower in service.followers:
                while follower.follow():
                    pass
            return service

        yield opened("file"), opened("server", database=address)


# Chosen by chance, or by the clock.
_MOMENTS = {"added_at", "changed_at", "created_at", "asked_at", "started_at", "updated_at", "timings_ms"}
_OTHERS = {"id", "answer_id", "conversation_id", *_MOMENTS}
_READ = (
    *("/v1/articles", "/v1/articles?q=ben+cua+sot&order=relevance", "/v1/articles?source=B%C3%A1o+Lam", "/v1/facets"),
    *("/v1/sources", "/v1/stories", "/v1/stories?q=ph%C3%A0", "/v1/entities", "/v1/archive", "/v1/conversations"),
    *("/v1/topics", "/v1/articles/pha"),
)


def same(value: Any) -> Any:
    """What does not hang on chance or the clock."""
    if isinstance(value, dict):
        return {name: same(held) for name, held in value.items() if name not in _OTHERS}
    return [same(each) for each in value] if isinstance(value, list) else value


def test_both_answer_alike(services: tuple[Service, Service], tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    for service in services:
        with client_of(service) as client:
            asked = client.post("/v1/ask", json={"question": "Bao nhiêu người được vớt ở bến Cửa Sót?"})
            searched = client.post("/v1/search", json={"query": "phà Hồng Lam", "k": 3})
            client.post("/v1/topics", json={"question": "Phà Hồng Lam lật ở đâu?"})
            answers = {"ask": asked, "search": searched, **{path: client.get(path) for path in _READ}}
        assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
        told.append({path: same(answer.json()) for path, answer in answers.items()})
    file, server = told
    assert "79" in str(file["ask"])
    for path, answer in file.items():
        assert server[path] == answer, path
    stories = services[1].stories.page(Sought(), 9)
    assert [[one.article_id for one in story.members] for story in stories] == [["pha-2", "pha"]]
    assert not list((tmp_path / "server").rglob("*.sqlite3"))
