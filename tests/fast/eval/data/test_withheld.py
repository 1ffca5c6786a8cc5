from eval.data.withheld import Trial, trials_of
from eval.records import Case, GoldQuote
from tests.support.encoders import draft

ARTICLES = [draft(key, f"Bài {key}.") for key in ("a", "b", "c", "d")]


def case(key: str, *articles: str) -> Case:
    quotes = tuple(GoldQuote(article, "Bài") for article in articles)
    return Case(key, "Bài nào?", "vi", "factoid", key, ("Bài",) * bool(articles), articles, quotes, (), bool(articles))


def without_gold(key: str) -> Case:
    return Case(f"{key}#withheld", "Bài nào?", "vi", "factoid", key, (), (), (), (), answerable=False)


def test_none_withheld() -> None:
    cases = [case("q1", "a"), case("q2")]
    assert trials_of(cases, ARTICLES, "none", "s", ["tin"]) == ([Trial(cases[0]), Trial(cases[1])], ARTICLES)


def test_half_asks_each_question_of_the_half_with_its_article_and_of_the_other() -> None:
    cases = [case("q1", "a"), case("q2", "b"), case("q3")]

    trials, articles = trials_of(cases, ARTICLES, "half", "s", ["tin"])

    first, second = "s, first half", "s, second half"
    assert [item.article.metadata.source for item in articles] == [first, second, first, second]
    assert trials == [
        Trial(cases[0], (first, "tin")),
        Trial(without_gold("q1"), (second, "tin")),
        Trial(cases[1], (second, "tin")),
        Trial(without_gold("q2"), (first, "tin")),
        Trial(cases[2]),
    ]


def test_articles_of_one_question_are_never_parted() -> None:
    """q1 ties a to c, and q2 ties c to d: b is the second of two parts."""
    trials, articles = trials_of([case("q1", "a", "c"), case("q2", "d", "c")], ARTICLES, "half", "s", [])

    first, second = "s, first half", "s, second half"
    assert [item.article.metadata.source for item in articles] == [first, second, first, first]
    assert [trial.sources for trial in trials] == [(first,), (second,), (first,), (second,)]


def test_all_leaves_out_what_any_question_is_about() -> None:
    trials, articles = trials_of([case("q1", "a", "c"), case("q2")], ARTICLES, "all", "s", ["tin"])
    assert trials == [Trial(without_gold("q1")), Trial(case("q2"))]
    assert [item.article.id for item in articles] == ["b", "d"]
