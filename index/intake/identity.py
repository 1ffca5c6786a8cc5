"""What an article is known by, so that it is stored once however often it comes, and whatever its headline is by then.

the id that its sender gives  >  its address  >  its source and its file  >  its words
"""

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from index.language.text import fold

_TRACKER = re.compile(
    r"(?:utm|mtm)_\w+|(?:fb|g|dc|y|tw|tt)clid|msclkid|gclsrc|[gw]braid|igshid|mc_[ce]id|_g[al]|zarsrc|gidzl",
    re.IGNORECASE,
)
_ROUTE = re.compile("!?/")  # a fragment that a page's script takes for a path


def canonical_url(url: str) -> str:
    """`url` without what says only how a reader came there: tracking parameters, the fragment, the default port."""
    parts = urlsplit(canonicalize_url(url, keep_fragments=True))
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKER.fullmatch(pair[0])]
    fragment = parts.fragment if _ROUTE.match(parts.fragment) else ""
    port = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    host = parts.netloc.removesuffix(port)
    return urlunsplit(parts._replace(netloc=host, query=urlencode(query), fragment=fragment))


def by_id(article_id: str) -> str:
    """The identity of an article that came with an id."""
    return f"id:{article_id}"


def by_url(url: str) -> str:
    """The identity of an article by its address; `http` is `https`, and `www.` and a last slash do not count."""
    parts = urlsplit(canonical_url(url))
    address = parts._replace(scheme="https", netloc=parts.netloc.removeprefix("www."), path=parts.path.rstrip("/"))
    return f"url:{urlunsplit(address)}"


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
