from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from index.derived.terms import Idf
from index.records import Chunk, Filters, Hit
from index.store.store import Store
from prompts import Prompts
from rag.answer.broad.answers import Broad
from rag.answer.calibration import Calibrations
from rag.answer.extractive import Extractive
from rag.answer.ranking import SentenceWeights
from rag.answering import Answerer, Generator
from rag.errors import BadQuestion
from rag.records.answers import Generated, Outcome, Quote, Statement
from rag.records.search import Passage, Query, Request, Revision, Turn
from rag.service.wiring import Service
from tests.support.encoders import draft
from tests.support.service import empty_beside

TEXT = "Cầu dài 1.420 m. Cầu tốn 58 triệu USD để xây dựng."


@dataclass(frozen=True)
class Says:
    """A generator that says what it is told to, and does what it is told to the store before."""

    statement: str
    start: int
    end: int
    confidence: float = 1.0
    remove: Store | None = None

    def generate(self, query: Query, passages: Sequence[Passage], idf: Idf) -> Iterator[Generated]:
        if self.remove is not None:
            self.remove.remove(["cau"])
        hit = passages[0].hit
        quote = Quote(hit, self.start, self.end, 1.0, "full")
        outcome: Outcome = "answered" if self.confidence >= 0.5 else "none"
        said = (Statement(self.statement, (quote,)),) if outcome == "answered" else ()
        yield Generated(said, self.confidence, outcome, generator="says")


def answering(service: Service, generator: Generator) -> Answerer:
    return replace(service.answerer, generators={"says": generator}, generator="says")


@pytest.fixture
def service(sample_service: Service, tmp_path: Path) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path / "data") as service:
        assert [outcome.status for outcome in service.ingester.ingest([draft("cau", TEXT, title="Cầu")])] == ["added"]
        service.catalogue.refresh()
        yield service


def test_a_quote_that_resolves_is_cited(service: Service) -> None:
    answered = answering(service, Says("Cầu dài 1.420 m.", 0, 16)).ask(Request("Cầu dài?", 5))

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
    answerer = answering(service, generator)

    for question, language in (
        ("Cầu dài?", "vi"),
        ("How long is it?", "en"),
        ("Какая длина?", "ru"),
        ("다리 길이?", "en"),
    ):
        answer = answerer.ask(Request(question, 5)).answer
        assert answer.abstained
        assert answer.text == Prompts().text("abstain", language)
        assert (answer.language, answer.citations) == (language, ())


def test_an_article_removed_while_the_answer_is_made_is_not_cited(service: Service) -> None:
    generator = Says("Cầu dài 1.420 m.", 0, 16, remove=service.store)

    answer = answering(service, generator).ask(Request("Cầu dài?", 5)).answer

    assert answer.abstained
    assert "1.420" not in answer.text


def test_an_empty_index_abstains(sample_service: Service, tmp_path: Path) -> None:
    with empty_beside(sample_service, tmp_path / "data") as service:
        answered = service.answerer.ask(Request("Cầu dài bao nhiêu?", 5))

    assert answered.answer.abstained
    assert answered.answer.confidence == 0
    assert answered.passages == ()


def test_a_question_without_words_is_refused_before_anything_runs(service: Service) -> None:
    with pytest.raises(BadQuestion):
        service.answerer.ask(Request("?", 5))
    with pytest.raises(BadQuestion):
        service.answerer.search(Request("?", 5))


def test_search_and_ask_find_the_same(service: Service) -> None:
    asked = service.answerer.ask(Request("Cầu dài bao nhiêu?", 5))
    found = service.answerer.search(Request("Cầu dài bao nhiêu?", 5))

    assert asked.passages == found.passages
    assert isinstance(found.passages[0].hit, Hit)


# --- The sample articles: what belongs together in them is listed in their README -------------------------


@pytest.fixture(scope="module")
def willing(sample_service: Service) -> Answerer:
    """Over the sample, never abstaining: what it would say shows however sure it is. It is October 2026."""
    never = Calibrations.load().never_abstaining()
    generator = Extractive(never, SentenceWeights.load(), Broad(Prompts()))
    return replace(sample_service.answerer, generators={"extractive": generator}, today=lambda: date(2026, 10, 15))


@pytest.mark.parametrize(
    ("question", "newer", "older", "day"),
    [
        ("Có bao nhiêu sinh viên Việt Nam đang học tại Úc?", "31.200", "36.400", "10/12/2024"),
        ("Kim ngạch thương mại Việt Nam và Nga năm 2024 đạt bao nhiêu?", "4,58 tỷ", "ước đạt 4,3 tỷ", "22/07/2025"),
        ("Nhà máy điện hạt nhân Ninh Thuận 1 cần bao nhiêu người?", "1.350 người", "1.200 kỹ sư", "19/03/2026"),
        ("Nhà máy vắc-xin Việt - Nga ở Đà Nẵng có tổng vốn bao nhiêu?", "150 triệu", "dự kiến 120 triệu", "02/10/2025"),
    ],
)
def test_figures_that_disagree_are_both_cited(
    willing: Answerer, question: str, newer: str, older: str, day: str
) -> None:
    answer = willing.ask(Request(question, 10)).answer

    assert answer.disagreement
    assert answer.note is not None
    assert day in answer.note
    first, second = answer.citations[:2]
    assert newer in first.text
    assert older in second.text
    # The service's own words carry no source, so they are no part of the text.
    assert answer.note not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Quỹ Musashino trao bao nhiêu suất học bổng cho sinh viên Việt Nam?",
        "Kim ngạch thương mại Việt Nam - Ấn Độ năm 2025 đạt bao nhiêu?",
        "Xuất khẩu của Việt Nam sang Hoa Kỳ năm 2025 đạt bao nhiêu?",
        "Trung tâm điều dưỡng Việt - Nhật ở Hải Phòng tuyển bao nhiêu học viên mỗi năm?",
        "Hàn Quốc đào tạo bao nhiêu chuyên gia điện hạt nhân cho Việt Nam?",
        "Dự án muỗi Wolbachia tốn bao nhiêu tiền?",
    ],
)
def test_figures_that_do_not_disagree(willing: Answerer, question: str) -> None:
    answer = willing.ask(Request(question, 10)).answer

    assert not answer.disagreement
    assert answer.note is None


def test_a_near_duplicate_is_named_beside_the_article_published_first(willing: Answerer) -> None:
    found = willing.search(Request("Trung tâm Đào tạo điều dưỡng lão khoa Việt - Nhật tuyển 320 học viên", 10))

    first = found.passages[0]
    assert first.hit.chunk.article_id == "w01-dieu-duong-lao-khoa"
    assert [copy.metadata.published_at for copy in first.copies] == ["2025-07-08T14:20:00+07:00"]
    assert len(found.passages) == 10


def test_a_corrected_article_is_no_copy(willing: Answerer) -> None:
    found = willing.search(Request("nhà máy vắc-xin công nghệ Nga ở Đà Nẵng", 10))

    assert len({passage.hit.chunk.article_id for passage in found.passages if "Đà Nẵng" in passage.hit.chunk.text}) >= 3
    assert all(passage.copies == () for passage in found.passages[:4])


STATION = "Trạm quân dân y Vĩnh Gia nằm ở đâu?"
TRADE = "Thương mại Việt Nam - Ấn Độ năm 2025 là bao nhiêu?"


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("Trạm trưởng là ai?", f"{STATION} Trạm trưởng là ai?"),
        # A question about something else is not drawn to what was spoken of.
        (TRADE, TRADE),
    ],
)
def test_what_is_found_tells_whether_a_question_goes_on(
    sample_service: Service, question: str, understood: str
) -> None:
    before = Turn(STATION, STATION, "vi", "", abstained=False)

    found = sample_service.answerer.search(Request(question, 5, history=(before,)))
    same = sample_service.answerer.search(Request(understood, 5))

    assert found.query.whole == understood
    assert found.passages[0].hit == same.passages[0].hit


def test_the_time_asked_about_comes_first(willing: Answerer) -> None:
    found = willing.search(Request("Tháng trước có tin gì về vắc-xin?", 5))

    assert found.query.period is not None
    assert (found.query.period.first, found.query.period.last) == (date(2026, 9, 1), date(2026, 9, 30))
    assert found.passages[0].hit.chunk.article_id == "w07-lo-phe-cau-dau-tien"


def test_filters_stay_hard(willing: Answerer) -> None:
    found = willing.search(Request("Tháng trước có tin gì về vắc-xin?", 5, Filters(published_to="2025-12-31")))

    assert found.passages
    assert all((passage.hit.metadata.published_at or "9") < "2026" for passage in found.passages)


# --- The archive itself ----------------------------------------------------------------------------------------


def test_the_newest_article_comes_first_and_is_cited(willing: Answerer) -> None:
    answered = willing.ask(Request("Tin mới nhất là gì?", 5))

    assert (answered.answer.kind, answered.answer.outcome) == ("archive", "answered")
    first = answered.answer.items[0]
    assert (first.article_id, first.day) == ("w12-khoi-cong-nha-may-da-nang", date(2026, 10, 8))
    assert [source.cited_text for source in answered.answer.citations[0].sources] == [answered.answer.citations[0].text]
    assert {one.hit.chunk.article_id for one in answered.passages} == {
        item.article_id for item in answered.answer.items
    }


def test_small_talk_cites_nothing(willing: Answerer) -> None:
    answered = willing.ask(Request("Xin chào", 5))

    assert (answered.answer.kind, answered.answer.outcome, answered.passages) == ("chat", "answered", ())
    assert answered.answer.text == answered.answer.lead
    assert answered.answer.citations == ()


def test_a_revision_is_told_from_a_question_where_something_was_answered(willing: Answerer) -> None:
    before = Turn("Giá vắc-xin?", "Giá vắc-xin?", "vi", "Giá là 1.000 đồng. [1]", abstained=False)

    again = willing.ask(Request("Tóm tắt lại trong một câu", 5, history=(before,)))
    first = willing.ask(Request("Tóm tắt lại trong một câu", 5))

    assert (again.query.kind, again.query.understood) == ("fact", "Giá vắc-xin?")
    assert again.query.revision == Revision("Tóm tắt lại trong một câu", before.answer)
    assert first.query.kind == "overview"


@pytest.mark.parametrize("question", ["Giá vắc-xin phế cầu", "Tin mới nhất là gì?"])
def test_a_filter_that_no_article_passes_is_named(willing: Answerer, question: str) -> None:
    answer = willing.ask(Request(question, 5, Filters("2030-01-01", sources=("Báo A",)))).answer

    assert (answer.text, answer.outcome) == ("Không có bài nào từ 1/1/2030 của Báo A trong kho.", "none")
