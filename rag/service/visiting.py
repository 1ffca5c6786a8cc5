"""Articles from the web by their address."""

from dataclasses import replace

from index.fetching.addresses import Addresses
from index.fetching.client import Accept, Fetcher, page_of, user_agent
from index.fetching.visits import HTML_TYPES, Visitor
from index.intake.drafts import draft_from_record
from index.intake.extract.decoding import decode
from index.intake.files import MEDIA_TYPES, Refusal, read_bytes
from index.intake.identity import by_url, canonical_url, readable_id
from index.records import Draft
from index.storage.errors import Refused
from rag.errors import SettingsError
from rag.settings import Settings

# The ending of a file of each kind that a page can be; records are no pages.
_ENDINGS = {kind: ending for ending, kind in reversed(MEDIA_TYPES.items()) if "json" not in kind}
ARTICLES = Accept((*HTML_TYPES, *(kind for kind in _ENDINGS if kind not in HTML_TYPES)))


def addresses_of(settings: Settings) -> Addresses:
    """Which addresses may be reached. Refused where the settings name a host that is none."""
    return Addresses([host.strip() for host in settings.fetch_hosts.split(",") if host.strip()])


def visitor_of(settings: Settings) -> Visitor | None:
    """What fetches pages as the settings say; None where they name nobody who answers for it."""
    if settings.fetch_contact is None:
        return None
    try:
        fetcher = Fetcher(addresses_of(settings), user_agent(settings.fetch_contact))
    except Refused as refusal:
        raise SettingsError(f"These settings cannot be used: {refusal}.") from refusal
    return Visitor(fetcher, settings.fetch_delay)


def reachable(visitor: Visitor | None) -> Visitor:
    """The visitor. Refused where there is none."""
    if visitor is None:
        raise Refused(
            "nothing is fetched without a contact whom sites can write to; set HOIDAP_FETCH_CONTACT to a web or mail "
            "address of yours"
        )
    return visitor


def fetch_drafts(url: str, visitor: Visitor | None) -> list[Draft | Refusal]:
    """The articles at an address: of a page one, and as many as there are in a document that holds several."""
    try:
        page = page_of(reachable(visitor).article(url, ARTICLES))
    except Refused as refusal:
        return [Refusal(url, str(refusal))]
    return read_page(page.content, page.media_type, page.charset, url)


def read_page(content: bytes, media_type: str, charset: str | None, url: str) -> list[Draft | Refusal]:
    """The articles in the bytes of an address. `charset` is what its server says."""
    if media_type in HTML_TYPES:
        try:
            return [draft_from_record({"html": decode(content, charset), "url": url}, url)]
        except Refused as refusal:
            return [Refusal(url, str(refusal))]
    found = list(read_bytes(content, f"page{_ENDINGS[media_type]}"))
    if len(found) == 1 and isinstance(found[0], Draft):
        return [_at(found[0], url)]
    return [replace(each, origin=url) if isinstance(each, Refusal) else each for each in found]


def _at(draft: Draft, url: str) -> Draft:
    """The one article of a document, known by the document's address."""
    article, identity = draft.article, by_url(url)
    metadata = replace(article.metadata, url=canonical_url(url))
    known_as = readable_id(metadata.title or "", identity)
    return replace(
        draft,
        article=replace(article, id=known_as, metadata=metadata),
        raw=replace(draft.raw, origin=url),
        identity=identity,
    )
