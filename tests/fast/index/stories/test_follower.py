"""Articles get their stories as they come, whatever came with them, and lose them as they go."""

from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path

import pytest
from typing_extensions import override

from index.storage.database import Where
from index.stories.follower import StoryFollower
from index.stories.records import Sought
from index.stories.story_store import StoryStore
from tests.support.places import ON_BOTH
from tests.support.stories import FERRY, FERRY_LATER, MARKET, Desk, report

TOGETHER = {frozenset({"a", "b"}), frozenset({"c"})}


def reports() -> list[tuple[str, str]]:
    return [("a", FERRY), ("c", MARKET), ("b", FERRY_LATER)]


def test_articles_about_one_event_stand_together(desk: Desk) -> None:
    desk.take(*(report(article, text) for article, text in reports()))
    desk.follow()

    assert desk.told() == TOGETHER
    assert desk.stories.count(Sought()) == 1
    assert not desk.follower.follow()


def test_it_does_not_matter_which_came_together(desk: Desk) -> None:
    for article, text in reports():
        desk.take(report(article, text))
        desk.follow()

    assert desk.told() == TOGETHER


def test_what_is_published_long_after_is_another_event(desk: Desk) -> None:
    desk.take(report("a", FERRY, "2026-05-12"), report("b", FERRY_LATER, "2026-07-12"))
    desk.follow()

    assert desk.told() == {frozenset({"a"}), frozenset({"b"})}


@ON_BOTH
def test_a_copy_stands_with_its_original_whenever_it_came(desk: Desk) -> None:
    words = f"{FERRY} Chiều cùng ngày, năm người còn lại được tìm thấy ở bãi bồi phía dưới bến, tất cả đều bình an."
    desk.take(report("a", words, "2026-05-12"), report("b", words, "2027-01-30", source="Báo Khác"))
    desk.follow()

    assert desk.told() == {frozenset({"a", "b"})}


@ON_BOTH
def test_a_removed_article_leaves_at_once(desk: Desk) -> None:
    desk.take(*(report(article, text) for article, text in reports()))
    desk.follow()
    number = desk.stories.of(["a"])["a"]
    desk.store.remove(["b"])

    assert desk.stories.articles(number) == ["a"]
    assert desk.stories.count(Sought()) == 0
    desk.store.remove(["a"])
    assert desk.stories.story(number) is None


def test_a_changed_article_goes_where_it_belongs_now(desk: Desk) -> None:
    desk.take(*(report(article, text) for article, text in reports()))
    desk.follow()
    market = desk.stories.of(["c"])["c"]
    desk.take(report("b", MARKET.replace("cuối tuần", "thứ bảy")))
    desk.follow()

    assert desk.told() == {frozenset({"a"}), frozenset({"b", "c"})}
    assert desk.stories.of(["b"])["b"] == market


def test_an_article_alone_keeps_its_number_when_it_changes(desk: Desk) -> None:
    desk.take(report("c", MARKET))
    desk.follow()
    before = desk.stories.of(["c"])
    desk.take(report("c", f"{MARKET} Vé gửi xe không đổi."))
    desk.follow()

    assert desk.stories.of(["c"]) == before


def test_another_model_leaves_stories_as_they_are(desk: Desk, tmp_path: Path, where: Where) -> None:
    desk.take(*(report(article, text) for article, text in reports()))
    desk.follow()
    before = desk.stories.of(["a", "b", "c"])
    other = Desk(tmp_path, "another", where)
    try:
        assert len(list(other.ingester.embed_stale())) == 3
        other.follow()
        assert other.stories.of(["a", "b", "c"]) == before
        assert {one.model for one in other.stories.placed(["a", "b", "c"])} == {"another"}
    finally:
        other.close()


class Dying(StoryStore):
    """Ends when the articles have their stories, before it is noted how far they have."""

    @override
    def move_on(self, upto: int) -> None:
        raise KeyboardInterrupt


def test_what_was_done_before_a_crash_is_not_done_twice(desk: Desk) -> None:
    desk.take(*(report(article, text) for article, text in reports()))
    desk.catalogue.refresh()
    with closing(Dying(desk.path)) as dying, pytest.raises(KeyboardInterrupt):
        StoryFollower(desk.store, dying, desk.catalogue, "hash").follow()
    before = desk.stories.of(["a", "b", "c"])
    desk.follow()

    assert desk.stories.position() == desk.store.sequence()
    assert desk.stories.of(["a", "b", "c"]) == before
    assert desk.told() == TOGETHER


class Overtaken(StoryStore):
    """Lets something happen after it was looked for articles that are near."""

    meanwhile: Callable[[], object]

    @override
    def rarities(self, names: Collection[str]) -> dict[str, float]:
        self.meanwhile()
        return super().rarities(names)


def test_a_story_that_another_process_empties_meanwhile_is_not_joined(desk: Desk) -> None:
    desk.take(report("a", FERRY))
    desk.follow()
    desk.take(report("b", FERRY_LATER))
    desk.catalogue.refresh()
    with closing(Overtaken(desk.path)) as overtaken:
        overtaken.meanwhile = lambda: desk.store.remove(["a"])
        StoryFollower(desk.store, overtaken, desk.catalogue, "hash").follow()

    assert desk.told() == {frozenset({"b"})}
