"""One page, from a real server on the loopback address, with every fault that a site can have."""

import gzip
import itertools
import socket
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import monotonic, sleep

import pytest

from index.fetching.addresses import Addresses, Target
from index.fetching.client import (
    Accept,
    Barred,
    Fetched,
    Fetcher,
    Later,
    Missing,
    NotNow,
    Page,
    Unchanged,
    Validators,
    user_agent,
)
from index.fetching.connection import Limits, connect
from index.storage.errors import Refused
from tests.support.certificates import certified
from tests.support.sites import AGENT, Asked, Reply, Sites, moved, sites, tagged, zipped

ANY = Accept(("text/html", "application/pdf", "text/plain"), size=200_000)
TIN = "http://bao.example/tin"


@pytest.fixture
def web() -> Iterator[Sites]:
    with sites() as running:
        yield running


def got(web: Sites, url: str = TIN, **options: object) -> Fetched:
    return web.fetcher().fetch(url, ANY, **options)  # type: ignore[arg-type]


def reason(found: Fetched) -> str:
    assert isinstance(found, Barred | Later | Missing)
    return found.reason


def test_a_page_comes_with_its_type_its_charset_and_its_validators(web: Sites) -> None:
    headers = {"ETag": '"a1"', "Last-Modified": "Sat, 29 Nov 2025 01:15:00 GMT"}
    web.put(TIN, Reply("Ô Lâm".encode("cp1258"), type="text/html;Charset='Windows-1258'", headers=headers))

    found = got(web)

    assert found == Page(
        TIN,
        "Ô Lâm".encode("cp1258"),
        "text/html",
        "windows-1258",
        Validators('"a1"', "Sat, 29 Nov 2025 01:15:00 GMT"),
    )


def test_the_request_names_us_and_carries_nothing_else(web: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.put("http://bao.example/cu", Reply(status=302, headers={"Location": "/tin", "Set-Cookie": "phien=1; Path=/"}))
    web.put(TIN, "Bài")

    assert isinstance(got(web, "http://bao.example/cu"), Page)

    assert [set(asked.headers) for asked in web.asked] == [
        {"host", "user-agent", "accept", "accept-encoding", "accept-language", "connection"}
    ] * 2
    assert web.asked[1].headers["user-agent"] == "hoidap/0.1 (+https://toasoan.example/lienhe)"
    assert web.asked[1].headers["accept"] == "text/html, application/pdf, text/plain, */*;q=0.1"
    assert web.asked[1].headers["host"] == "bao.example"


def test_what_has_not_changed_is_not_sent_again(web: Sites) -> None:
    web.put(TIN, tagged("Bài", '"a1"'))
    first = got(web)
    assert isinstance(first, Page)

    assert got(web, since=first.validators) == Unchanged(TIN)
    assert got(web, since=Validators('"a0"')) == first


@pytest.mark.parametrize(
    ("status", "kind", "part"),
    [
        (404, Missing, "not there (404)"),
        (410, Missing, "not there (410)"),
        (401, Barred, "password"),
        (402, Barred, "payment"),
        (403, Barred, "refuses"),
        (451, Barred, "legal"),
        (400, Barred, "400"),
        (204, Barred, "204"),
        (206, Barred, "206"),
        (300, Barred, "300"),
        (302, Barred, "302"),
        (429, Later, "429"),
        (408, Later, "408"),
        (500, Later, "500"),
        (503, Later, "503"),
    ],
)
def test_states_are_told_apart(web: Sites, status: int, kind: type, part: str) -> None:
    web.put(TIN, Reply("" if status == 204 else "Trang", status))

    found = got(web)

    assert isinstance(found, kind)
    assert part in reason(found)


def test_gone_is_more_than_not_there(web: Sites) -> None:
    web.put(TIN, Reply(status=410))
    assert got(web) == Missing(TIN, True, "the page is not there (410)")
    assert got(web, "http://bao.example/khac") == Missing(
        "http://bao.example/khac", False, "the page is not there (404)"
    )


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), (" 0 ", 0), ("999999999", 604_800), ("soon", None), ("-5", None), ("1.5", None), ("", None)],
)
def test_retry_after_in_seconds(web: Sites, value: str, seconds: float | None) -> None:
    web.put(TIN, Reply(status=429, headers={"Retry-After": value}))

    assert got(web) == Later(TIN, "the site is busy or broken (429)", seconds)


def test_retry_after_as_a_date(web: Sites) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=10)
    web.put(TIN, Reply(status=503, headers={"Retry-After": format_datetime(moment, usegmt=True)}))

    found = got(web)

    assert isinstance(found, Later)
    assert found.seconds is not None
    assert 590 < found.seconds <= 600


@pytest.mark.parametrize("header", ["cf-mitigated", "x-amzn-waf-action", "X-DataDome"])
@pytest.mark.parametrize("status", [202, 403, 405, 429, 503])
def test_a_challenge_is_named_as_one(web: Sites, header: str, status: int) -> None:
    web.put(TIN, Reply("<script>", status, headers={header: "challenge"}))

    assert got(web) == Barred(TIN, f"the site asks for proof that a person reads ({status})")


# --- Redirects ---------------------------------------------------------------------------------------------------


def test_redirects_are_followed_and_each_is_looked_at(web: Sites) -> None:
    web.put("http://bao.example/1", moved("2?x=1", 301))
    web.put("http://bao.example/2?x=1", moved("//khac.example/3", 308))
    web.put("http://khac.example/3", moved("http://khac.example/4#dau", 307))
    web.put("http://khac.example/4", "Bài")

    found = got(web, "http://bao.example/1")

    # Moved for good as far as each step before says so.
    assert found == Page("http://khac.example/4", b"B\xc3\xa0i", "text/html", "utf-8", moved="http://khac.example/3")
    assert web.connected == ["93.184.216.1", "93.184.216.1", "93.184.216.2", "93.184.216.2"]


def test_five_redirects_and_no_more(web: Sites) -> None:
    for number in range(7):
        web.put(f"http://bao.example/{number}", moved(f"/{number + 1}"))
    web.put("http://bao.example/7", "Bài")

    assert isinstance(got(web, "http://bao.example/2"), Page)
    assert "address to address" in reason(got(web, "http://bao.example/1"))
    web.put(TIN, moved(TIN))
    assert "address to address" in reason(got(web))


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:6379/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0x7f.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://noibo.example/",
        "http://hai.example/",
        "//localhost/",
        "file:///etc/passwd",
        "gopher://bao.example/_GET",
        "data:text/html,tin",
        "http://nguoi:matma@bao.example/tin",
        "http://cms.noibo:9000/",
    ],
)
def test_a_redirect_inside_is_refused_before_anything_is_asked(web: Sites, place: str) -> None:
    web.names = {"noibo.example": ["10.0.0.9"], "hai.example": ["93.184.216.9", "10.0.0.9"], "cms.noibo": ["10.0.0.5"]}
    web.put("http://bao.example/ra", moved(place))

    found = web.fetcher("cms.noibo:9000", "127.0.0.1").fetch("http://bao.example/ra", ANY)

    assert isinstance(found, Barred)
    assert web.urls() == ["http://bao.example/ra"]
    assert len(web.connected) == 1


def test_a_named_host_may_lead_to_a_named_host(web: Sites) -> None:
    web.names = {"cms.noibo": ["10.0.0.5"], "bai.noibo": ["10.0.0.6"]}
    web.put("http://cms.noibo/tin", moved("http://bai.noibo/tin"))
    web.put("http://bai.noibo/tin", "Bài")
    fetcher = web.fetcher("cms.noibo", "bai.noibo")

    assert isinstance(fetcher.fetch("http://cms.noibo/tin", ANY), Page)
    assert isinstance(fetcher.fetch("http://cms.noibo/tin", ANY, inside=False), Barred)


# --- Pinning -----------------------------------------------------------------------------------------------------


def test_a_second_answer_of_the_name_server_leads_nowhere(web: Sites) -> None:
    """DNS rebinding: public when it is looked at, inside when it is connected to."""
    answers = itertools.chain([["93.184.216.34"]], itertools.repeat(["127.0.0.1"]))
    web.put("http://doi.example/tin", "Bài của trang ngoài")
    fetcher = Fetcher(Addresses(resolve=lambda *_: next(answers)), AGENT, connect=web.connect)

    first = fetcher.fetch("http://doi.example/tin", ANY)
    second = fetcher.fetch("http://doi.example/tin", ANY)

    assert isinstance(first, Page)
    assert isinstance(second, Barred)
    assert web.connected == ["93.184.216.34"]


def test_the_connection_goes_to_the_ip_and_not_to_the_name() -> None:
    """Nothing on the way resolves the name again: the real connection is made to the IP that it is given."""
    with sites() as inside:
        inside.put(f"http://khong-ton-tai.example:{inside.port}/tin", "Bài")
        fetcher = Fetcher(
            Addresses([f"khong-ton-tai.example:{inside.port}"], lambda *_: ["127.0.0.1"]), AGENT, Limits(total=5)
        )

        assert isinstance(fetcher.fetch(f"http://khong-ton-tai.example:{inside.port}/tin", ANY), Page)
        assert inside.asked[0].headers["host"] == f"khong-ton-tai.example:{inside.port}"


def test_our_own_machine_is_refused_at_a_public_ip_too(web: Sites) -> None:
    """A server of ours may listen on this machine's public IP; both ends of the connection are then the same."""
    ours = Target(TIN, "http", "bao.example", web.port, "/tin", ("127.0.0.1",), named=False)

    with pytest.raises(Refused, match="this machine"):
        connect(ours, "127.0.0.1", 2)


def test_the_next_ip_is_tried_where_one_does_not_answer(web: Sites) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        web.put(f"http://bao.noibo:{web.port}/tin", "Bài")
        fetcher = Fetcher(
            Addresses([f"bao.noibo:{web.port}"], lambda *_: ["127.0.0.2", "127.0.0.1"]), AGENT, Limits(total=5)
        )
        assert isinstance(fetcher.fetch(f"http://bao.noibo:{web.port}/tin", ANY), Page)


# --- TLS ---------------------------------------------------------------------------------------------------------


def test_tls_asks_for_the_name_and_checks_it(tmp_path: Path) -> None:
    server, client = certified(tmp_path, "bao.example")
    seen: list[str | None] = []

    server.sni_callback = lambda _, name, __: seen.append(name)
    with sites(server) as web:
        web.put("https://bao.example/tin", "Bài")
        fetcher = web.fetcher(tls=client)

        assert isinstance(fetcher.fetch("https://bao.example/tin", ANY), Page)
        other = fetcher.fetch("https://khac.example/tin", ANY)
        unknown = web.fetcher().fetch("https://bao.example/tin", ANY)

    assert seen[:2] == ["bao.example", "khac.example"]
    assert isinstance(other, Barred)
    assert "certificate" in other.reason
    assert isinstance(unknown, Barred)


# --- Sizes, times and forms --------------------------------------------------------------------------------------


def test_a_compressed_page_is_unpacked(web: Sites) -> None:
    text = "Mực nước hồ Vân Trì là 12,5 mét. " * 500
    web.put(TIN, zipped(text.encode()))
    web.put("http://bao.example/d", Reply(zlib.compress(text.encode()), headers={"Content-Encoding": "deflate"}))

    for url in (TIN, "http://bao.example/d"):
        found = got(web, url)
        assert isinstance(found, Page)
        assert found.content.decode() == text


def test_a_gzip_bomb_stops_at_the_limit(web: Sites) -> None:
    web.put(TIN, zipped(bytes(50_000_000)))

    started = monotonic()
    found = got(web)

    assert "more than 200,000 bytes" in reason(found)
    assert monotonic() - started < 1


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "compress", "gzip, br", "identity, deflate, gzip"])
def test_a_coding_that_was_not_asked_for_is_refused(web: Sites, coding: str) -> None:
    body = gzip.compress(gzip.compress(bytes(10_000_000)))
    web.put(TIN, Reply(body, headers={"Content-Encoding": coding}))

    assert "compressed as" in reason(got(web))


@pytest.mark.parametrize("body", [b"khong phai gzip", gzip.compress(b"tin" * 1000, mtime=0)[:-30] + b"x" * 40, b""])
def test_what_cannot_be_unpacked_breaks_nothing(web: Sites, body: bytes) -> None:
    web.put(TIN, Reply(body, headers={"Content-Encoding": "gzip"}))

    assert isinstance(got(web), Page if body == b"" else Later)


def test_an_endless_page_stops_at_the_limit(web: Sites) -> None:
    web.put(TIN, Reply(itertools.repeat(b"a" * 10_000)))

    assert "more than 200,000 bytes" in reason(got(web))


def test_an_endless_page_that_unpacks_to_nothing_stops(web: Sites) -> None:
    packer = zlib.compressobj(wbits=31)
    head = packer.compress(b"") + packer.flush(zlib.Z_SYNC_FLUSH)
    empty_block = b"\x00\x00\x00\xff\xff" * 2000
    web.put(TIN, Reply(itertools.chain([head], itertools.repeat(empty_block)), headers={"Content-Encoding": "gzip"}))

    assert "more bytes come" in reason(got(web))


def test_a_silent_site_is_left_after_its_time(web: Sites) -> None:
    def silent(_: Asked) -> Reply:
        sleep(1)
        return Reply("Bài")

    web.put(TIN, silent)

    found = web.fetcher(limits=Limits(silence=0.1)).fetch(TIN, ANY)

    assert found == Later(TIN, "the site takes too long to answer")


def test_a_site_that_drips_is_left_after_the_whole_time(web: Sites) -> None:
    def dripping() -> Iterator[bytes]:
        while True:
            yield b"a"
            sleep(0.02)

    web.put(TIN, Reply(dripping()))

    started = monotonic()
    found = web.fetcher(limits=Limits(silence=1, total=0.3)).fetch(TIN, ANY)

    assert found == Later(TIN, "the site takes too long to answer")
    assert monotonic() - started < 1


def test_a_head_that_drips_or_never_ends_is_left_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        fetcher = Fetcher(Addresses([f"127.0.0.1:{port}"]), AGENT, Limits(silence=1, total=0.3))
        started = monotonic()
        found = fetcher.fetch(f"http://127.0.0.1:{port}/", ANY)

    assert isinstance(found, Later)
    assert monotonic() - started < 1


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
        b"",
        b"\x00" * 1000,
    ],
)
def test_what_is_no_http_is_told(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        fetcher = Fetcher(Addresses([f"127.0.0.1:{port}"]), AGENT, Limits(silence=1, total=2))

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(10_000)
                try:
                    peer.sendall(answer)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        found = fetcher.fetch(f"http://127.0.0.1:{port}/", ANY)
        thread.join()

    assert isinstance(found, Later)


def test_a_page_that_breaks_off_is_no_page(web: Sites) -> None:
    web.put(TIN, Reply("Giá xăng tăng 1.200 đồng", cut=True))

    assert "breaks off" in reason(got(web))


@pytest.mark.parametrize("media_type", ["image/png", "video/mp4", "application/zip", "text/x-sh; charset=utf-8"])
def test_a_type_that_is_not_wanted_is_refused(web: Sites, media_type: str) -> None:
    web.put(TIN, Reply(b"\x89PNG", type=media_type))

    assert "is not taken" in reason(got(web))


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"%PDF-1.7", "application/pdf"), (b"\xef\xbb\xbf <p>", "text/html"), (b"Tin", "text/plain")],
)
def test_a_page_without_a_type_is_looked_at(web: Sites, body: bytes, media_type: str) -> None:
    web.put(TIN, Reply(body, type=""))

    found = got(web)

    assert isinstance(found, Page)
    assert found.media_type == media_type


def test_a_validator_that_could_not_be_sent_back_is_dropped(web: Sites) -> None:
    web.put(TIN, Reply("Bài", headers={"ETag": "é" * 3, "Last-Modified": "a" * 600}))

    found = got(web)

    assert isinstance(found, Page)
    assert found.validators == Validators()


def test_a_host_that_is_not_known_now_is_asked_later(web: Sites) -> None:
    def unknown(_: str, __: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    found = Fetcher(Addresses(resolve=unknown), AGENT, connect=web.connect).fetch(TIN, ANY)

    assert found == Later(TIN, "the host's address cannot be found (Name or service not known)")


def test_whose_turn_it_is_not_waits_or_is_refused(web: Sites) -> None:
    def wait(_: Target) -> None:
        raise NotNow("not yet", 30)

    def never(_: Target) -> None:
        raise Refused("robots.txt forbids it")

    assert got(web, turn=wait) == Later(TIN, "not yet", 30, asked=False)
    assert got(web, turn=never) == Barred(TIN, "robots.txt forbids it")
    assert web.asked == []


@pytest.mark.parametrize(
    "contact", ["", "toasoan", "mail@", "https://a b", "a@b.vn\r\nX: 1", "https://báo.vn", "a@b.vn (x)"]
)
def test_a_contact_is_an_address(contact: str) -> None:
    with pytest.raises(Refused, match="contact"):
        user_agent(contact)


def test_a_mail_address_is_a_contact() -> None:
    assert user_agent(" banbientap@bao.example ") == "hoidap/0.1 (+banbientap@bao.example)"
