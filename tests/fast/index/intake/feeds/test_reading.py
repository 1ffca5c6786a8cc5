"""Feeds of every kind, well made and badly; each is written for this test, and its entries are read off by eye."""

import gzip
import json
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest

from index.intake.feeds.entries import Entry
from index.intake.feeds.reading import read_feed
from index.storage.errors import Refused

BASE = "https://bao.example/rss/thoi-su.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Báo Vân Trì &amp; Hàm Yên</title><link>https://bao.example/</link>
%s
</channel></rss>"""


def rss(items: str) -> tuple[Entry, ...]:
    return read_feed((RSS % items).encode(), BASE).entries


def item(link: str, **more: str) -> str:
    return f"<item><link>{link}</link>{''.join(f'<{name}>{value}</{name}>' for name, value in more.items())}</item>"


def test_rss() -> None:
    feed = read_feed(
        (
            RSS
            % """
<item><title>Cầu Hàm thông xe &amp; giá vé</title><link>/tin/1?a=1&amp;b=2#cuoi</link>
 <guid isPermaLink="false">bai-1</guid><pubDate>2025-11-29T08:15:00+07:00</pubDate>
 <description><![CDATA[<p>Cầu dài <b>45</b> mét.<img src="/dem?luot=1"></p>]]></description>
 <content:encoded><![CDATA[<p>Sáng 29/11, cầu thông xe.</p>]]></content:encoded></item>
<item><title>Hai</title><link> https://khac.example/2 </link><dc:date>2025-11-28</dc:date></item>
<item><guid>https://bao.example/tin/3</guid></item>"""
        ).encode(),
        BASE,
    )

    assert (feed.kind, feed.title) == ("rss20", "Báo Vân Trì & Hàm Yên")
    assert feed.entries == (
        Entry(
            "bai-1",
            "https://bao.example/tin/1?a=1&b=2",
            "Cầu Hàm thông xe & giá vé",
            "2025-11-29T08:15:00+07:00",
            summary="Cầu dài 45 mét.",
            content="<p>Sáng 29/11, cầu thông xe.</p>",
        ),
        Entry("https://khac.example/2", "https://khac.example/2", "Hai", "2025-11-28"),
        Entry("https://bao.example/tin/3", "https://bao.example/tin/3"),
    )


def test_atom() -> None:
    feed = read_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/muc/"><title type="html">B&amp;aacute;o</title>
<link rel="self" href="https://bao.example/a.xml"/>
<entry><id>urn:1</id><title type="html">Gi&amp;aacute; v&amp;eacute; &amp;lt;5.000</title>
<link rel="enclosure" href="a.mp3"/><link rel="alternate" href="tin/1"/>
<published>2025-11-29T01:00:00Z</published><updated>2025-11-29T02:00:00Z</updated>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>To\xc3\xa0n v\xc4\x83n</p></div></content></entry></feed>""",
        BASE,
    )
    (entry,) = feed.entries

    assert (feed.kind, feed.title) == ("atom10", "Báo")
    assert (entry.key, entry.url) == ("urn:1", "https://bao.example/muc/tin/1")
    assert entry.published_at == "2025-11-29T08:00:00+07:00"
    assert entry.updated_at == "2025-11-29T09:00:00+07:00"
    assert entry.content is not None
    assert "<p>Toàn văn</p>" in entry.content


def test_atom_without_a_date_of_publication_does_not_make_one_up() -> None:
    (entry,) = read_feed(
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><link href='/1'/>"
        b"<updated>2025-11-29T02:00:00Z</updated></entry></feed>",
        BASE,
    ).entries

    assert (entry.published_at, entry.updated_at) == (None, "2025-11-29T09:00:00+07:00")


def test_rdf() -> None:
    feed = read_feed(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>B</title></channel>
<item rdf:about="https://bao.example/1"><title>M</title><link>https://bao.example/1</link><dc:date>2025-11-29</dc:date>
</item></rdf:RDF>""",
        BASE,
    )

    assert feed.entries == (Entry("https://bao.example/1", "https://bao.example/1", "M", "2025-11-29"),)


def test_json() -> None:
    stated = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Báo",
        "items": [
            {
                "id": 7,
                "url": "/tin/7",
                "title": "Bảy",
                "content_html": "<p>Toàn văn</p>",
                "date_published": "2025-11-29T08:15:00+07:00",
                "date_modified": "2025-11-29T09:15:00+07:00",
            },
            {"id": "https://bao.example/tin/8", "content_text": "Giá < 5 & > 3\n\nHai", "summary": "Giá"},
            {"id": "khong-dia-chi"},
            "không phải mục",
        ],
    }

    feed = read_feed(b"\xef\xbb\xbf" + json.dumps(stated).encode(), BASE)

    assert feed.entries == (
        Entry(
            "7",
            "https://bao.example/tin/7",
            "Bảy",
            "2025-11-29T08:15:00+07:00",
            "2025-11-29T09:15:00+07:00",
            content="<p>Toàn văn</p>",
        ),
        Entry(
            "https://bao.example/tin/8",
            "https://bao.example/tin/8",
            summary="Giá",
            content="<p>Giá &lt; 5 &amp; > 3</p><p>Hai</p>",
        ),
    )


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://bao.example/cu</loc><lastmod>2025-11-01</lastmod></url>
<url><loc>
 https://bao.example/moi?a=1&amp;b=2 </loc><news:news><news:publication><news:name>Báo</news:name></news:publication>
 <news:publication_date>2025-11-29T08:00:00+07:00</news:publication_date><news:title>Mới</news:title></news:news>
 <lastmod>2025-11-29T09:00:00+07:00</lastmod></url>
<url><loc>https://bao.example/gioi-thieu</loc></url>
</urlset>"""


def test_a_news_sitemap_newest_first_and_without_pages_that_have_no_date() -> None:
    expected = (
        Entry(
            "https://bao.example/moi?a=1&b=2",
            "https://bao.example/moi?a=1&b=2",
            "Mới",
            "2025-11-29T08:00:00+07:00",
            "2025-11-29T09:00:00+07:00",
        ),
        Entry("https://bao.example/cu", "https://bao.example/cu", updated_at="2025-11-01"),
    )

    assert read_feed(SITEMAP.encode(), BASE).entries == expected
    assert read_feed(gzip.compress(SITEMAP.encode()), BASE).entries == expected


def test_a_sitemap_index_names_its_parts_newest_first() -> None:
    feed = read_feed(
        b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>/1.xml</loc><lastmod>2025-11-01</lastmod></sitemap><sitemap><loc>/0.xml</loc></sitemap>
<sitemap><loc>https://bao.example/2.xml.gz</loc><lastmod>2025-11-29</lastmod></sitemap>
<sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>""",
        BASE,
    )

    assert feed.entries == ()
    assert feed.parts == ("https://bao.example/2.xml.gz", "https://bao.example/1.xml", "https://bao.example/0.xml")


# --- Badly made -------------------------------------------------------------------------------------------------


def test_broken_xml_gives_what_can_be_read() -> None:
    entries = read_feed(
        "<rss version=2.0><channel><title>Báo & Đời</title>"
        "<item><title>Giá & vé <br> mới</title><link>/1?a=1&b=2</link></item>"
        "<item><title>Hai\x0b&nbsp;&hellip;</title><link>/2</link></item>"
        "<item><title>Ba</title><link>/3</link></item><item><title>Bị cắt</title><link>/4".encode(),
        BASE,
    ).entries

    assert [entry.url for entry in entries] == [f"https://bao.example/{path}" for path in ("1?a=1&b=2", "2", "3")]
    assert [entry.title for entry in entries] == ["Giá & vé mới", "Hai …", "Ba"]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("tin/1", "https://bao.example/rss/tin/1"),
        ("../tin/1", "https://bao.example/tin/1"),
        ("//khac.example/1", "https://khac.example/1"),
        ("?id=1", "https://bao.example/rss/thoi-su.xml?id=1"),
        ("HTTPS://Khac.example/1", "https://Khac.example/1"),
        ("/bài viết", "https://bao.example/bài viết"),
    ],
)
def test_relative_links(link: str, url: str) -> None:
    assert [entry.url for entry in rss(item(link))] == [url]


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "mailto:a@b.vn", "data:text/html,1", "ftp://a.example/1", "http://[1"]
)
def test_an_entry_without_a_web_address_is_none(link: str) -> None:
    assert rss(item(link)) == ()


def test_an_id_that_several_articles_share_is_none() -> None:
    same = rss(item("/1", guid="a") + item("/2", guid="a") + item("/3", guid="b"))
    twice = rss(item("/1", guid="a", title="Đầu") + item("/1", guid="a", title="Sau"))
    by_two_ids = rss(item("/1", guid="a") + item("/1", guid="b"))

    assert [entry.key for entry in same] == [f"https://bao.example/{key}" for key in ("1", "2", "rss/b")]
    assert [(entry.url, entry.title) for entry in twice] == [("https://bao.example/1", "Đầu")]
    assert [entry.key for entry in by_two_ids] == ["https://bao.example/rss/a"]


@pytest.mark.parametrize("said", ["hôm nay", "32/13/2025", "", "0000-00-00", "9" * 500, "2025-11-29T99:00:00Z"])
def test_a_date_that_is_none_stays_out(said: str) -> None:
    (entry,) = rss(item("/1", pubDate=said))

    assert entry.published_at is None or entry.published_at == "2025-11-29"


@pytest.mark.parametrize(
    ("encoding", "stated", "header"),
    [
        ("utf-8", "utf-8", None),
        ("utf-16", "utf-16", None),
        ("utf-8-sig", "utf-8", None),
        ("utf-8", "iso-8859-1", "utf-8"),
        ("utf-8", "us-ascii", None),
        ("windows-1252", "utf-8", "windows-1252"),
    ],
)
def test_encodings(encoding: str, stated: str, header: str | None) -> None:
    content = (RSS.replace("utf-8", stated) % item("/1", title="Có cả à, ê và é")).replace("Báo Vân Trì", "Bo")
    content = content if encoding != "windows-1252" else content.replace("ả", "a")

    (entry,) = read_feed(content.encode(encoding), BASE, header).entries

    assert entry.title in ("Có cả à, ê và é", "Có ca à, ê và é")


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaaaaaaaaaaaa">%s]>
<%s version="2.0"><channel><item><title>&a8;</title><link>/1</link></item><url><loc>&a8;</loc>
<lastmod>2025-11-29</lastmod></url></channel></%s>"""
LEVELS = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 20) for n in range(1, 9))


@pytest.mark.parametrize("root", [b"rss", b"urlset"])
def test_an_entity_bomb_goes_off_nowhere(root: bytes) -> None:
    started = monotonic()
    try:
        entries = read_feed(BOMB % (LEVELS, root, root), BASE).entries
    except Refused:
        entries = ()

    assert sum(len(entry.title or "") for entry in entries) < 100
    assert monotonic() - started < 2


@pytest.mark.parametrize("root", ["rss", "urlset"])
def test_no_file_is_read_for_an_entity(root: str, tmp_path: Path) -> None:
    secret = tmp_path / "mat.txt"
    secret.write_text("MATKHAU")
    content = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>
<{root} version="2.0"><channel><item><title>&x;</title><link>/1</link></item><url><loc>/&x;</loc>
<lastmod>2025-11-29</lastmod></url></channel></{root}>"""

    assert "MATKHAU" not in repr(read_feed(content.encode(), BASE))


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(Refused, match="unpacks to more"):
        read_feed(gzip.compress(bytes(50_000_000)), BASE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>B</title><p>Tin",
        b"Kh\xc3\xb4ng ph\xe1\xba\xa3i",
        b"{}",
        b'{"items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
        b'{"a":' * 100_000,
        b"[1]",
        b"\x00\x01\x02\xff" * 100,
        b"%PDF-1.7",
        b"\x1f\x8b\x08\x00",
        b"<urlset",
        b"<rss version='2.0'><channel>" + b"<item><link>/1</link></item>" * 5001,
    ],
)
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    try:
        feed = read_feed(content, BASE)
    except Refused:
        return
    assert feed.entries == ()
    assert content == b"<urlset"


@pytest.mark.parametrize(
    "piece", [b"<a>", b"<", b"&", b"<!--", b"<![CDATA[", b"<rss a='", b"</item>", b"<!ENTITY x 'y'>"]
)
@pytest.mark.parametrize("head", [b"<rss version='2.0'><channel><item><title>", b"<urlset>"])
def test_a_hostile_feed_ends_soon(head: bytes, piece: bytes) -> None:
    started = monotonic()
    with suppress(Refused):
        read_feed(head + piece * 20_000, BASE)

    assert monotonic() - started < 3


def test_only_so_many_entries_are_read() -> None:
    entries = rss("".join(item(f"/{number}") for number in range(1200)))

    assert len(entries) == 1000
    assert entries[-1].url == "https://bao.example/999"


def test_a_correction_shows_in_the_digest_and_markup_does_not() -> None:
    def digest(title: str = "Giá vé", description: str = "Vé 5.000 đồng") -> str:
        return rss(item("/1", title=title, description=description))[0].digest

    assert digest() == digest(description="&lt;p&gt;Vé 5.000 đồng&lt;img src='/dem?2'&gt;&lt;/p&gt;")
    assert len({digest(), digest(title="Giá vé mới"), digest(description="Vé 6.000 đồng")}) == 3
