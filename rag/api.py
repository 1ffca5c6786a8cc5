"""HTTP: the doors to `ask`, `search` and the articles. No retrieval or answer logic here."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Annotated
from uuid import uuid4

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from index.drafts import draft_from_record
from index.errors import EncoderBusy, Refused
from index.records import Draft
from index.sources import Refusal
from rag import schemas
from rag.limits import Door
from rag.metrics import Metrics
from rag.problems import MEDIA_TYPE, add_handlers
from rag.schemas import (
    ArticlePage,
    ArticlesBody,
    ArticlesIn,
    AskBody,
    AskOut,
    OutcomeBody,
    OutcomesBody,
    Problem,
    SearchBody,
    SearchOut,
    StoredArticle,
)
from rag.wiring import Service

_PROBLEM = {"model": Problem, "content": {MEDIA_TYPE: {}}}
_PROBLEMS: dict[int | str, dict[str, object]] = dict.fromkeys((413, 422, 429, 503), _PROBLEM)
_MISSING: dict[int | str, dict[str, object]] = {404: _PROBLEM}
_PROBE_THREADS = 4


class State:
    """What the routes share: the service, its metrics, and whether the server is stopping."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.metrics = Metrics()
        self.metrics.watch(service)
        self.stopping = threading.Event()
        # One ingest at a time: articles are committed in the order in which requests came in.
        self.ingesting = threading.Lock()


def _state(request: Request) -> State:
    state = request.app.state.hoidap
    assert isinstance(state, State)
    return state


Shared = Annotated[State, Depends(_state)]
probes = APIRouter()
v1 = APIRouter(prefix="/v1", responses=_PROBLEMS)


def build_app(state: State) -> FastAPI:
    """The application over a service that is ready."""
    settings = state.service.settings

    @asynccontextmanager
    async def one_thread_a_request(_: FastAPI) -> AsyncIterator[None]:
        # Every admitted request gets a thread; what is beyond `queue` is answered 429 before. Probes have their own.
        current_default_thread_limiter().total_tokens = settings.queue + _PROBE_THREADS
        yield

    app = FastAPI(
        title="Hỏi Đáp",
        version=version("hoidap"),
        description="Cited answers from Vietnamese news.",
        lifespan=one_thread_a_request,
        # Their pages load scripts from outside; the description itself stays at /openapi.json.
        docs_url=None,
        redoc_url=None,
    )
    app.state.hoidap = state
    app.include_router(probes)
    app.include_router(v1)
    add_handlers(app)
    app.add_middleware(Door, requests=settings.queue, body_bytes=settings.body_megabytes * 1_000_000)
    # Outermost: what the door turns away is counted too.
    app.middleware("http")(_counted)
    return app


async def _counted(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await handle(request)
    route = request.scope.get("route")
    # Paths that strangers make up would each become a time series.
    path = getattr(route, "path", "unknown")
    _state(request).metrics.requests.labels(path, str(response.status_code)).inc()
    return response


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


@v1.post("/ask", summary="Ask a question")
def ask(body: AskBody, state: Shared) -> AskOut:
    """Answer with sentences that each cite the exact words of an article, or say that the articles do not."""
    service = state.service
    answered = service.answerer.ask(body.question, body.k or service.settings.k, body.filters.filters())
    state.metrics.answered(answered)
    return schemas.ask_out(answered, uuid4().hex, body.conversation_id or uuid4().hex)


@v1.post("/search", summary="Find passages")
def search(body: SearchBody, state: Shared) -> SearchOut:
    """Find the passages nearest to a question, best first."""
    found = state.service.answerer.search(body.query, body.k, body.filters.filters())
    state.metrics.searched(found.timings)
    return schemas.search_out(found)


@v1.post("/articles", summary="Add or update articles", responses={507: _PROBLEM})
def put_articles(body: ArticlesIn, state: Shared) -> OutcomesBody:
    """Take in one article or many. Each result is on the disk, and found by the next question."""
    sent = body.articles if isinstance(body, ArticlesBody) else [body.model_dump(exclude_none=True)]
    service = state.service
    results: list[OutcomeBody] = []
    with state.ingesting:
        try:
            for outcome in service.ingester.ingest(_until(state.stopping, map(_draft, sent))):
                results.append(OutcomeBody(id=outcome.id, status=outcome.status, reason=outcome.reason))
                state.metrics.outcomes.labels(outcome.status).inc()
        except EncoderBusy:
            # A server that stops takes the encoder away; what is committed by then is still to be acknowledged.
            if not state.stopping.is_set():
                raise
        service.catalogue.refresh()
    stopped = "the server is stopping; send it again"
    results += [OutcomeBody(id=None, status="refused", reason=stopped) for _ in sent[len(results) :]]
    return OutcomesBody(results=results)


@v1.get("/articles", summary="List articles")
def list_articles(
    state: Shared,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> ArticlePage:
    """List articles by id, a page at a time."""
    store = state.service.store
    return schemas.article_page(store.articles(limit, after), store.counts()[0], limit)


@v1.get("/articles/{article_id}", summary="Read an article", responses=_MISSING)
def read_article(article_id: str, state: Shared) -> StoredArticle:
    """Read an article as it is stored."""
    draft = state.service.store.draft(article_id)
    if draft is None:
        raise HTTPException(404, "There is no article of this id.")
    return schemas.stored_article(draft)


@v1.delete("/articles/{article_id}", summary="Remove an article", status_code=204, responses=_MISSING)
def remove_article(article_id: str, state: Shared) -> None:
    """Remove an article; no answer after this one cites it."""
    with state.ingesting:
        removed = state.service.store.remove([article_id])
        state.service.catalogue.refresh()
    if not removed:
        raise HTTPException(404, "There is no article of this id.")


def _draft(record: Mapping[str, object]) -> Draft | Refusal:
    try:
        return draft_from_record(record, "http")
    except Refused as error:
        return Refusal("http", str(error))


def _until(stopping: threading.Event, drafts: Iterable[Draft | Refusal]) -> Iterator[Draft | Refusal]:
    for draft in drafts:
        if stopping.is_set():
            return
        yield draft
