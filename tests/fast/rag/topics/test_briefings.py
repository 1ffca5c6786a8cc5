"""Issues: what is new since the last one, once, when it is due; what changed; and nothing where nothing came."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.storage.database import Where
from rag.delivery.channels import Email
from rag.delivery.outbox import Outbox
from rag.records.answers import Source
from rag.topics.records import Issue
from tests.support.places import ON_BOTH
from tests.support.topics import DAILY, HOUR, MONDAY, QUESTION, Desk, bridge, market, opened_desk_over

OPENS = "Cầu phao Hạc Trì mở lại cho xe máy đi qua từ sáng thứ hai, theo sở giao thông của tỉnh Trung Giang."
TOLL = "Cầu phao Hạc Trì thu phí 5.000 đồng mỗi lượt xe máy kể từ đầu tháng, ban quản lý cầu cho biết."
BARGE = "Đêm 3/1, sà lan của thuyền trưởng Đặng Văn Khoát va vào nhịp giữa của cầu phao Hạc Trì, không có ai bị thương."

MANY = (
    *("Trạm gác phía bắc", "Bãi xe tải lớn", "Phòng bán vé mới", "Nhịp phao số hai", "Kho dây neo cũ"),
    *("Bến đò dự phòng", "Đội cứu hộ thủy", "Chòi quan trắc lũ", "Xưởng hàn thép"),
)


def words(issue: Issue) -> list[str]:
    return [source.cited_text for source in cited(issue)]


def cited(issue: Issue) -> list[Source]:
    return [one.sources[0] for news in issue.topics for one in news.answer.citations]


def issues(desk: Desk, briefing: str, owner: str = "") -> list[Issue]:
    return desk.topics.issues.issues(owner, briefing, 100)


@ON_BOTH
def test_an_issue_is_made_when_it_is_due_and_its_deliveries_with_it(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example")])
    desk.take(bridge("a1", OPENS), market("m1"))
    assert briefing.next_at == MONDAY + HOUR

    assert desk.topics.briefings.make_due(MONDAY + HOUR - 1) == 0
    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 1
    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 0

    (issue,) = issues(desk, briefing.id)
    assert (issue.made_at, issue.since, issue.name) == (MONDAY + HOUR, MONDAY, "Bản tin")
    assert words(issue) == [OPENS]
    (news,) = issue.topics
    assert (news.notices, news.sources, news.answer.kind, news.changes) == (1, 1, "overview", ())
    # How surely the article is about the topic.
    assert desk.rows("SELECT score FROM matches") == [(news.answer.confidence,)]
    (source,) = cited(issue)
    text = desk.store.text(source.article_id)
    assert text is not None
    assert text[source.start_char : source.end_char] == source.cited_text
    assert [(one.kind, one.to, one.state) for one in Outbox(desk.database).of(issue.id)] == [
        ("email", "a…@bao.example", "waiting")
    ]


def test_nothing_is_made_when_nothing_came(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example")])
    desk.take(market("m1"))

    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 0
    assert issues(desk, briefing.id) == []
    assert desk.rows("SELECT count(*) FROM deliveries") == [(0,)]
    assert desk.rows("SELECT next_at FROM briefings") == [(MONDAY + 25 * HOUR,)]


def test_what_came_before_the_briefing_is_not_in_it(desk: Desk) -> None:
    topic = desk.topic(QUESTION)
    desk.take(bridge("a1", OPENS))
    briefing = desk.briefing(topic)
    desk.take(bridge("a2", TOLL))
    desk.topics.briefings.make_due(MONDAY + HOUR)

    assert [words(issue) for issue in issues(desk, briefing.id)] == [[TOLL]]


def test_many_missed_times_make_one_issue(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    desk.take(bridge("a1", OPENS))

    assert desk.topics.briefings.make_due(MONDAY + 10 * 24 * HOUR + 2 * HOUR) == 1
    assert desk.rows("SELECT next_at FROM briefings") == [(MONDAY + 11 * 24 * HOUR + HOUR,)]
    assert len(issues(desk, briefing.id)) == 1


def test_nothing_is_said_twice_across_issues(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    desk.take(bridge("a1", OPENS))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    # Another paper repeats the sentence but for a word, and adds one; a third only repeats.
    repeated = OPENS.replace("từ sáng thứ hai", "từ sáng nay")
    desk.take(bridge("a2", f"{repeated} {BARGE}", source="Báo Núi"), bridge("a3", repeated, source="Báo Biển"))
    desk.topics.briefings.make_due(MONDAY + 25 * HOUR)

    assert [words(issue) for issue in reversed(issues(desk, briefing.id))] == [[OPENS], [BARGE]]


def test_two_topics_of_one_briefing_do_not_say_the_same(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION), desk.topic("Hạc Trì cầu phao"))
    desk.take(bridge("a1", OPENS))
    desk.topics.briefings.make_due(MONDAY + HOUR)

    (issue,) = issues(desk, briefing.id)
    assert words(issue) == [OPENS]


def test_what_most_sources_tell_comes_first(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    desk.take(
        bridge("a1", TOLL, source="Báo Ven Sông"),
        bridge("a2", BARGE, source="Báo Ven Sông"),
        bridge("a3", BARGE + " Cầu được dọn ngay.", source="Báo Núi"),
    )
    desk.topics.briefings.make_due(MONDAY + HOUR)

    (issue,) = issues(desk, briefing.id)
    assert words(issue) == [BARGE, TOLL]
    assert (issue.topics[0].notices, issue.topics[0].sources) == (2, 2)


def test_a_revoked_key_has_no_issues_and_one_that_is_back_has_one(desk: Desk) -> None:
    topic = desk.topic(QUESTION, owner="k1")
    briefing = desk.briefing(topic, owner="k1", channels=[Email("an@bao.example")])
    desk.take(bridge("a1", OPENS))
    desk.revoked.add("k1")

    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 0
    assert desk.rows("SELECT count(*) FROM deliveries") == [(0,)]
    desk.revoked.clear()
    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 1
    assert len(issues(desk, briefing.id, "k1")) == 1
    assert issues(desk, briefing.id, "k2") == []


def test_a_paused_briefing_makes_none_and_goes_on_where_it_was(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    assert desk.topics.issues.pause(briefing.id)
    desk.take(bridge("a1", OPENS))
    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 0

    paused = desk.topics.issues.briefing("", briefing.id)
    assert paused is not None
    desk.clock.pass_(2 * HOUR)
    desk.topics.change_briefing(replace(paused, paused=False))
    assert desk.topics.briefings.make_due(MONDAY + 2 * HOUR) == 0
    assert desk.topics.briefings.make_due(MONDAY + 25 * HOUR) == 1


def test_a_figure_that_another_article_gives_otherwise(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    before = "Bão làm sập 12 nhịp cầu phao Hạc Trì ở tỉnh Trung Giang vào đêm qua, chính quyền cho biết."
    after = before.replace("12 nhịp", "15 nhịp")
    desk.take(bridge("a1", before, day="2026-01-05"))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    desk.take(bridge("a2", after, source="Báo Núi", day="2026-01-05"))
    desk.topics.briefings.make_due(MONDAY + 25 * HOUR)

    issue = issues(desk, briefing.id)[0]
    assert words(issue) == [after]
    (change,) = issue.topics[0].changes
    assert change.now is not None
    assert (change.what, change.before.cited_text, change.now.cited_text) == ("figure", before, after)
    # It is told once.
    desk.take(bridge("a3", BARGE))
    desk.topics.briefings.make_due(MONDAY + 49 * HOUR)
    assert [news.changes for news in issues(desk, briefing.id)[0].topics] == [()]


def test_a_day_that_moved(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    before = "Cầu phao Hạc Trì sẽ mở lại cho xe tải vào ngày 12/1/2026, theo sở giao thông tỉnh Trung Giang."
    after = before.replace("12/1/2026", "20/1/2026")
    desk.take(bridge("a1", before, day="2026-01-05"))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    desk.take(bridge("a2", after, source="Báo Núi", day="2026-01-08"))
    desk.topics.briefings.make_due(MONDAY + 100 * HOUR)

    (change,) = issues(desk, briefing.id)[0].topics[0].changes
    assert change.now is not None
    assert (change.what, change.before.cited_text, change.now.cited_text) == ("date", before, after)


def test_words_that_were_corrected_and_articles_that_are_gone(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    desk.take(bridge("a1", TOLL), bridge("a2", BARGE, source="Báo Núi"))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    desk.take(bridge("a1", TOLL.replace("5.000", "4.000")))
    desk.store.withdraw("a2", "2026-01-06")
    assert desk.topics.briefings.make_due(MONDAY + 25 * HOUR) == 1

    changes = {change.what: change for change in issues(desk, briefing.id)[0].topics[0].changes}
    assert set(changes) == {"corrected", "withdrawn"}
    now = changes["corrected"].now
    assert now is not None
    assert (changes["corrected"].before.cited_text, now.cited_text) == (TOLL, TOLL.replace("5.000", "4.000"))
    assert (changes["withdrawn"].before.cited_text, changes["withdrawn"].now) == (BARGE, None)
    assert desk.topics.briefings.make_due(MONDAY + 49 * HOUR) == 0


def test_what_a_change_tells_is_no_news_besides(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    desk.take(bridge("a1", TOLL))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    corrected = TOLL.replace("5.000", "4.000")
    desk.take(bridge("a1", corrected))
    desk.topics.briefings.make_due(MONDAY + 25 * HOUR)
    (news,) = issues(desk, briefing.id)[0].topics
    assert (news.notices, news.answer.text) == (0, "")
    assert [change.now and change.now.cited_text for change in news.changes] == [corrected]

    # Another newspaper with the figure as it was put right says nothing new, nor is the change told again.
    desk.take(bridge("a2", corrected, source="Báo Núi"))
    assert desk.topics.briefings.make_due(MONDAY + 49 * HOUR) == 0


def test_an_article_that_is_gone_is_told_of_once_however_much_of_it_was_told(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    desk.take(bridge("a1", f"{OPENS} {TOLL}"))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    assert words(issues(desk, briefing.id)[0]) == [OPENS, TOLL]
    desk.store.withdraw("a1", "2026-01-06")
    desk.topics.briefings.make_due(MONDAY + 25 * HOUR)

    (news,) = issues(desk, briefing.id)[0].topics
    assert [(change.what, change.before.cited_text) for change in news.changes] == [("withdrawn", OPENS)]
    assert desk.topics.briefings.make_due(MONDAY + 49 * HOUR) == 0


def test_a_copy_of_what_was_told_is_no_news(desk: Desk) -> None:
    desk.briefing(desk.topic(QUESTION))
    # More sentences than an overview quotes.
    said = " ".join(
        f"{MANY[n]} của cầu phao Hạc Trì có {n + 2} người trực suốt đêm, theo sổ của ban." for n in range(9)
    )
    desk.take(bridge("a1", said))
    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 1
    desk.take(bridge("a2", said, source="Báo Núi"))
    assert desk.topics.briefings.make_due(MONDAY + 25 * HOUR) == 0

    # What a copy adds is news.
    desk.take(bridge("a3", f"{said} {BARGE}", source="Báo Đồi"))
    assert desk.topics.briefings.make_due(MONDAY + 49 * HOUR) == 1
    assert BARGE in words(issues(desk, desk.topics.issues.briefings("")[0].id)[0])


def test_a_change_alone_is_told(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION))
    desk.take(bridge("a1", TOLL))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    desk.store.remove(["a1"])

    assert desk.topics.briefings.make_due(MONDAY + 25 * HOUR) == 1
    (news,) = issues(desk, briefing.id)[0].topics
    assert (news.notices, news.answer.text, [change.what for change in news.changes]) == (0, "", ["withdrawn"])


def test_a_preview_is_neither_kept_nor_sent(desk: Desk) -> None:
    desk.take(bridge("a0", BARGE))
    briefing = desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example")])
    # Nothing new yet: what is there shows how it will look.
    assert words(desk.topics.briefings.preview(briefing)) == [BARGE]
    desk.take(bridge("a1", OPENS))
    shown = desk.topics.briefings.preview(briefing)

    assert (shown.id, words(shown)) == ("", [OPENS])
    assert desk.rows("SELECT (SELECT count(*) FROM issues), (SELECT count(*) FROM told)") == [(0, 0)]
    assert desk.rows("SELECT count(*) FROM deliveries") == [(0,)]
    assert desk.topics.briefings.make_due(MONDAY + HOUR) == 1


def test_an_issue_of_two_processes_is_made_once(desk: Desk, tmp_path: Path, where: Where) -> None:
    briefing = desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example")])
    desk.take(bridge("a1", OPENS))
    with opened_desk_over(tmp_path, desk.clock, where=where) as other:
        stale = other.topics.issues.due(MONDAY + HOUR)
        assert desk.topics.briefings.make_due(MONDAY + HOUR) == 1

        assert [other.topics.briefings.make(one, MONDAY + HOUR) for one in stale] == [False]
    assert len(issues(desk, briefing.id)) == 1
    assert desk.rows("SELECT count(*) FROM deliveries") == [(1,)]


@ON_BOTH
def test_a_briefing_that_goes_takes_its_issues_and_deliveries(desk: Desk) -> None:
    briefing = desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example")])
    desk.take(bridge("a1", OPENS))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    assert not desk.topics.issues.remove("another", briefing.id)
    assert desk.topics.issues.remove("", briefing.id)

    for statement in (
        "SELECT count(*) FROM briefings",
        "SELECT count(*) FROM briefing_topics",
        "SELECT count(*) FROM issues",
        "SELECT count(*) FROM told",
        "SELECT count(*) FROM deliveries",
    ):
        assert desk.rows(statement) == [(0,)]


@pytest.mark.parametrize("moment", [MONDAY, MONDAY + HOUR - 1, MONDAY + HOUR])
def test_the_next_time_is_the_schedules(desk: Desk, moment: float) -> None:
    desk.clock.pass_(moment - MONDAY)
    assert desk.briefing(desk.topic(QUESTION)).next_at == DAILY.next_after(moment)
