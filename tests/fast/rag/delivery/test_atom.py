"""Feeds as a reader of feeds understands them, and by the rules of RFC 4287."""

from datetime import UTC, datetime

import feedparser
from lxml import etree

from rag.delivery.atom import Entry, Feed, atom

ATOM = "{http://www.w3.org/2005/Atom}"
MORNING, NOON = datetime(2026, 5, 3, 7, tzinfo=UTC), datetime(2026, 5, 4, 12, tzinfo=UTC)
BRIDGE = Entry(
    "cau-rach-dua",
    "Khởi công cầu Rạch Dừa",
    NOON,
    "Cầu có tổng vốn 1.200 tỉ đồng.",
    "https://bao.example/cau",
    "Báo Ven Sông",
)
FERRY = Entry(
    "pha", "Phà <b>Vàm Sáo</b> & cầu\x00\x1f\ufffe\u202e", MORNING, "Phà nghỉ.\n]]><entry/>", "javascript:alert(1)"
)
FEED = Feed("t1", "Cầu & phà", NOON, (BRIDGE, FERRY))


def test_a_reader_of_feeds() -> None:
    read = feedparser.parse(atom(FEED, "https://hoidap.example/", "/feeds/x.atom"))

    assert (read.bozo, read.version) == (False, "atom10")
    assert read.feed.title == "Cầu & phà"
    assert read.feed.updated == "2026-05-04T12:00:00+00:00"
    assert [link.href for link in read.feed.links if link.rel == "self"] == ["https://hoidap.example/feeds/x.atom"]
    first, second = read.entries
    assert (first.title, first.link, first.author) == (
        "Khởi công cầu Rạch Dừa",
        "https://bao.example/cau",
        "Báo Ven Sông",
    )
    assert first.summary == "Cầu có tổng vốn 1.200 tỉ đồng."
    assert second.link == "https://hoidap.example/"
    assert second.summary == "Phà nghỉ. ]]><entry/>"


def test_the_rules() -> None:
    for home in ("https://hoidap.example", None):
        root = etree.fromstring(atom(FEED, home, "/feeds/x.atom"))

        entries = root.findall(f"{ATOM}entry")
        assert root.tag == f"{ATOM}feed"
        assert len(entries) == 2
        for element in (root, *entries):
            # 4.1.1 and 4.1.2: each of these exactly once.
            for name in ("id", "title", "updated"):
                assert len(element.findall(f"{ATOM}{name}")) == 1
            stated = element.findtext(f"{ATOM}updated")
            assert stated is not None
            assert datetime.fromisoformat(stated).tzinfo is not None
        assert root.find(f"{ATOM}author/{ATOM}name") is not None
        ids = [element.findtext(f"{ATOM}id") for element in (root, *entries)]
        assert len(set(ids)) == 3
        assert all(name is not None and name.startswith("urn:uuid:") for name in ids)
        for entry in entries:
            # An entry without content has a link to where it is (4.1.2).
            assert entry.find(f"{ATOM}content") is not None or entry.find(f"{ATOM}link[@rel='alternate']") is not None
            assert all("javascript" not in link.get("href", "") for link in entry.iter(f"{ATOM}link"))


def test_ids_stay() -> None:
    def ids(feed: Feed) -> list[str]:
        root = etree.fromstring(atom(feed, None, "/feeds/x.atom"))
        return [element.text or "" for element in root.iter(f"{ATOM}id")]

    changed = Feed("t1", "Tên khác", NOON, (Entry("cau-rach-dua", "Tít khác", NOON, "Lời khác."),))
    assert ids(changed) == ids(FEED)[:2]
    assert set(ids(Feed("t2", "Cầu & phà", NOON, (BRIDGE,)))).isdisjoint(ids(FEED))


def test_a_feed_without_notices() -> None:
    read = feedparser.parse(atom(Feed("t1", "Cầu", MORNING, ()), None, "/feeds/x.atom"))

    assert (read.bozo, read.entries, read.feed.updated) == (False, [], "2026-05-03T07:00:00+00:00")
