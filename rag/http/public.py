"""HTTP for who holds a secret link: feeds of topics, which readers of feeds fetch, and the way out of a briefing.

Nothing here says whether a link was ever good, and opening one changes nothing: mail scanners do.
"""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import HTMLResponse, Response

from rag.delivery.atom import MEDIA_TYPE, atom
from rag.delivery.readers import Leaving
from rag.delivery.rendering import leaving_page
from rag.http.problems import HttpProblem
from rag.http.state import Shared
from rag.web import POLICY

router = APIRouter()

_HTML: dict[int | str, dict[str, object]] = {404: {"content": {"text/html": {}}, "description": "No such link."}}
# The page's own policy, but for its one button; it runs no script.
_POLICY = POLICY.replace("script-src 'self'", "script-src 'none'").replace("form-action 'none'", "form-action 'self'")
_PAGE_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    # With no-referrer browsers hide the origin of a form too, and the gate refuses it as another site's.
    "Referrer-Policy": "same-origin",
}


@router.get("/feeds/{secret}.atom", summary="A topic's feed", response_class=Response)
def feed(
    secret: str,
    state: Shared,
    if_none_match: Annotated[str, Header()] = "",
    if_modified_since: Annotated[str, Header()] = "",
) -> Response:
    """Answer with what is new on a topic, in Atom, to who knows its secret."""
    found = state.readers.feed(secret)
    if found is None:
        raise HttpProblem("path-not-found", "There is nothing at this path.")
    home = state.settings.public_url
    content = atom(found, str(home) if home else None, f"/feeds/{secret}.atom")
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(found.updated.astimezone(UTC), usegmt=True),
        "Cache-Control": "private, no-cache",
    }
    if _known(tag, found.updated, if_none_match, if_modified_since):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@router.get("/unsubscribe/{token}", summary="Ask to leave a briefing", response_class=HTMLResponse, responses=_HTML)
def ask_to_leave(token: str, state: Shared) -> HTMLResponse:
    """Show a page with a button, and change nothing."""
    return _page(state.readers.leaving(token))


@router.post("/unsubscribe/{token}", summary="Leave a briefing", response_class=HTMLResponse, responses=_HTML)
def leave(token: str, state: Shared) -> HTMLResponse:
    """Send a briefing no longer to the address that the link was sent to (RFC 8058); the body does not matter."""
    return _page(state.readers.leave(token))


def _page(leaving: Leaving | None) -> HTMLResponse:
    if leaving is None:
        return HTMLResponse(leaving_page(None, "vi", left=False), 404, _PAGE_HEADERS)
    return HTMLResponse(leaving_page(leaving.name, leaving.language, left=leaving.left), headers=_PAGE_HEADERS)


def _known(tag: str, updated: datetime, none_match: str, modified_since: str) -> bool:
    """Whether who asks has it already; the tag goes before the date (RFC 9110, 13.2.2)."""
    if none_match:
        known = {each.strip().removeprefix("W/") for each in none_match.split(",")}
        return tag in known or "*" in known
    try:
        since = parsedate_to_datetime(modified_since)
    except ValueError:
        return False
    return updated.replace(microsecond=0) <= (since if since.tzinfo else since.replace(tzinfo=UTC))
