"""What a request says of where it comes from: `Host`, `Origin`, `Sec-Fetch-*`."""

import re
from collections.abc import Sequence
from ipaddress import ip_address

from starlette.types import Scope

_LOOPBACK_NAME = re.compile(rb"(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_USUAL_PORTS = {"http": b":80", "https": b":443"}


def is_loopback(host: str) -> bool:
    """Whether a server that listens on this address is reached from its own machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        # Where a name leads, its owner decides.
        return False


def values(connection: Scope, name: bytes) -> list[bytes]:
    """The values of a header, as often as it was sent."""
    return [value for key, value in connection["headers"] if key == name]


def hosts(connection: Scope) -> list[bytes]:
    """The values of `Host`: one, unless a client is broken or means harm."""
    return values(connection, b"host")


def is_loopback_name(named: Sequence[bytes]) -> bool:
    """Whether `Host` is there once and names the machine itself, with any port."""
    return len(named) == 1 and _LOOPBACK_NAME.fullmatch(named[0]) is not None


def came_by_proxy(connection: Scope) -> bool:
    """Whether a proxy says for whom it asks: then a loopback name says nothing of where the request comes from."""
    return any(name in (b"forwarded", b"x-forwarded-for", b"x-real-ip") for name, _ in connection["headers"])


def from_another_site(connection: Scope) -> bool:
    """Whether a browser sends this for another site's page, or for one whose origin it hides ("null").

    Who is no browser sends neither header, unless to be refused. A link that a reader follows is no page's doing:
    nothing of what it shows can be read by the page that it stands on.
    """
    sites = values(connection, b"sec-fetch-site")
    if any(site not in (b"same-origin", b"none") for site in sites):
        return not _follows_a_link(connection)
    origins = values(connection, b"origin")
    return bool(origins) and not (len(origins) == 1 and origins[0].lower() in _own(connection, sites))


def _follows_a_link(connection: Scope) -> bool:
    told = [values(connection, name) for name in (b"sec-fetch-mode", b"sec-fetch-dest", b"origin")]
    return connection["method"] == "GET" and told == [[b"navigate"], [b"document"], []]


def _own(connection: Scope, sites: Sequence[bytes]) -> set[bytes]:
    """The origins that this server's pages have."""
    named = hosts(connection)
    if len(named) != 1:
        return set()
    schemes = {connection["scheme"]}
    if sites == [b"same-origin"]:
        # The browser itself says so: a proxy in front of us speaks https to it and http to us.
        schemes.add("https")
    host = named[0].lower()
    return {scheme.encode() + b"://" + host.removesuffix(_USUAL_PORTS.get(scheme, b"")) for scheme in schemes}
