"""The whole service over Milvus finds and answers as over the indexes of one machine."""

from pathlib import Path
from typing import Any

import pytest
from milvus_lite.server_manager import server_manager_instance
from pydantic import SecretStr

from index.model.embedder import Embedder
from index.records import Filters
from rag.records.search import Request
from rag.service.wiring import Service
from tests.support.encoders import draft
from tests.support.sample import service_with
from tests.support.service import copied

QUESTIONS = [
    Request("Kim ngạch thương mại Việt Nam và Nga năm 2024 là bao nhiêu?", 10),
    Request("Nghiem Xuan Bach la ai?", 10),
    Request("How many scholarships does Viet Nam give to Lao students?", 10),
    Request("vắc-xin", 10, Filters("2025-01-01", "2025-12-31")),
    Request("học bổng", 10, Filters(sources=("Tin Kinh tế Biển", "') or id > 0 or ('"))),
]


def asked(service: Service) -> list[Any]:
    """The passages, the answer and the cited words of each question."""
    results: list[Any] = []
    for request in QUESTIONS:
        passages = service.answerer.search(request).passages
        answer = service.answerer.ask(request).answer
        hits = [
            (
                p.hit.chunk.article_id,
                p.hit.chunk.start,
                pytest.approx(p.dense, abs=1e-4),
                pytest.approx(p.lexical, abs=1e-4),
            )
            for p in passages
        ]
        results.append(
            (hits, answer.text, [source.cited_text for citation in answer.citations for source in citation.sources])
        )
    return results


def test_the_same_passages_and_answers(
    sample_data: Path, model_folder: Path, embedder: Embedder, tmp_path: Path
) -> None:
    data = copied(sample_data, tmp_path / "data")
    with service_with(embedder, data, model_folder) as service:
        service.catalogue.publish()
        expected = asked(service)
    file = str(tmp_path / "milvus.db")
    with service_with(embedder, data, model_folder, milvus=SecretStr(file)) as service:
        assert asked(service) == expected
        text = "Cầu Vồng Xanh ở Đồng Lạc khánh thành sáng thứ Ba. Cầu dài 1.234 mét."
        list(service.ingester.ingest([draft("cau", text, title="Khánh thành cầu Vồng Xanh")]))
        service.catalogue.refresh()
        found = service.answerer.search(Request("Cầu Vồng Xanh dài bao nhiêu?", 3)).passages
        assert found[0].hit.chunk.article_id == "cau"
        service.store.remove(["cau"])
        service.catalogue.refresh()
        assert asked(service) == expected
    server_manager_instance.release_server(file)
