"""HTTP: the doors to `ask`, `search` and the articles. No retrieval or answer logic here."""

from collections.abc import AsyncIterator, Generator, Iterable
from contextlib import asynccontextmanager, closing, nullcontext
from dataclasses import asdict
from importlib.metadata import version
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Annotated

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp

from rag import web
from rag.client.protocol import AnswerEvent
from rag.contract.answers import AskOut, SearchOut, SettingsOut
from rag.contract.articles import (
    ArticleEdit,
    ArticlesBody,
    ArticlesIn,
    OutcomesBody,
    SourcesOut,
    StoredArticle,
)
from rag.contract.feeds import FeedBody, FeedsOut
from rag.contract.problems import Problem
from rag.contract.questions import AskBody, SearchBody
from rag.http import archive as api_archive
from rag.http import conversations as api_conversations
from rag.http import files as api_files
from rag.http import openai as api_openai
from rag.http import public, sessions
from rag.http import stories as api_stories
from rag.http import topics as api_topics
from rag.http.access.gate import Gate
from rag.http.access.headers import Headers
from rag.http.events import EventStream, event_message
from rag.http.head import Head
from rag.http.limits import Limits
from rag.http.problems import MEDIA_TYPE, HttpProblem, add_handlers, error_message, found
from rag.http.state import Asking, Shared, State
from rag.telemetry.logs import Logged
from rag.telemetry.metrics import Counted
from rag.telemetry.tracing import Traced

if TYPE_CHECKING:
    from rag.http.mcp import McpEndpoint

_PROBLEM = {"model": Problem, "content": {MEDIA_TYPE: {}}}
_PROBLEMS: dict[int | str, dict[str, object]] = dict.fromkeys((413, 422, 429, 503), _PROBLEM)
_NO_ARTICLE = "article-not-found", "There is no article of this id."
_MISSING: dict[int | str, dict[str, object]] = {404: _PROBLEM}
_STREAM: dict[int | str, dict[str, object]] = {
    200: {"description": "The answer, or its events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
_PROBE_THREADS = 4
# What an indexer that runs takes in is found within a second or two.
_LATE_SECONDS = 60.0


probes = APIRouter()
v1 = APIRouter(prefix="/v1")


def build_app(state: State) -> ASGIApp:
    """The application over clients that are ready: what every request passes, from the inside out."""
    settings = state.settings
    app: ASGIApp = Limits(Head(_routes(state)), requests=settings.queue, body_bytes=settings.body_megabytes * 1_000_000)
    app = Gate(app, state.keys, settings.requests_per_minute, loopback_only=settings.access == "auto")
    # What the gate and the door turn away has these headers, and is logged and counted too.
    return Counted(Logged(Traced(Headers(app))), metrics=state.metrics)


def _routes(state: State) -> FastAPI:
    settings = state.settings
    mcp = _mcp_endpoint(state)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Every admitted request gets a thread; what is beyond `queue` is answered 429 before. Probes have their own.
        current_default_thread_limiter().total_tokens = settings.queue + _PROBE_THREADS
        async with mcp.running() if mcp else nullcontext():
            yield

    app = FastAPI(
        title="Hỏi Đáp",
        version=version("hoidap"),
        description="Cited answers from Vietnamese news.",
        lifespan=lifespan,
        # What the framework would send holds paths and queries; `rag.telemetry.tracing` sends what may be known.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
        # Their pages load scripts from outside; the description itself stays at /openapi.json.
        docs_url=None,
        redoc_url=None,
    )
    app.state.hoidap = state
    app.include_router(probes)
    app.include_router(web.router)
    if mcp:
        app.router.routes.append(mcp.route())
    for router in (
        v1,
        api_archive.router,
        api_files.router,
        api_conversations.router,
        api_stories.router,
        api_topics.router,
        api_openai.router,
        sessions.router,
        public.router,
    ):
        app.include_router(router, responses=_PROBLEMS)
    add_handlers(app)
    return app


def _mcp_endpoint(state: State) -> "McpEndpoint | None":
    """The Model Context Protocol, where the extra `mcp` is installed."""
    if find_spec("mcp") is None:
        return None
    # Here, as it needs the extra.
    from rag.http.mcp import McpEndpoint  # noqa: PLC0415

    return McpEndpoint(state.client_for, state.settings.queue)


@probes.get("/livez", summary="Whether the process runs")
async def live() -> dict[str, str]:
    """Answer as long as the process can."""
    return {"status": "alive"}


@probes.get("/readyz", summary="Whether questions are answered", responses={503: _PROBLEM})
def ready(state: Shared, client: Asking) -> dict[str, object]:
    """Answer with what there is to search; 503 while the server stops.

    `degraded` is one whose indexers are behind: questions are answered, new articles are found late.
    """
    if state.stopping.is_set():
        raise HttpProblem("stopping", "The server is stopping.")
    there, lag = client.overview(), state.lag()
    status = "degraded" if lag.seconds > _LATE_SECONDS else "ready"
    return {"status": status, "articles": there.articles, "chunks": there.chunks, "outbox": asdict(lag)}


@probes.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
def metrics(state: Shared) -> Response:
    """Answer in Prometheus's text format."""
    return Response(generate_latest(state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@v1.post("/ask", summary="Ask a question", response_model=AskOut, responses=_STREAM)
def ask(body: AskBody, state: Shared, client: Asking) -> AskOut | EventStream:
    """Answer with sentences that each cite the exact words of an article, or say that the articles do not.

    With `stream` the answer comes as server-sent events: `stage`, `passages`, `delta` and `citation` as it is made, and
    `done`, which holds the same as an answer that is not streamed; or `error`.
    """
    events = client.answer_events(body)
    # What cannot be asked fails here, while the status can still say so.
    begun = chain([next(events)], events)
    if body.stream:
        return EventStream(_messages(begun, events, state), error_message, state.stopping)
    *_, out = begun
    assert isinstance(out, AskOut)
    state.metrics.answered(out)
    return out


def _messages(
    begun: Iterable[AnswerEvent], events: Generator[AnswerEvent, None, None], state: State
) -> Generator[bytes, None, None]:
    with closing(events):
        for event in begun:
            if isinstance(event, AskOut):
                state.metrics.answered(event)
            yield event_message(event)


@v1.post("/search", summary="Find passages")
def search(body: SearchBody, state: Shared, client: Asking) -> SearchOut:
    """Find the passages nearest to a question, best first."""
    out = client.search(body)
    state.metrics.searched(out.timings_ms)
    return out


@v1.post("/articles", summary="Add or update articles", responses={507: _PROBLEM})
def put_articles(body: ArticlesIn, state: Shared, client: Asking) -> OutcomesBody:
    """Take in one article or many. Each result is on the disk, and found by the next question.

    An article that has a `url` alone is fetched from there.
    """
    out = client.ingest(body.articles if isinstance(body, ArticlesBody) else [body.model_dump(exclude_none=True)])
    for outcome in out.results:
        state.metrics.outcomes.labels(outcome.status).inc()
    return out


@v1.get("/feeds", summary="List watched feeds")
def list_feeds(client: Asking) -> FeedsOut:
    """List the feeds that are watched, how they fare, and what became of their pages."""
    return client.feeds()


@v1.post("/feeds", summary="Watch a feed, or the feeds of a site", responses={507: _PROBLEM})
def add_feed(body: FeedBody, client: Asking) -> FeedsOut:
    """Find the feeds at an address, and take in what they list from now on."""
    return client.add_feed(body.url)


@v1.delete("/feeds", summary="Watch a feed no longer", status_code=204, responses=_MISSING)
def remove_feed(url: Annotated[str, Query(min_length=1, max_length=2000)], client: Asking) -> None:
    """Watch a feed no longer; its articles stay."""
    found(client.remove_feed(url), "feed-not-found", "No feed of this address is watched.")


@v1.get("/sources", summary="List sources")
def list_sources(client: Asking) -> SourcesOut:
    """List the sources that filters can name, and the first and the last day of the articles."""
    return client.sources()


@v1.get("/settings", summary="Read the settings that answers depend on")
def read_settings(state: Shared) -> SettingsOut:
    """Answer with the settings that every answer depends on; `k` and `generator` may be chosen with each question."""
    return SettingsOut(answering=state.settings.answering())


@v1.get("/articles/{article_id}", summary="Read an article", responses=_MISSING)
def read_article(article_id: str, client: Asking) -> StoredArticle:
    """Read an article as it is stored."""
    return found(client.article(article_id), *_NO_ARTICLE)


@v1.patch("/articles/{article_id}", summary="Put an article's title, source or date right", responses=_MISSING)
def edit_article(article_id: str, body: ArticleEdit, client: Asking) -> StoredArticle:
    """Set fields by hand, which the article's next states keep; null takes one back to what the article states."""
    return found(client.edit(article_id, body), *_NO_ARTICLE)


@v1.delete("/articles/{article_id}", summary="Remove an article", status_code=204, responses=_MISSING)
def remove_article(article_id: str, client: Asking) -> None:
    """Remove an article; no answer after this one cites it."""
    found(client.remove(article_id), *_NO_ARTICLE)
