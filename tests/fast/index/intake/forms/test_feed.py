import json
from html import escape

import pytest

from index.intake.files import Refusal, read_bytes
from index.intake.forms.document import Document, Unread
from index.intake.forms.reading import read_form
from index.records import Draft
from tests.support.forms import TEXTS, refused, written

TITLE, LINES = written("yte")
PARAGRAPHS = "".join(f"<p>{escape(line)}</p>" for line in LINES)
TEASER = "<item><title>Tin khác</title><link>/khac</link><description>Chỉ một câu.</description></item>"


def rss(items: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Báo Thủy Triều</title>'
        f"<link>https://thuytrieu.example/</link>{items}</channel></rss>"
    ).encode()


def item(date: str = "Tue, 21 Oct 2025 03:00:00 GMT") -> str:
    return (
        f"<item><title>{TITLE}</title><link>https://thuytrieu.example/y-te</link><guid>yte-1</guid>"
        f"<pubDate>{date}</pubDate><description>Tóm tắt…</description>"
        f"<content:encoded><![CDATA[{PARAGRAPHS}]]></content:encoded></item>"
    )


def whole(data: bytes) -> Document:
    (part,) = (part for part in read_form(data, "a.rss", TEXTS) if isinstance(part, Document))
    return part


def test_an_item_with_its_whole_text_is_an_article_and_a_teaser_is_not() -> None:
    article, teaser = read_bytes(rss(item() + TEASER), "a.rss")

    assert isinstance(article, Draft)
    assert article.article.text == "\n\n".join(LINES)
    stated = article.article.metadata
    assert (stated.title, stated.url, stated.source) == (TITLE, "https://thuytrieu.example/y-te", "Báo Thủy Triều")
    assert stated.published_at == "2025-10-21T10:00:00+07:00"
    assert isinstance(teaser, Refusal)
    assert teaser.reason.endswith("fetch the page: hoidap add https://thuytrieu.example/khac")


@pytest.mark.parametrize(
    ("written_as", "read_as"),
    [
        ("Tue, 21 Oct 2025 03:00:00 GMT", "2025-10-21T10:00:00+07:00"),
        ("Tue, 21 Oct 2025 10:00:00 +0700", "2025-10-21T10:00:00+07:00"),
        ("2025-10-21T20:30:00Z", "2025-10-22T03:30:00+07:00"),
        ("21/10/2025 10:00", "2025-10-21T10:00:00+07:00"),
        ("2025-10-21 10:00:00", "2025-10-21T10:00:00+07:00"),
        ("hôm qua", None),
    ],
)
def test_dates_of_feeds(written_as: str, read_as: str | None) -> None:
    assert whole(rss(item(written_as))).metadata.published_at == read_as


def test_feeds_that_are_not_well_formed_are_read() -> None:
    broken = rss(item().replace("Tóm tắt…", "A & B &nbsp; <b>")).removesuffix(b"</channel></rss>")

    assert LINES[0] in whole(broken).content
    assert LINES[0] in whole(rss(item()).decode().replace("UTF-8", "UTF-16").encode("utf-16")).content


def test_atom_resolves_addresses_against_its_base() -> None:
    feed = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://thuytrieu.example/"><title>Báo</title><entry>'
        f'<title>{TITLE}</title><id>tag:1</id><link href="y-te.html"/><published>2025-10-21T03:00:00Z</published>'
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{PARAGRAPHS}</div></content></entry></feed>'
    )
    (part,) = read_form(feed.encode(), "a.atom", TEXTS)

    assert isinstance(part, Document)
    assert (part.metadata.url, part.place) == ("https://thuytrieu.example/y-te.html", "tag:1")


def test_a_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Báo Thủy Triều",
        "items": [
            {"id": 7, "title": TITLE, "content_text": "\n".join(LINES), "date_published": "2025-10-21T03:00:00Z"},
            {"id": "8", "title": "Tin khác", "url": "https://thuytrieu.example/8", "summary": "Chỉ một câu."},
            3,
        ],
    }
    article, *others = read_bytes(json.dumps(feed).encode(), "a.json")

    assert isinstance(article, Draft)
    assert article.article.text == "\n\n".join(LINES)
    assert article.article.metadata.source == "Báo Thủy Triều"
    assert all(isinstance(other, Refusal) for other in others)


def test_entities_are_not_resolved() -> None:
    entity = item().replace(TITLE, "&x;")
    outside = whole(rss(entity, '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))
    assert "root:" not in str(outside)
    levels = "".join(f'<!ENTITY x{at} "{f"&x{at - 1};" * 10}">' for at in range(1, 10))
    bomb = whole(rss(entity, f'<!DOCTYPE rss [<!ENTITY x0 "{"x" * 10}">{levels}<!ENTITY x "&x9;">]>'))
    assert len(str(bomb)) < 10_000


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<urlset><url><loc>https://t.example/1</loc></url></urlset>", "hoidap feeds add"),
        (b"<sitemapindex/>", "hoidap feeds add"),
        (b"<svg/>", "'svg'"),
        (b"<" * 100_000, "''"),
        (b"<!--" * 100_000, "''"),
        (rss("<item><title>a</title></item>" * 10_001), "10,001 items"),
    ],
)
def test_what_holds_no_text_is_refused(data: bytes, words: str) -> None:
    assert words in refused(data, "a.xml")


def test_a_scheme_that_runs_is_no_address() -> None:
    assert whole(rss(item().replace("https://thuytrieu.example/y-te", "javascript:alert(1)"))).metadata.url is None


def test_reasons_name_the_item() -> None:
    (part,) = read_form(rss(TEASER), "a.rss", TEXTS)

    assert isinstance(part, Unread)
    assert part.place == "https://thuytrieu.example/khac"
