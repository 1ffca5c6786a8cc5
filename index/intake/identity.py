"""What an article is known by, so that it is stored once however often it comes, and whatever its headline is by then.

the id that its sender gives  >  its address  >  its source and its file  >  its words
"""

import hashlib
import re
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from index.language.text import fold

_TRACKER = re.compile(
    r"(?:utm|mtm)_\w+|(?:fb|g|dc|y|tw|tt)clid|msclkid|gclsrc|[gw]braid|igshid|mc_[ce]id|_g[al]|zarsrc|gidzl",
    re.IGNORECASE,
)
_PORTS = {"http": ":80", "https": ":443"}
_ROUTE = re.compile("!?/")  # a fragment that a page's script takes for a path


def canonical_url(url: str) -> str:
    """`url` without what says only how a reader came there: tracking parameters, and a fragment that is no path."""
    parts = urlsplit(url.strip())
    query = "&".join(pair for pair in parts.query.split("&") if not _TRACKER.fullmatch(pair.partition("=")[0]))
    fragment = parts.fragment if _ROUTE.match(parts.fragment) else ""
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), query=query, fragment=fragment))


def by_id(article_id: str) -> str:
    """The identity of an article that came with an id."""
    return f"id:{article_id}"


def by_url(url: str) -> str:
    """The identity of an article by its address.

    `http` is `https`; `www.`, the usual port, a last slash, the order of parameters and percent-encoding do not count.
    """
    parts = urlsplit(canonicalize_url(canonical_url(url), keep_fragments=True))
    host = parts.netloc.removesuffix(_PORTS.get(parts.scheme, "")).removeprefix("www.")
    return f"url:{urlunsplit(parts._replace(scheme='https', netloc=host, path=parts.path.rstrip('/')))}"


def by_file(source: str | None, name: str) -> str:
    """The identity of an article by its publisher and the file, with the place in it, that it came in."""
    return f"file:{fold(source or '')}|{name}"


def by_words(text: str) -> str:
    """The identity of a text that came without anything else."""
    return f"text:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"


def readable_id(name: str, identity: str) -> str:
    """An id that people can read, of the article's first `name`, for an `identity` that is new."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name))[:48].strip("-") or "article"
    return f"{slug}-{short_hash(identity)}"


def short_hash(identity: str) -> str:
    """The end of a readable id: 8 hex digits of SHA-256."""
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:8]
