"""What is kept of stories, paged and sought."""

from datetime import date
from math import log

import numpy as np
import pytest

from index.arrays import unit
from index.records import Filters
from index.stories.profiles import Profile
from index.stories.records import Sought
from index.stories.story_store import Compared, StoryStore, place_of
from tests.support.places import ON_BOTH
from tests.support.stories import Desk, report

pytestmark = ON_BOTH
PARTICULARS = {
    "a": ("2026-05-12", "Phà Hồng Lam lật ở Cửa Sót", "Báo Lam"),
    "b": ("2026-05-13", "Vớt 79 người ở bến Cửa Sót", "Báo Sót"),
    "c": ("2026-06-01", "Cầu Bến Lội thông xe", "Báo Lam"),
    "d": ("2026-06-02", "Xe đầu tiên qua cầu Bến Lội", "Báo Lam"),
    "e": (None, "Chợ nổi mở lại", "Báo Chợ"),
    "f": (None, None, "Báo Chợ"),
    "g": ("2026-07-01", "Một bài đứng riêng", "Báo Lam"),
}


@pytest.fixture
def stories(desk: Desk) -> StoryStore:
    """Three stories of two articles, 1 to 3, and an article alone."""
    for article, (day, title, source) in PARTICULARS.items():
        desk.take(
            report(article, f"Bài {article} kể chuyện.", day, source=source, **({"title": title} if title else {}))
        )
    for number, pair in enumerate(("ab", "cd", "ef", "g"), start=1):
        for article in pair:
            assert desk.stories.put(compared(desk, article), None if article == pair[0] else number)
    return desk.stories


def compared(desk: Desk, article: str, names: frozenset[str] = frozenset({"country:japan"})) -> Compared:
    held = desk.store.embedded(article)
    assert held is not None
    # Each article is a little further from the first axis.
    vector = unit(np.array([[1, (ord(article) - ord("a")) / 10]], np.float32))[0]
    profile = Profile(
        vector, names | {f"city:{article}"}, frozenset({"@05-12"}), frozenset({"@05-12"}), date(2026, 5, 12)
    )
    return Compared(article, held.digest, held.model, profile)


def test_stories_of_two_or_more_are_listed_by_their_newest_article(stories: StoryStore) -> None:
    first = stories.page(Sought(), 2)
    second = stories.page(Sought(), 2, place_of(first[-1]))

    assert [(story.id, [one.article_id for one in story.members]) for story in (*first, *second)] == [
        (2, ["d", "c"]),
        (1, ["b", "a"]),
        (3, ["e", "f"]),
    ]
    assert stories.page(Sought(), 2, place_of(second[-1])) == []
    assert stories.count(Sought()) == 3


def test_a_story_tells_its_days_sources_and_title(stories: StoryStore) -> None:
    story = stories.story(1)
    assert story is not None
    assert (story.first, story.last, story.sources) == (date(2026, 5, 12), date(2026, 5, 13), 2)
    undated = stories.story(3)
    assert undated is not None
    assert (undated.first, undated.last, undated.sources, undated.title) == (None, None, 1, "Chợ nổi mở lại")
    assert stories.story(99) is None


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought(Filters(sources=("Báo Sót",))), [1]),
        (Sought(Filters(published_from="2026-06-02")), [2]),
        (Sought(Filters(published_to="2026-05-12")), [1]),
        (Sought(words=("ben", "loi")), [2]),
        (Sought(words=("ben",)), [2, 1]),
        (Sought(words=("%",)), []),
        (Sought(entities=("country:japan",)), [2, 1, 3]),
        (Sought(entities=("country:japan", "city:a")), [1]),
        (Sought(entities=("city:a", "city:b")), []),
        (Sought(entities=("city:a' OR 1 --",)), []),
    ],
)
def test_what_is_sought_one_article_has_all_of(stories: StoryStore, sought: Sought, expected: list[int]) -> None:
    assert [story.id for story in stories.page(sought, 10)] == expected
    assert stories.count(sought) == len(expected)


def test_articles_and_stories_lead_to_one_another(stories: StoryStore) -> None:
    assert stories.articles(1) == ["a", "b"]
    assert stories.articles(99) == []
    assert stories.of(["a", "g", "không có"]) == {"a": 1, "g": 4}


def test_a_name_is_rarer_the_fewer_articles_have_it(stories: StoryStore) -> None:
    # Of 7 articles all name Japan and one each city: (7 + 2) / (7 + 1.5) and (7 + 2) / (1 + 1.5).
    found = stories.rarities(["country:japan", "city:a", "person:x"])

    assert found["country:japan"] == pytest.approx(log(9 / 8.5) / log(9 / 2.5))
    assert (found["city:a"], found["person:x"]) == (1.0, 1.0)


def test_a_story_is_called_as_the_article_at_its_centre_that_has_a_title(desk: Desk) -> None:
    titled = {"a": {"title": "Đầu"}, "b": {"title": "Giữa"}, "c": {"title": "Cuối"}}
    desk.take(*(report(article, f"Bài {article} kể.", **titled[article]) for article in "abc"))
    for article in "abc":  # (1, 0), (1, 0.1) and (1, 0.2): the second lies in the middle
        desk.stories.put(compared(desk, article), None if article == "a" else 1)

    story = desk.stories.story(1)
    assert story is not None
    assert story.title == "Giữa"


def test_a_number_is_never_used_twice(desk: Desk) -> None:
    desk.take(report("a", "Bài a."), report("b", "Bài b."))
    assert desk.stories.put(compared(desk, "a"), None)
    desk.store.remove(["a"])
    assert desk.stories.put(compared(desk, "b"), None)

    assert desk.stories.of(["b"]) == {"b": 2}
    assert desk.stories.rarities(["city:a"]) == {"city:a": 1.0}


def test_an_article_that_was_removed_or_changed_meanwhile_is_not_put(desk: Desk) -> None:
    desk.take(report("a", "Bài a."), report("b", "Bài b."))
    gone, changed = compared(desk, "a"), compared(desk, "b")
    desk.store.remove(["a"])
    desk.take(report("b", "Bài b, đã sửa."))

    assert not desk.stories.put(gone, None)
    assert not desk.stories.put(changed, None)
    assert desk.stories.put(compared(desk, "b"), None)
    assert not desk.stories.put(compared(desk, "b"), None)  # it is there
