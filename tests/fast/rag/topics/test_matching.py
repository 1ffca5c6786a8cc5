"""The rule by which articles and topics are matched."""

import math

import numpy as np
import pytest

from index.records import Chunk, Filters, Hit, Metadata
from rag.records.search import Query
from rag.topics.matching import FITTED, Features, Incoming, Matcher, passes
from rag.topics.records import Profile, Topic


def profile(question: str, vector: list[float], language: str = "vi", **filters: object) -> Profile:
    topic = Topic(question, "", question, Query(question, question, language), Filters(**filters), False, 0.0)  # type: ignore[arg-type]
    return Profile(topic, np.array(vector, np.float32), 0)


def article(*passages: tuple[str, list[float]], **metadata: str) -> Incoming:
    hits = [Hit(Chunk(n, "a", 0, len(text), text), Metadata(**metadata)) for n, (text, _) in enumerate(passages)]  # type: ignore[arg-type]
    return Incoming("a", hits, np.array([vector for _, vector in passages], np.float32))


def test_features_are_the_best_of_the_passages_and_of_the_whole_articles_countries() -> None:
    matcher = Matcher([profile("Nhật Bản xây cầu phao", [1, 0])], None)
    one = article(("Hà Lan bán bò sữa", [0.7, 0.7]), ("xây cầu", [0.6, 0.8]), ("Nhật Bản có tuyết", [0.1, 0.99]))
    # Of "nhật bản xây cầu phao" the second passage holds "xây" and "cầu", which weigh 2 each, the others 1: 4 of 7.
    weights = {"xây": 2.0, "cầu": 2.0}
    (row,) = matcher.features([one], lambda word: weights.get(word, 1.0))

    assert row[0].tolist() == pytest.approx([0.7, 4 / 7, 1.0, 0.0], abs=1e-6)


def test_a_country_is_the_same_word_by_whatever_name() -> None:
    (row,) = Matcher([profile("xuất sang Mỹ", [1, 0])], None).features([article(("Hoa Kỳ", [0, 1]))], lambda _: 1.0)
    assert row[0].tolist() == pytest.approx([0.0, 2 / 4, 1.0, 0.0], abs=1e-6)


@pytest.mark.parametrize(
    ("question", "countries"),
    [("cầu phao", 1.0), ("Hà Lan và Nhật Bản", 0.5), ("Cuba và Lào", 0.0)],
)
def test_the_share_of_the_topics_countries_that_an_article_names(question: str, countries: float) -> None:
    (row,) = Matcher([profile(question, [1, 0])], None).features([article(("Hà Lan bán bò", [0, 1]))], lambda _: 1.0)
    assert row[0, 2] == countries


def test_the_probability_is_the_logistic_of_the_weighted_features() -> None:
    matcher = Matcher([profile("cầu phao", [1, 0])], None)
    ((_, _, sure),) = matcher.matched([article(("cầu phao", [0.8, 0.6]))], lambda _: 1.0)
    weights = Features(*FITTED.weights)
    logit = weights.dense * 0.8 + weights.words + weights.countries + FITTED.bias

    assert sure == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-6)
    assert list(matcher.matched([article(("bò sữa", [0.3, 0.95]))], lambda _: 1.0)) == []


def test_many_articles_and_topics_at_once_are_the_same_as_one_by_one() -> None:
    random = np.random.default_rng(7)
    words = ["cầu", "phao", "Nhật", "Bản", "bò", "sữa", "Hà", "Lan", "thuế", "tàu"]

    def said(count: int) -> str:
        return " ".join(random.choice(words, count))

    def vector() -> list[float]:
        found = random.normal(size=8) + 0.5
        return list(found / np.linalg.norm(found))

    profiles = [profile(said(4), vector()) for _ in range(20)]
    articles = [article(*((said(6), vector()) for _ in range(3))) for _ in range(15)]
    together = {(p.topic.name, articles.index(a)): s for p, a, s in Matcher(profiles, None).matched(articles, len)}
    alone = {
        (p.topic.name, number): s
        for number, one in enumerate(articles)
        for each in profiles
        for p, _, s in Matcher([each], None).matched([one], len)
    }
    assert together
    assert together == pytest.approx(alone, abs=1e-4)


@pytest.mark.parametrize(
    ("filters", "metadata", "passing"),
    [
        ({}, {}, True),
        ({"sources": ("A",)}, {"source": "A"}, True),
        ({"sources": ("A",)}, {}, False),
        ({"published_from": "2026-01-02"}, {"published_at": "2026-01-02T01:00:00+07:00"}, True),
        ({"published_from": "2026-01-02"}, {"published_at": "2026-01-01"}, False),
        ({"published_to": "2026-01-02"}, {"published_at": "2026-01-02T23:00:00+07:00"}, True),
        ({"published_to": "2026-01-02"}, {}, False),
        ({"published_from": "2026-01-02"}, {}, False),
    ],
)
def test_filters_are_those_of_the_store(filters: dict[str, object], metadata: dict[str, str], passing: bool) -> None:
    assert passes(Filters(**filters), Metadata(**metadata)) is passing  # type: ignore[arg-type]
