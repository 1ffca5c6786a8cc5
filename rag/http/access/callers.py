"""The caller of a request: its API key and scopes."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import Depends, Request

Scope = Literal["ask", "ingest", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request: id and name of its API key, both empty where none is needed, and its scopes."""

    key: str
    name: str
    scopes: frozenset[Scope]


LOCAL = Caller("", "", frozenset(SCOPES))


def caller_of(request: Request) -> Caller:
    """The caller of this request, as the gate left it in the request's state."""
    caller = getattr(request.state, "caller", LOCAL)
    assert isinstance(caller, Caller)
    return caller


Called = Annotated[Caller, Depends(caller_of)]
