"""What may be fetched: addresses that lead inside, each with the reason, and their public neighbours."""

import re
import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fetching.addresses import Addresses, not_public
from index.storage.errors import Refused

PUBLIC, PUBLIC6 = "93.184.216.34", "2606:2800:220:1::248"
# What the name server of these tests knows.
NAMES = {
    "bao.example": [PUBLIC],
    "xn--bo-mi-xqa5384c.example": [PUBLIC],
    "sau.example": [PUBLIC6, PUBLIC],
    "noibo.example": ["10.1.2.3"],
    "vonglai.example": ["127.0.0.1"],
    "haimat.example": [PUBLIC, "192.168.1.9"],
    "haimat6.example": [PUBLIC6, "fd00::7"],
    "anhxa.example": ["::ffff:10.0.0.1"],
    "vung.example": ["fe80::1%eth0"],
    "la.example": ["khong phai ip"],
    "may.example": ["169.254.169.254"],
    "khong.example": [],
    "cms.noibo": ["10.0.0.5"],
    "10.0.0.5.rebind.example": ["10.0.0.5"],
}


def names(host: str, _port: int) -> list[str]:
    if host not in NAMES:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return NAMES[host]


NOT_PUBLIC = "is or leads to an address that is not public"
ODD_IP, NO_HOST, NO_WEB, INSIDE = "unusual form of an IP", "no host name", "no web address", "a name inside a network"

REFUSED = [
    # What is not of the web.
    ("ftp://bao.example/tin", NO_WEB),
    ("file:///etc/passwd", NO_WEB),
    ("gopher://bao.example:70/1", NO_WEB),
    ("javascript:alert(1)", NO_WEB),
    ("data:text/html,tin", NO_WEB),
    ("unix:/run/docker.sock", NO_WEB),
    ("//bao.example/tin", NO_WEB),
    ("http:bao.example/tin", NO_WEB),
    ("http:///tin", NO_WEB),
    ("bao.example/tin", NO_WEB),
    ("", NO_WEB),
    # IPv4 of all blocks that are not public.
    ("http://127.0.0.1/", "loopback"),
    ("http://127.255.255.254/", "loopback"),
    ("http://0.0.0.0/", "unspecified"),
    ("http://0.1.2.3/", "unspecified"),
    ("http://10.0.0.1/", "private"),
    ("http://172.16.0.1/", "private"),
    ("http://172.31.255.255/", "private"),
    ("http://192.168.0.1/", "private"),
    ("http://169.254.169.254/latest/meta-data/", "link-local"),
    ("http://100.64.0.1/", "CGNAT"),
    ("http://100.100.100.200/latest/meta-data/", "CGNAT"),
    ("http://168.63.129.16/machine", "cloud"),
    ("http://198.18.0.1/", "benchmarks"),
    ("http://192.0.0.192/", "protocols"),
    ("http://192.0.2.1/", "documentation"),
    ("http://198.51.100.1/", "documentation"),
    ("http://203.0.113.1/", "documentation"),
    ("http://192.88.99.1/", "6to4"),
    ("http://224.0.0.251/", "multicast"),
    ("http://240.0.0.1/", "reserved"),
    ("http://255.255.255.255/", "reserved"),
    # IPv4 in other forms, whatever they mean.
    ("http://2130706433/", ODD_IP),
    ("http://0x7f000001/", ODD_IP),
    ("http://0x7f.0.0.1/", ODD_IP),
    ("http://0177.0.0.1/", ODD_IP),
    ("http://127.1/", ODD_IP),
    ("http://127.0.1/", ODD_IP),
    ("http://0/", ODD_IP),
    ("http://010.8.8.8/", ODD_IP),
    ("http://127.0.0.1.0x1/", ODD_IP),
    ("http://1.2.3.4.5/", ODD_IP),
    ("http://256.1.1.1/", ODD_IP),
    ("http://127.0.0.1./", "loopback"),
    ("http://１２７.０.０.１/", "loopback"),
    ("http://①②⑦.0.0.1/", "loopback"),
    ("http://127。0。0。1/", "loopback"),
    ("http://127%2e0%2e0%2e1/", NO_HOST),
    ("http://%31%32%37.0.0.1/", NO_HOST),
    # IPv6.
    ("http://[::1]/", "loopback"),
    ("http://[0:0:0:0:0:0:0:1]/", "loopback"),
    ("http://[::]/", "unspecified"),
    ("http://[::ffff:127.0.0.1]/", "mapped"),
    ("http://[::ffff:7f00:1]/", "mapped"),
    ("http://[::ffff:8.8.8.8]/", "mapped"),
    ("http://[::ffff:0:127.0.0.1]/", "translated"),
    ("http://[::127.0.0.1]/", "compatible"),
    ("http://[64:ff9b::7f00:1]/", "NAT64"),
    ("http://[64:ff9b:1::a00:1]/", "local NAT64"),
    ("http://[2002:7f00:1::]/", "6to4"),
    ("http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "Teredo"),
    ("http://[2606:2800:220:1:0:5efe:7f00:1]/", "ISATAP"),
    ("http://[2001:db8::1]/", "documentation"),
    ("http://[3fff::1]/", "documentation"),
    ("http://[2001:2::1]/", "benchmarks"),
    ("http://[fc00::1]/", "private"),
    ("http://[fd00:ec2::254]/", "private"),
    ("http://[fe80::1]/", "link-local"),
    ("http://[fe80::1%25eth0]/", "names a zone"),
    ("http://[fec0::1]/", "site-local"),
    ("http://[ff02::1]/", "multicast"),
    ("http://[100::1]/", "reserved"),
    ("http://[5f00::1]/", "reserved"),
    ("http://[v1.fe]/", "no IP address"),
    ("http://[::1/", "cannot be read"),
    # Names.
    ("http://localhost/", INSIDE),
    ("http://LOCALHOST./", INSIDE),
    ("http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", INSIDE),
    ("http://a.localhost/", INSIDE),
    ("http://router.local/", INSIDE),
    ("http://metadata.google.internal/", INSIDE),
    ("http://intranet/", INSIDE),
    ("http://nas.home.arpa/", INSIDE),
    ("http://cms.noibo/", NOT_PUBLIC),
    ("http://noibo.example/", NOT_PUBLIC),
    ("http://NOIBO.example./", NOT_PUBLIC),
    ("http://vonglai.example/", NOT_PUBLIC),
    ("http://haimat.example/", NOT_PUBLIC),
    ("http://haimat6.example/", NOT_PUBLIC),
    ("http://anhxa.example/", NOT_PUBLIC),
    ("http://vung.example/", NOT_PUBLIC),
    ("http://la.example/", NOT_PUBLIC),
    ("http://may.example/", NOT_PUBLIC),
    ("http://10.0.0.5.rebind.example/", NOT_PUBLIC),
    ("http://bao..example/", NO_HOST),
    ("http://-bao.example/", NO_HOST),
    ("http://bao .example/", NO_HOST),
    ("http://bao.example../", NO_HOST),
    ("http://" + "a" * 64 + ".example/", NO_HOST),
    ("http://" + "a." * 130 + "example/", NO_HOST),
    ("http://ba\u202eo.example/", NO_HOST),
    ("http://ba⁄o.example/", NO_HOST),
    # User names, ports, and letters that parsers disagree about.
    ("http://bao.example@127.0.0.1/", "user name"),
    ("http://nguoi:matma@bao.example/", "user name"),
    ("http://@bao.example/", "user name"),
    ("http://bao.example:22/", "port 22"),
    ("http://bao.example:25/", "port 25"),
    ("http://bao.example:6379/", "port 6379"),
    ("http://bao.example:0/", "port 0"),
    ("http://bao.example:65536/", "cannot be read"),
    ("http://bao.example:８０/", "cannot be read"),
    ("http://bao.example:80:80/", "cannot be read"),
    ("http://bao.example\\@127.0.0.1/", "backslash"),
    ("http:\\\\127.0.0.1\\", "backslash"),
    ("http://bao.example/\r\nHost: 127.0.0.1", "control character"),
    ("http://127.0.0.1\x00.bao.example/", "control character"),
    ("ht\ntp://127.0.0.1/", "control character"),
    ("http://bao.example/\x85", "control character"),
    ("http://bao.example/" + "a" * 2000, "more than 2000"),
    ("http://bao℀.example/", "cannot be read"),
]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_what_leads_inside_is_refused(url: str, reason: str) -> None:
    with pytest.raises(Refused, match=re.escape(reason)):
        Addresses(resolve=names).check(url)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://bao.example/tin/1?id=2#cuoi", "https://bao.example/tin/1?id=2"),
        ("  HTTP://Bao.Example:80\n", "http://bao.example/"),
        ("http://bao.example:8080/a", "http://bao.example:8080/a"),
        ("https://bao.example.:443/a", "https://bao.example/a"),
        ("https://bao.example?x=1", "https://bao.example/?x=1"),
        ("https://bao.example/bài viết?q=cá%20kho", "https://bao.example/b%C3%A0i%20vi%E1%BA%BFt?q=c%C3%A1%20kho"),
        ("https://Báo-Mới.example/", "https://xn--bo-mi-xqa5384c.example/"),
        ("https://bao。example/", "https://bao.example/"),
        ("http://bao.example/#@127.0.0.1/", "http://bao.example/"),
        ("http://bao.example/http://127.0.0.1/", "http://bao.example/http://127.0.0.1/"),
        (f"http://{PUBLIC}/", f"http://{PUBLIC}/"),
        (f"http://[{PUBLIC6.upper()}]:8443/", f"http://[{PUBLIC6}]:8443/"),
    ],
)
def test_what_is_public_is_taken_in_its_plain_form(url: str, plain: str) -> None:
    assert Addresses(resolve=names).check(url).url == plain


def test_a_target_carries_every_ip_that_was_looked_at_and_what_tls_and_host_say() -> None:
    target = Addresses(resolve=names).check("https://sau.example:8443/tin")

    assert target.ips == (PUBLIC6, PUBLIC)
    assert (target.host, target.port, target.authority, target.origin, target.path, target.named) == (
        "sau.example", 8443, "sau.example:8443", "https://sau.example:8443", "/tin", False,
    )  # fmt: skip


def test_a_host_is_resolved_once() -> None:
    asked: list[str] = []

    def counting(host: str, port: int) -> list[str]:
        asked.append(host)
        return names(host, port)

    Addresses(resolve=counting).check("https://bao.example/")

    assert asked == ["bao.example"]


def test_a_host_without_an_address_is_no_refusal() -> None:
    for url in ("https://chuaco.example/", "https://khong.example/"):
        with pytest.raises(OSError, match=r"not known|has no address"):
            Addresses(resolve=names).check(url)


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("9.255.255.255", True), ("11.0.0.0", True), ("100.63.255.255", True), ("100.128.0.0", True),
        ("172.15.255.255", True), ("172.32.0.0", True), ("198.17.255.255", True), ("198.20.0.0", True),
        ("223.255.255.255", True), ("126.255.255.255", True), ("128.0.0.0", True), ("168.63.129.17", True),
        ("2001:200::1", True), ("2001:4860:4860::8888", True), ("2003::1", True), ("3ffe::1", True),
        ("1fff:ffff::1", False), ("4000::1", False), ("2001:1ff:ffff::1", False), ("", False),
    ],
)  # fmt: skip
def test_the_edges_of_blocks(ip: str, public: bool) -> None:
    assert (not_public(ip) is None) == public


def test_the_addresses_of_a_name_are_not_told() -> None:
    with pytest.raises(Refused) as refusal:
        Addresses(resolve=names).check("http://noibo.example/")

    assert "10.1.2.3" not in str(refusal.value)


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("cms.noibo", "http://cms.noibo/tin"),
        ("CMS.noibo.", "https://cms.noibo:8443/tin"),
        ("cms.noibo:9000", "http://cms.noibo:9000/tin"),
        ("127.0.0.1:8123", "http://127.0.0.1:8123/"),
        ("[::1]:8123", "http://[::1]:8123/"),
        ("noibo.example", "http://noibo.example/"),
    ],
)
def test_a_host_that_the_setting_names_may_be_private(allowed: str, url: str) -> None:
    target = Addresses([allowed], names).check(url)

    assert target.named
    with pytest.raises(Refused):
        Addresses([allowed], names).check(url, inside=False)


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("cms.noibo", "http://cms.noibo:9000/"),
        ("cms.noibo:9000", "http://cms.noibo/"),
        ("cms.noibo", "http://noibo.example/"),
        ("127.0.0.1:8123", "http://127.0.0.1:8124/"),
        ("127.0.0.1", "http://127.1/"),
        ("cms.noibo", "http://a.cms.noibo@10.0.0.5/"),
        ("cms.noibo", "file://cms.noibo/etc/passwd"),
    ],
)
def test_its_neighbours_may_not(allowed: str, url: str) -> None:
    with pytest.raises(Refused):
        Addresses([allowed], names).check(url)


@pytest.mark.parametrize(
    "entry", ["", "http://cms.noibo", "cms.noibo/tin", "a@cms.noibo", "*.noibo", "10.0.0.0/8", "a:b"]
)
def test_what_is_no_host_cannot_be_allowed(entry: str) -> None:
    with pytest.raises(Refused, match="host"):
        Addresses([entry], names)


PIECES = (
    *(
        "http://",
        "https://",
        "HTTP:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        "?",
        "#",
        "%",
        "[",
        "]",
        ".",
        "。",
        "．",
        "-",
        "_",
        " ",
    ),
    *("127.0.0.1", "0x7f", "0177", "2130706433", "::1", "::ffff:", "fe80::1", "%25eth0", "10.0.0.1", "localhost"),
    *(
        "bao.example",
        "noibo.example",
        "haimat.example",
        "８",
        "①",
        "ⓛ",
        "ß",
        "é",
        "\u200d",
        "\u202e",
        "\t",
        "\n",
        "\x00",
    ),
    *("80", "443", "8080", "22", "0", "a", "%31", "%00", "&", "="),
)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.booleans())
def test_whatever_is_written_leads_to_public_addresses_or_nowhere(rest: str, secure: bool) -> None:
    addresses = Addresses(resolve=names)
    try:
        target = addresses.check(f"http{'s' * secure}://{rest}")
    except (Refused, OSError):
        return

    assert all(not_public(ip) is None for ip in target.ips)
    assert target.port in {80, 443, 8080, 8443}
    assert target.url.isascii()
    assert not any(letter.isspace() for letter in target.url)
    # Its plain form means the same again, to us and to whoever else reads it.
    assert addresses.check(target.url) == target
    assert urlsplit(target.url).hostname == target.host
