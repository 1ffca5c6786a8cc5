"""Each article is matched once for its words, however the store changes beneath."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.storage.database import Where
from index.storage.errors import StoreError
from rag.topics.records import Found
from rag.topics.store import Followed, TopicStore
from tests.support.encoders import ingester
from tests.support.places import IN_A_FILE, ON_BOTH
from tests.support.topics import MONDAY, QUESTION, Desk, WordEncoder, bridge, market, opened_desk_over


def kinds(desk: Desk) -> list[tuple[object, ...]]:
    return desk.rows("SELECT article, kind FROM matches ORDER BY number")


def test_what_comes_after_the_topic_is_new(desk: Desk) -> None:
    topic = desk.topic(QUESTION)
    desk.take(bridge("a1"), market("m1"))

    assert kinds(desk) == [("a1", "new")]
    assert desk.news(topic) == [["a1"]]


@ON_BOTH
def test_what_was_there_before_is_shown_and_not_new(desk: Desk) -> None:
    desk.take(*(bridge(f"a{day}", day=f"2026-01-0{day}") for day in range(1, 8)), market("m1"))
    topic = desk.topic(QUESTION)
    desk.follow()

    # The latest five, the last one with the highest number.
    assert kinds(desk) == [(f"a{day}", "earlier") for day in range(3, 8)]
    assert desk.topics.unseen(topic) == 0
    desk.take(bridge("a8"))
    assert desk.topics.unseen(topic) == 1


def test_an_article_is_news_once_it_has_its_story(desk: Desk) -> None:
    desk.topic(QUESTION)
    list(ingester(desk.store, desk.encoder).ingest([bridge("a1")]))
    desk.catalogue.refresh()

    assert not desk.topics.follower.follow()
    assert kinds(desk) == []
    assert desk.stories.follow()
    assert desk.topics.follower.follow()
    assert kinds(desk) == [("a1", "new")]


def test_a_topic_finds_nothing_that_was_stored_before_it_and_followed_after(desk: Desk) -> None:
    list(ingester(desk.store, desk.encoder).ingest([bridge("a1")]))
    desk.catalogue.refresh()
    desk.topic(QUESTION)
    desk.follow()

    assert kinds(desk) == [("a1", "earlier")]


def test_the_same_words_embedded_anew_are_no_news(desk: Desk, tmp_path: Path, where: Where) -> None:
    topic = desk.topic(QUESTION)
    desk.take(
        bridge("a1"), bridge("a2", "Cầu phao Hạc Trì đóng cửa ba ngày để sửa chữa, chính quyền Hạc Trì cho biết.")
    )
    before = kinds(desk)
    other = WordEncoder("another")
    desk.store.change_model("another", "another")
    assert len(list(ingester(desk.store, other).embed_stale())) == 2
    with opened_desk_over(tmp_path, desk.clock, other, where) as again:
        again.follow()

        assert kinds(again) == before
        assert len(again.news(topic)) == 2
        # The topic has a vector of the new model, and goes on finding.
        again.take(bridge("a3"))
        assert kinds(again)[-1] == ("a3", "new")
        assert again.rows("SELECT model FROM topics") == [("another",)]


def test_what_was_told_and_comes_in_other_words_is_a_correction(desk: Desk) -> None:
    desk.topic(QUESTION)
    desk.take(bridge("a1"))
    desk.take(bridge("a1", "Cầu phao Hạc Trì chưa mở lại: tỉnh Trung Giang đính chính tin đã đăng buổi sáng."))

    assert kinds(desk) == [("a1", "corrected")]


def test_a_title_put_right_is_no_news(desk: Desk) -> None:
    topic = desk.topic(QUESTION)
    desk.take(bridge("a1"))
    desk.topics.see("", topic.id)
    ingester(desk.store, desk.encoder).edit("a1", {"title": "Cầu phao Hạc Trì mở lại"})
    desk.follow()

    assert kinds(desk) == [("a1", "new")]
    seen = desk.topics.topic("", topic.id)
    assert seen is not None
    assert desk.topics.unseen(seen) == 0


def test_removed_and_withdrawn_articles_are_not_told_of(desk: Desk) -> None:
    topic = desk.topic(QUESTION)
    ones = [
        bridge(f"a{n}", f"Cầu phao Hạc Trì: tin số {n} về việc mở cầu, sửa cầu, thu phí qua cầu {n}.")
        for n in (1, 2, 3)
    ]
    list(ingester(desk.store, desk.encoder).ingest(ones[:2]))
    desk.store.withdraw("a1", "2026-01-05")
    desk.store.remove(["a2"])
    desk.follow()
    assert kinds(desk) == []

    desk.take(ones[2])
    assert desk.news(topic) == [["a3"]]
    assert desk.topics.unseen(topic) == 1
    desk.store.withdraw("a3", "2026-01-05")
    assert desk.news(topic) == []
    assert desk.topics.unseen(topic) == 0


def test_filters_and_pauses_hold(desk: Desk) -> None:
    desk.topic(QUESTION, sources=("Báo Núi",))
    desk.topic(QUESTION, published_from="2026-01-02", published_to="2026-01-03")
    paused = desk.topic(QUESTION)
    desk.topics.change(replace(paused, paused=True))
    desk.take(
        bridge("a1", day="2026-01-04"), bridge("a2", day="2026-01-03T23:59:00+07:00"), bridge("a3", source="Báo Núi")
    )

    assert sorted(kinds(desk)) == [("a2", "new"), ("a3", "new")]


@IN_A_FILE
def test_matches_and_position_move_together(desk: Desk) -> None:
    desk.topic(QUESTION)
    list(ingester(desk.store, desk.encoder).ingest([bridge("a1")]))
    # A disk that fails in the middle of the transaction.
    desk.rows("CREATE TRIGGER fails BEFORE INSERT ON matches BEGIN SELECT raise(ABORT, 'no room'); END")
    with pytest.raises(StoreError, match="no room"):
        desk.follow()
    assert desk.rows("SELECT sequence FROM position") == [(0,)]
    assert desk.rows("SELECT count(*) FROM articles") == [(0,)]

    desk.rows("DROP TRIGGER fails")
    desk.follow()
    assert kinds(desk) == [("a1", "new")]
    assert desk.rows("SELECT sequence FROM position") == [(desk.store.sequence(),)]


def test_what_was_matched_against_other_topics_is_matched_again(desk: Desk) -> None:
    store = TopicStore(desk.database)
    before = store.version()
    topic = desk.topic(QUESTION)

    assert not store.advance(Followed(0, 5, before), {"a1": b"words"}, [], MONDAY)
    assert store.position() == 0
    assert store.digests(["a1"]) == {}
    assert store.advance(Followed(0, 5, store.version()), {"a1": b"words"}, [Found(topic.id, "a1", 0.9, "new")], MONDAY)
    assert (store.position(), store.digests(["a1"])) == (5, {"a1": b"words"})


@ON_BOTH
def test_two_processes_follow_and_match_once(desk: Desk, tmp_path: Path, where: Where) -> None:
    desk.topic(QUESTION)
    list(ingester(desk.store, desk.encoder).ingest([bridge("a1")]))
    with opened_desk_over(tmp_path, desk.clock, where=where) as other:
        other.follow()
        desk.follow()

        assert kinds(other) == [("a1", "new")]


def test_articles_of_another_past_are_followed_from_now_on(desk: Desk) -> None:
    desk.topic(QUESTION)
    desk.rows("UPDATE position SET sequence = 1000")
    desk.follow()
    desk.take(bridge("a1"))

    assert kinds(desk) == [("a1", "new")]
