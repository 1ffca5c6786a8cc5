"""HTTP: the doors to `ask`, `search` and the articles. No retrieval or answer logic here."""

from collections.abc import AsyncIterator, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, closing
from importlib.metadata import version
from itertools import chain
from typing import Annotated, Literal

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from index.intake.drafts import draft_from_record
from index.intake.files import Refusal
from index.records import Article, Draft
from index.storage.errors import Refused
from rag import web
from rag.client.conversing import Told, converse
from rag.contract import answers as schemas
from rag.contract import articles as schemas_articles
from rag.contract.answers import AskBody, AskOut, Problem, SearchBody, SearchOut
from rag.contract.articles import (
    ArticlePage,
    ArticlesBody,
    ArticlesIn,
    OutcomeBody,
    OutcomesBody,
    SourcesOut,
    StoredArticle,
)
from rag.http import conversations as api_conversations
from rag.http import files as api_files
from rag.http import openai as api_openai
from rag.http import sessions
from rag.http.access.callers import Called
from rag.http.access.gate import Gate
from rag.http.access.headers import Headers
from rag.http.events import EventStream, message
from rag.http.ingesting import STOPPED, taken
from rag.http.limits import Door
from rag.http.mcp import McpEndpoint
from rag.http.problems import MEDIA_TYPE, add_handlers, problem_of
from rag.http.state import Shared, State
from rag.records import Request, Working
from rag.telemetry.logs import Logged
from rag.telemetry.metrics import Counted
from rag.telemetry.tracing import Traced

_PROBLEM = {"model": Problem, "content": {MEDIA_TYPE: {}}}
_PROBLEMS: dict[int | str, dict[str, object]] = dict.fromkeys((413, 422, 429, 503), _PROBLEM)
_MISSING: dict[int | str, dict[str, object]] = {404: _PROBLEM}
_STREAM: dict[int | str, dict[str, object]] = {
    200: {"description": "The answer, or its events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
_PROBE_THREADS = 4


probes = APIRouter()
v1 = APIRouter(prefix="/v1")


def build_app(state: State) -> ASGIApp:
    """The application over a service that is ready, from the outside in: what every request passes, then the routes."""
    settings = state.service.settings
    app: ASGIApp = Door(_routes(state), requests=settings.queue, body_bytes=settings.body_megabytes * 1_000_000)
    app = Gate(app, state.keys, settings.requests_per_minute, loopback_only=settings.access == "auto")
    # What the gate and the door turn away has these headers, and is logged and counted too.
    return Counted(Logged(Traced(Headers(app))), metrics=state.metrics)


def _routes(state: State) -> FastAPI:
    settings = state.service.settings
    mcp = McpEndpoint(state.service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Every admitted request gets a thread; what is beyond `queue` is answered 429 before. Probes have their own.
        current_default_thread_limiter().total_tokens = settings.queue + _PROBE_THREADS
        async with mcp.running():
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
    app.router.routes.append(mcp.route())
    for router in (v1, api_files.router, api_conversations.router, api_openai.router, sessions.router):
        app.include_router(router, responses=_PROBLEMS)
    add_handlers(app)
    return app


@probes.get("/livez", summary="Whether the process runs")
async def live() -> dict[str, str]:
    """Answer as long as the process can."""
    return {"status": "alive"}


@probes.get("/readyz", summary="Whether questions are answered", responses={503: _PROBLEM})
def ready(state: Shared) -> dict[str, object]:
    """Answer with what there is to search; 503 while the server stops."""
    if state.stopping.is_set():
        raise HTTPException(503, "The server is stopping.")
    articles, chunks = state.service.store.counts()
    return {"status": "ready", "articles": articles, "chunks": chunks}


@probes.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
def metrics(state: Shared) -> Response:
    """Answer in Prometheus's text format."""
    return Response(generate_latest(state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@v1.post("/ask", summary="Ask a question", response_model=AskOut, responses=_STREAM)
def ask(body: AskBody, state: Shared, caller: Called) -> AskOut | EventStream:
    """Answer with sentences that each cite the exact words of an article, or say that the articles do not.

    With `stream` the answer comes as server-sent events: `stage`, `passages`, `delta` and `citation` as it is made, and
    `done`, which holds the same as an answer that is not streamed; or `error`.
    """
    request = schemas.request_of(body, state.service.settings.k)
    told = converse(state.service, request, caller.key, body.conversation_id)
    # What cannot be asked fails here, while the status can still say so.
    begun = chain([next(told)], told)
    if body.stream:
        return EventStream(_messages(begun, told, state), _failed, state.stopping)
    *_, out = begun
    assert isinstance(out, AskOut)
    state.metrics.answered(out)
    return out


def _messages(begun: Iterable[Told], told: Generator[Told, None, None], state: State) -> Generator[bytes, None, None]:
    with closing(told):
        for event in begun:
            match event:
                case AskOut():
                    state.metrics.answered(event)
                    yield message(event.model_dump_json(), "done")
                case Working():
                    yield b""
                case _:
                    name, data = schemas.event_out(event)
                    yield message(data.model_dump_json(), name)


def _failed(error: Exception) -> bytes:
    return message(problem_of(error).model_dump_json(exclude_defaults=True), "error")


@v1.post("/search", summary="Find passages")
def search(body: SearchBody, state: Shared) -> SearchOut:
    """Find the passages nearest to a question, best first."""
    out = schemas.search_out(state.service.answerer.search(Request(body.query, body.k, body.filters.filters())))
    state.metrics.searched(out.timings_ms)
    return out


@v1.post("/articles", summary="Add or update articles", responses={507: _PROBLEM})
def put_articles(body: ArticlesIn, state: Shared) -> OutcomesBody:
    """Take in one article or many. Each result is on the disk, and found by the next question."""
    sent = body.articles if isinstance(body, ArticlesBody) else [body.model_dump(exclude_none=True)]
    results = [
        OutcomeBody(id=outcome.id, status=outcome.status, reason=outcome.reason)
        for outcome in taken(state, map(_draft, sent))
    ]
    results += [OutcomeBody(id=None, status="refused", reason=STOPPED) for _ in sent[len(results) :]]
    return OutcomesBody(results=results)


@v1.get("/sources", summary="List sources")
def list_sources(state: Shared) -> SourcesOut:
    """List the sources that filters can name, and the first and the last day of the articles."""
    return schemas_articles.sources_out(state.service.store.sources(), state.service.store.days())


@v1.get("/articles", summary="List articles")
def list_articles(
    state: Shared,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[str | None, Query(max_length=300)] = None,
    order: Literal["id", "newest"] = "id",
) -> ArticlePage:
    """List articles by id, or the newest first, a page at a time."""
    store = state.service.store
    total = store.counts()[0]
    if order == "id":
        return schemas_articles.article_page(store.articles(limit, after), total, limit)
    day, _, article = (after or "").partition(" ")
    found = store.newest(limit, (day, article) if after else None)
    return schemas_articles.article_page(found, total, limit, _place_by_date)


@v1.get("/articles/{article_id}", summary="Read an article", responses=_MISSING)
def read_article(article_id: str, state: Shared) -> StoredArticle:
    """Read an article as it is stored."""
    draft = state.service.store.draft(article_id)
    if draft is None:
        raise HTTPException(404, "There is no article of this id.")
    return schemas_articles.stored_article(draft)


@v1.delete("/articles/{article_id}", summary="Remove an article", status_code=204, responses=_MISSING)
def remove_article(article_id: str, state: Shared) -> None:
    """Remove an article; no answer after this one cites it."""
    with state.ingesting:
        removed = state.service.store.remove([article_id])
        state.service.catalogue.refresh()
    if not removed:
        raise HTTPException(404, "There is no article of this id.")


def _place_by_date(article: Article) -> str:
    return f"{article.metadata.published_at or ''} {article.id}"


def _draft(record: Mapping[str, object]) -> Draft | Refusal:
    try:
        return draft_from_record(record, "http")
    except Refused as error:
        return Refusal("http", str(error))
