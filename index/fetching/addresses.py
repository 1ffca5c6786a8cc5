"""Which addresses may be fetched: those of the public web, and hosts that a setting names.

    check(url): text -> scheme, host and port -> every IP of the host -> Target

A host is resolved once and every one of its IPs is looked at; what connects is handed these IPs and no name, so that a
second answer of the name server cannot lead elsewhere (DNS rebinding). Numeric hosts are told as in the URL standard
of WHATWG ("ends in a number"), and only the plain form of an IPv4 address is taken. Blocks that are not of the public
internet are those of IANA's special-purpose registries (RFC 6890).
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import idna

from index.language.showing import shorten
from index.storage.errors import Refused

# The IPs of a host, as text; raises OSError where there are none.
Resolver = Callable[[str, int], Sequence[str]]

LONGEST = 2000
# What stays as it is in a path or query: all of RFC 3986's characters, and what is encoded already.
_KEPT = "/?:@!$&'()*+,;=-._~%[]|"
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Where public pages are served. Any other port leads to something else, and can be named with its host.
_PORTS = frozenset({80, 443, 8080, 8443})
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PLAIN_IPV4 = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
# Names that mean something inside a network only (RFC 6761, 6762, 8375; .internal is reserved by ICANN).
_INSIDE = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp", ".onion")
_RESERVED = (
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared by a provider's customers (CGNAT)"),
    ("127.0.0.0/8", "loopback"),
    ("168.63.129.16/32", "a cloud's own service"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved for protocols"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "a relay of 6to4"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4 inside IPv6 (mapped)"),
    ("::ffff:0:0:0/96", "IPv4 inside IPv6 (translated)"),
    ("::/96", "IPv4 inside IPv6 (compatible)"),
    ("64:ff9b::/96", "IPv4 inside IPv6 (NAT64)"),
    ("64:ff9b:1::/48", "IPv4 inside IPv6 (local NAT64)"),
    ("2001::/32", "IPv4 inside IPv6 (Teredo)"),
    ("2001:2::/48", "for benchmarks"),
    ("2001::/23", "reserved for protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "IPv4 inside IPv6 (6to4)"),
    ("3fff::/20", "for documentation"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private (site-local)"),
    ("ff00::/8", "multicast"),
)
_BLOCKS = tuple((ipaddress.ip_network(block), what) for block, what in _RESERVED)
# All unicast addresses of IPv6 that were ever given out lie here.
_UNICAST = ipaddress.IPv6Network("2000::/3")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be fetched, and the IPs that it may be fetched from.

    `url` is its plain form without a fragment, `host` in ASCII as TLS and the Host header give it (an IPv6 address
    without brackets), `path` with the query; `named` says that the setting names the host, so that it may be private.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str
    ips: tuple[str, ...]
    named: bool

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        return _authority(self.scheme, self.host, self.port)

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a robots.txt is about."""
        return f"{self.scheme}://{self.authority}"


def system_resolver(host: str, port: int) -> list[str]:
    """The IPs that the system's resolver knows, each once; OSError (gaierror) where it knows none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Addresses:
    """Tells which addresses may be fetched."""

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolver = system_resolver) -> None:
        """`allowed` are hosts that may be private, as `host`, on the usual ports, or as `host:port`.

        Refused for one that is no host.
        """
        self._allowed = frozenset(map(_named_host, allowed))
        self._resolve = resolve

    def check(self, url: str, *, inside: bool = True) -> Target:
        """The target of an address; `inside` says whether hosts that the setting names may be private here.

        Refused where it may not be fetched; OSError where the host has no address now.
        """
        scheme, host, port, path = _taken_apart(url)
        named = inside and self.names(url)
        if port not in _PORTS and (host, port) not in self._allowed:
            raise Refused(f"port {port} is none that pages are served on; name {host}:{port} in the allowed hosts")
        if not named:
            _refuse_inside_name(host)
        ips = (host,) if _is_ip(host) else tuple(self._resolve(host, port))
        if not ips:
            raise OSError(f"{host} has no address")
        if not named:
            for ip in ips:
                _refuse_private(host, ip)
        return Target(f"{scheme}://{_authority(scheme, host, port)}{path}", scheme, host, port, path, ips, named)

    def names(self, url: str) -> bool:
        """Whether the setting names the host of an address. Refused where it is none."""
        _, host, port, _ = _taken_apart(url)
        return (host, None) in self._allowed or (host, port) in self._allowed


def not_public(ip: str) -> str | None:
    """What an IP is instead of public; None for a public one."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "no IP address"
    for block, what in _BLOCKS:
        if address.version == block.version and address in block:
            return what
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None or address not in _UNICAST:
            return "reserved"
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return "IPv4 inside IPv6 (ISATAP)"
    return None if address.is_global else "reserved"


def _taken_apart(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, and path with query, each in its plain form."""
    url = url.strip(" \t\r\n")
    if len(url) > LONGEST:
        raise Refused(f"the address {shorten(url)} has more than {LONGEST} characters; give a shorter one")
    if _FORBIDDEN.search(url):
        raise Refused(f"the address {shorten(url)} holds a backslash or a control character; take it out")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(f"the address {shorten(url)} cannot be read ({error}); write https://host/path") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
        raise Refused(f"{shorten(url)} is no web address; write it as https://host/path")
    if "@" in parts.netloc:
        raise Refused(f"the address of {parts.hostname} carries a user name; give it without one")
    host = _plain_host(parts.hostname or "", bracketed="[" in parts.netloc)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    return parts.scheme, host, port, (quote(parts.path, safe=_KEPT) or "/") + query


def _plain_host(host: str, *, bracketed: bool) -> str:
    """An ASCII name in small letters, or an IP address in its plain form. Refused for any other."""
    if bracketed:
        return _plain_ipv6(host)
    name = _ascii(host).removesuffix(".")
    if not _NAME.fullmatch(name):
        raise Refused(f"{shorten(host)} is no host name; write it as https://host/path")
    if _NUMBER.fullmatch(name.rpartition(".")[2]) is None:
        return name
    if not _PLAIN_IPV4.fullmatch(name) or not _is_ip(name):
        raise Refused(f"{shorten(host)} is an unusual form of an IP address; write four decimal numbers")
    return name


def _plain_ipv6(host: str) -> str:
    if "%" in host:
        raise Refused(f"{shorten(host)} names a zone, so it is an address inside this network; give a public one")
    try:
        return str(ipaddress.IPv6Address(host))
    except ValueError as error:
        raise Refused(f"{shorten(host)} is no IP address ({error}); write it as [2001:4860:4860::8888]") from error


def _ascii(host: str) -> str:
    """A name in other letters as the name system has it (UTS 46), fullwidth letters, digits and dots made plain."""
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError as error:
        raise Refused(f"{shorten(host)} is no host name ({error}); write it in ASCII, as xn--...") from error


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refuse_inside_name(host: str) -> None:
    if _is_ip(host):
        return
    if "." not in host or host.endswith(_INSIDE):
        raise Refused(f"{shorten(host)} is a name inside a network; name it in the allowed hosts if it may be fetched")


def _refuse_private(host: str, ip: str) -> None:
    what = not_public(ip)
    if what is not None:
        # A name's IP is not told: who asks would learn what the network holds.
        raise Refused(f"{shorten(host)} is or leads to an address that is not public ({what}); give a public page")


def _named_host(entry: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{entry}")
        port = parts.port
    except ValueError as error:
        raise Refused(f"the allowed host {shorten(entry)} cannot be read ({error}); write host or host:port") from error
    if parts.netloc != entry or "@" in entry:
        raise Refused(f"the allowed host {shorten(entry)} is more than a host; write host or host:port")
    return _plain_host(parts.hostname or "", bracketed="[" in entry), port


def _authority(scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port == _DEFAULT_PORTS[scheme] else f"{shown}:{port}"
