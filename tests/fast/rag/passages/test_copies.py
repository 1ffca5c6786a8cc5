from collections.abc import Iterable
from dataclasses import dataclass

from index.records import Chunk, Hit, Metadata
from rag.passages.copies import Copies
from rag.records.search import Passage

STORY = (
    "Cầu Bến Thủy mới dài 1.420 m nối hai bờ sông Lam đã thông xe vào sáng thứ bảy trước sự chứng kiến của hàng nghìn"
    " người dân hai bên bờ.",
    "Công trình tốn 58 triệu USD, trong đó tỉnh góp một phần ba, phần còn lại là vốn vay ưu đãi của ngân hàng phát"
    " triển trong khu vực.",
    "Theo ban quản lý, mỗi ngày cầu đón 12.000 lượt xe và rút ngắn đường từ chợ đến bệnh viện còn 9 km so với trước.",
    "Phà cũ ngừng chạy sau 31 năm, đội lái phà chuyển sang chở khách đi thăm các làng nghề ven sông mỗi cuối tuần.",
)


@dataclass
class Texts:
    """Articles by id; counts how often a text was read."""

    texts: dict[str, str]
    read: int = 0

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        return {article: str(hash(self.texts[article])) for article in ids if article in self.texts}

    def text(self, article: str) -> str | None:
        self.read += 1
        return self.texts.get(article)


def passage(number: int, article: str, text: str, published_at: str | None, score: float) -> Passage:
    hit = Hit(Chunk(number, article, 0, len(text), text), Metadata(f"Bài {article}", None, "Báo", published_at))
    return Passage(hit, score, score / 2, score, score=score)


def collapsed(*articles: tuple[str, str, str | None]) -> list[Passage]:
    found = [passage(n, id_, text, day, 1 - n / 10) for n, (id_, text, day) in enumerate(articles, 1)]
    return Copies().collapsed(found, Texts({id_: text for id_, text, _ in articles}))


def shown(passages: list[Passage]) -> list[tuple[str, list[str]]]:
    return [(p.hit.chunk.article_id, [copy.article_id for copy in p.copies]) for p in passages]


def test_a_copy_gives_way_to_the_article_published_first() -> None:
    retold = f"Nghệ An, 5/7 (Bản tin) - {' '.join(STORY[:3])}"

    passages = collapsed(
        ("b", retold, "2025-07-06"),
        ("khac", "Chợ nổi họp sớm bên sông mỗi ngày.", "2025-07-01"),
        ("a", " ".join(STORY), "2025-07-05T08:00:00+07:00"),
    )

    assert shown(passages) == [("a", ["b"]), ("khac", [])]
    first = passages[0]
    # It takes the place and the scores of the better passage that it stands for: 1 - 1 / 10.
    assert (first.score, first.dense, first.lexical) == (0.9, 0.9, 0.45)
    assert (first.copies[0].metadata.title, first.copies[0].metadata.published_at) == ("Bài b", "2025-07-06")


def test_an_article_without_a_date_comes_last_and_the_longer_of_equals_first() -> None:
    whole, short = " ".join(STORY), " ".join(STORY[:3])

    assert shown(collapsed(("a", short, "2025-07-05"), ("b", whole, "2025-07-05")))[0] == ("b", ["a"])
    assert shown(collapsed(("b", whole, None), ("a", whole, None))) == [("a", ["b"])]
    assert shown(collapsed(("b", whole, None), ("a", whole, "2025-07-05"))) == [("a", ["b"])]


def test_a_changed_figure_is_a_correction_and_no_copy() -> None:
    whole = " ".join(STORY)
    corrected = whole.replace("58 triệu", "63 triệu")

    assert shown(collapsed(("a", whole, "2025-07-05"), ("b", corrected, "2025-07-06"))) == [("a", []), ("b", [])]


def test_what_the_original_does_not_say_is_still_shown() -> None:
    longer = " ".join((*STORY[:2], STORY[3]))
    text = " ".join(STORY[:2])
    chunk = passage(1, "b", STORY[3], "2025-07-06", 0.9)
    original = passage(2, "a", text, "2025-07-05", 0.8)

    passages = Copies().collapsed([chunk, original], Texts({"a": text, "b": longer}))

    assert shown(passages) == [("b", ["a"]), ("a", ["b"])]


def test_chunks_may_be_cut_differently() -> None:
    text = " ".join(STORY)
    halves = [" ".join(STORY[:2]), " ".join(STORY[2:])]
    copy = passage(1, "b", f"{STORY[1]} {STORY[2]}", "2025-07-06", 0.9)
    originals = [passage(n, "a", half, "2025-07-05", 0.8 - n / 10) for n, half in enumerate(halves, 2)]

    passages = Copies().collapsed([copy, *originals], Texts({"a": text, "b": text}))

    assert [p.hit.chunk.article_id for p in passages] == ["a", "a"]
    assert passages[0].score == 0.9


def test_short_articles_and_summaries_are_left_alone() -> None:
    whole = " ".join(STORY)

    assert shown(collapsed(("a", "Cầu thông xe.", "2025-07-05"), ("b", "Cầu thông xe.", "2025-07-06"))) == [
        ("a", []),
        ("b", []),
    ]
    assert shown(collapsed(("a", STORY[0], "2025-07-05"), ("b", whole, "2025-07-06"))) == [("a", []), ("b", [])]


def test_an_article_is_read_once() -> None:
    whole = " ".join(STORY)
    texts = Texts({"a": whole, "b": whole + " Hết."})
    found = [passage(1, "a", whole, "2025-07-05", 0.9), passage(2, "b", whole, "2025-07-06", 0.8)]
    copies = Copies()

    first = copies.collapsed(found, texts)

    assert copies.collapsed(found, texts) == first
    assert texts.read == 2


def test_an_article_removed_meanwhile_is_nobodys_copy() -> None:
    whole = " ".join(STORY)
    found = [passage(1, "a", whole, "2025-07-05", 0.9), passage(2, "b", whole, "2025-07-06", 0.8)]

    assert Copies().collapsed(found, Texts({"b": whole})) == found
    assert Copies().collapsed([], Texts({})) == []
