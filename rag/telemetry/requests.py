"""How the log, the metrics and the traces name a request: by an id, and by its route."""

from contextvars import ContextVar

from starlette.types import Scope

# The name of what makes our spans, which tells them from those of libraries.
TRACER = "hoidap"
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def route_of(scope: Scope) -> str:
    """The template of the route that took a request. Paths are made up by strangers, and may hold anything."""
    return str(getattr(scope.get("route"), "path", "unknown"))
