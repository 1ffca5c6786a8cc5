"""Questions about the sample articles, with answers that were looked up in them by hand."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from prompts import Prompts
from rag.answer.broad.answers import Broad
from rag.answer.calibration import Calibrations
from rag.answer.extractive import Extractive
from rag.answer.ranking import SentenceWeights
from rag.service.wiring import Service
from tests.support.service import check_answer, client_of


@pytest.fixture(scope="module")
def willing_client(sample_service: Service) -> Iterator[TestClient]:
    """A service that never abstains: what it would say shows however sure it is."""
    willing = Calibrations.load().never_abstaining()
    generator = Extractive(willing, SentenceWeights.load(), Broad(Prompts()))
    answerer = replace(sample_service.answerer, generators={"extractive": generator})
    with client_of(replace(sample_service, answerer=answerer)) as client:
        yield client


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Quỹ Musashino trao bao nhiêu suất học bổng cho sinh viên Việt Nam năm học 2026 - 2027?", "140 suất học bổng"),
        ("Ai là Tổng Giám đốc Công ty Sinh phẩm Hồng Bàng?", "Nghiêm Xuân Bách"),
        ("Trung tâm đóng gói chip Việt - Hàn khai trương ở đâu?", "Bắc Ninh"),
        ("Kim ngạch thương mại Việt Nam - Trung Quốc năm 2025 đạt bao nhiêu?", "252,6 tỷ USD"),
        ("Kim ngạch thương mại Việt Nam và Nga năm 2024 ước đạt bao nhiêu?", "4,3 tỷ USD"),
        ("Xuất khẩu của Việt Nam sang Hoa Kỳ năm 2025 đạt bao nhiêu?", "153,2 tỷ USD"),
        ("nha may vac xin da nang khoi cong khi nao", "8/10/2026"),
        ("han quoc dao tao bao nhieu chuyen gia dien hat nhan", "90 chuyên gia"),
        ("viet nam danh bao nhieu suat hoc bong cho sinh vien lao", "1.180 suất"),
        ("How many scholarships does Viet Nam give to Lao students?", "1.180 suất"),
        ("How many nuclear power experts will South Korea train for Viet Nam?", "90 chuyên gia"),
        ("Сколько специалистов по атомной энергетике подготовит Южная Корея?", "90 chuyên gia"),
    ],
)
def test_the_answer_is_said_and_cited(willing_client: TestClient, question: str, answer: str) -> None:
    answered = willing_client.post("/v1/ask", json={"question": question}).json()

    check_answer(answered, willing_client)
    cited = " ".join(
        source["cited_text"] for citation in answered["answer"]["citations"] for source in citation["sources"]
    )
    assert answer in answered["answer"]["text"]
    assert answer in cited


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Đội nào vô địch World Cup 1998?", "Các bài báo"),
        ("What is the boiling point of mercury?", "The articles"),
        ("Кто написал роман «Война и мир»?", "В статьях"),
    ],
)
def test_what_the_articles_do_not_say(sample_client: TestClient, question: str, says: str) -> None:
    answer = sample_client.post("/v1/ask", json={"question": question}).json()["answer"]

    assert answer["abstained"]
    assert answer["text"].startswith(says)
    assert answer["citations"] == []


def test_related_links_and_captions_are_never_cited(willing_client: TestClient) -> None:
    # These stand in boxes around the articles only.
    for question in ("Giá vàng trong nước giảm bao nhiêu mỗi lượng?", "U22 Việt Nam chốt danh sách bao nhiêu cầu thủ?"):
        text = willing_client.post("/v1/ask", json={"question": question}).json()["answer"]["text"]
        assert "800.000 đồng" not in text
        assert "23 cầu thủ" not in text
