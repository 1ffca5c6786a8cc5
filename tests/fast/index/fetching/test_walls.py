"""Pages that stand before an article, and articles that share something with them."""

import pytest

from index.fetching.walls import wall

URL = "https://bao.example/tin/1"
SHORT = "<p>Sáng 12/10, xã Vân Trì khánh thành cây cầu dài 45 mét bắc qua suối Hàm.</p>"
TEASER = SHORT * 5
LONG = SHORT * 30
PAID = '<script type="application/ld+json">{"@type":"NewsArticle", "isAccessibleForFree" : %s}</script>'
LOGIN = '<form action="/tai-khoan"><input type=password name=p><button>Vào</button></form>'

WALLS = [
    # Payment, as the publisher states it.
    (PAID % "false" + TEASER, "subscribers"),
    (PAID % '"False"' + TEASER, "subscribers"),
    (PAID % '"http://schema.org/False"' + TEASER, "subscribers"),
    ('<meta property="article:content_tier" content="locked">' + TEASER, "subscribers"),
    (
        '<article><h1>Tin</h1></article><form action="/subscribe/goi-nam"><button>Mua</button></form>' + SHORT,
        "subscribers",
    ),
    # Proof of a person.
    ('<title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/h/g/orchestrate/v1"></script>', "person"),
    ('<p>Xin chờ</p><iframe src="https://geo.captcha-delivery.com/captcha/?initialCid=1"></iframe>', "person"),
    (
        '<script>window.gokuProps={};</script><script src="https://abc.token.awswaf.com/challenge.js"></script>',
        "person",
    ),
    ('<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe><p>Request unsuccessful.</p>', "person"),
    ('<div id="px-captcha"></div><script>window._pxAppId="1";var a="px-captcha"</script>', "person"),
    # Consent.
    (
        '<script src="https://cdn.privacy-mgmt.com/wrapper.js"></script><p>Chúng tôi và 812 đối tác lưu dữ liệu.</p>',
        "consent",
    ),
    (
        '<form action="https://consent.bao.example/save"><button>Đồng ý</button></form><p>Trước khi tiếp tục</p>',
        "consent",
    ),
    (f'<form action="/v2/collectConsent"><button>Đồng ý</button></form>{TEASER}', "consent"),
    # Log in, and pages of scripts alone.
    (LOGIN + "<p>Mời bạn đăng nhập.</p>", "log in"),
    (LOGIN + TEASER, "log in"),
    ('<div id="root"></div><script src="/static/main.js"></script><noscript>Hãy bật JavaScript.</noscript>', "scripts"),
    ('<header><a href="/">Trang chủ</a></header><div id="__next"></div><script>a()</script>', "scripts"),
]

ARTICLES = [
    SHORT,
    f"<article>{SHORT}</article>",
    PAID % "true" + SHORT,
    PAID % "false" + LONG,
    '<meta property="article:content_tier" content="free">' + SHORT,
    '<meta property="article:content_tier" content="metered">' + TEASER,
    # A box for comments, a guard for it, a banner that asks for consent, a place to log in.
    f"<article>{SHORT}</article>" + LOGIN,
    f'<article>{SHORT}</article><script src="https://www.google.com/recaptcha/api.js"></script>',
    TEASER + '<script src="https://cdn.cookielaw.org/scripttemplates/otSDKStub.js"></script>',
    TEASER + '<form action="/tim-kiem"><input name=q></form>',
    # Text that scripts would show, or that those without scripts see, is text.
    '<div id="root"></div><script type="application/ld+json">{"articleBody": "' + SHORT[3:] + '"}</script>',
    f"<div id=root></div><script>a()</script><noscript>{TEASER}</noscript>",
    "",
    "   ",
    "\x00\x00",
    "Không có thẻ nào",
]  # fmt: skip


@pytest.mark.parametrize(("page", "part"), WALLS)
def test_walls(page: str, part: str) -> None:
    found = wall(f"<!doctype html><meta charset=utf-8>{page}".encode(), URL, URL)

    assert found is not None
    assert part in found


@pytest.mark.parametrize("page", ARTICLES)
def test_articles(page: str) -> None:
    assert wall(page.encode(), URL, URL) is None


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("https://consent.bao.example/?next=1", "consent"),
        ("https://guce.bao.example/v2/collectConsent?session=1", "consent"),
        ("https://bao.example/dang-nhap?ve=/tin/1", "log in"),
        ("https://bao.example/vi/subscribe/1", "subscribers"),
        ("https://bao.example/tin/dang-nhap-de-doc-1.html", None),
        ("https://bao.example/", None),
    ],
)
def test_where_a_redirect_ended(address: str, part: str | None) -> None:
    found = wall(TEASER.encode(), URL, address)

    assert (found is None) if part is None else (found is not None and part in found)


def test_an_article_about_such_a_page_is_asked_for_by_its_own_address() -> None:
    address = "https://bao.example/login/huong-dan"

    assert wall(TEASER.encode(), address, address) is None


def test_a_deep_and_large_page_takes_no_time() -> None:
    assert wall(b"<div>" * 200_000 + TEASER.encode() + b"<script>a()" * 1000, URL, URL) is None
