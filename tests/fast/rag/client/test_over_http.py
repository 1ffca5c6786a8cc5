"""What an HTTP service cannot do is one kind of error."""

from importlib.metadata import version

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from rag.client.over_http import OverHttp
from rag.contract.questions import AskBody
from rag.errors import ServiceError
from tests.support.sse import on_loopback

QUESTION = "Quỹ Musashino trao bao nhiêu suất học bổng?"


def answering(response: Response) -> Starlette:
    async def answer(_: Request) -> Response:
        return response

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def streamed(*events: bytes) -> Response:
    return StreamingResponse(iter(events), media_type="text/event-stream")


def refusal(response: Response) -> ServiceError:
    """What a client makes of this response to a question."""
    with (
        on_loopback(answering(response)) as http,
        OverHttp(str(http.base_url), "hoidap_secret") as client,
        pytest.raises(ServiceError) as refused,
    ):
        client.ask(AskBody(question=QUESTION))
    assert "secret" not in str(refused.value)
    return refused.value


def test_a_refusal_says_what_the_service_said() -> None:
    busy = JSONResponse({"detail": "64 requests are in progress."}, 429, {"Retry-After": "7"})
    error = refusal(busy)
    assert (error.status, error.retry_after, str(error)) == (429, 7.0, "64 requests are in progress.")


@pytest.mark.parametrize("response", [PlainTextResponse("<html>Bad gateway", 502), JSONResponse(["no"], 502)])
def test_a_refusal_by_something_else_is_named_as_such(response: Response) -> None:
    error = refusal(response)
    assert (error.status, error.retry_after) == (502, None)
    assert "status 502" in str(error)


@pytest.mark.parametrize(
    "response",
    [
        PlainTextResponse("<html>Welcome"),
        JSONResponse({"answer": "Cầu dài 1.420 m."}),
        streamed(b'event: done\ndata: {"answer": "1.420 m"}\n\n'),
        streamed(b"event: error\ndata: no JSON\n\n"),
    ],
    ids=["page", "json", "another form", "broken"],
)
def test_an_answer_in_another_form_is_told_from_ours(response: Response) -> None:
    error = refusal(response)
    assert (error.status, error.kind) == (None, "")
    assert f"version {version('hoidap')} does not know" in str(error)


def test_a_key_that_is_missing_or_wrong_is_named_by_its_setting() -> None:
    for name, status in (("key-missing", 401), ("key-wrong", 401), ("key-scope", 403)):
        error = refusal(JSONResponse({"type": f"/problems/{name}", "detail": "No."}, status))
        assert (error.kind, str(error)) == (name, "No. HOIDAP_SERVICE_KEY is the key that is sent.")


def test_a_stream_that_ends_early_is_no_answer() -> None:
    begun = b'event: stage\ndata: {"stage":"search"}\n\n'
    assert "broke its answer off" in str(refusal(streamed(begun)))


def test_an_error_in_a_stream_is_raised() -> None:
    told = b'event: error\ndata: {"title": "Not now", "status": 503, "detail": "The server is stopping."}\n\n'
    error = refusal(streamed(b": working\n\n", told))
    assert (error.status, str(error)) == (503, "The server is stopping.")
