"""OpenAI's chat protocol: its own client against a server on a loopback port, over the real model."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from rag.client.conversing import recalled
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.llm_server import Reply, scripted
from tests.support.service import empty_beside
from tests.support.sse import on_loopback
from tests.support.streams import SCHOLARSHIPS, Writer, beside

AUSTRALIA = "Bao nhiêu sinh viên Việt Nam đang học tại Úc?"
LAOS = "Việt Nam trao cho Lào bao nhiêu suất học bổng?"
JAPAN = "Còn Nhật Bản thì sao?"
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with beside(sample_service, tmp_path_factory.mktemp("openai") / "data") as service:
        yield service


@pytest.fixture(scope="module")
def http(service: Service) -> Iterator[httpx.Client]:
    with on_loopback(build_app(State.of(service))) as client:
        yield client


@pytest.fixture(scope="module")
def client(http: httpx.Client) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{http.base_url}/v1", api_key="any", max_retries=0) as client:
        yield client


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def assistant(text: str) -> ChatCompletionMessageParam:
    return {"role": "assistant", "content": text}


def content(completion: ChatCompletion) -> str:
    text = completion.choices[0].message.content
    assert text is not None
    return text


def check_citations(completion: ChatCompletion, http: httpx.Client) -> list[str]:
    """The cited sentences: each stands where its annotation says, and its words in the article that is linked."""
    text = content(completion)
    cited = []
    for annotation in completion.choices[0].message.annotations or []:
        assert annotation.type == "url_citation"
        citation = annotation.url_citation
        more = citation.model_extra
        assert more is not None
        cited.append(text[citation.start_index : citation.end_index])
        assert text[citation.end_index :].startswith(" [")
        assert f"[{more['index']}]" in text[citation.end_index :]
        assert more["cited_text"] == cited[-1]
        assert citation.title
        if citation.url.startswith(str(http.base_url)):
            assert more["cited_text"] in http.get(citation.url).json()["text"]
    return cited


# --- Answers ---------------------------------------------------------------------------------------------


def test_the_models_are_the_generators(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["hoidap", "hoidap-extractive"]
    assert client.models.retrieve("hoidap").id == "hoidap"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("hoidap-openai")


def test_an_answer_is_that_of_ask_with_its_citations(client: OpenAI, http: httpx.Client) -> None:
    completion = client.chat.completions.create(model="hoidap", messages=[user(SCHOLARSHIPS)])

    assert completion.object == "chat.completion"
    assert completion.model == "hoidap"
    assert completion.id.startswith("chatcmpl-")
    assert completion.choices[0].finish_reason == "stop"
    assert completion.choices[0].message.role == "assistant"
    answer = http.post("/v1/ask", json={"question": SCHOLARSHIPS}).json()["answer"]
    assert content(completion).endswith(answer["text"])
    assert check_citations(completion, http) == [citation["text"] for citation in answer["citations"]]
    usage = completion.usage
    assert usage is not None
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_a_streamed_answer_is_the_answer(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="hoidap", messages=[user(SCHOLARSHIPS)])
    chunks = list(
        client.chat.completions.create(
            model="hoidap", messages=[user(SCHOLARSHIPS)], stream=True, stream_options={"include_usage": True}
        )
    )

    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    *said, used = chunks
    assert used.choices == []
    assert used.usage == whole.usage
    deltas = [chunk.choices[0].delta for chunk in said]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == content(whole)
    assert [chunk.choices[0].finish_reason for chunk in said] == [None] * (len(said) - 1) + ["stop"]
    (annotations,) = [more["annotations"] for delta in deltas if (more := delta.model_extra)]
    assert annotations == [a.model_dump() for a in whole.choices[0].message.annotations or []]


def test_the_stream_helper_puts_the_same_answer_together(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="hoidap", messages=[user(SCHOLARSHIPS)])
    with client.chat.completions.stream(model="hoidap", messages=[user(SCHOLARSHIPS)]) as stream:
        final = stream.get_final_completion()

    assert final.choices[0].message.content == content(whole)
    assert final.choices[0].message.annotations == whole.choices[0].message.annotations


def test_the_stream_ends_as_the_protocol_says(http: httpx.Client) -> None:
    text = http.post(CHAT, json={"messages": [user(SCHOLARSHIPS)], "stream": True}).text

    assert text.endswith("data: [DONE]\n\n")
    assert "usage" not in text
    assert "event:" not in text


def test_the_asynchronous_client(http: httpx.Client) -> None:
    async def ask() -> tuple[str, str]:
        async with AsyncOpenAI(base_url=f"{http.base_url}/v1", api_key="any", max_retries=0) as client:
            whole = await client.chat.completions.create(model="hoidap-extractive", messages=[user(SCHOLARSHIPS)])
            stream = await client.chat.completions.create(
                model="hoidap-extractive", messages=[user(SCHOLARSHIPS)], stream=True
            )
            return content(whole), "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    whole, streamed = asyncio.run(ask())

    assert "140 suất" in whole
    assert streamed == whole


def test_an_abstention_cites_nothing(client: OpenAI) -> None:
    completion = client.chat.completions.create(
        model="hoidap", messages=[user("Ai phát minh ra máy hơi nước trên sao Hỏa?")]
    )

    assert completion.choices[0].message.annotations == []
    assert "[1]" not in content(completion)


def test_a_message_may_come_in_parts_and_what_steers_a_model_is_passed_over(client: OpenAI) -> None:
    plain = client.chat.completions.create(model="hoidap", messages=[user(SCHOLARSHIPS)])
    image = {"type": "image_url", "image_url": {"url": "https://bao.example/anh.png"}}
    parts: Any = [
        {"role": "system", "content": "Hãy trả lời như một nhà thơ."},
        {"role": "developer", "content": [{"type": "text", "text": "Ngắn thôi."}]},
        {"role": "user", "name": "an", "content": [{"type": "text", "text": SCHOLARSHIPS}, image]},
    ]
    steered = client.chat.completions.create(
        model="hoidap", messages=parts, temperature=1.5, max_tokens=5, n=1, user="u", extra_body={"stream": None}
    )

    assert content(steered) == content(plain)


# --- Chats -----------------------------------------------------------------------------------------------


def test_a_second_turn_is_understood_by_the_first(client: OpenAI, http: httpx.Client) -> None:
    first = content(client.chat.completions.create(model="hoidap", messages=[user(LAOS)]))
    messages = [user(LAOS), assistant(first), user(JAPAN)]
    second = client.chat.completions.create(model="hoidap", messages=messages)

    cited = check_citations(second, http)
    assert cited
    assert any("140 suất" in sentence for sentence in cited)
    body = {"question": LAOS, "conversation_id": "beside-chat"}
    http.post("/v1/ask", json=body).raise_for_status()
    kept = http.post("/v1/ask", json={**body, "question": JAPAN}).json()
    assert content(second).endswith(kept["answer"]["text"])


def test_a_third_turn_is_understood_through_the_second(service: Service) -> None:
    (first, second) = recalled(service, [(AUSTRALIA, "Có 37.000 sinh viên. [1]"), (JAPAN, "Có 50.000 sinh viên. [1]")])

    assert first.understood == AUSTRALIA
    assert second.question == JAPAN
    assert "Nhật Bản" in second.understood
    assert "sinh viên" in second.understood
    assert (second.language, second.abstained, second.cited) == ("vi", False, ("Có 50.000 sinh viên. [1]",))


def test_what_is_recalled_has_bounds(service: Service) -> None:
    abstention = service.answerer.prompts.text("abstain", "vi")
    turns = recalled(service, [("?", "a")] + [(f"Chuyện {n} " + "a" * 5000, "b" * 50_000) for n in range(9)])
    (abstained,) = recalled(service, [("Ai thắng?", abstention)])
    related = service.answerer.prompts.text("related", "en")
    (near,) = recalled(service, [("Ai thắng?", f"{related}\n\nĐội Sông Hậu đá hay. [1]")])

    assert [turn.question[:8] for turn in turns] == [f"Chuyện {n}" for n in range(3, 9)]
    assert {len(turn.question) for turn in turns} == {2000}
    assert {len(turn.answer) for turn in turns} == {10_000}
    assert (abstained.abstained, abstained.cited) == (near.abstained, near.cited) == (True, ())
    assert recalled(service, [("…", "a"), ("", "b")]) == ()


def test_a_chat_is_not_kept(client: OpenAI, http: httpx.Client) -> None:
    before = http.get("/v1/conversations").json()
    client.chat.completions.create(model="hoidap", messages=[user(SCHOLARSHIPS)])

    assert http.get("/v1/conversations").json() == before


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_what_is_not_read_costs_nothing(client: OpenAI, size: int) -> None:
    system: ChatCompletionMessageParam = {"role": "system", "content": "a" * size}
    messages = [system, user("Ai?"), assistant("b" * size), user(SCHOLARSHIPS)]
    completion = client.chat.completions.create(model="hoidap", messages=messages)

    assert "140 suất" in content(completion)
    assert completion.usage is not None
    assert completion.usage.prompt_tokens < 5000


# --- Errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "messages", "raised", "said"),
    [
        ("gpt-4o", [user("Ai?")], openai.NotFoundError, "'gpt-4o'"),
        ("hoidap-openai", [user("Ai?")], openai.NotFoundError, "hoidap-extractive"),
        ("hoidap", [], openai.UnprocessableEntityError, "messages"),
        ("hoidap", [user("")], openai.UnprocessableEntityError, "no word"),
        ("hoidap", [user("?!")], openai.UnprocessableEntityError, "no word"),
        ("hoidap", [{"role": "user", "content": None}], openai.UnprocessableEntityError, "no word"),
        ("hoidap", [{"role": "user", "content": []}], openai.UnprocessableEntityError, "no word"),
        ("hoidap", [{"role": "system", "content": "Ai?"}], openai.UnprocessableEntityError, "not the user's"),
        ("hoidap", [user("Ai?"), assistant("Ông Bách.")], openai.UnprocessableEntityError, "not the user's"),
        ("hoidap", [user("ai đó " * 1700)], openai.UnprocessableEntityError, "2,000"),
        ("hoidap", [user("Ai?")] * 201, openai.UnprocessableEntityError, "200"),
        ("hoidap", [{"role": "wizard", "content": "Ai?"}], openai.UnprocessableEntityError, "role"),
        ("hoidap", [{"role": "user", "content": [{"text": "Ai?"}]}], openai.UnprocessableEntityError, "content"),
        ("hoidap", [{"role": "user", "content": {"text": "Ai?"}}], openai.UnprocessableEntityError, "content"),
        ("x" * 201, [user("Ai?")], openai.UnprocessableEntityError, "model"),
    ],
)
def test_what_is_wrong_is_said_where_the_client_looks(
    client: OpenAI, stream: bool, model: str, messages: Any, raised: type[openai.APIStatusError], said: str
) -> None:
    with pytest.raises(raised) as caught:
        client.chat.completions.create(model=model, messages=messages, stream=stream)

    error = caught.value
    assert isinstance(error.body, dict)
    assert said in error.body["message"]
    assert error.type == "invalid_request_error"
    assert error.code == ("model_not_found" if error.status_code == 404 else None)
    problem = error.response.json()
    assert error.response.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["detail"]) == (error.status_code, error.body["message"])
    assert problem["title"]
    assert len(error.response.text) < 2000


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 422),
        (b'{"messages": ', "application/json", 422),
        (b"[]", "application/json", 422),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"messages": [{"role": "user", "content": "\\ud800"}]}', "application/json", 422),
        (b'{"messages": [{"role": "user", "content": "Ai?"}], "stream": "x"}', "application/json", 422),
        (b'{"messages": [{"role": "user", "content": "Ai?"}]}', "text/plain", 422),
        (b"messages=Ai", "application/x-www-form-urlencoded", 422),
    ],
)
def test_bodies_that_are_nothing(http: httpx.Client, body: bytes, kind: str, status: int) -> None:
    response = http.post(CHAT, content=body, headers={"Content-Type": kind})

    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_other_methods_and_names(http: httpx.Client) -> None:
    assert http.head(CHAT).status_code == 405
    assert http.get(CHAT).status_code == 405
    assert http.delete("/v1/models/hoidap").status_code == 405
    for name in ("a%2Fb", "%00", "x" * 5000, "%FF", "hoidap%20"):
        assert http.get(f"/v1/models/{name}").status_code == 404, name


def test_a_host_that_is_none_breaks_nothing(http: httpx.Client) -> None:
    for host in ("[::1", "a b", '"><script>', "", "x" * 5000):
        response = http.post(CHAT, json={"messages": [user(SCHOLARSHIPS)]}, headers={"Host": host})
        assert response.status_code < 500, host


def test_an_article_without_an_address_is_linked_here(sample_service: Service, tmp_path: Path) -> None:
    article = {"id": "bến-phà?#50%", "text": "Bến phà Cồn Tiên chở 1.900 lượt khách trong ngày mở lại."}
    with (
        empty_beside(sample_service, tmp_path / "data") as service,
        on_loopback(build_app(State.of(service))) as http,
        OpenAI(base_url=f"{http.base_url}/v1", api_key="any", max_retries=0) as client,
    ):
        assert http.post("/v1/articles", json=article).json()["results"][0]["status"] == "added"
        question = "Bến phà Cồn Tiên chở bao nhiêu lượt khách trong ngày mở lại?"
        completion = client.chat.completions.create(model="hoidap", messages=[user(question)])
        assert check_citations(completion, http) == [article["text"]]
        annotations = completion.choices[0].message.annotations
        assert annotations
        url = annotations[0].url_citation.url
        assert url.startswith(str(http.base_url))
        assert http.get(url).json()["id"] == article["id"]
        assert re.search(r'hoidap_answers_total\{abstained="false"\} 1\.0', http.get("/metrics").text)


# --- A language model behind it ---------------------------------------------------------------------------


def test_a_written_answer_and_one_that_fell_back(sample_service: Service, tmp_path: Path) -> None:
    with (
        scripted(Writer("140 suất")) as model,
        beside(sample_service, tmp_path / "data", llm_url=model.url, llm_model="scripted") as service,
        on_loopback(build_app(State.of(service))) as http,
        OpenAI(base_url=f"{http.base_url}/v1", api_key="any", max_retries=0) as client,
    ):
        assert [listed.id for listed in client.models.list()] == ["hoidap", "hoidap-extractive", "hoidap-openai"]
        written = client.chat.completions.create(model="hoidap-openai", messages=[user(SCHOLARSHIPS)])
        assert len(check_citations(written, http)) == 1
        stream = client.chat.completions.create(model="hoidap-openai", messages=[user(SCHOLARSHIPS)], stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == content(written)
        model.script = [Reply(status=400, body="{}")]
        fallen = client.chat.completions.create(model="hoidap-openai", messages=[user(SCHOLARSHIPS)])
        stream = client.chat.completions.create(model="hoidap-openai", messages=[user(SCHOLARSHIPS)], stream=True)
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream)

    text, _, note = content(fallen).partition("\n\n")
    assert text.endswith("]")
    assert note == service.answerer.prompts.text("fallback", "vi")
    assert streamed == content(fallen)
