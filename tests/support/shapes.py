"""Answers in every shape, written by hand over four articles, for tests of the doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from rag.client.protocol import AnswerEvent
from rag.contract.answers import (
    AnswerOut,
    AskOut,
    CitationOut,
    DeltaOut,
    HitOut,
    ItemOut,
    QueryOut,
    ShortOut,
    SourceOut,
    TimingsOut,
)
from rag.contract.conversations import SuggestionsOut
from rag.contract.questions import AskBody
from rag.records.answers import Outcome
from rag.records.search import AnswerKind
from tests.support.canned import Canned

# Title, source and day of each article by its id; the last has none but its id.
ARTICLES: dict[str, tuple[str | None, str | None, str | None]] = {
    "cau": ("Cầu Bến Lội thông xe", "Báo Ven Đồi", "2026-05-03"),
    "gia": ("Giá vật liệu <b>tăng</b>", "Báo Sông Hậu", "2026-04-28"),
    "khoi-cong": ("Khởi công cầu Bến Lội", "Báo Ven Đồi", "2024-02-10"),
    "khong-ngay": (None, None, None),
}


@dataclass(frozen=True)
class Said:
    """A sentence of an answer, as an article has it; with `line` it begins a line, which `heading` opens."""

    article: str
    text: str
    line: bool = True
    side: str | None = None
    day: str | None = None
    heading: str = ""


def shaped(
    kind: AnswerKind,
    *said: Said,
    lead: str | None = None,
    short: str | None = None,
    outcome: Outcome = "answered",
    passages: Sequence[str] = (),
) -> AskOut:
    """An answer of these sentences, a number each; `short` stands in the first of them that has these words."""
    text = lead or ""
    citations: list[CitationOut] = []
    items: list[ItemOut] = []
    for index, one in enumerate(said, 1):
        text += ("\n" if one.line or text == lead else " ") if text else ""
        begin = len(text)
        text += one.heading
        start = len(text)
        text += f"{one.text} [{index}]"
        source = _source(one.article, one.text)
        citations.append(
            CitationOut(index=index, start=start, end=start + len(one.text), text=one.text, sources=[source])
        )
        day = date.fromisoformat(one.day) if one.day else None
        if items and not one.line:
            items[-1].end = len(text)
            items[-1].citations.append(index - 1)
        if one.line:
            items.append(
                ItemOut(
                    start=begin,
                    end=len(text),
                    citations=[index - 1],
                    day=day,
                    side=one.side,
                    article_id=one.article,
                )
            )
    answer = AnswerOut(
        text=text,
        outcome=outcome,
        kind=kind,
        lead=lead,
        short=_short(short, said) if short else None,
        items=items,
        abstained=outcome != "answered",
        confidence=0.83,
        language="vi",
        citations=citations,
    )
    return AskOut(
        id="a1",
        conversation_id="c1",
        generator="extractive",
        query=QueryOut(text="Cầu?", understood="Cầu?", language="vi"),
        answer=answer,
        passages=[_hit(article) for article in passages],
        timings_ms=TimingsOut(encoding=1, search=1, answer=1, total=3),
    )


def _short(words: str, said: Sequence[Said]) -> ShortOut:
    citation = next(place for place, one in enumerate(said) if words in one.text)
    start = said[citation].text.index(words)
    return ShortOut(text=words, citation=citation, source=0, start=start, end=start + len(words))


def _source(article: str, cited: str) -> SourceOut:
    title, source, published_at = ARTICLES[article]
    return SourceOut(
        article_id=article,
        chunk_id=1,
        title=title,
        url=None,
        source=source,
        published_at=published_at,
        cited_text=cited,
        start_char=0,
        end_char=len(cited),
        score=1.0,
        support="full",
    )


def _hit(article: str) -> HitOut:
    title, source, published_at = ARTICLES[article]
    return HitOut(
        article_id=article,
        chunk_id=1,
        title=title,
        url=None,
        source=source,
        published_at=published_at,
        text="Cầu.",
        start_char=0,
        end_char=4,
        score=1.0,
    )


FACT = shaped(
    "fact",
    Said("cau", "Cầu Bến Lội dài 77 m, rộng 9 m.", line=False),
    Said("gia", "Cầu tốn 12 tỷ đồng.", line=False),
    short="77 m",
)
TIMELINE = shaped(
    "timeline",
    Said("khoi-cong", "Cầu được khởi công.", day="2024-02-10"),
    Said("khoi-cong", "Tỉnh trao mặt bằng.", line=False),
    Said("cau", "Cầu thông xe.", day="2026-05-03"),
    Said("khong-ngay", "Cầu được đặt tên."),
)
COMPARISON = shaped(
    "comparison",
    Said("cau", "Cầu Bến Lội dài 77 m.", side="Bến Lội"),
    Said("cau", "Cầu Bến Lội rộng 9 m.", side="Bến Lội"),
    Said("gia", "Cầu Vàm dài 310 m.", side="Vàm"),
)
OVERVIEW = shaped(
    "overview",
    Said("cau", "Cầu thông xe sáng 3/5.", day="2026-05-03"),
    Said("cau", "Cầu dài 77 m.", day="2026-05-03"),
    Said("gia", "Giá <i>thép</i> tăng 4 %.", day="2026-04-28"),
    Said("khong-ngay", "Dân mừng cầu mới."),
    lead="3 bài báo nói về chuyện này, từ 28/4/2026 đến 3/5/2026.",
)
LIST = shaped("list", Said("cau", "Cầu Bến Lội."), Said("gia", "Cầu Vàm."))
ARCHIVE = shaped(
    "archive",
    Said(
        "cau",
        "Cầu thông xe sáng 3/5.",
        day="2026-05-03",
        heading="Cầu Bến Lội thông xe (Báo Ven Đồi, 3/5/2026): ",
    ),
    lead="Bài báo: 3. Mới nhất:",
)
CHAT = shaped("chat", lead="Tôi là Hỏi Đáp. Bạn có thể hỏi:\n- Có tin gì mới?\n- Tóm tắt tin về Lào")
RELATED = shaped(
    "fact",
    Said("cau", "Cầu Bến Lội thông xe sáng 3/5.", line=False),
    Said("gia", "Cầu tốn 12 tỷ đồng.", line=False),
    lead="Các bài có nói về chủ đề này nhưng không nêu điều được hỏi. Gần nhất là:",
    outcome="related",
    passages=["khoi-cong"],
)
NONE = shaped("fact", lead="Các bài báo không nói.", outcome="none", passages=["cau", "gia"])
NONE.answer.lead = None

ALL = {
    "fact": FACT,
    "timeline": TIMELINE,
    "comparison": COMPARISON,
    "overview": OVERVIEW,
    "list": LIST,
    "archive": ARCHIVE,
    "chat": CHAT,
    "related": RELATED,
    "none": NONE,
}


def play(body: AskBody) -> Sequence[AnswerEvent]:
    """The answer of the shape that a question names, as it is made."""
    out = ALL.get(body.question, FACT)
    return [DeltaOut(text=out.answer.text), *out.answer.citations, out]


class Shapes(Canned):
    """Answers with the shape that it is asked for by name; after each there is one more question."""

    @override
    def suggestions(self, answer_id: str) -> SuggestionsOut | None:
        return SuggestionsOut(questions=["timeline"])


def shapes() -> Canned:
    """A client that answers with the shape that it is asked for by name."""
    return Shapes(play)
