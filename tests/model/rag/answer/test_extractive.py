from dataclasses import replace
from pathlib import Path

import pytest

from index.derived.terms import Document, Idf, TermIndex
from index.model.encoder import Encoder
from index.records import Chunk, Hit, Metadata
from prompts import Prompts
from rag.answer.broad.answers import Broad
from rag.answer.calibration import Calibrations
from rag.answer.extractive import Extractive
from rag.answer.ranking import SentenceWeights
from rag.passages.fusion import PassageWeights
from rag.passages.reading import Reader
from rag.records.answers import Generated
from rag.records.search import Passage, Query
from rag.service.wiring import Service

PLANT = (
    "Nhà máy giấy ven sông\n"
    "Nhà máy giấy Sông Cái được khởi công ngày 12/4/2026 tại Quảng Ngãi. "
    "Tổng vốn của nhà máy là 85 triệu USD. "
    "Bà Lò Thị Hạnh được bổ nhiệm làm giám đốc nhà máy. "
    "Người dân mong nhà máy xử lý tốt nước thải."
)
FESTIVAL = "Lễ hội hoa ban mở cửa cuối tuần này. Du khách được thưởng thức xôi nếp nương."


def passage(text: str, chunk: int, score: float, start: int = 100) -> Passage:
    hit = Hit(Chunk(chunk, f"bai-{chunk}", start, start + len(text), text), Metadata("Tựa"))
    return Passage(hit, dense=0.85, lexical=0.4, fused=score)


@pytest.fixture
def idf(tmp_path: Path) -> Idf:
    return TermIndex.build(
        tmp_path, [Document(1, PLANT), Document(2, FESTIVAL), Document(3, "Trời mưa to ở vùng núi.")]
    ).idf


@pytest.fixture
def encoder(sample_service: Service) -> Encoder:
    return sample_service.encoder


def generate(
    encoder: Encoder, idf: Idf, question: str, passages: list[Passage], *, least: float | None = None
) -> Generated:
    """The answer; `least` is the confidence below which none is given, if it is not the one fitted."""
    query = Query(question, question, "vi")
    read = Reader(encoder, PassageWeights()).read(query, passages)
    calibrations = Calibrations.load()
    if least is not None:
        calibrations = replace(calibrations, vietnamese_unread=replace(calibrations.vietnamese_unread, threshold=least))
    return Extractive(calibrations, SentenceWeights.load(), Broad(Prompts())).extracted(query, read, idf)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Tổng vốn của nhà máy giấy là bao nhiêu?", "Tổng vốn của nhà máy là 85 triệu USD."),
        ("Nhà máy giấy khởi công khi nào?", "Nhà máy giấy Sông Cái được khởi công ngày 12/4/2026 tại Quảng Ngãi."),
        ("Nhà máy giấy khởi công ở đâu?", "Nhà máy giấy Sông Cái được khởi công ngày 12/4/2026 tại Quảng Ngãi."),
        ("Ai được bổ nhiệm làm giám đốc?", "Bà Lò Thị Hạnh được bổ nhiệm làm giám đốc nhà máy."),
        ("Du khách được thưởng thức món gì?", "Du khách được thưởng thức xôi nếp nương."),
    ],
)
def test_the_sentence_with_what_is_asked_is_first(encoder: Encoder, idf: Idf, question: str, answer: str) -> None:
    generated = generate(encoder, idf, question, [passage(PLANT, 1, 0.9), passage(FESTIVAL, 2, 0.8)])

    assert generated.statements[0].text == answer
    assert 0 <= generated.confidence <= 1


def test_statements_are_verbatim_few_and_no_headings(encoder: Encoder, idf: Idf) -> None:
    generated = generate(
        encoder, idf, "Nhà máy giấy ven sông thế nào?", [passage(PLANT, 1, 0.9), passage(FESTIVAL, 2, 0.8)]
    )

    assert 1 <= len(generated.statements) <= 2
    for statement in generated.statements:
        (quote,) = statement.quotes
        chunk = quote.hit.chunk
        assert chunk.start <= quote.start < quote.end <= chunk.end
        assert chunk.text[quote.start - chunk.start : quote.end - chunk.start] == statement.text
        assert quote.support == "full"


def test_fragments_are_not_chosen(encoder: Encoder, idf: Idf) -> None:
    # Shorter than a sentence, though each holds only words of the question.
    heading = "Nhà máy giấy\nVốn nhà máy\nDự án được cấp 85 triệu USD từ ngân hàng."

    generated = generate(encoder, idf, "Vốn nhà máy giấy?", [passage(heading, 1, 0.9)])

    assert [statement.text for statement in generated.statements] == ["Dự án được cấp 85 triệu USD từ ngân hàng."]


def test_nothing_is_said_twice(encoder: Encoder, idf: Idf) -> None:
    same = [passage(PLANT, number, 0.9) for number in (1, 2, 3)]

    texts = [statement.text for statement in generate(encoder, idf, "Tổng vốn của nhà máy?", same).statements]

    assert texts.count("Tổng vốn của nhà máy là 85 triệu USD.") == 1
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("passages", [[], [passage("Đọc nhiều", 1, 1.0)], [passage("\n", 1, 1.0)]])
def test_without_a_sentence_there_is_nothing_to_say(encoder: Encoder, idf: Idf, passages: list[Passage]) -> None:
    assert generate(encoder, idf, "Tổng vốn là bao nhiêu?", passages) == Generated((), 0.0, "none")


TRADE = "Kim ngạch thương mại Việt Nam - Nga năm 2031 đạt 7 tỷ USD. Xuất khẩu tăng mạnh nhờ cà phê."
OTHER_TRADE = "Kim ngạch thương mại với Ấn Độ năm 2031 đạt 19 tỷ USD. Nhập khẩu chủ yếu là thuốc."


@pytest.mark.parametrize(
    "question",
    [
        "Kim ngạch thương mại Việt Nam - Ấn Độ năm 2031 đạt bao nhiêu?",
        "kim ngạch thương mại việt nam với ấn độ năm 2031 đạt bao nhiêu",
        "How much was trade between Vietnam and India in 2031?",
    ],
)
def test_the_figure_is_of_the_country_asked_about(encoder: Encoder, idf: Idf, question: str) -> None:
    # The other country's passage is found first.
    generated = generate(encoder, idf, question, [passage(TRADE, 1, 0.99), passage(OTHER_TRADE, 2, 0.3)])

    assert generated.statements[0].text == "Kim ngạch thương mại với Ấn Độ năm 2031 đạt 19 tỷ USD."
    assert all(statement.text not in TRADE for statement in generated.statements)


def test_where_only_other_countries_are_told_of_there_is_nothing_to_say(encoder: Encoder, idf: Idf) -> None:
    passages = [passage(TRADE, 1, 0.99), passage(OTHER_TRADE, 2, 0.9)]

    generated = generate(encoder, idf, "Kim ngạch thương mại Việt Nam - Nhật Bản năm 2031 đạt bao nhiêu?", passages)

    assert generated == Generated((), 0.0, "none")
