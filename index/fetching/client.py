"""One page, fetched: address -> checked target -> answer, over at most five redirects -> what came of it.

    Page        it is here                          Unchanged   the same as last time (304)
    Missing     it is not there (404, 410)          Later       not now (429, 5xx, silence): try again
    Barred      it may not be taken, and why

No cookie, no credential, no Referer and no proxy is ever sent or used, and nothing of an answer but its text is kept.
"""

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urljoin

import httpcore2
import httpx2

from index.fetching.addresses import Addresses, Target
from index.fetching.connection import Connect, Limits, connect, exchange
from index.intake.feeds.reading import LARGEST
from index.language.showing import shorten
from index.storage.errors import IndexingError, Refused

# What robots.txt calls us.
NAME = "hoidap"
LIMITS = Limits()
ANYTHING = ("*/*",)
REDIRECTS = 5
# Asking again sooner would be rude, and later no use.
_LONGEST_RETRY = 7 * 86_400.0
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_MOVES = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_BUSY = frozenset({408, 425, 429})
_HERE = frozenset({200, 203})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_TAG = re.compile(r"[\x20-\x7e]{1,500}")
_CHALLENGES = ("cf-mitigated", "x-amzn-waf-action", "x-datadome", "x-vercel-mitigated")
_REFUSALS = {
    401: "it asks for a password (401)",
    402: "it asks for payment (402)",
    403: "the site refuses to give it (403)",
    407: "it asks for a password (407)",
    451: "it is withheld for legal reasons (451)",
}


@dataclass(frozen=True, slots=True)
class Accept:
    """The media types that are wanted, best first, and how large an answer may be; `cut` takes so much of a larger."""

    types: tuple[str, ...]
    size: int = 20 * 1024 * 1024
    cut: bool = False

    @property
    def header(self) -> str:
        """As the header Accept."""
        return ", ".join((*self.types, "*/*;q=0.1"))


# Many sites serve feeds as text/html or text/plain: what one is, its content says.
FEEDS = Accept(
    (
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
        "application/json",
        "application/gzip",
        "application/x-gzip",
        "application/octet-stream",
        "text/html",
        "application/xhtml+xml",
        "text/plain",
    ),
    size=LARGEST,
)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to tell one state of a page from the next."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """As headers of a conditional request."""
        stated = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in stated.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came. `address` is where it lies, `moved` where it has moved to for good (301, 308)."""

    address: str
    content: bytes = field(repr=False)
    media_type: str
    charset: str | None = None
    validators: Validators = Validators()
    moved: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The page is as it was."""

    address: str


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no page, or (`gone`, 410) there will not be one again."""

    address: str
    gone: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing is known now; `seconds` is how long the site asks to wait. `asked`: whether it was asked at all."""

    address: str
    reason: str
    seconds: float | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Barred:
    """The page may not be taken, or is none; asking again would change nothing."""

    address: str
    reason: str


Fetched = Page | Unchanged | Missing | Later | Barred


def page_of(found: Fetched) -> Page:
    """The page, for who can do nothing with anything else. Refused, with the reason, where there is none."""
    match found:
        case Page():
            return found
        case Unchanged():
            raise Refused(f"{shorten(found.address)} has not changed")
        case _:
            raise Refused(f"{shorten(found.address)} cannot be taken: {found.reason}")


class NotNow(IndexingError):
    """A host may not be asked now; `seconds` says when it may."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


# Held during the exchange with one target; raises Refused or NotNow where it may not be.
Turn = Callable[[Target], AbstractContextManager[None]]


def user_agent(contact: str) -> str:
    """How we name ourselves: `contact` is a web or mail address whose owner answers for the requests.

    Refused for another text.
    """
    contact = contact.strip()
    reachable = contact.startswith(("https://", "http://")) or re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact)
    if not reachable or not re.fullmatch(r"[!-'*-~]{5,200}", contact):
        raise Refused(f"the contact {shorten(contact)} is no address; give https://... or name@host, without brackets")
    return f"{NAME}/0.1 (+{contact})"


class Fetcher:
    """Fetches pages; any number of threads may call it."""

    def __init__(
        self,
        addresses: Addresses,
        agent: str,
        limits: Limits = LIMITS,
        *,
        tls: ssl.SSLContext | None = None,
        connect: Connect = connect,
    ) -> None:
        """`agent` is a `user_agent`; `tls` says which certificates are trusted, by default those of the system."""
        self.addresses = addresses
        self._agent = agent
        self._limits = limits
        self._tls = tls or certificates()
        self._connect = connect

    def fetch(
        self,
        url: str,
        accept: Accept,
        *,
        since: Validators = Validators(),
        inside: bool = True,
        turn: Turn = lambda _: nullcontext(),
    ) -> Fetched:
        """What an address holds now; errors of the network and of the server are told in what is returned.

        `since` makes the request conditional. `inside` lets hosts that the setting names be private, which a redirect
        from a public host never reaches.
        """
        moved: str | None = None
        for_good = True
        for _ in range(REDIRECTS + 1):
            try:
                target = self.addresses.check(url, inside=inside)
                with turn(target):
                    found = self._ask(target, accept, since)
            except Refused as refusal:
                return Barred(url, str(refusal))
            except NotNow as wait:
                return Later(url, str(wait), wait.seconds, asked=False)
            except OSError as error:
                return Later(url, f"the host's address cannot be found ({error.strerror or error})")
            if isinstance(found, Page):
                return replace(found, moved=moved)
            if not isinstance(found, _Elsewhere):
                return found
            url = urljoin(target.url, found.location)
            inside = inside and target.named
            for_good = for_good and found.for_good
            moved = url if for_good else moved
        return Barred(url, f"it leads from address to address, more than {REDIRECTS} times")

    def _ask(self, target: Target, accept: Accept, since: Validators) -> "Fetched | _Elsewhere":
        headers = {
            "User-Agent": self._agent,
            "Accept": accept.header,
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "vi, *;q=0.5",
            "Connection": "close",
            **since.headers(),
        }
        limits = replace(self._limits, size=accept.size)
        try:
            with exchange(target, headers, limits, self._tls, self._connect) as response:
                return _answer(target, response, accept)
        except httpcore2.TimeoutException:
            return Later(target.url, "the site takes too long to answer")
        except httpcore2.ProtocolError as error:
            return Later(target.url, f"the answer breaks off or is no HTTP ({error})")
        except httpx2.DecodingError as error:
            return Later(target.url, f"what the site sends cannot be unpacked ({error})")
        except httpcore2.NetworkError as error:
            # httpcore hides the cause, but not the context.
            if isinstance(error.__context__, ssl.SSLCertVerificationError):
                return Barred(target.url, f"the certificate is not good ({error.__context__.verify_message})")
            return Later(target.url, f"the connection fails ({error})")


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that the system trusts, read once: that takes long."""
    return httpx2.create_ssl_context()


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    location: str
    for_good: bool


def _answer(target: Target, response: httpcore2.Response, accept: Accept) -> "Fetched | _Elsewhere":
    head = httpx2.Headers(response.headers)
    status = response.status
    if status in _HERE:
        return _page(target, response, accept)
    if status in _MOVES and "location" in head:
        return _Elsewhere(head["location"].strip(), status in _FOR_GOOD)
    if status == 304:
        return Unchanged(target.url)
    return _failure(target.url, status, head)


def _failure(url: str, status: int, head: httpx2.Headers) -> Fetched:
    if status in {404, 410}:
        return Missing(url, status == 410, f"the page is not there ({status})")
    if any(name in head for name in _CHALLENGES):
        return Barred(url, f"the site asks for proof that a person reads ({status})")
    if status in _BUSY or status >= 500:
        return Later(url, f"the site is busy or broken ({status})", retry_after(head.get("retry-after")))
    return Barred(url, _REFUSALS.get(status, f"the site answers {status}, which is no page"))


def _page(target: Target, response: httpcore2.Response, accept: Accept) -> Fetched:
    head = httpx2.Headers(response.headers)
    media_type, charset = _media_type(head.get("content-type", ""))
    if media_type and media_type not in accept.types and accept.types != ANYTHING:
        return Barred(target.url, f"it is {shorten(media_type)}, which is not taken; give the address of a page")
    codings = [coding.lower() for coding in head.get_list("content-encoding", split_commas=True)]
    codings = [coding for coding in codings if coding != "identity"]
    if len(codings) > 1 or not _CODINGS.issuperset(codings):
        return Barred(target.url, f"it is compressed as {shorten(', '.join(codings))}, which was not asked for")
    content = bytearray()
    for piece in _decoded(response):
        content += piece
        if len(content) > accept.size:
            break
    if len(content) > accept.size and not accept.cut:
        return Barred(target.url, f"it has more than {accept.size:,} bytes; give a smaller page")
    validators = Validators(_tag(head.get("etag")), _tag(head.get("last-modified")))
    return Page(target.url, bytes(content[: accept.size]), media_type or _sniffed(content), charset, validators)


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()


def _decoded(response: httpcore2.Response) -> Iterator[bytes]:
    """The body in pieces of at most a megabyte, however much it was compressed."""
    return httpx2.Response(response.status, headers=response.headers, stream=_Body(response)).iter_bytes()


def _media_type(value: str) -> tuple[str, str | None]:
    found = _CHARSET.search(value[:500])
    return value.partition(";")[0].strip().lower(), found[1].lower() if found else None


def _sniffed(content: bytearray) -> str:
    """The media type where the server states none."""
    if content.startswith(b"%PDF"):
        return "application/pdf"
    return "text/html" if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "text/plain"


def _tag(value: str | None) -> str | None:
    return value if value is not None and _TAG.fullmatch(value) else None


def retry_after(value: str | None) -> float | None:
    """Seconds until the moment that Retry-After states, as a number or as a date; at most a week."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return min(float(value), _LONGEST_RETRY)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_RETRY)
