"""Topics, their names and owners, and their notices."""

import pytest

from index.records import Filters
from rag.errors import BadQuestion, NotKept
from rag.topics.topics import shortened
from tests.support.encoders import ingester
from tests.support.places import ON_BOTH
from tests.support.topics import DAILY, HOUR, QUESTION, Desk, bridge, market

OPENS = "Cầu phao Hạc Trì mở lại cho xe máy đi qua từ sáng thứ hai, theo sở giao thông của tỉnh Trung Giang."
TOLL = "Cầu phao Hạc Trì thu phí 5.000 đồng mỗi lượt xe máy kể từ đầu tháng, ban quản lý cầu cho biết."
NIGHT = "Ban đêm không còn chuyến xe buýt nào qua cầu phao Hạc Trì vì thiếu tài xế, công ty vận tải xin lỗi hành khách."
BARGE = "Đêm 3/1, sà lan của thuyền trưởng Đặng Văn Khoát va vào nhịp giữa của cầu phao Hạc Trì, không có ai bị thương."


def test_a_question_is_understood_as_questions_are(desk: Desk) -> None:
    desk.take(bridge("a0", "Cầu phao Hạc Trì dài nhất tỉnh. " * 3))
    desk.catalogue.publish()
    topic = desk.topic("  cau phao\nHac Tri ")

    assert (topic.query.text, topic.name) == ("cau phao Hac Tri", "cau phao Hac Tri")
    assert topic.query.understood.lower() == "cầu phao hạc trì"
    desk.take(bridge("a1", OPENS))
    assert desk.news(topic)[0] == ["a1"]


@pytest.mark.parametrize("question", ["", "  \n", "?!", "\u202e\u200b"])
def test_a_question_without_a_word_is_no_topic(desk: Desk, question: str) -> None:
    with pytest.raises(BadQuestion, match="no word"):
        desk.topic(question)
    assert desk.topics.topics("") == []


def test_a_question_of_any_length_is_bounded(desk: Desk) -> None:
    with pytest.raises(BadQuestion, match="2,000"):
        desk.topic("cầu " * 501)
    assert len(desk.topic("cầu " * 499).name) <= 200


def test_a_name_is_kept_on_one_line(desk: Desk) -> None:
    assert desk.topics.add("", QUESTION, "  Hạc \r\n Trì\t", Filters()).name == "Hạc Trì"


@pytest.mark.parametrize("name", ["", "a" * 201, "Hạc\u202eTrì"])
def test_a_name_that_cannot_be_shown_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(NotKept, match="name"):
        desk.topics.add("", QUESTION, name, Filters())


def test_a_long_question_is_called_by_its_beginning() -> None:
    assert shortened("một " * 100) == ("một " * 49).strip() + "…"


@ON_BOTH
def test_nobody_sees_anothers_topics(desk: Desk) -> None:
    topic = desk.topic(QUESTION, owner="k1")
    briefing = desk.briefing(topic, owner="k1")

    assert [one.id for one in desk.topics.topics("k1")] == [topic.id]
    assert desk.topics.topics("k2") == []
    assert desk.topics.topic("k2", topic.id) is None
    assert not desk.topics.remove("k2", topic.id)
    assert not desk.topics.see("k2", topic.id)
    assert desk.topics.issues.briefing("k2", briefing.id) is None
    with pytest.raises(NotKept, match="no topic"):
        desk.briefing(topic, owner="k2")


def test_an_owner_has_so_many_topics_and_no_more(desk: Desk) -> None:
    desk.topic(QUESTION, owner="k1")
    desk.rows(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
        " INSERT INTO topics"
        " (id, owner, name, question, understood, language, filters, created_at, since, model, vector)"
        " SELECT 'f' || i, owner, name, question, understood, language, filters, created_at, since, model, vector"
        " FROM topics, n"
    )
    with pytest.raises(NotKept, match="1,000 topics"):
        desk.topic(QUESTION, owner="k1")
    desk.topic(QUESTION, owner="k2")


@pytest.mark.parametrize("topics", [[], ["x"], ["'; DROP TABLE topics; --"], [str(n) for n in range(51)]])
def test_a_briefing_is_of_topics_that_are_there(desk: Desk, topics: list[str]) -> None:
    with pytest.raises(NotKept):
        desk.topics.add_briefing("", "Bản tin", topics, DAILY, "vi", [])
    assert desk.topics.issues.briefings("") == []


# --- Notices ---------------------------------------------------------------------------------------------


def test_articles_about_one_event_are_one_notice_and_most_sources_come_first(desk: Desk) -> None:
    topic = desk.topic(QUESTION)
    desk.take(
        bridge("a1", BARGE, source="Báo Ven Sông"),
        bridge("a2", BARGE + " Cầu được dọn ngay.", source="Báo Núi"),
        bridge("a3", OPENS, source="Báo Ven Sông"),
        market("m1"),
    )
    page = desk.topics.news(topic, 10)

    assert [sorted(one.id for one in notice.articles) for notice in page.notices] == [["a1", "a2"], ["a3"]]
    assert [(notice.sources, notice.new) for notice in page.notices] == [(2, True), (1, True)]
    # The sentence that holds most of the topic's words, as it stands in the article.
    assert page.notices[0].source.cited_text == BARGE
    text = desk.store.text(page.notices[0].source.article_id)
    assert text is not None
    assert text[page.notices[0].source.start_char : page.notices[0].source.end_char] == BARGE


def test_an_article_without_a_story_yet_stands_alone(desk: Desk) -> None:
    list(ingester(desk.store, desk.encoder).ingest([bridge("a1", BARGE), bridge("a2", f"{BARGE} Tin.")]))
    desk.catalogue.refresh()
    topic = desk.topic(QUESTION)
    assert sorted(desk.news(topic)) == [["a1"], ["a2"]]
    desk.follow()

    assert [sorted(notice) for notice in desk.news(topic)] == [["a1", "a2"]]


@ON_BOTH
def test_seen_news_stand_behind_new_ones(desk: Desk) -> None:
    topic = desk.topic(QUESTION)
    desk.take(bridge("a1", BARGE, source="Báo Ven Sông"), bridge("a2", f"{BARGE} Tin.", source="Báo Núi"))
    assert desk.topics.see("", topic.id)
    desk.clock.pass_(HOUR)
    desk.take(bridge("a3", OPENS))
    seen = desk.topics.topic("", topic.id)
    assert seen is not None

    assert [notice.new for notice in desk.topics.news(seen, 10).notices] == [True, False]
    assert desk.topics.unseen(seen) == 1
    assert seen.last_match_at == desk.clock.now()


def test_pages_hold_what_was_there_when_the_first_was_read(desk: Desk) -> None:
    topic = desk.topic(QUESTION)
    for number, said in enumerate((OPENS, TOLL, BARGE, NIGHT)):
        desk.take(bridge(f"a{number}", said))
    first = desk.topics.news(topic, 3)
    desk.take(bridge("a9", f"{BARGE} Tin."))
    second = desk.topics.news(topic, 3, first.next)

    ids = [one.id for page in (first, second) for notice in page.notices for one in notice.articles]
    assert ids == ["a3", "a2", "a1", "a0"]
    assert second.next is None
    assert len(desk.topics.news(topic, 3, "'; --").notices) == 3


def test_an_overview_on_demand(desk: Desk) -> None:
    desk.take(bridge("a1", OPENS, day="2026-01-05"), bridge("a2", BARGE, day="2025-12-01"), market("m1"))
    found = desk.topics.brief(QUESTION, Filters(published_from="2026-01-01"), "vi")

    assert found is not None
    assert [one.sources[0].cited_text for one in found.answer.citations] == [OPENS]
    assert desk.topics.brief("Vệ tinh Vinasat", Filters(), "vi") is None
    assert desk.rows("SELECT (SELECT count(*) FROM topics), (SELECT count(*) FROM matches)") == [(0, 0)]
