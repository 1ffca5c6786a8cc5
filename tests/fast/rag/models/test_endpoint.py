import gc
import itertools
import json
import logging
import threading
import time
import traceback
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from pydantic import SecretStr

from rag.errors import ModelFailed, SettingsError
from rag.models.endpoint import CHARACTERS_PER_TOKEN, Endpoint
from rag.records.search import ChatMessage
from tests.support.llm_server import MODEL, Body, Raw, Reply, Scripted, event, scripted

KEY = "sk-very-secret-5f1c"
ASKED = [ChatMessage("system", "Trả lời ngắn."), ChatMessage("user", "Cầu dài bao nhiêu?")]
SOON = {"Retry-After-Ms": "10"}


def endpoint(server: Scripted, timeout: float = 10, whole: float = 20) -> Endpoint:
    return Endpoint(server.url, "m", SecretStr(KEY), timeout, whole)


def stream(server: Scripted, max_tokens: int = 100) -> Generator[str]:
    return endpoint(server).stream(ASKED, max_tokens)


def words(pieces: list[str]) -> list[str]:
    return [piece for piece in pieces if piece]


def broken_off(pieces: Generator[str]) -> tuple[list[str], str]:
    """The pieces before the stream fails, without the empty ones, and how it fails."""
    got: list[str] = []
    with pytest.raises(ModelFailed) as failure:
        got.extend(pieces)
    assert KEY not in "".join(traceback.format_exception(failure.value))
    return words(got), str(failure.value)


# --- A whole answer ------------------------------------------------------------------------------------


def test_pieces_come_as_they_were_sent() -> None:
    with scripted([Reply(("Cầu", " dài ", "17,6", " km [1]."))]) as server:
        assert words(list(stream(server))) == ["Cầu", " dài ", "17,6", " km [1]."]


def test_the_request_says_what_is_asked_and_no_more() -> None:
    with scripted([Reply(("Có.",))]) as server:
        messages = [*ASKED, ChatMessage("assistant", "17,6 km."), ChatMessage("user", "Còn rộng?")]
        list(endpoint(server).stream(messages, 64))
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Trả lời ngắn."},
            {"role": "user", "content": "Cầu dài bao nhiêu?"},
            {"role": "assistant", "content": "17,6 km."},
            {"role": "user", "content": "Còn rộng?"},
        ],
        "max_tokens": 64,
        "temperature": 0,
        "stream": True,
    }


def test_without_a_key_none_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with scripted([Reply(("Có.",))]) as server:
        list(Endpoint(server.url, "m", None, 10).stream(ASKED, 10))
    assert server.requests[0].headers["authorization"] == "Bearer none"


def test_a_reply_may_hang_on_the_request() -> None:
    def echo(body: Body) -> Reply:
        return Reply((body["messages"][-1]["content"].upper(),))

    with scripted(echo) as server:
        assert "".join(stream(server)) == "CẦU DÀI BAO NHIÊU?"


def test_the_server_lists_its_model() -> None:
    with scripted([]) as server:
        assert httpx.get(f"{server.url}/models").json()["data"][0]["id"] == MODEL
    assert server.requests == []


def test_chunks_without_text_are_no_pieces() -> None:
    use = Raw('data: {"id": "c", "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}\n\n')
    play = (event(None), Raw(": keep-alive\n\n"), "Cầu", event({"reasoning_content": "hm"}), use, " dài")
    with scripted([Reply(play)]) as server:
        assert words(list(stream(server))) == ["Cầu", " dài"]


@pytest.mark.parametrize(
    "chunk",
    [
        '{"choices": [{"delta": {"content": "A"}}]}',
        '{"choices": [{"index": 0, "delta": {"content": "A"}, "finish_reason": ""}], "model": null}',
        '{"id": 7, "choices": [{"index": "0", "delta": {"content": "A", "role": null}, "finish_reason": null}]}',
    ],
)
def test_chunks_of_other_servers_are_read(chunk: str) -> None:
    with scripted([Reply((Raw(f"data: {chunk}\n\n"), "B"))]) as server:
        assert words(list(stream(server))) == ["A", "B"]


def test_an_answer_may_end_without_done() -> None:
    with scripted([Reply(("Có.",), done=False)]) as server:
        assert words(list(stream(server))) == ["Có."]


def test_what_follows_the_end_is_not_waited_for() -> None:
    with scripted([Reply(("Có.", event({}, "stop"), 600))]) as server:
        began = time.monotonic()
        assert words(list(stream(server))) == ["Có."]
    assert time.monotonic() - began < 60


def test_half_a_surrogate_pair_does_not_pass() -> None:
    with scripted([Reply((Raw('data: {"choices": [{"delta": {"content": "A\\ud83d"}}]}\n\n'), "B"))]) as server:
        assert "".join(stream(server)) == "A?B"


def test_threads_get_their_own_answers() -> None:
    def echo(body: Body) -> Reply:
        return Reply(list(body["messages"][0]["content"]))

    asked = [f"câu hỏi số {number}" for number in range(12)]
    with scripted(echo) as server, ThreadPoolExecutor(4) as pool:
        model = endpoint(server)
        answers = pool.map(lambda text: "".join(model.stream([ChatMessage("user", text)], 100)), asked)
        assert list(answers) == asked


# --- Tried again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_endpoint_is_tried_again(status: int) -> None:
    with scripted([Reply(status=status, headers=SOON), Reply(("Có.",))]) as server:
        assert "".join(stream(server)) == "Có."
    assert len(server.requests) == 2


def test_an_endpoint_that_stays_busy_is_given_up() -> None:
    with scripted([Reply(status=429, headers=SOON)]) as server:
        _, why = broken_off(stream(server))
    assert why == "the language model 'm' is busy or broken (429), also after 3 tries; ask again later"
    assert len(server.requests) == 3


def test_a_wait_longer_than_the_limit_is_broken_off() -> None:
    with scripted([Reply(status=503, headers={"Retry-After": "100"})]) as server:
        _, why = broken_off(endpoint(server, timeout=0.3).stream(ASKED, 10))
    assert "was silent for 0.3 s" in why


def test_an_answer_that_has_begun_is_not_asked_for_again() -> None:
    with scripted([Reply(("Cầu",), cut=True), Reply(("Có.",))]) as server:
        pieces, why = broken_off(stream(server))
    assert pieces == ["Cầu"]
    assert "broke off; check the address" in why
    assert len(server.requests) == 1


# --- Refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "mend"),
    [
        (401, "refuses the key (401); set the right one"),
        (403, "refuses the key (403); set the right one"),
        (404, "check the address (it ends in /v1 mostly) and the model's name"),
        (400, "does not take the request (400); check its name"),
        (413, "or give it less to read"),
    ],
)
def test_a_refusal_is_told_with_its_mend_and_not_tried_again(status: int, mend: str) -> None:
    said = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}", "code": KEY, "type": KEY}})
    with scripted([Reply(status=status, body=said)]) as server:
        _, why = broken_off(stream(server))
    assert mend in why
    assert len(server.requests) == 1


def test_the_key_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = json.dumps({"error": {"message": KEY}})
    with scripted([Reply(status=500, body=said, headers=SOON), Reply((Raw(f"data: {said}\n\n"),))]) as server:
        model = endpoint(server)
        _, why = broken_off(model.stream(ASKED, 10))
    assert "broke off with an error of its own" in why
    assert KEY not in repr(model)
    assert KEY not in repr(vars(model))
    assert len(server.requests) == 2
    assert "Retrying request" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_neither_key_nor_question_goes_to_another_address(status: int) -> None:
    with scripted([Reply(("Có.",))]) as other:
        there = f"{other.url}/chat/completions"
        with scripted([Reply(status=status, headers={"Location": there})]) as server:
            _, why = broken_off(stream(server))
    assert f"answers with a redirect ({status}), which is not followed; set the address that it leads to" in why
    assert other.requests == []


@pytest.mark.parametrize("url", ["", "localhost:8000/v1", "ftp://localhost/v1", "http://", "http://[::1/v1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="is no http or https address; correct it"):
        Endpoint(url, "m", None, 10)


@pytest.mark.parametrize("key", [f"{KEY}\n", "khoá", f"{KEY}\u200b"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="has line ends or accents; copy it again") as failure:
        Endpoint("http://127.0.0.1/v1", "m", SecretStr(key), 10)
    assert key.strip() not in str(failure.value)


# --- Not whole -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(("Cầu dài",), finish="length"), "its answer does not fit into 100 tokens"),
        (Reply(("Cầu dài",), finish="content_filter"), "refused: a filter of the endpoint stopped the answer"),
        (Reply(("Cầu dài",), finish="tool_calls"), "ended without finishing its answer"),
        (Reply(("Cầu dài",), finish=None), "broke off before the end of its answer"),
        (Reply(("Cầu dài",), finish=None, done=False), "broke off before the end of its answer"),
        (Reply(("Cầu dài",), cut=True), "broke off; check the address"),
        (Reply(("Cầu dài", Raw('data: {"choices": [{"del\n\n'))), "does not answer in the form of OpenAI's chat"),
        (Reply(("Cầu dài", Raw('data: ["choices"]\n\n'))), "does not answer in the form of OpenAI's chat"),
        (Reply(("Cầu dài", event({"content": ["km"]}))), "does not answer in the form of OpenAI's chat"),
        (Reply(("Cầu dài", Raw('data: {"error": {"message": "out of memory"}}\n\n'))), "an error of its own"),
        (Reply(("Cầu dài", Raw('event: error\ndata: {"error": "out of memory"}\n\n'))), "an error of its own"),
    ],
)
def test_what_is_not_whole_fails_after_its_pieces(reply: Reply, why: str) -> None:
    with scripted([reply]) as server:
        pieces, failed = broken_off(stream(server))
    assert pieces == ["Cầu dài"]
    assert why in failed


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(), "ended without a word"),
        (Reply((event(None), event({"content": None}))), "ended without a word"),
        (Reply(body='{"detail": "no stream here"}'), "broke off before the end of its answer; ask again, or check"),
        (Reply(body="<html>Welcome</html>", headers={"Content-Type": "text/html"}), "check its address"),
    ],
)
def test_no_answer_fails(reply: Reply, why: str) -> None:
    with scripted([reply]) as server:
        pieces, failed = broken_off(stream(server))
    assert pieces == []
    assert why in failed


def test_one_that_does_not_stop_is_stopped() -> None:
    with scripted([Reply(itertools.repeat("mười "))]) as server:
        pieces, why = broken_off(stream(server, max_tokens=10))
        assert server.disconnected.wait(60)
    assert "".join(pieces) == "mười " * (10 * CHARACTERS_PER_TOKEN // 5)
    assert "goes on after 10 tokens" in why


# --- Time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [Reply(("Có.",), before=60), Reply((60, "Có."))])
def test_silence_has_a_limit(reply: Reply) -> None:
    with scripted([reply]) as server:
        got, why = broken_off(endpoint(server, timeout=0.2).stream(ASKED, 10))
    assert got == []
    assert why == "the language model 'm' was silent for 0.2 s; ask again, or allow it more time or less to read"


@pytest.mark.parametrize("drip", ["a", event({"reasoning_content": "hm"}), event(None)])
def test_a_whole_answer_has_a_limit(drip: str) -> None:
    with scripted([Reply(itertools.cycle((drip, 0.01)))]) as server:
        _, why = broken_off(endpoint(server, timeout=60, whole=0.2).stream(ASKED, 1000))
        assert server.disconnected.wait(60)
    assert "had not ended after 0.2 s" in why


def test_silence_is_told_by_empty_pieces() -> None:
    ended = threading.Event()

    def reply(_: Body) -> Reply:
        assert ended.wait(60)
        return Reply(("Có.",))

    with scripted(reply) as server:
        pieces = stream(server)
        assert [next(pieces), next(pieces)] == ["", ""]
        ended.set()
        assert words(list(pieces)) == ["Có."]


# --- Closed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("play", [("A", 60), itertools.chain(("A",), itertools.cycle((0.01, "b")))])
def test_closing_breaks_off_the_request(play: object) -> None:
    assert isinstance(play, tuple | itertools.chain)
    with scripted([Reply(play)]) as server:
        pieces = stream(server)
        assert next(piece for piece in pieces if piece) == "A"
        assert not server.disconnected.is_set()
        pieces.close()
        assert server.disconnected.wait(60)


def test_closing_before_the_first_word_breaks_off_the_request() -> None:
    with scripted([Reply((60, "A"))]) as server:
        pieces = stream(server)
        assert next(pieces) == ""
        pieces.close()
        assert server.disconnected.wait(60)


def test_what_nobody_reads_any_more_is_broken_off() -> None:
    with scripted([Reply(("A", 60))]) as server:
        pieces = stream(server)
        next(piece for piece in pieces if piece)
        del pieces
        gc.collect()
        assert server.disconnected.wait(60)


def test_nothing_is_left_running() -> None:
    with scripted([Reply(("Có.",)), Reply(("Có.", 60))]) as server:
        before = threading.active_count()
        list(stream(server))
        begun = stream(server)
        next(begun)
        begun.close()
        assert threading.active_count() == before
