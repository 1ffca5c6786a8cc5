import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from eval.data.suites import Options, Suite, read_suite, suite_name
from eval.data.withheld import Trial
from eval.records import Case, GoldQuote, Nugget, Patterns
from index.language.dates.calendar import today as today_in_vietnam
from index.storage.errors import Refused
from tests.support.eval_files import BRIDGE, FERRY, MARKET, NEWS, SCHOOL, lines_file, squad_file


def cases(suite: Suite) -> list[Case]:
    assert all(trial == Trial(trial.case) for trial in suite.trials)
    return [trial.case for trial in suite.trials]


def ids(suite: Suite) -> list[str]:
    return [trial.case.id for trial in suite.trials]


# --- SQuAD -----------------------------------------------------------------------------------------------


def test_a_squad_file(tmp_path: Path) -> None:
    path = squad_file(tmp_path / "làng.json", [MARKET, FERRY], [BRIDGE])

    suite = read_suite(str(path), Options())

    assert (suite.name, suite.answers) == ("làng", True)
    assert [(item.article.id, item.article.text) for item in suite.articles] == [
        ("làng-0", MARKET[0]),
        ("làng-1", FERRY[0]),
        ("làng-2", BRIDGE[0]),
    ]
    assert cases(suite) == [
        Case("q0", "Chợ nổi họp từ mấy giờ?", "vi", "squad", "0", ("bốn giờ sáng",), ("làng-0",)),
        Case("q1", "Vé phà giá bao nhiêu?", "vi", "squad", "0", ("mười nghìn đồng",), ("làng-1",)),
        Case("q2", "Cầu dài bao nhiêu?", "vi", "squad", "1", ("hai ki-lô-mét",), ("làng-2",)),
    ]


def test_the_same_words_asked_of_several_passages_are_one_question(tmp_path: Path) -> None:
    """Asked of three passages, of which one stands twice; two of them answer it, with three different words."""
    path = squad_file(
        tmp_path / "s.json",
        [("Ba vẽ tranh.", [("Ai vẽ?", ["Ba"])]), ("Trời mưa.", [("Ai vẽ?", [])])],
        [("Tư vẽ tranh.", [("Ai vẽ?", ["Tư"])]), ("Ba vẽ tranh.", [("Ai vẽ?", ["Ba", "Ba vẽ"])])],
    )
    suite = read_suite(str(path), Options())
    assert [item.article.text for item in suite.articles] == ["Ba vẽ tranh.", "Trời mưa.", "Tư vẽ tranh."]
    assert cases(suite) == [Case("q0", "Ai vẽ?", "vi", "squad", "0", ("Ba", "Tư", "Ba vẽ"), ("s-0", "s-2"))]


def test_what_no_passage_answers(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    impossible = {"id": 7, "question": "Ai hát?", "is_impossible": True, "answers": [{"text": "Ba"}]}
    passage = {"context": "Ba vẽ tranh.", "qas": [impossible]}
    path.write_text(json.dumps({"data": [{"title": "x", "paragraphs": [passage]}]}), encoding="utf-8")
    suite = read_suite(str(path), Options())
    assert cases(suite) == [Case("7", "Ai hát?", "vi", "squad", "0", (), (), answerable=False)]
    assert suite.answers


def test_passages_of_another_language(tmp_path: Path) -> None:
    vietnamese = squad_file(tmp_path / "vi.json", [MARKET, FERRY])
    english = squad_file(
        tmp_path / "en.json", [("The market opens early.", [("When does the market open?", ["early"])])]
    )

    suite = read_suite(str(english), Options(passages=str(vietnamese)))

    assert suite.name == "en"
    assert [item.article.text for item in suite.articles] == [MARKET[0], FERRY[0]]
    assert cases(suite) == [
        Case("q0", "When does the market open?", "en", "squad", "0", ("bốn giờ sáng",), ("vi-0",)),
    ]
    with pytest.raises(Refused, match=r"en\.json has no question 'q1', as .*vi\.json has"):
        read_suite(str(vietnamese), Options(passages=str(english)))


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    path = squad_file(tmp_path / "s.json", [MARKET])
    decomposed = tmp_path / "nfd.json"
    decomposed.write_text(unicodedata.normalize("NFD", path.read_text("utf-8")), encoding="utf-8")
    assert decomposed.read_bytes() != path.read_bytes()
    composed, suite = read_suite(str(path), Options()), read_suite(str(decomposed), Options())
    assert suite.articles[0].article.text == composed.articles[0].article.text == MARKET[0]
    assert (suite.trials[0].case.question, suite.trials[0].case.answers) == (MARKET[1][0][0], ("bốn giờ sáng",))


# --- Lists -----------------------------------------------------------------------------------------------


def test_a_list_of_questions_and_articles(tmp_path: Path) -> None:
    listed = lines_file(
        tmp_path / "hỏi.jsonl.gz",
        [
            {"id": 1, "question": "Gió gì về?", "article": "n1"},
            {"id": "b", "question": "What came?", "articles": ["n3", "n1"], "kind": "newest", "extra": True},
        ],
    )
    articles = lines_file(tmp_path / "tin.jsonl", NEWS)

    suite = read_suite(str(listed), Options(articles=(str(articles),)))

    assert (suite.name, suite.answers) == ("hỏi", False)
    assert [(item.article.id, item.article.metadata.title, item.article.text) for item in suite.articles] == [
        ("n1", "Gió", "Gió mùa về trên núi.\nGió thổi mạnh. Trời rét."),
        ("n2", "Lúa", "Lúa chín sớm ở đồng bằng.\nLúa chín vàng. Nông dân gặt."),
        ("n3", "Cá", "Cá về đầy sông mùa nước nổi.\nCá linh về. Dân thả lưới."),
    ]
    assert cases(suite) == [
        Case("1", "Gió gì về?", "vi", "question", "n1", (), ("n1",)),
        Case("b", "What came?", "en", "newest", "n3", (), ("n3", "n1")),
    ]


def test_a_list_with_answers_is_answered(tmp_path: Path) -> None:
    record = {
        "id": "a",
        "question": "Cá gì về?",
        "articles": ["n3"],
        "answers": ["cá linh"],
        "quotes": [{"article_id": "n3", "text": "Cá linh về."}],
        "history": ["Nước nổi chưa?"],
        "group": "cá",
        "language": "vi",
    }
    listed = lines_file(tmp_path / "hỏi.jsonl", [record])
    options = Options(articles=(str(lines_file(tmp_path / "tin.jsonl", NEWS)),))
    suite = read_suite(str(listed), options)
    quotes = (GoldQuote("n3", "Cá linh về."),)
    assert suite.answers
    assert cases(suite) == [
        Case("a", "Cá gì về?", "vi", "question", "cá", ("cá linh",), ("n3",), quotes, ("Nước nổi chưa?",))
    ]
    assert not read_suite(str(listed), Options(articles=options.articles, answers=False)).answers


def test_news_with_abstracts_are_known_items(tmp_path: Path) -> None:
    path = lines_file(tmp_path / "tin.jsonl.gz", [*NEWS[:2], {**NEWS[2], "abstract": " "}])
    suite = read_suite(str(path), Options())
    assert (suite.name, suite.answers, len(suite.articles)) == ("tin", False, 3)
    assert cases(suite) == [
        Case("n1", "Gió mùa về trên núi.", "vi", "known-item", "n1", (), ("n1",)),
        Case("n2", "Lúa chín sớm ở đồng bằng.", "vi", "known-item", "n2", (), ("n2",)),
    ]
    assert [item.article.id for item in read_suite(f"{path}:1", Options()).articles] == ["n1"]


def test_the_own_questions_are_about_the_sample() -> None:
    suite = read_suite("own", Options())
    assert len(suite.articles) == 42
    texts = {item.article.id: item.article.text for item in suite.articles}
    assert len(suite.trials) > 100
    assert all(quote.text in texts[quote.article_id] for trial in suite.trials for quote in trial.case.quotes)
    assert suite.answers
    # The newest article of the sample is w12.
    assert (suite.today, suite.options) == (date(2026, 10, 8), Options(today="2026-10-08"))


def test_broad_questions(tmp_path: Path) -> None:
    stated = {"article_id": "n1", "sentence": "Trời rét."}
    listed = lines_file(
        tmp_path / "rộng.jsonl",
        [
            {
                "id": "1",
                "question": "Thời tiết ra sao?",
                "kind": "overview",
                "relevant": {"n1": 2, "n2": 1},
                "nuggets": [{"text": "Rét.", "importance": "vital", "sentences": [stated]}],
            },
            {"id": "2", "question": "Ai bị phạt?", "kind": "unanswerable", "relevant": {}, "nuggets": []},
        ],
    )
    suite = read_suite(str(listed), Options(articles=(str(lines_file(tmp_path / "tin.jsonl", NEWS)),)))

    nugget = Nugget("Rét.", "vital", (GoldQuote("n1", "Trời rét."),))
    grades = {"n1": 2, "n2": 1}
    assert suite.answers
    assert cases(suite) == [
        Case("1", "Thời tiết ra sao?", "vi", "overview", "1", (), ("n1", "n2"), grades=grades, nuggets=(nugget,)),
        Case("2", "Ai bị phạt?", "vi", "unanswerable", "2", (), (), answerable=False),
    ]


def test_questions_with_patterns_about_pages(tmp_path: Path) -> None:
    """Over the sample articles and a folder of pages, which a case names as files."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "rừng.txt").write_text("Rừng tràm cháy\n\nRừng tràm cháy từ sáng 3/5 và lan ra 40 ha.\n", "utf-8")
    line = {"id": "a", "category": "how-many", "question": "Rừng cháy bao nhiêu?", "articles": ["pages/rừng.txt"]}
    listed = lines_file(
        tmp_path / "bàn.jsonl",
        [
            line | {"expect": "answer", "has": ["40 ha"], "lacks": []},
            {"id": "b", "category": "chat", "question": "Chào", "expect": "chat", "history": ["Rừng ở đâu?"]},
            {"id": "c", "category": "none", "question": "Ai trồng rừng?", "expect": "decline"},
        ],
    )
    suite = read_suite(str(listed), Options(articles=("own", str(pages))))

    assert (len(suite.articles), suite.articles[-1].article.id, suite.answers) == (43, "rừng", True)
    assert cases(suite) == [
        Case(
            "a",
            "Rừng cháy bao nhiêu?",
            "vi",
            "how-many",
            "a",
            (),
            ("rừng",),
            patterns=Patterns("answer", ("40 ha",)),
        ),
        Case("b", "Chào", "vi", "chat", "b", (), (), history=("Rừng ở đâu?",), patterns=Patterns("chat")),
        Case("c", "Ai trồng rừng?", "vi", "none", "c", (), (), answerable=False, patterns=Patterns("decline")),
    ]


# --- Options ---------------------------------------------------------------------------------------------


def test_every_other_article(tmp_path: Path) -> None:
    path = str(squad_file(tmp_path / "s.json", [MARKET, FERRY], [BRIDGE], [SCHOOL]))
    assert ids(read_suite(path, Options(groups="even"))) == ["q0", "q1", "q3"]
    odd = read_suite(path, Options(groups="odd"))
    assert ids(odd) == ["q2"]
    assert len(odd.articles) == 4
    assert ids(read_suite(path, Options(groups="even", limit=2))) == ["q0", "q1"]
    alone = str(squad_file(tmp_path / "one.json", [MARKET]))
    with pytest.raises(Refused, match="no question left under --groups odd"):
        read_suite(alone, Options(groups="odd"))


def test_typed_without_diacritics(tmp_path: Path) -> None:
    path = squad_file(tmp_path / "s.json", [("Đò Đen chạy.", [("Đò nào chạy?", ["Đò Đen"])])])
    (case,) = cases(read_suite(str(path), Options(bare=True)))
    assert (case.question, case.answers, case.language) == ("do nao chay?", ("Đò Đen",), "vi")


def test_among_news_but_for_articles_that_the_suite_has(tmp_path: Path) -> None:
    path = lines_file(tmp_path / "tin.jsonl", NEWS)
    suite = read_suite(f"{path}:1", Options(among=f"{path}:2"))
    assert [(item.article.id, item.article.metadata.source) for item in suite.articles] == [("n1", None), ("n2", "tin")]


def test_withheld(tmp_path: Path) -> None:
    path = str(squad_file(tmp_path / "s.json", [MARKET, FERRY]))
    news = str(lines_file(tmp_path / "tin.jsonl", NEWS))

    half = read_suite(path, Options(withheld="half", among=news, limit=1))
    assert [(trial.case.id, trial.sources) for trial in half.trials] == [
        ("q0", ("s, first half", "tin")),
        ("q0#withheld", ("s, second half", "tin")),
    ]
    assert len(half.articles) == 5

    everything = read_suite(path, Options(withheld="all", among=news))
    assert ids(everything) == ["q0#withheld", "q1#withheld"]
    assert [item.article.id for item in everything.articles] == ["n1", "n2", "n3"]
    assert everything.answers
    with pytest.raises(Refused, match="every article of it is withheld; add some to search with --among"):
        read_suite(path, Options(withheld="all"))


def test_the_day_of_the_questions(tmp_path: Path) -> None:
    """As it is given, or that of the newest article, or the present one in Viet Nam."""
    path = str(squad_file(tmp_path / "s.json", [MARKET]))
    assert read_suite(path, Options(today="2025-02-03")).today == date(2025, 2, 3)
    before = today_in_vietnam()
    assert before <= read_suite(path, Options()).today <= today_in_vietnam()


def test_names() -> None:
    assert suite_name("own") == "own"
    assert suite_name("d/xquad-vi.dev.json") == "xquad-vi.dev"
    assert suite_name("d/tin.jsonl.gz:500") == "tin"
    assert suite_name("d/tin tức (2).jsonl") == "tin-tức--2-"


# --- What cannot be used ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Invalid JSON: EOF"),
        ("[]", "Input should be an object"),
        ('{"data": []}', "holds no question; give a SQuAD file with some"),
        ('{"data": [{"paragraphs": "x"}]}', r"data.0.paragraphs: .* \(it is 'x'\)"),
        ('{"data": [{"paragraphs": [{"context": " ", "qas": []}]}]}', "data.0.paragraphs.0.context: "),
        (
            '{"data": [{"paragraphs": [{"context": "Mưa.", "qas": [{"id": "a", "answers": []}]}]}]}',
            "data.0.paragraphs.0.qas.0.question: Field required",
        ),
        (
            '{"data": [{"paragraphs": [{"context": "Mưa.", "qas": [{"id": "a", "question": "?"}]}]}]}',
            "the question of 'a' is blank or over 2,000 characters",
        ),
    ],
)
def test_a_wrong_squad_file(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=said):
        read_suite(str(path), Options())


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([{"question": "Ai?", "article": "n1"}], "hỏi.jsonl, line 1: id: "),
        ([{"id": 1, "question": "Ai?"}], "'1' names no article"),
        ([{"id": 1, "question": "Ai?", "article": "n9"}], "names the article 'n9', which is not there"),
        ([{"id": 1, "question": "Ai?", "article": "n1"}] * 2, "the id '1' stands there twice"),
        ([{"id": 1, "question": "Ai " * 700, "article": "n1"}], "over 2,000 characters"),
    ],
)
def test_a_wrong_list(tmp_path: Path, records: list[dict[str, object]], said: str) -> None:
    listed = lines_file(tmp_path / "hỏi.jsonl", records)
    articles = lines_file(tmp_path / "tin.jsonl", NEWS)
    with pytest.raises(Refused, match=said):
        read_suite(str(listed), Options(articles=(str(articles),)))


def test_names_of_nothing_and_options_that_do_not_fit(tmp_path: Path) -> None:
    questions = str(squad_file(tmp_path / "s.json", [MARKET]))
    listed = str(lines_file(tmp_path / "hỏi.jsonl", [{"id": 1, "question": "Ai?", "article": "n1"}]))
    empty = str(lines_file(tmp_path / "empty.jsonl", []))
    for given, options, said in (
        ("onw", Options(), "'onw' is no suite; give `own`, a SQuAD file"),
        (f"{questions}:3", Options(), "is no suite"),
        (str(tmp_path / "none.json"), Options(), "cannot be read .No such file"),
        (str(tmp_path / "none.jsonl"), Options(), "cannot be read .No such file"),
        (empty, Options(), "empty.jsonl holds no question"),
        (listed, Options(), "give their file with --articles"),
        (questions, Options(articles=(listed,)), "takes no --articles"),
        (listed, Options(passages=questions), "takes no --passages"),
        ("own", Options(passages=questions), "own takes no --passages"),
        (questions, Options(among=str(tmp_path / "none.jsonl:5")), "none.jsonl cannot be read"),
        (questions + "\udcff", Options(), r"s.json\\udcff is not Unicode"),
    ):
        with pytest.raises(Refused, match=said):
            read_suite(given, options)
