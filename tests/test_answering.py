from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from index.records import Chunk, Hit
from index.store import Filters, Store
from index.terms import TermIndex
from prompts import template
from rag.errors import BadQuestion
from rag.records import Generated, Passage, Query, Quote, Statement
from rag.wiring import Service
from tests.service import empty_beside
from tests.support import draft

TEXT = "Cầu dài 1.420 m. Cầu tốn 58 triệu USD để xây dựng."


@dataclass(frozen=True)
class Says:
    """A generator that says what it is told to, and does what it is told to the store before."""

    statement: str
    start: int
    end: int
    confidence: float = 1.0
    remove: Store | None = None
    name: str = "says"

    def generate(self, query: Query, passages: Sequence[Passage], terms: TermIndex) -> Generated:
        if self.remove is not None:
            self.remove.remove(["cau"])
        hit = passages[0].hit
        quote = Quote(hit, self.start, self.end, 1.0, "full")
        return Generated((Statement(self.statement, (quote,)),), self.confidence, sufficient=self.confidence >= 0.5)


@pytest.fixture
def service(sample_service: Service, tmp_path: Path) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path / "data") as service:
        assert [outcome.status for outcome in service.ingester.ingest([draft("cau", TEXT, title="Cầu")])] == ["added"]
        service.catalogue.refresh()
        yield service


def test_a_quote_that_resolves_is_cited(service: Service) -> None:
    answered = replace(service.answerer, generator=Says("Cầu dài 1.420 m.", 0, 16)).ask("Cầu dài?", 5, Filters())

    assert answered.generator == "says"
    assert answered.answer.text == "Cầu dài 1.420 m. [1]"
    assert answered.answer.language == "vi"
    (citation,) = answered.answer.citations
    assert [source.cited_text for source in citation.sources] == ["Cầu dài 1.420 m."]
    assert [passage.hit.chunk for passage in answered.passages] == [Chunk(1, "cau", 0, len(TEXT), TEXT)]


@pytest.mark.parametrize(
    "generator",
    [Says("Ngoài bài.", 0, 500), Says("Cầu dài 1.420 m.", 0, 16, confidence=0.01)],
    ids=["unresolved", "unsure"],
)
def test_it_abstains_rather_than_say_what_does_not_hold(service: Service, generator: Says) -> None:
    answerer = replace(service.answerer, generator=generator)

    for question, language in (
        ("Cầu dài?", "vi"),
        ("How long is it?", "en"),
        ("Какая длина?", "ru"),
        ("다리 길이?", "en"),
    ):
        answer = answerer.ask(question, 5, Filters()).answer
        assert answer.abstained
        assert answer.text == template("abstain", language)
        assert (answer.language, answer.citations) == (language, ())


def test_an_article_removed_while_the_answer_is_made_is_not_cited(service: Service) -> None:
    generator = Says("Cầu dài 1.420 m.", 0, 16, remove=service.store)

    answer = replace(service.answerer, generator=generator).ask("Cầu dài?", 5, Filters()).answer

    assert answer.abstained
    assert "1.420" not in answer.text


def test_an_empty_index_abstains(sample_service: Service, tmp_path: Path) -> None:
    with empty_beside(sample_service, tmp_path / "data") as service:
        answered = service.answerer.ask("Cầu dài bao nhiêu?", 5, Filters())

    assert answered.answer.abstained
    assert answered.answer.confidence == 0
    assert answered.passages == ()


def test_a_question_without_words_is_refused_before_anything_runs(service: Service) -> None:
    with pytest.raises(BadQuestion):
        service.answerer.ask("?", 5, Filters())
    with pytest.raises(BadQuestion):
        service.answerer.search("?", 5, Filters())


def test_search_and_ask_find_the_same(service: Service) -> None:
    asked = service.answerer.ask("Cầu dài bao nhiêu?", 5, Filters())
    found = service.answerer.search("Cầu dài bao nhiêu?", 5, Filters())

    assert asked.passages == found.passages
    assert isinstance(found.passages[0].hit, Hit)
