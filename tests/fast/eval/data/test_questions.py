"""Question files: those that are shipped are right, and what can be wrong with one is found at its line."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from eval.data.validate import counts_by_kind, problems_in, sample_articles, shipped_files, validate
from index.language.text import has_marks, tokens
from index.storage.errors import Refused

ARTICLES = {
    "cau-moi": "Cầu Vàm Lớn dài 820 m.\n\nVốn của cầu là 95 tỷ đồng. Nhà thầu là Công ty Rạch Gầm.",
    "dinh-chinh": "Cầu Vàm Lớn dài 840 m, không phải 820 m. Số trước là bản nháp. Ban quản lý xin lỗi.",
}
RIGHT: dict[str, Any] = {
    "id": "cau-001",
    "question": "Cây cầu ở Vàm Lớn ngốn bao nhiêu tiền?",
    "language": "vi",
    "kind": "number",
    "answers": ["95 tỷ đồng", "95 tỉ"],
    "articles": ["cau-moi"],
    "quotes": [{"article_id": "cau-moi", "text": "Vốn của cầu là 95 tỷ đồng."}],
}
COMPARED: dict[str, Any] = {
    "id": "cau-002",
    "question": "Cầu Vàm Lớn 820 hay 840 m?",
    "language": "vi",
    "kind": "comparison",
    "answers": ["840 m chứ không phải 820 m"],
    "articles": ["cau-moi", "dinh-chinh"],
    "quotes": [
        {"article_id": "cau-moi", "text": "Cầu Vàm Lớn dài 820 m"},
        {"article_id": "dinh-chinh", "text": "Cầu Vàm Lớn dài 840 m"},
    ],
}
UNANSWERABLE: dict[str, Any] = {
    "id": "cau-003",
    "question": "Ai thiết kế cầu Vàm Lớn?",
    "language": "vi",
    "kind": "unanswerable",
    "answers": [],
    "articles": [],
    "quotes": [],
    "answerable": False,
}
BROAD: dict[str, Any] = {
    "id": "cau-004",
    "question": "Chuyện cây cầu Vàm Lớn ra sao?",
    "language": "vi",
    "kind": "overview",
    "relevant": {"cau-moi": 1, "dinh-chinh": 2},
    "nuggets": [
        {
            "text": "Cầu dài 840 m.",
            "importance": "vital",
            "sentences": [{"article_id": "dinh-chinh", "sentence": "Cầu Vàm Lớn dài 840 m, không phải 820 m."}],
        }
    ],
}
ARCHIVE = {key: value for key, value in BROAD.items() if key != "nuggets"} | {"id": "cau-005", "kind": "archive"}


def stating(importance: str, *sentences: tuple[str, str]) -> dict[str, Any]:
    told = [{"article_id": article, "sentence": text} for article, text in sentences]
    return {"nuggets": [{"text": "Điều gì đó.", "importance": importance, "sentences": told}]}


def written(folder: Path, *rows: dict[str, Any] | str, name: str = "questions.jsonl") -> Path:
    path = folder / name
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_shipped_questions_are_right() -> None:
    assert [path.name for path in shipped_files()] == ["broad.jsonl", "otherwise.jsonl", "vietnamese.jsonl"]
    assert problems_in([]) == []


def test_the_shipped_questions_are_enough() -> None:
    (vietnamese,) = (path for path in shipped_files() if path.name == "vietnamese.jsonl")
    counts = counts_by_kind([vietnamese])
    least = {
        "factoid": 45,
        "number": 20,
        "date": 15,
        "list": 15,
        "comparison": 15,
        "why": 10,
        "how": 10,
        "newest": 5,
        "definition": 5,
    }
    rows = [json.loads(line) for line in vietnamese.read_text(encoding="utf-8").splitlines()]

    assert counts.keys() == least.keys()
    assert {kind: counts[kind] for kind, count in least.items() if counts[kind] < count} == {}
    assert {row["language"] for row in rows} == {"vi"}
    assert {article for row in rows for article in row["articles"]} == sample_articles().keys()


def test_sample_articles_have_ids_that_do_not_hang_on_the_folder() -> None:
    articles = sample_articles()

    assert len(articles) == 42
    assert all(article.id == known for known, article in articles.items())
    assert {"01-ban-dan-viet-my", "12-cuba-vac-xin-phe-cau", "w10-hoc-bong-duc"} <= articles.keys()
    assert articles["05-dinh-chinh-nha-may-vac-xin"].metadata.published_at == "2025-10-02T11:25:00+07:00"


def test_a_file_without_fault(tmp_path: Path) -> None:
    archive = ARCHIVE | {"question": "Có bài nào về cầu?"}
    path = written(tmp_path, RIGHT, "", COMPARED, UNANSWERABLE, BROAD, archive)

    assert validate([path], ARTICLES) == []
    kinds = {"archive": 1, "comparison": 1, "number": 1, "overview": 1, "unanswerable": 1}
    assert counts_by_kind([path]) == kinds


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (RIGHT | {"reply": "95"}, "reply: Extra inputs are not permitted"),
        (RIGHT | {"answers": "95 tỷ đồng"}, "answers: Input should be a valid"),
        (RIGHT | {"answerable": "yes"}, "answerable: Input should be a valid boolean (it is 'yes')"),
        (RIGHT | {"quotes": [{"article_id": "cau-moi", "words": "95"}]}, "quotes.0.text: Field required"),
        (RIGHT | {"id": "Cầu 1"}, "id: String should match pattern"),
        (RIGHT | {"language": "vie"}, "language: String should match pattern"),
        ('{"id": "cau-001",', "Invalid JSON: EOF while parsing"),
        (RIGHT | {"kind": "numbr"}, "the kind 'numbr' is unknown; take one of archive, comparison, date"),
        (RIGHT | {"kind": "follow-up"}, "a follow-up without history"),
        (RIGHT | {"question": " ? "}, "the question ' ? ' holds no word"),
        (RIGHT | {"history": ["…"]}, "the question '…' holds no word"),
        (RIGHT | {"question": unicodedata.normalize("NFD", "Vốn của cầu?")}, "is not in NFC"),
        (RIGHT | {"answers": ["95 tỷ đồng "]}, "'95 tỷ đồng ' is not in NFC, or has white space around it"),
        (RIGHT | {"answers": []}, "`answers` is empty; give what is right"),
        (RIGHT | {"articles": [], "quotes": []}, "`articles` is empty"),
        (RIGHT | {"answers": ["95 tỷ đồng", "95 tỷ đồng"]}, "`answers` says something twice"),
        (RIGHT | {"answers": ["95 tỷ đồng", "–"]}, "an answer without a word or number"),
        (RIGHT | {"kind": "unanswerable"}, "the kind is 'unanswerable' and `answerable` is true"),
        (UNANSWERABLE | {"answers": ["ông Lê Cửu"]}, "`answers` has 1 of an unanswerable question"),
        (UNANSWERABLE | {"articles": ["cau-moi"]}, "`articles` has 1 of an unanswerable question"),
        (COMPARED | {"articles": ["cau-moi"]}, "a comparison of the one article 'cau-moi'"),
        (RIGHT | {"articles": ["cau-moi", "cau-cu"]}, "the article 'cau-cu' does not exist"),
        (RIGHT | {"articles": ["cau-moi", "dinh-chinh"]}, "nothing is quoted from the gold article 'dinh-chinh'"),
        (RIGHT | {"articles": ["dinh-chinh"]}, "the quoted article 'cau-moi' is not in `articles`"),
        (
            RIGHT | {"quotes": [{"article_id": "cau-moi", "text": "vốn của cầu là 95 tỷ đồng"}]},
            "the quote 'vốn của cầu là 95 tỷ đồng' does not stand in 'cau-moi'; copy the stored words",
        ),
        (RIGHT | {"quotes": [{"article_id": "cau-moi", "text": ""}]}, "the quote '' is empty or too long"),
        (
            RIGHT | {"quotes": [{"article_id": "cau-moi", "text": ARTICLES["cau-moi"]}]},
            "is empty or too long; quote the sentence",
        ),
        (RIGHT | {"answers": ["95 tỉ", "95.000 triệu"]}, "no answer of ['95 tỉ', '95.000 triệu'] stands in the quotes"),
        (RIGHT | {"nuggets": BROAD["nuggets"]}, "nuggets of a question without `relevant` articles"),
        (BROAD | {"answers": ["840 m"]}, "`relevant` stands beside answers, articles or quotes"),
        (BROAD | {"answerable": False}, "`relevant` has 2 articles of an unanswerable question"),
        (BROAD | {"relevant": {"cau-cu": 2}}, "the article 'cau-cu' does not exist"),
        (BROAD | {"relevant": {"cau-moi": 3}}, "relevant.cau-moi: Input should be 1 or 2"),
        (BROAD | {"relevant": {"cau-moi": 1}}, "the article 'dinh-chinh' states a nugget and is not in `relevant`"),
        (BROAD | {"relevant": {"cau-moi": 2, "dinh-chinh": 2}}, "nothing of 'cau-moi', which answers, states a nugget"),
        (BROAD | {"nuggets": []}, "no nugget is vital"),
        (BROAD | stating("okay", ("dinh-chinh", "Số trước là bản nháp.")), "no nugget is vital"),
        (BROAD | stating("vital"), "no sentence states 'Điều gì đó.'"),
        (BROAD | stating("vital", ("dinh-chinh", "Số trước")), "'Số trước' is no sentence of 'dinh-chinh'"),
        (ARCHIVE | {"nuggets": BROAD["nuggets"]}, "nuggets of a question about the archive"),
        (COMPARED | {"answers": ["860 m, trước là 820 m"]}, "no answer of ['860 m, trước là 820 m'] stands"),
    ],
)
def test_what_is_wrong_is_found_at_its_line(tmp_path: Path, row: dict[str, Any] | str, says: str) -> None:
    path = written(tmp_path, RIGHT | {"id": "ahead", "question": "Vốn cầu?"}, row)

    problems = [str(problem) for problem in validate([path], ARTICLES)]

    assert any(says in problem for problem in problems)
    assert all(problem.startswith(f"{path}:2: ") for problem in problems)


def test_an_answer_may_differ_from_the_quote_in_case(tmp_path: Path) -> None:
    row = RIGHT | {
        "question": "Ai trúng thầu?",
        "answers": ["CÔNG TY RẠCH GẦM"],
        "quotes": [{"article_id": "cau-moi", "text": "Nhà thầu là Công ty Rạch Gầm."}],
    }

    assert validate([written(tmp_path, row)], ARTICLES) == []


def test_ids_and_questions_are_one_of_a_kind_across_files(tmp_path: Path) -> None:
    bare = RIGHT | {"id": "cau-009", "question": "cay cau o vam lon, ngon BAO NHIEU tien"}
    later = bare | {"id": "cau-010", "history": ["Còn đường dẫn thì sao?"]}
    first = written(tmp_path, RIGHT, name="a.jsonl")
    second = written(tmp_path, COMPARED | {"id": "cau-001"}, bare, later, name="b.jsonl")

    assert [str(problem) for problem in validate([first, second], ARTICLES)] == [
        f"{second}:1: cau-001: the id is taken at {first}:1; give it another",
        f"{second}:2: cau-009: 'cay cau o vam lon, ngon BAO NHIEU tien' asks the same as cau-001 at {first}:1; "
        "leave one away",
    ]


def test_every_problem_of_a_file_is_told_in_the_order_of_its_lines(tmp_path: Path) -> None:
    path = written(tmp_path, RIGHT, RIGHT | {"kind": "x", "question": "Vốn?"}, "[]", UNANSWERABLE | {"question": ""})

    assert [problem.line for problem in validate([path], ARTICLES)] == [2, 2, 3, 4]


def test_files_that_hold_nothing(tmp_path: Path) -> None:
    empty = written(tmp_path, "", name="empty.jsonl")
    missing = tmp_path / "missing.jsonl"

    assert [str(problem) for problem in validate([empty, missing], ARTICLES)] == [
        f"{empty}:0: the file holds no question; write one JSON object a line",
        f"{missing}:0: the file cannot be read (No such file or directory); check its name and permissions",
    ]
    assert counts_by_kind([empty, missing]) == {}


def test_a_file_about_the_sample_is_checked_against_it(tmp_path: Path) -> None:
    path = written(tmp_path, RIGHT)

    assert problems_in([path]) == [
        f"{path}:1: cau-001: the article 'cau-moi' does not exist; take an id of the corpus",
    ]


def test_an_article_that_cannot_be_taken_in_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hong.txt").write_text("", encoding="utf-8")

    with pytest.raises(Refused, match=r"hong\.txt: no article text found"):
        sample_articles(tmp_path)


def test_the_shipped_broad_questions_are_enough() -> None:
    (broad,) = (path for path in shipped_files() if path.name == "broad.jsonl")
    rows = [json.loads(line) for line in broad.read_text(encoding="utf-8").splitlines()]
    languages = {row["language"] for row in rows}
    bare = [row["id"] for row in rows if row["language"] == "vi" and not any(map(has_marks, tokens(row["question"])))]

    assert counts_by_kind([broad]).keys() == {"overview", "why", "list", "timeline", "comparison", "archive"}
    assert len(rows) >= 24
    assert languages == {"vi", "en", "ru", "zh", "ja"}
    assert len(bare) >= 4
