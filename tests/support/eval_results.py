"""Results for the tests of scores: a small body of articles, answers cited by the real code, and cases made of them."""

from collections.abc import Iterable, Mapping, Sequence

from eval.records import Excerpt, Gold, GoldQuote, RankedArticle, Result
from index.records import Chunk, Hit, Metadata
from rag.records.answers import Answer, Quote, Statement
from tests.support.encoders import cite

BRIDGE = "Cầu Rạch Miễu dài 17,6 km. Ông Nam mở cầu sáng 3/5. Vé xe con là 15 nghìn đồng."
SHIP = "Tàu Bình Minh chở 120 khách. Tàu cập bến lúc 6 giờ."
ARTICLES = {"cau": BRIDGE, "tau": SHIP}
EXCERPTS = tuple(
    Excerpt(article, number, Metadata(), text, 0, len(text), 0.5)
    for number, (article, text) in enumerate(ARTICLES.items(), start=1)
)


def answer(*statements: tuple[str, Sequence[tuple[str, str]]], confidence: float = 0.9) -> Answer:
    """An answer of statements, each with the (article, words) that it cites."""
    made = cite(
        [Statement(text, tuple(_quote(*cited) for cited in quotes)) for text, quotes in statements],
        ARTICLES,
        confidence=confidence,
        language="vi",
    )
    assert made is not None
    return made


def abstained(confidence: float = 0.1) -> Answer:
    return Answer("Các bài báo trong kho không cho biết.", "none", confidence, "vi")


def quoting(article: str, words: str, confidence: float = 0.9) -> Answer:
    """An answer that is one quote."""
    return answer((words, [(article, words)]), confidence=confidence)


def result(
    case: str = "1",
    *,
    group: str = "cau",
    kind: str = "fact",
    language: str = "vi",
    question: str = "Cầu dài bao nhiêu?",
    ranking: Iterable[tuple[str, float]] = (),
    articles: Sequence[str] = (),
    answers: Sequence[str] = (),
    quotes: Iterable[tuple[str, str]] = (),
    said: Answer | None = None,
    passages: tuple[Excerpt, ...] = EXCERPTS,
    answerable: bool = True,
    timings: Mapping[str, float] | None = None,
    scores: Mapping[str, float] | None = None,
) -> Result:
    return Result(
        case,
        kind,
        language,
        group,
        question,
        (),
        question,
        answerable,
        Gold(tuple(articles), tuple(GoldQuote(*quote) for quote in quotes), tuple(answers)),
        tuple(RankedArticle(*ranked) for ranked in ranking),
        said,
        passages,
        timings or {},
        scores or {},
    )


def _quote(article: str, words: str) -> Quote:
    text = ARTICLES[article]
    number = list(ARTICLES).index(article) + 1
    start = text.index(words)
    return Quote(
        Hit(Chunk(number, article, 0, len(text), text), Metadata()),
        start,
        start + len(words),
        0.9,
        "full",
    )
