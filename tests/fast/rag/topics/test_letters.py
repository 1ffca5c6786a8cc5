"""Issues as letters, whether they are still wanted, and readers who leave."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.records import Metadata
from index.storage.database import Database, Where
from rag.delivery.channels import Channel, Email, SlackChannel
from rag.delivery.outbox import Outbox
from rag.delivery.schedule import Schedule
from rag.delivery.unsubscribing import token
from rag.records.answers import Answer, Citation, Source
from rag.topics.briefing_store import BriefingStore
from rag.topics.desk import FILE, opened_desk
from rag.topics.letters import Leavers, Letters, cited, letter_of
from rag.topics.records import Briefing, Change, Issue, TopicNews
from tests.support.places import ON_BOTH

AN, BINH, ROOM = Email("an@bao.example"), Email("binh@bao.example"), SlackChannel("#tin")
WORDS = "Cầu Rạch Dừa có tổng vốn 1.200 tỉ đồng."
METADATA = Metadata("Khởi công cầu", "https://bao.example/cau", "Báo Ven Sông", "2026-05-03T08:00:00+07:00")
SOURCE = Source("cầu/rạch dừa", 1, METADATA, WORDS, 10, 49, 1.0, "full")
ANSWER = Answer(f"Có một tin.\n{WORDS} [1]", "answered", 1, "vi", (Citation(1, 12, 51, WORDS, (SOURCE,)),))
# 4 May 2026, 00:00:00 UTC.
MIDNIGHT = 1_777_852_800.0


@pytest.fixture
def desk(where: Where) -> Iterator[Database]:
    with opened_desk(where) as opened:
        yield opened


def put(desk: Database, *channels: Channel) -> Issue:
    """A briefing that was made once."""
    briefing = Briefing(
        "b1", "k1", "Cầu", (), Schedule("daily", "07:00", None, "Asia/Ho_Chi_Minh"), "vi", channels, False, 0, 1, 0, 0
    )
    news = TopicNews("t1", "Cầu ở miền Tây", 3, 2, ANSWER, (Change("figure", SOURCE, None),))
    issue = Issue("i1", "b1", "Cầu", MIDNIGHT, 0, "vi", (news,))
    store = BriefingStore(desk)
    store.add(briefing)
    assert store.keep(briefing, 2, 1, issue, ())
    return issue


def test_an_issue_as_a_letter(desk: Database) -> None:
    shown = letter_of(put(desk, AN), "Asia/Ho_Chi_Minh")

    (section,) = shown.sections
    assert (shown.issue, shown.briefing, shown.name, shown.language) == ("i1", "b1", "Cầu", "vi")
    assert shown.made_at.isoformat() == "2026-05-04T07:00:00+07:00"
    assert (section.heading, section.notices, section.sources) == ("Cầu ở miền Tây", 3, 2)
    assert section.answer_id == "i1-t1"
    assert [(sentence.text, len(sentence.cited)) for sentence in section.sentences] == [(WORDS, 1)]
    (change,) = section.changes
    assert (change.what, change.before.words, change.now) == ("figure", WORDS, None)


def test_what_says_nothing_and_a_preview_are_not_rated(desk: Database) -> None:
    issue = put(desk)
    nothing = replace(issue.topics[0], answer=Answer("", "none", 0, "vi", kind="overview"))

    for shown in (replace(issue, topics=(nothing,)), replace(issue, id="")):
        assert [section.answer_id for section in letter_of(shown, "UTC").sections] == [""]


def test_what_is_cited() -> None:
    said = cited(replace(SOURCE, cited_text="ab", end_char=12))

    assert (said.title, said.source, said.day) == ("Khởi công cầu", "Báo Ven Sông", "2026-05-03")
    assert said.url == "https://bao.example/cau"
    # 97 * 16,777,619 + 98 = 1,627,429,141, in hexadecimal 61009915.
    assert said.page == "/#/a/c%E1%BA%A7u%2Fr%E1%BA%A1ch%20d%E1%BB%ABa?start=10&end=12&words=61009915"


def test_an_article_without_a_title_is_called_by_its_first_words() -> None:
    assert cited(replace(SOURCE, metadata=Metadata(opening="Sáng nay ở bến."))).title == "“Sáng nay ở bến.”"
    assert cited(replace(SOURCE, metadata=Metadata())).title == f"“{WORDS}”"


def test_whether_it_is_still_wanted(desk: Database) -> None:
    put(desk, AN, ROOM)
    alive = {"k1"}
    letters = Letters(BriefingStore(desk), alive.__contains__)

    assert letters.stopped("i1", AN) is None
    assert letters.letter("i1") is not None
    assert letters.stopped("i1", BINH) == "the briefing no longer goes there"
    alive.clear()
    assert letters.stopped("i1", AN) == "the key that it belongs to is revoked"
    BriefingStore(desk).pause("b1")
    assert letters.stopped("i1", AN) == "the briefing is paused"
    BriefingStore(desk).remove("k1", "b1")
    assert letters.stopped("i1", AN) == "the briefing is no longer there"
    assert letters.letter("i1") is None
    assert Outbox(desk).of("i1") == []


def given(desk: Database, channel: Email) -> str:
    return token(Outbox(desk).key(), "b1", channel)


def test_the_only_reader_leaves(desk: Database) -> None:
    put(desk, AN)
    leavers = Leavers(desk)
    before = leavers.leaving(given(desk, AN))
    assert before is not None
    assert (before.name, before.language, before.left) == ("Cầu", "vi", False)

    for _ in range(2):
        after = leavers.leave(given(desk, AN))
        assert after is not None
        assert after.left

    briefing = BriefingStore(desk).briefing("k1", "b1")
    assert briefing is not None
    assert (briefing.paused, briefing.channels) == (True, (AN,))


@ON_BOTH
def test_one_of_several_readers_leaves(desk: Database) -> None:
    put(desk, AN, BINH, ROOM)
    leavers = Leavers(desk)
    leavers.leave(given(desk, AN))

    briefing = BriefingStore(desk).briefing("k1", "b1")
    assert briefing is not None
    assert (briefing.paused, briefing.channels) == (False, (BINH, ROOM))
    # The link still says so.
    again = leavers.leaving(given(desk, AN))
    assert again is not None
    assert again.left
    letters = Letters(BriefingStore(desk), lambda _: True)
    assert letters.stopped("i1", AN) == "the briefing no longer goes there"
    assert letters.stopped("i1", BINH) is None


def test_links_that_lead_nowhere(desk: Database) -> None:
    put(desk, AN)
    leavers = Leavers(desk)
    right = given(desk, AN)
    for wrong in ("", "b1", right[:-1], right[:-1] + ("A" if right[-1] != "A" else "B"), given(desk, BINH)):
        assert leavers.leaving(wrong) is None
        assert leavers.leave(wrong) is None

    briefing = BriefingStore(desk).briefing("k1", "b1")
    assert briefing is not None
    assert not briefing.paused


def test_a_token_of_another_desk(desk: Database, tmp_path: Path) -> None:
    put(desk, AN)
    with opened_desk(tmp_path / "other" / FILE) as other:
        assert Leavers(desk).leaving(given(other, AN)) is None
