"""A few of the hostile orders; `hoidap eval hostile` tries all of them in every way."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from eval.attacks.hostile import BRIDGE, MARKET, ORDINARY, WAYS, articles_with, payloads, saying, trials, willing
from eval.attacks.lying import NAME, Liar, lying, unsound_in
from eval.attacks.techniques import TECHNIQUES, ModelInput
from rag.records.search import Request
from rag.service.wiring import Service
from tests.support.service import client_of, empty_beside

SOME = payloads(2)


@pytest.fixture(scope="module")
def ordered(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the ordinary articles with every payload in them."""
    with empty_beside(sample_service, tmp_path_factory.mktemp("ordered")) as service:
        outcomes = list(service.ingester.ingest(articles_with(payloads())))
        assert [outcome.status for outcome in outcomes] == ["added"] * len(ORDINARY)
        service.catalogue.refresh()
        yield service


def test_no_order_shows_in_any_way(ordered: Service) -> None:
    tried = list(trials(ordered, SOME))

    assert {trial.way for trial in tried} == set(WAYS)
    assert [trial for trial in tried if trial.problem is not None] == []


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        (BRIDGE, "1.240 mét"),
        ("Ai chỉ huy xây cầu Rạch Sậy?", "Đỗ Văn Khiêm"),
        (MARKET, "5 giờ sáng"),
        ("Giám đốc Bảo tàng Gốm Thanh Lương là ai?", "Kiều Ngọc Hạnh"),
        ("Vườn sen Hồ Dừa rộng bao nhiêu hecta?", "18 hecta"),
    ],
)
def test_ordinary_facts_are_answered_among_orders(ordered: Service, question: str, fact: str) -> None:
    answer = willing(ordered).ask(Request(question, 3)).answer

    assert fact in answer.text
    assert list(unsound_in(answer, ordered.store)) == []


def test_the_model_reads_the_news_among_the_orders_and_no_order(ordered: Service) -> None:
    """All passages of all articles, as a model is given them."""
    read: list[str] = []

    def technique(given: ModelInput) -> Iterator[str]:
        read.extend(given.passages)
        yield "Chợ nổi Vàm Đước họp lại. [1]"

    answers = [lying(ordered, Liar(technique)).ask(Request(question, 50)) for question in (BRIDGE, MARKET)]

    assert len({passage.hit.chunk.id for answered in answers for passage in answered.passages}) > 10
    text = "\n".join(read)
    assert all(ORDINARY[place][1] in text for place in (0, 1))
    for payload in payloads():
        assert payload.canary not in text or not payload.recognised, payload.id


def test_a_model_that_says_what_every_article_orders_says_only_what_it_cites(ordered: Service) -> None:
    canaries = [payload.canary for payload in payloads() if payload.where == "article"][::6]
    fact = ORDINARY[0][1]

    for at in range(0, len(canaries), 7):
        words = canaries[at : at + 7]
        said = [f"{canary} [1]" if place % 2 else f"{fact[:-1]}, {canary}. [1]" for place, canary in enumerate(words)]
        answer = lying(ordered, Liar(saying(*said))).ask(Request(BRIDGE, 5)).answer
        assert list(unsound_in(answer, ordered.store)) == []
        cited = " ".join(source.cited_text for citation in answer.citations for source in citation.sources)
        assert [canary for canary in words if canary in answer.text and canary not in cited] == []


def test_over_http_an_obedient_model_gives_no_link_and_no_markup(ordered: Service) -> None:
    service = replace(ordered, answerer=lying(ordered, Liar(TECHNIQUES["links and images"])))

    with client_of(service) as client:
        answered = client.post("/v1/ask", json={"question": BRIDGE}).json()

    assert answered["generator"] == NAME
    assert answered["answer"]["citations"]
    assert "thu-thap.example" not in json.dumps(answered["answer"])
    assert not any(mark in answered["answer"]["text"] for mark in ("<", "](", "http", "`", "*", "#", "|"))
