"""Feeds that are watched, at sites on the loopback address; hours pass at once."""

import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import apsw
import pytest

from index.fetching.feed_store import FeedStore, WatchedFeed
from index.fetching.watch import Taking
from index.storage.database import Where
from index.storage.errors import EncoderBusy
from tests.support.desks import DAY, HOUR, Newsroom, item, newsroom, rss
from tests.support.places import IN_A_FILE, ON_BOTH
from tests.support.sites import Asked, Reply, moved, tagged

FEED = "http://bao.example/rss"
TIN = "http://bao.example/tin/"
LONG = "Sáng 29/11, cầu Hàm dài 45 mét thông xe sau hai năm thi công. " * 12


@pytest.fixture
def room(where: Where) -> Iterator[Newsroom]:
    with newsroom(where) as made:
        yield made


def the_feed(room: Newsroom) -> WatchedFeed:
    (feed,) = room.store.feeds()
    return feed


def states(room: Newsroom) -> dict[str, int]:
    return room.store.counts().get(1, {})


# --- One article once -------------------------------------------------------------------------------------------


def test_what_a_feed_lists_is_fetched_and_handed_over_with_what_the_feed_says(room: Newsroom) -> None:
    room.web.put(FEED, rss(item("/tin/1", "Một", "2025-11-29T07:00:00+07:00", guid="a1"), item("/tin/2")))
    room.web.put(TIN + "1", Reply("<p>Bài một", headers={"ETag": '"1"'}))
    room.web.put(TIN + "2", moved("/tin/2b"))
    room.web.put(TIN + "2b", "<p>Bài hai")
    room.add(FEED)

    assert room.after(0) == [FEED, TIN + "1", TIN + "2", TIN + "2b"]

    first, second = sorted(room.desk.handed, key=lambda taking: taking.url)
    assert (first.url, first.address, first.content, first.media_type, first.charset, first.feed, first.from_feed) == (
        TIN + "1", TIN + "1", "<p>Bài một".encode(), "text/html", "utf-8", FEED, False,
    )  # fmt: skip
    assert (first.entry.title, first.entry.published_at) == ("Một", "2025-11-29T07:00:00+07:00")
    assert (second.url, second.address) == (TIN + "2", TIN + "2b")
    assert states(room) == {"taken": 2}
    assert (the_feed(room).outcome, the_feed(room).title) == ("read", "Báo")


def test_what_is_known_is_not_fetched_again_with_the_feed(room: Newsroom) -> None:
    room.web.put(FEED, tagged(rss(item("/tin/1")), '"f1"'))
    room.web.put(TIN + "1", "<p>Bài")
    room.add(FEED)
    room.after(0)

    assert room.after(HOUR / 2) == [FEED]
    assert the_feed(room).outcome == "unchanged"
    room.web.put(FEED, tagged(rss(item("/tin/2"), item("/tin/1")), '"f2"'))
    room.web.put(TIN + "2", "<p>Bài")
    assert room.after(20 * 60) == []
    assert room.after(40 * 60) == [FEED, TIN + "2", TIN + "1"]  # and the first look again at the older
    assert [taking.url for taking in room.desk.handed] == [TIN + "1", TIN + "2"]


@ON_BOTH
def test_an_article_of_two_feeds_is_fetched_once(room: Newsroom) -> None:
    for url in (FEED, "http://bao.example/rss/2", "http://khac.example/rss"):
        room.web.put(url, rss(item("http://bao.example/tin/1"), item("http://bao.example/tin/1#a")))
        room.add(url)
    room.web.put(TIN + "1", "<p>Bài")

    assert room.after(0).count(TIN + "1") == 1
    assert len(room.desk.handed) == 1


@ON_BOTH
def test_a_feed_may_be_removed_and_added_again(room: Newsroom) -> None:
    room.web.put(FEED, rss(item("/tin/1")))
    room.web.put(TIN + "1", "<p>Bài")
    room.add(FEED)
    room.after(0)

    assert room.store.remove(FEED)
    assert not room.store.remove(FEED)
    assert room.after(DAY) == []
    assert room.store.add(FEED, "Báo", room.clock.now())
    assert not room.store.add(FEED, "Báo", room.clock.now())
    assert room.after(0) == [FEED, TIN + "1"]


# --- Corrections and withdrawals --------------------------------------------------------------------------------


@ON_BOTH
def test_a_correction_that_the_feed_announces(room: Newsroom) -> None:
    room.web.put(FEED, rss(item("/tin/1", "Giá vé 5.000 đồng", guid="a1")))
    room.web.put(TIN + "1", tagged("<p>5.000", '"1"'))
    room.add(FEED)
    room.after(0)
    room.web.put(FEED, rss(item("/tin/1", "Giá vé 6.000 đồng", guid="a1")))
    room.web.put(TIN + "1", tagged("<p>6.000", '"2"'))

    assert room.after(HOUR / 2) == [FEED, TIN + "1"]
    assert room.desk.articles == {TIN + "1": b"<p>6.000"}
    assert room.desk.handed[-1].entry.title == "Giá vé 6.000 đồng"


def test_a_correction_that_nobody_announces_is_found_by_looking_again(room: Newsroom) -> None:
    room.web.put(FEED, tagged(rss(item("/tin/1")), '"f"'))
    room.web.put(TIN + "1", tagged("<p>5.000", '"1"'))
    room.add(FEED)
    room.after(0)

    looks = [TIN + "1" in room.after(seconds) for seconds in (HOUR - 60, 120)]
    assert looks == [False, True]
    assert len(room.desk.handed) == 1  # 304
    room.web.put(TIN + "1", tagged("<p>6.000", '"2"'))
    room.after(6 * HOUR + 60)
    assert room.desk.articles == {TIN + "1": b"<p>6.000"}
    looks = [TIN + "1" in room.after(days * DAY + 60) for days in (1, 3, 7, 7, 30)]
    assert looks == [True, True, True, False, False]


def test_a_page_without_validators_is_handed_over_again_only_if_its_bytes_changed(room: Newsroom) -> None:
    room.web.put(FEED, rss(item("/tin/1")))
    room.web.put(TIN + "1", "<p>5.000")
    room.add(FEED)
    room.after(0)
    room.after(HOUR + 60)
    assert len(room.desk.handed) == 1
    room.web.put(TIN + "1", "<p>6.000")
    room.after(6 * HOUR + 60)
    assert len(room.desk.handed) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_is_withdrawn_when_its_page_was_gone_twice(room: Newsroom, status: int) -> None:
    room.web.put(FEED, rss(item("/tin/1")))
    room.web.put(TIN + "1", "<p>Bài")
    room.add(FEED)
    room.after(0)
    room.web.put(TIN + "1", Reply("Không còn", status))

    room.after(HOUR + 60)
    assert room.desk.withdrawn == []
    room.after(HOUR + 60)
    assert room.desk.withdrawn == [(f"bai:{TIN}1", f"the page is not there ({status})")]
    assert states(room) == {"withdrawn": 1}
    assert room.store.faults(FEED) == [(TIN + "1", "withdrawn", f"the page is not there ({status})")]
    for _ in range(5):
        room.after(DAY + 60)
    assert len(room.web.urls(TIN)) == 4  # taken, twice gone, and once more
    assert room.desk.articles == {}


def test_a_page_that_was_gone_for_a_moment_is_not_withdrawn(room: Newsroom) -> None:
    room.web.put(FEED, rss(item("/tin/1")))
    room.web.put(TIN + "1", "<p>Bài")
    room.add(FEED)
    room.after(0)
    room.web.put(TIN + "1", Reply(status=404))
    room.after(HOUR + 60)
    room.web.put(TIN + "1", "<p>Bài")
    room.after(HOUR + 60)
    room.web.put(TIN + "1", Reply(status=404))
    room.after(DAY)

    assert room.desk.withdrawn == []


def test_a_withdrawn_article_that_is_there_again_comes_back(room: Newsroom) -> None:
    room.web.put(FEED, rss(item("/tin/1")))
    room.web.put(TIN + "1", "<p>Bài")
    room.add(FEED)
    room.after(0)
    room.web.put(TIN + "1", Reply(status=404))
    room.after(HOUR + 60)
    room.after(HOUR + 60)
    room.web.put(TIN + "1", "<p>Bài")
    room.after(DAY + 60)

    assert room.desk.articles == {TIN + "1": "<p>Bài".encode()}
    assert states(room) == {"taken": 1}


def test_a_page_that_never_was_there_is_no_withdrawal(room: Newsroom) -> None:
    room.web.put(FEED, rss(item("/tin/1")))
    room.add(FEED)
    for _ in range(3):
        room.after(HOUR + 60)

    assert (room.desk.withdrawn, states(room)) == ([], {"missing": 1})


def test_a_feed_that_rests_at_night_is_found_awake_in_the_morning(room: Newsroom) -> None:
    # Every quarter of an hour until 08:00, when the watch begins.
    dates = [f"2025-11-29T0{7 - n // 4}:{45 - n % 4 * 15}:00+07:00" for n in range(8)]
    room.web.put(FEED, tagged(rss(*(item(f"/tin/{n}", date=date) for n, date in enumerate(dates))), '"f"'))
    room.add(FEED)
    asked = [room.clock.now() for _ in range(60) if FEED in room.after(600)]

    # Ten hours later it is asked about once an hour: a tenth of its silence.
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert gaps[0] < 1500
    assert 1800 <= gaps[-1] <= 4500


# --- Faults of a feed -------------------------------------------------------------------------------------------


def test_a_failing_feed_is_asked_ever_more_seldom(room: Newsroom) -> None:
    room.web.put(FEED, Reply(status=500))
    room.add(FEED)
    asked = []
    for _ in range(48):
        room.after(600)
        asked.append(len(room.web.urls()))

    # After 5, 10, 20, 40, 80 and 160 minutes, a quarter more or less.
    assert 6 <= asked[-1] <= 9
    assert (the_feed(room).outcome, the_feed(room).detail) == ("failed", "the site is busy or broken (500)")
    room.web.put(FEED, rss())
    room.after(DAY)
    assert (the_feed(room).outcome, the_feed(room).failures, the_feed(room).detail) == ("read", 0, None)


def test_retry_after_is_kept(room: Newsroom) -> None:
    room.web.put(FEED, Reply(status=429, headers={"Retry-After": "7200"}))
    room.add(FEED)

    assert [room.after(seconds) for seconds in (0, 7000, 100)] == [[FEED], [], []]
    assert room.after(200) == [FEED]


def test_a_feed_that_is_gone_is_not_asked_again(room: Newsroom) -> None:
    room.web.put(FEED, Reply(status=410))
    room.add(FEED)

    assert [room.after(seconds) for seconds in (0, DAY, 30 * DAY)] == [[FEED], [], []]
    assert (the_feed(room).outcome, the_feed(room).next_at) == ("gone", None)
    room.add(FEED)
    assert room.after(0) == [FEED]


@ON_BOTH
def test_a_feed_that_moved_for_good_is_followed(room: Newsroom) -> None:
    room.web.put(FEED, moved("http://moi.example/rss", 301))
    room.web.put("http://moi.example/rss", rss(item("/tin/1")))
    room.add(FEED)
    room.after(0)

    assert the_feed(room).url == "http://moi.example/rss"
    assert FEED not in room.after(DAY)


def test_one_that_moved_for_now_is_not(room: Newsroom) -> None:
    room.web.put(FEED, moved("http://moi.example/rss", 302))
    room.web.put("http://moi.example/rss", rss())
    room.add(FEED)
    room.after(0)

    assert the_feed(room).url == FEED


@pytest.mark.parametrize(
    ("page", "part"),
    [
        (Reply("<!doctype html><p>Bảo trì"), "no feed"),
        (Reply(b"\x89PNG", type="image/png"), "not taken"),
        (moved("http://127.0.0.1/rss"), "not public"),
        (Reply(status=403), "refuses"),
        (Reply(status=404), "not there"),
        (Reply(b"<rss>" + b" " * 6_000_000), "bytes"),
    ],
)
def test_what_is_wrong_with_a_feed_is_told(room: Newsroom, page: Reply, part: str) -> None:
    room.web.put(FEED, page)
    room.add(FEED)
    room.after(0)

    assert the_feed(room).outcome == "failed"
    assert part in (the_feed(room).detail or "")
    assert the_feed(room).failures == 1


def test_robots_txt_that_forbids_the_feed(room: Newsroom) -> None:
    room.web.put("http://bao.example/robots.txt", Reply("User-agent: *\nDisallow: /", type="text/plain"))
    room.web.put(FEED, rss())
    room.add(FEED)

    assert room.after(0) == []
    assert "robots.txt" in (the_feed(room).detail or "")


def test_a_site_whose_robots_txt_is_broken_is_left_alone_and_not_blamed(room: Newsroom) -> None:
    room.web.put("http://bao.example/robots.txt", Reply(status=503))
    room.web.put(FEED, rss())
    room.add(FEED)

    assert room.after(0) == []
    assert (the_feed(room).failures, "robots.txt" in (the_feed(room).detail or "")) == (0, True)
    room.web.put("http://bao.example/robots.txt", Reply(status=404))
    assert room.after(700) == [FEED]


# --- Faults of a page -------------------------------------------------------------------------------------------


def test_a_page_that_may_not_be_taken_is_taken_from_the_feed_where_that_has_all_of_it(room: Newsroom) -> None:
    whole = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{LONG}</content:encoded>"
    room.web.put(
        FEED,
        rss(
            item("/tin/1").replace("</item>", f"{whole}</item>"),
            item("/tin/2", description=LONG),
            item("/tin/3").replace("</item>", f"{whole.replace(LONG, 'Đọc tiếp')}</item>"),
            item("/tin/4").replace("</item>", f"{whole}</item>"),
        ),
    )
    for number in (1, 2, 3):
        room.web.put(f"{TIN}{number}", Reply(status=402))
    room.web.put(TIN + "4", f"<p>{LONG}")
    room.add(FEED)
    room.after(0)

    handed = {taking.url: taking for taking in room.desk.handed}
    assert set(handed) == {TIN + "1", TIN + "4"}
    assert (handed[TIN + "1"].from_feed, handed[TIN + "1"].media_type) == (True, "text/html")
    assert handed[TIN + "1"].content.decode() == LONG.strip()
    assert handed[TIN + "4"].from_feed is False
    assert states(room) == {"taken": 2, "refused": 2}
    assert room.store.faults(FEED) == [(f"{TIN}{n}", "refused", "it asks for payment (402)") for n in (2, 3)]


def test_a_page_that_fails_is_tried_again_and_then_given_up(room: Newsroom) -> None:
    room.web.put(FEED, tagged(rss(item("/tin/1")), '"f"'))
    room.web.put(TIN + "1", Reply(status=500))
    room.add(FEED)
    for _ in range(40):
        room.after(DAY)

    assert len(room.web.urls(TIN)) == 8
    assert room.store.faults(FEED) == [(TIN + "1", "refused", "the site is busy or broken (500)")]


def test_a_page_that_fails_once_is_not_lost(room: Newsroom) -> None:
    answers = [Reply(status=503), Reply("<p>Bị", cut=True), Reply("<p>Bài")]
    room.web.put(FEED, tagged(rss(item("/tin/1")), '"f"'))
    room.web.put(TIN + "1", lambda _: answers.pop(0))
    room.add(FEED)
    for _ in range(4):
        room.after(DAY / 24)

    assert room.desk.articles == {TIN + "1": "<p>Bài".encode()}


@pytest.mark.parametrize("link", ["http://127.0.0.1:6379/", "http://noibo.example/tin", "http://cms.noibo/xoa?id=1"])
def test_a_public_feed_reaches_nothing_inside(room: Newsroom, link: str) -> None:
    room.allowed = ("cms.noibo",)
    room.web.names = {"cms.noibo": ["10.0.0.5"], "noibo.example": ["10.0.0.6"]}
    room.web.put(FEED, rss(item(link), item("/ra")))
    room.web.put("http://bao.example/ra", moved(link))
    room.add(FEED)
    room.after(0)

    assert states(room) == {"refused": 2}
    assert not any(ip.startswith("10.") for ip in room.web.connected)


def test_a_feed_inside_reaches_its_pages(room: Newsroom) -> None:
    room.allowed = ("cms.noibo",)
    room.web.names = {"cms.noibo": ["10.0.0.5"]}
    room.web.put("http://cms.noibo/rss", rss(item("/tin/1")))
    room.web.put("http://cms.noibo/tin/1", "<p>Bài")
    room.add("http://cms.noibo/rss")
    room.after(0)

    assert states(room) == {"taken": 1}


def test_a_page_that_the_desk_refuses_waits_for_a_correction(room: Newsroom) -> None:
    room.desk.refusing = lambda taking: "no article text found" if b"Trang" in taking.content else None
    room.web.put(FEED, rss(item("/tin/1")))
    room.web.put(TIN + "1", "<p>Trang")
    room.add(FEED)
    room.after(0)
    assert room.store.faults(FEED) == [(TIN + "1", "refused", "no article text found")]
    room.web.put(TIN + "1", "<p>Bài")
    assert TIN + "1" not in room.after(DAY)
    room.web.put(FEED, rss(item("/tin/1", "Tin đã sửa")))
    room.after(DAY)

    assert states(room) == {"taken": 1}


def test_a_busy_desk_costs_no_try(room: Newsroom) -> None:
    busy = iter([True] * 12)

    def refusing(_: Taking) -> None:
        if next(busy, False):
            raise EncoderBusy("too much work waits")

    room.desk.refusing = refusing
    room.web.put(FEED, tagged(rss(item("/tin/1")), '"f"'))
    room.web.put(TIN + "1", "<p>Bài")
    room.add(FEED)
    for _ in range(13):
        room.after(HOUR / 4)

    assert states(room) == {"taken": 1}


def test_a_page_that_breaks_the_program_is_given_up_and_holds_up_no_other(room: Newsroom) -> None:
    def refusing(taking: Taking) -> None:
        if taking.url == TIN + "1":
            raise ZeroDivisionError

    room.desk.refusing = refusing
    room.web.put(FEED, tagged(rss(item("/tin/1"), item("/tin/2")), '"f"'))
    room.web.put(TIN + "1", "<p>Bài")
    room.web.put(TIN + "2", "<p>Bài")
    room.add(FEED)
    broken = 0
    for _ in range(12):
        try:
            room.after(HOUR / 4)
        except ZeroDivisionError:
            broken += 1

    assert broken == 8
    assert states(room) == {"taken": 1, "refused": 1}


# --- Large and long ---------------------------------------------------------------------------------------------


def test_a_hundred_feeds_at_once_one_request_at_a_time_a_host(room: Newsroom) -> None:
    for host in range(20):
        for number in range(5):
            url = f"http://bao{host}.example/rss/{number}"
            room.web.put(url, rss(*(item(f"/tin/{number}-{n}") for n in range(3))))
            for n in range(3):
                room.web.put(f"http://bao{host}.example/tin/{number}-{n}", f"<p>Bài {host} {number} {n}")
            room.add(url)

    asked = room.after(0)

    assert len(asked) == len(set(asked)) == 400
    assert len(room.desk.handed) == len(room.desk.articles) == 300
    assert set(room.web.together.values()) == {1}
    assert {feed.outcome for feed in room.store.feeds()} == {"read"}


def test_a_long_feed_is_taken_in_turns(room: Newsroom) -> None:
    room.web.put(FEED, rss(*(item(f"/tin/{n}") for n in range(120))))
    for n in range(120):
        room.web.put(f"{TIN}{n}", "<p>Bài")
    room.add(FEED)
    watcher = room.watcher()

    assert [watcher.run_once() and len(room.desk.handed) for _ in range(4)] == [50, 100, 120, 0]


def test_an_index_of_sitemaps(room: Newsroom) -> None:
    day = "<url><loc>/tin/%s</loc><lastmod>%s</lastmod></url>"
    index = "<sitemapindex>%s</sitemapindex>"
    part = "<sitemap><loc>/%s.xml</loc><lastmod>%s</lastmod></sitemap>"
    room.web.put(FEED, index % "".join(part % (n, f"2025-11-2{n}") for n in range(5)))
    for n in range(5):
        room.web.put(
            f"http://bao.example/{n}.xml", f"<urlset>{day % (n, f'2025-11-2{n}')}{day % ('cu', '2024-01-01')}</urlset>"
        )
        room.web.put(f"{TIN}{n}", "<p>Bài")
    room.add(FEED)
    room.after(0)

    # The three newest parts, and of them what is of the last month.
    assert sorted(room.desk.articles) == [TIN + "2", TIN + "3", TIN + "4"]


@ON_BOTH
def test_what_left_the_feed_is_forgotten_after_a_month(room: Newsroom) -> None:
    room.web.put(FEED, rss(*(item(f"/tin/{n}") for n in range(10))))
    room.add(FEED)
    room.after(0)
    room.web.put(FEED, rss(item("/tin/0")))
    room.after(29 * DAY)
    assert sum(states(room).values()) == 10
    room.after(2 * DAY)

    assert sum(states(room).values()) == 1
    assert room.store._db.rows("SELECT (SELECT count(*) FROM feed_entries), (SELECT count(*) FROM feed_pages)") == [
        (1, 1)
    ]


def test_a_watch_ends_when_it_is_told_to(room: Newsroom) -> None:
    stop = threading.Event()

    def answer(_: Asked) -> Reply:
        stop.set()
        return Reply("<p>Bài")

    room.web.put(FEED, rss(*(item(f"/tin/{n}") for n in range(30))))
    for n in range(30):
        room.web.put(f"{TIN}{n}", answer)
    room.add(FEED)
    watch = threading.Thread(target=room.watcher().run, args=(stop,))
    watch.start()
    watch.join(10)

    assert not watch.is_alive()
    assert 1 <= len(room.desk.handed) <= 2
    assert len(room.after(700)) >= 28


def test_a_slow_host_holds_up_no_other(room: Newsroom) -> None:
    stop, gate = threading.Event(), threading.Event()

    def slow(_: Asked) -> Reply:
        gate.wait(1.5)
        return Reply("<p>Chậm")

    def last(_: Asked) -> Reply:
        gate.set()
        stop.set()
        return Reply("<p>Bài")

    room.web.put("http://cham.example/rss", slow)
    room.web.put(FEED, rss(item("/tin/1")))
    room.web.put(TIN + "1", last)
    room.add("http://cham.example/rss", FEED)
    room.watcher().run(stop)

    assert list(room.desk.articles) == [TIN + "1"]


@ON_BOTH
def test_two_watchers_share_the_work(room: Newsroom, where: Where) -> None:
    for n in range(30):
        room.web.put(f"http://bao{n}.example/rss", rss(item("/1"), item("/2")))
        room.web.put(f"http://bao{n}.example/1", "<p>Bài")
        room.web.put(f"http://bao{n}.example/2", "<p>Bài")
        room.add(f"http://bao{n}.example/rss")
    other = FeedStore(where)
    watches = [
        threading.Thread(target=room.watching(store, room.clock, workers=4).run_once) for store in (room.store, other)
    ]
    for watch in watches:
        watch.start()
    for watch in watches:
        watch.join()
    other.close()

    assert len(room.web.urls()) == len(set(room.web.urls())) == 90
    assert len(room.desk.handed) == 60


@IN_A_FILE
def test_the_tables_stand_beside_the_articles(room: Newsroom, where: Where) -> None:
    room.add(FEED)
    with closing(apsw.Connection(str(where))) as db:
        assert list(db.execute("SELECT url, outcome FROM feeds")) == [(FEED, "new")]
    assert room.store.next_at() == room.clock.now()
    assert room.store.hurry("http://khac.example/", 5.0) == 0
    assert room.store.hurry(None, 5.0) == 1
    assert the_feed(room).next_at == 5.0
