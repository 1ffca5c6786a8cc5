"""How the log, the metrics and the traces name a request: by an id, and by its route."""

from contextvars import ContextVar

from starlette.types import Scope

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def route_of(scope: Scope) -> str:
    """The template of the route that took a request. Paths are made up by strangers, and may hold anything."""
    return str(getattr(scope.get("route"), "path", "unknown"))
