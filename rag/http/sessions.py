"""HTTP: the page's key in a cookie that its scripts cannot read, and what this server has to offer."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from rag.contract.answers import Overview
from rag.contract.problems import Problem
from rag.http.access.callers import Called, Scope
from rag.http.access.gate import COOKIE, SESSION
from rag.http.problems import MEDIA_TYPE, HttpProblem
from rag.http.state import Asking, Shared

_WRONG: dict[int | str, dict[str, object]] = {401: {"model": Problem, "content": {MEDIA_TYPE: {}}}}

router = APIRouter()


class SessionBody(BaseModel):
    """A key as `hoidap keys add` printed it."""

    key: str = Field(max_length=200)


class SessionOut(Overview):
    """The caller, its scopes, and what there is. Without a key where one is needed: no name, no scopes."""

    access: Literal["open", "keys"]
    name: str | None
    scopes: list[Scope]


@router.get(SESSION, summary="Who asks, and what there is")
def read_session(state: Shared, caller: Called, client: Asking) -> SessionOut:
    """Say whose key the request has, what it may do, and what there is to ask and search."""
    return SessionOut(
        access=state.access,
        name=caller.name or None,
        scopes=sorted(caller.scopes),
        **client.overview().model_dump(),
    )


@router.post(SESSION, summary="Log in with a key", status_code=204, responses=_WRONG)
def begin_session(body: SessionBody, request: Request, response: Response, state: Shared) -> None:
    """Put a key into a cookie. Where none is needed nothing is looked at, and there is no cookie."""
    if state.keys is None:
        return
    text = body.key.strip()
    if state.keys.check(text) is None:
        # The gate words it, and counts those who try many.
        raise HttpProblem("key-wrong", "This key is unknown or revoked.")
    # Strict: no other site's link or form brings it along.
    response.set_cookie(COOKIE, text, httponly=True, samesite="strict", secure=request.url.scheme == "https")


@router.delete(SESSION, summary="Log out", status_code=204)
def end_session(request: Request, response: Response) -> None:
    """Forget the cookie. The key itself stays valid."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
