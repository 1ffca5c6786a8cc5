"""Who sent a request."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import Depends, Request

Scope = Literal["ask", "ingest", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: the id and the name of its API key, both empty where none is needed, and what it may do."""

    key: str
    name: str
    scopes: frozenset[Scope]


LOCAL = Caller("", "", frozenset(SCOPES))


def caller_of(request: Request) -> Caller:
    """Who sent this request, as the gate found out."""
    caller = getattr(request.state, "caller", LOCAL)
    assert isinstance(caller, Caller)
    return caller


Called = Annotated[Caller, Depends(caller_of)]
