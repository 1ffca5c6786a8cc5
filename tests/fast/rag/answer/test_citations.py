from dataclasses import replace
from datetime import date

from index.records import Chunk, Hit, Metadata
from rag.records.answers import Line, Quote, Statement
from rag.records.search import Copy, Passage
from tests.support.encoders import cite

RIVER = "Sông dài 58 km. Cầu mới rộng 12 m. Nước đang lên."
BRIDGE = "Cầu mở sáng 3/5. Xe chạy hai chiều."
ARTICLES = {"song": RIVER, "cau": BRIDGE}


def hit(article: str, start: int, end: int, chunk: int, text: str | None = None) -> Hit:
    words = ARTICLES[article][start:end] if text is None else text
    return Hit(Chunk(chunk, article, start, end, words), Metadata("Tựa", "https://bao.example/a", "Báo", "2026-05-03"))


RIVER_HIT = hit("song", 0, len(RIVER), 7)
BRIDGE_HIT = hit("cau", 0, len(BRIDGE), 3)


def quote(cited: Hit, words: str) -> Quote:
    start = ARTICLES[cited.chunk.article_id].index(words)
    return Quote(cited, start, start + len(words), 0.9, "full")


def said(text: str, *quotes: Quote) -> Statement:
    return Statement(text, quotes)


def test_passages_of_one_article_share_its_number() -> None:
    half = RIVER.index("Nước")
    first, second = hit("song", 0, half, 7), hit("song", half, len(RIVER), 8)
    answer = cite(
        [
            said("Sông dài 58 km.", quote(first, "Sông dài 58 km.")),
            said("Cầu mở sáng 3/5.", quote(BRIDGE_HIT, "Cầu mở sáng 3/5.")),
            said("Nước đang lên.", quote(second, "Nước đang lên."), quote(first, "Cầu mới rộng 12 m.")),
        ],
        ARTICLES,
        confidence=0.8,
        language="vi",
    )

    assert answer is not None
    assert answer.text == "Sông dài 58 km. [1] Cầu mở sáng 3/5. [2] Nước đang lên. [1]"
    assert [source.chunk_id for source in answer.citations[2].sources] == [8, 7]


def test_passages_are_numbered_by_first_use_and_keep_their_number() -> None:
    answer = cite(
        [
            said("Cầu mở sáng 3/5.", quote(BRIDGE_HIT, "Cầu mở sáng 3/5.")),
            said("Sông dài 58 km.", quote(RIVER_HIT, "Sông dài 58 km.")),
            said("Xe chạy hai chiều.", quote(BRIDGE_HIT, "Xe chạy hai chiều.")),
        ],
        ARTICLES,
        confidence=0.8,
        language="vi",
    )

    assert answer is not None
    assert answer.text == "Cầu mở sáng 3/5. [1] Sông dài 58 km. [2] Xe chạy hai chiều. [1]"
    assert (answer.abstained, answer.confidence, answer.language) == (False, 0.8, "vi")
    # "Cầu mở sáng 3/5." has 16 characters and " [1] " 5; "Sông dài 58 km." has 15.
    assert [(citation.index, citation.start, citation.end) for citation in answer.citations] == [
        (1, 0, 16),
        (2, 21, 36),
        (1, 41, 59),
    ]
    for citation in answer.citations:
        assert answer.text[citation.start : citation.end] == citation.text
        for source in citation.sources:
            assert ARTICLES[source.article_id][source.start_char : source.end_char] == source.cited_text
    source = answer.citations[0].sources[0]
    assert (source.article_id, source.chunk_id, source.start_char, source.end_char) == ("cau", 3, 0, 16)
    assert (source.metadata.title, source.metadata.url, source.metadata.source) == (
        "Tựa",
        "https://bao.example/a",
        "Báo",
    )
    assert (source.metadata.published_at, source.score, source.support) == ("2026-05-03", 0.9, "full")


def test_two_passages_stand_side_by_side() -> None:
    answer = cite(
        [said("Cầu rộng 12 m.", quote(RIVER_HIT, "Cầu mới rộng 12 m."), quote(BRIDGE_HIT, "Cầu mở sáng 3/5."))],
        ARTICLES,
        confidence=1,
        language="vi",
    )

    assert answer is not None
    assert answer.text == "Cầu rộng 12 m. [1][2]"
    assert [(citation.index, citation.start, citation.end) for citation in answer.citations] == [(1, 0, 14), (2, 0, 14)]


def test_two_quotes_of_one_passage_are_one_citation() -> None:
    answer = cite(
        [said("Sông và cầu.", quote(RIVER_HIT, "Sông dài 58 km."), quote(RIVER_HIT, "Cầu mới rộng 12 m."))],
        ARTICLES,
        confidence=1,
        language="vi",
    )

    assert answer is not None
    assert answer.text == "Sông và cầu. [1]"
    (citation,) = answer.citations
    assert [source.cited_text for source in citation.sources] == ["Sông dài 58 km.", "Cầu mới rộng 12 m."]


def test_what_does_not_resolve_is_dropped_and_with_it_the_sentence() -> None:
    part = hit("song", 0, 15, 8)
    changed = hit("song", 0, 15, 9, text="Sông dài 60 km.")
    gone = Hit(Chunk(10, "mat", 0, 4, "Gió."), Metadata())
    answer = cite(
        [
            said("Ngoài đoạn.", Quote(part, 16, 34, 1, "full")),
            said("Rỗng.", Quote(part, 5, 5, 1, "full")),
            said("Ngược.", Quote(part, 9, 4, 1, "full")),
            said("Âm.", Quote(part, -3, 4, 1, "full")),
            said("Đã đổi.", Quote(changed, 0, 15, 1, "full")),
            said("Đã gỡ.", Quote(gone, 0, 4, 1, "full")),
            said("Không nguồn."),
            said("Còn đây.", Quote(changed, 0, 15, 1, "full"), quote(part, "Sông dài 58 km.")),
        ],
        ARTICLES,
        confidence=1,
        language="vi",
    )

    assert answer is not None
    assert answer.text == "Còn đây. [1]"
    assert [source.chunk_id for citation in answer.citations for source in citation.sources] == [8]


def test_nothing_left_is_no_answer() -> None:
    assert cite([], ARTICLES, confidence=1, language="vi") is None
    assert cite([said("Không nguồn.")], ARTICLES, confidence=1, language="vi") is None
    assert cite([said("Sông.", quote(RIVER_HIT, "Sông"))], {}, confidence=1, language="vi") is None


def test_a_source_names_the_copies_of_its_article() -> None:
    copy = Copy("c", Metadata("Cầu mới", None, "Báo Núi", "2026-05-04"))
    passages = [Passage(BRIDGE_HIT, 0.9, 0.5, copies=(copy,)), Passage(RIVER_HIT, 0.8, 0.4)]
    both = said("Cầu mở sáng 3/5.", quote(BRIDGE_HIT, "Cầu mở sáng 3/5."), quote(RIVER_HIT, "Sông dài 58 km."))

    answer = cite([both], ARTICLES, confidence=0.8, language="vi", passages=passages)

    assert answer is not None
    assert [source.copies for citation in answer.citations for source in citation.sources] == [(copy,), ()]


def test_the_heading_of_a_line_stands_before_what_is_cited() -> None:
    line = Line(day=date(2026, 5, 3), article_id="cau", heading="Cầu (Báo, 3/5/2026):")
    quoted = replace(said("Cầu mở sáng 3/5.", quote(BRIDGE_HIT, "Cầu mở sáng 3/5.")), line=line)

    answer = cite([quoted], ARTICLES, confidence=1.0, language="vi")

    assert answer is not None
    assert answer.text == "Cầu (Báo, 3/5/2026): Cầu mở sáng 3/5. [1]"
    assert (answer.citations[0].start, answer.citations[0].end) == (21, 37)
    assert (answer.items[0].start, answer.items[0].end) == (0, len(answer.text))
