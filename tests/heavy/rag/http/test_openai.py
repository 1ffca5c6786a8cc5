"""A chat of OpenAI's protocol when the server stops."""

from pathlib import Path

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.llm_server import Reply, scripted
from tests.support.sse import on_loopback
from tests.support.streams import SCHOLARSHIPS, beside


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def test_an_error_midway_reaches_the_client(sample_service: Service, tmp_path: Path) -> None:
    """The database goes away between the first chunk and the next."""
    with (
        scripted([Reply([20.0])]) as model,
        beside(sample_service, tmp_path / "data", llm_url=model.url, llm_model="scripted") as service,
    ):
        state = State.of(service)
        with (
            on_loopback(build_app(state)) as http,
            OpenAI(base_url=f"{http.base_url}/v1", api_key="any", max_retries=0) as client,
        ):
            stream = client.chat.completions.create(model="hoidap-openai", messages=[user(SCHOLARSHIPS)], stream=True)
            assert next(stream).choices[0].delta.role == "assistant"
            state.stopping.set()
            with pytest.raises(openai.APIError) as caught:
                list(stream)
        assert model.disconnected.wait(5)

    assert "stopping" in caught.value.message
    assert caught.value.type == "server_error"
