"""Pages that stand before an article: payment, consent, login, proof of a person.

They come with status 200 and look like pages. They are told by what they are made of (what the publisher states in
schema.org's terms, forms, scripts of well-known guards, where a redirect ended) together with how little they say: a
page with the text of an article is one, whatever else hangs on it.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

# Characters of text outside links: a short article has more than a teaser, a teaser more than a guard's page.
_AN_ARTICLE, _A_NOTICE, _NOTHING = 1500, 300, 40
_NO_PROSE = frozenset(
    {"a", "button", "dialog", "footer", "form", "header", "iframe", "nav", "noscript", "script", "style", "template"}
)
# "isAccessibleForFree": false, as text too (https://schema.org/isAccessibleForFree).
_PAID = re.compile(r"\"isAccessibleForFree\"\s*:\s*\"?(?:https?://schema\.org/)?false\b", re.IGNORECASE)
_BODY = re.compile(rf"\"articleBody\"\s*:\s*\"[^\"]{{{_NOTHING},}}")
_GUARDS = re.compile(
    r"/cdn-cgi/challenge-platform/|challenges\.cloudflare\.com|captcha-delivery\.com|\.awswaf\.com|_Incapsula_Resource"
    r"|px-captcha|/_sec/cp_challenge/|hcaptcha\.com|google\.com/recaptcha",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"privacy-mgmt\.com|consensu\.org|sourcepoint|cdn\.cookielaw\.org|didomi|cookiebot\.com|fundingchoicesmessages",
    re.IGNORECASE,
)
# Parts of an address that a redirect or a form leads to.
_PLACES = {
    "consent": frozenset({"consent", "collectconsent", "cookie-consent", "cookie-wall", "cookiewall", "guce"}),
    "login": frozenset({"login", "signin", "sign-in", "sso", "dang-nhap", "dangnhap"}),
    "payment": frozenset({"subscribe", "subscription", "paywall", "checkout", "dat-mua"}),
}
_REASONS = {
    "consent": "it asks for consent before it shows the article; open it in a browser and paste the text",
    "login": "it asks to log in before it shows the article; log in with a browser and paste the text",
    "payment": "it shows the article to subscribers only; take it from your subscription and paste the text",
    "guard": "the site asks for proof that a person reads; open it in a browser and paste the text",
    "script": "the page is empty until its scripts have run; open it in a browser and paste the text",
}


def wall(content: bytes, asked: str, address: str) -> str | None:
    """What stands before the article on an HTML page, with what helps; None where nothing does.

    `asked` is the address that was asked for, `address` the one that redirects led to.
    """
    try:
        tree = document_fromstring(content, parser=HTMLParser(encoding="utf-8", recover=True))
    except (etree.ParserError, ValueError):
        return None
    said = sum(len(text) for text in _prose(tree))
    kind = None if said >= _AN_ARTICLE else _kind(tree, said) or _led_to(asked, address)
    return None if kind is None else _REASONS[kind]


def _kind(tree: HtmlElement, said: int) -> str | None:
    scripts = list(_scripts(tree))
    linked_data = [text for kind, text in scripts if kind.endswith("json")]
    carried = any(_BODY.search(text) for text in linked_data)
    if not carried and (any(map(_PAID.search, linked_data)) or tree.xpath(_LOCKED)):
        return "payment"
    if carried or said >= _A_NOTICE:
        return None if carried or _is_article(tree) else _formed(tree)
    return _guarded(tree, scripts, said)


_LOCKED = "//meta[@property='article:content_tier' and @content='locked']"


def _guarded(tree: HtmlElement, scripts: list[tuple[str, str]], said: int) -> str | None:
    """What hardly any text stands before."""
    sources = " ".join(text[:5000] for _, text in scripts)
    sources += " ".join(str(source) for source in tree.xpath("//iframe/@src"))
    if _GUARDS.search(sources) and not _is_article(tree):
        return "guard"
    if _CONSENT.search(sources) and not _is_article(tree):
        return "consent"
    if formed := _formed(tree):
        return formed
    unscripted = sum(len(text.strip()) for text in tree.xpath("//noscript//text()"))
    return "script" if said < _NOTHING and scripts and unscripted < _A_NOTICE else None


def _formed(tree: HtmlElement) -> str | None:
    """What the forms of a page without an article ask for."""
    for action in tree.xpath("//form/@action"):
        if kind := _place(str(action)):
            return kind
    return "login" if tree.xpath("//form[.//input[@type='password']]") and not _is_article(tree) else None


def _led_to(asked: str, address: str) -> str | None:
    return None if _place(asked) else _place(address)


def _place(address: str) -> str | None:
    try:
        parts = urlsplit(address.strip())
        names = {(parts.hostname or "").partition(".")[0], *parts.path.lower().split("/")}
    except ValueError:
        return None
    return next((kind for kind, places in _PLACES.items() if places & names), None)


def _is_article(tree: HtmlElement) -> bool:
    return bool(tree.xpath("//article | //meta[@property='og:type' and @content='article']"))


def _scripts(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """The type of each script, and its text or where it comes from."""
    for script in tree.iter("script"):
        yield (script.get("type") or "").strip().lower(), f"{script.get('src') or ''} {script.text or ''}"


def _prose(tree: HtmlElement) -> Iterator[str]:
    """The pieces of text that are neither link nor button nor frame of the page."""
    skipped: HtmlElement | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start" and skipped is None:
            if element.tag in _NO_PROSE:
                skipped = element
            elif element.text:
                yield element.text.strip()
        elif event != "start":
            skipped = None if element is skipped else skipped
            if skipped is None and element.tail:
                yield element.tail.strip()
