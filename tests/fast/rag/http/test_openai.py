"""OpenAI's chat protocol over canned answers: Markdown, and citations that stand where their sentences do."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from rag.client.protocol import AnswerEvent
from rag.contract.answers import DeltaOut
from rag.contract.questions import AskBody
from rag.records.answers import Working
from tests.support.canned import Canned
from tests.support.http import canned_state, http_of
from tests.support.shapes import ALL, TIMELINE, shapes

Json = dict[str, Any]


def said(client: Canned, question: str, *, stream: bool) -> tuple[str, list[Json]]:
    """The content of a reply, and its annotations."""
    body = {"messages": [{"role": "user", "content": question}], "stream": stream}
    with http_of(canned_state(client)) as http:
        response = http.post("/v1/chat/completions", json=body)
    if not stream:
        message = response.json()["choices"][0]["message"]
        return message["content"], message["annotations"]
    data = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: {")]
    deltas = [json.loads(line)["choices"][0]["delta"] for line in data]
    noted = [annotation for delta in deltas for annotation in delta.get("annotations", [])]
    return "".join(delta.get("content", "") for delta in deltas), noted


def cited(content: str, annotations: Sequence[Json]) -> list[str]:
    places = [annotation["url_citation"] for annotation in annotations]
    return [content[place["start_index"] : place["end_index"]] for place in places]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("shape", ALL)
def test_citations_stand_where_their_sentences_do(shape: str, stream: bool) -> None:
    content, annotations = said(shapes(), shape, stream=stream)

    assert cited(content, annotations) == [citation.text for citation in ALL[shape].answer.citations]


@pytest.mark.parametrize("stream", [False, True])
def test_the_words_that_answer_stand_first_and_bold(stream: bool) -> None:
    content, _ = said(shapes(), "fact", stream=stream)

    assert content == "**77 m**\n\nCầu Bến Lội dài 77 m, rộng 9 m. [1] Cầu tốn 12 tỷ đồng. [2]"


@pytest.mark.parametrize("stream", [False, True])
def test_each_line_is_a_paragraph(stream: bool) -> None:
    content, _ = said(shapes(), "timeline", stream=stream)

    assert content.split("\n\n") == [
        "2024-02-10: Cầu được khởi công. [1] Tỉnh trao mặt bằng. [2]",
        "2026-05-03: Cầu thông xe. [3]",
        "không ghi ngày: Cầu được đặt tên. [4]",
    ]


def test_what_a_model_writes_is_sent_as_it_is_written() -> None:
    def play(_: AskBody) -> Sequence[AnswerEvent]:
        text = TIMELINE.answer.text
        return [DeltaOut(text=text[:20]), Working(), DeltaOut(text=text[20:]), *TIMELINE.answer.citations, TIMELINE]

    content, annotations = said(Canned(play), "?", stream=True)

    assert content == TIMELINE.answer.text.replace("\n", "\n\n")
    assert cited(content, annotations) == [citation.text for citation in TIMELINE.answer.citations]
