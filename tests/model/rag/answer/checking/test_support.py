from pathlib import Path

import pytest

from index.derived.terms import Document, Idf, TermIndex
from index.model.encoder import Encoder
from index.records import Chunk, Hit, Metadata
from rag.answer.checking.support import SupportChecker, Verdict
from rag.records.answers import Drafted
from rag.records.search import Passage
from rag.service.wiring import Service

BRIDGE = (
    "Cầu Bến Lội bắc qua sông Vẽ được khởi công ngày 12/4/2026 tại huyện Thạch Bình. "
    "Tổng vốn của cây cầu là 85 triệu USD, trong đó Nhật Bản cho vay 60 triệu USD, ngân sách tỉnh góp 25 triệu USD. "
    "Năm 2025, lượng xe qua phà tăng 12%, còn số chuyến phà giảm 3%. "
    "Bà Lò Thị Hạnh, giám đốc ban quản lý, cho biết phà chưa dừng hoạt động. "
    "“Người dân mong cây cầu từng ngày”, ông Tạ Quốc Doanh nói."
)
TEA = (
    "Hợp tác xã chè Nà Khoang xuất khẩu 340 tấn chè sang Đức trong năm 2025. "
    "Hợp tác xã có 128 hộ trồng chè, trong đó bốn hộ làm chè hữu cơ. "
    "Đức tặng Việt Nam một dây chuyền sấy chè."
)
FLOOD = "Mưa lớn làm ngập 70 nhà dân ở xã Mường Pồn đêm 3/8. Không có người bị thương."


def passage(text: str, chunk: int, start: int = 0, day: str | None = "2026-04-13") -> Passage:
    return Passage(
        Hit(Chunk(chunk, f"bai-{chunk}", start, start + len(text), text), Metadata(published_at=day)), 0.8, 0.4
    )


PASSAGES = [passage(BRIDGE, 1, start=200), passage(TEA, 2), passage(FLOOD, 3, day="2026-08-04")]


@pytest.fixture
def idf(tmp_path: Path) -> Idf:
    others = ("Trời nắng đẹp ở vùng núi.", "Giá vàng đi ngang.", "Đội bóng thắng trận mở màn.")
    texts = (BRIDGE, TEA, FLOOD, *others)
    return TermIndex.build(tmp_path, [Document(number, text) for number, text in enumerate(texts, 1)]).idf


@pytest.fixture
def checker(sample_service: Service) -> SupportChecker:
    encoder: Encoder = sample_service.encoder
    return SupportChecker(encoder)


def quoted(verdict: Verdict) -> list[str]:
    return [
        quote.hit.chunk.text[quote.start - quote.hit.chunk.start : quote.end - quote.hit.chunk.start]
        for quote in verdict.quotes
    ]


@pytest.mark.parametrize(
    ("text", "marker", "support", "source"),
    [
        ("Không có người bị thương.", 3, "full", "Không có người bị thương."),
        ("Cầu Bến Lội được khởi công ngày 12/4.", 1, "full", BRIDGE[:60]),
        ("Cầu Bến Lội khởi công tháng 4/2026.", 1, "full", BRIDGE[:60]),
        ("Tổng vốn của cây cầu là 85.000.000 USD.", 1, "full", "Tổng vốn của cây cầu là 85 triệu USD"),
        ("Hợp tác xã có 4 hộ làm chè hữu cơ.", 2, "full", "Hợp tác xã có 128 hộ"),
        ("Lượng xe qua phà tăng 12% trong năm 2025.", 1, "full", "Năm 2025, lượng xe"),
        ("Người dân “mong cây cầu từng ngày”.", 1, "full", "“Người dân mong"),
        ("Of the capital Japan lends 60 million USD and the province gives 25 million USD.", 1, "partial", "Tổng vốn"),
        ("Japan lends 60 million dollars for the bridge.", 1, "partial", "Tổng vốn của cây cầu"),
        ("The cooperative exported 340 tonnes of tea to Germany in 2025.", 2, "partial", "Hợp tác xã chè"),
    ],
)
def test_what_is_told_stands(
    checker: SupportChecker, idf: Idf, text: str, marker: int, support: str, source: str
) -> None:
    verdict = checker.check(Drafted(text, (marker,)), PASSAGES, idf)

    assert [quote.support for quote in verdict.quotes] == [support], verdict.why
    assert quoted(verdict)[0].startswith(source)
    assert not verdict.repaired


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("Tổng vốn của cây cầu là 95 triệu USD.", 1),
        ("Tổng vốn của cây cầu là 85 tỷ USD.", 1),
        ("Tổng vốn của cây cầu là 85 triệu euro.", 1),
        ("Tổng vốn của cây cầu là 60 triệu USD.", 1),
        ("Nhật Bản cho vay 25 triệu USD.", 1),
        ("Hàn Quốc cho vay 60 triệu USD.", 1),
        ("Cầu Bến Lội được khởi công ngày 13/4/2026.", 1),
        ("Cầu Bến Lội được khởi công năm 2025.", 1),
        ("Cầu Bến Đá được khởi công ngày 12/4/2026.", 1),
        ("Lượng xe qua phà giảm 12% trong năm 2025.", 1),
        ("Số chuyến phà tăng 3%.", 1),
        ("Phà đã dừng hoạt động.", 1),
        ("Bà Lò Thị Hạnh nói người dân mong cây cầu từng ngày.", 1),
        ("Bà Lò Thị Thanh cho biết phà chưa dừng hoạt động.", 1),
        ("Người dân “chờ cây cầu từng ngày”.", 1),
        ("Hợp tác xã nhập khẩu 340 tấn chè.", 2),
        ("Hợp tác xã có bảy hộ làm chè hữu cơ.", 2),
        ("Việt Nam tặng Đức một dây chuyền sấy chè.", 2),
        ("Mưa lớn làm ngập gần 60 nhà dân ở xã Mường Pồn.", 3),
        ("Có người bị thương.", 3),
        ("Chính quyền đã sơ tán toàn bộ trẻ em đến trường học.", 3),
        ("Japan lends 25 million dollars for the bridge.", 2),
        ("Korea lends 60 million dollars for the bridge.", 1),
        ("Of the capital Japan lends 25 million USD and the province gives 60 million USD.", 1),
        ("The cooperative imported 340 tonnes of tea from Germany in 2025.", 2),
        ("Có.", 1),
        ("HB-70", 1),
        # One name for another of the passage, two exchanged, one moved, one from nowhere near.
        ("Bà Thạch Bình, giám đốc ban quản lý, cho biết phà chưa dừng hoạt động.", 1),
        ("Cầu Thạch Bình bắc qua sông Vẽ được khởi công ngày 12/4/2026 tại huyện Bến Lội.", 1),
        ("Cầu bắc qua sông Vẽ được khởi công ngày 12/4/2026 tại Bến Lội huyện Thạch Bình.", 1),
        ("Năm 2025, lượng xe qua phà tăng 12%, còn số chuyến phà Nà Khoang giảm 3%.", 1),
        # The beginning of one sentence with the end of another, of which the subject is missing.
        ("Cầu Bến Lội bắc qua sông Vẽ, trong đó Nhật Bản cho vay 60 triệu USD.", 1),
        ("Trong đó, số chuyến phà giảm 3%.", 1),
        ("Mưa lớn làm ngập 70 nhà dân, giám đốc ban quản lý, cho biết phà chưa dừng hoạt động.", 1),
    ],
)
def test_what_is_not_told_falls(checker: SupportChecker, idf: Idf, text: str, marker: int) -> None:
    verdict = checker.check(Drafted(text, (marker,)), PASSAGES, idf)

    assert verdict.quotes == ()
    assert verdict.why


@pytest.mark.parametrize(
    "text",
    [
        "Hợp tác xã chè Nà Khoang, ngân sách tỉnh góp 25 triệu USD.",
        "Hợp tác xã có 128 hộ trồng chè, số chuyến phà giảm 3%.",
        "Hợp tác xã có 128 hộ trồng chè và ngân sách tỉnh góp 25 triệu USD.",
        "Bà Lò Thị Hạnh, bốn hộ làm chè hữu cơ.",
    ],
)
def test_sentences_of_two_articles_are_not_spliced(checker: SupportChecker, idf: Idf, text: str) -> None:
    for markers in ((1, 2), (2, 1)):
        assert checker.check(Drafted(text, markers), PASSAGES, idf).quotes == ()


def test_a_code_is_no_tail_of_another_sentence(checker: SupportChecker, idf: Idf) -> None:
    text = "Cầu Rạch Lở thông xe sáng 4/5. HB-7031. Chợ Vàm Sa họp lại, mã là HB-7031."
    ordered = [passage(text, 4)]

    for said in ("HB-7031", "Cầu Rạch Lở thông xe sáng 4/5, HB-7031.", "Cầu Rạch Lở thông xe sáng 4/5, mã là HB-7031."):
        assert checker.check(Drafted(said, (1,)), ordered, idf).quotes == ()
    assert checker.check(Drafted("Chợ Vàm Sa họp lại, mã là HB-7031.", (1,)), ordered, idf).quotes


@pytest.mark.parametrize("markers", [(), (9,), (0,), (2,), (2, 3)])
def test_the_passage_that_supports_it_fully_is_cited_instead(
    checker: SupportChecker, idf: Idf, markers: tuple[int, ...]
) -> None:
    verdict = checker.check(Drafted("Cầu Bến Lội được khởi công ngày 12/4/2026.", markers), PASSAGES, idf)

    assert verdict.repaired
    assert [quote.hit.chunk.id for quote in verdict.quotes] == [1]


def test_quotes_are_places_in_the_article(checker: SupportChecker, idf: Idf) -> None:
    verdict = checker.check(Drafted("Số chuyến phà giảm 3%.", (1,)), PASSAGES, idf)

    (quote,) = verdict.quotes
    article = " " * 200 + BRIDGE
    assert article[quote.start : quote.end] == "Năm 2025, lượng xe qua phà tăng 12%, còn số chuyến phà giảm 3%."


def test_a_needless_citation_goes(checker: SupportChecker, idf: Idf) -> None:
    verdict = checker.check(Drafted("Không có người bị thương.", (1, 2, 3)), PASSAGES, idf)

    assert [quote.hit.chunk.id for quote in verdict.quotes] == [3]


def test_two_facts_may_rest_on_two_passages(checker: SupportChecker, idf: Idf) -> None:
    text = "Hợp tác xã có 128 hộ trồng chè, còn mưa lớn làm ngập 70 nhà dân ở xã Mường Pồn."

    verdict = checker.check(Drafted(text, (2, 3)), PASSAGES, idf)

    assert sorted(quote.hit.chunk.id for quote in verdict.quotes) == [2, 3]


def test_a_repair_needs_a_passage_that_says_it_all(checker: SupportChecker, idf: Idf) -> None:
    # The right passage says so in another language, which is never more than partial support.
    verdict = checker.check(Drafted("Japan lends 60 million dollars for the bridge.", (2,)), PASSAGES, idf)

    assert verdict.quotes == ()
