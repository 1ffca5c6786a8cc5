"""`hoidap ask` and `hoidap search` of a server: one that runs on the data folder, or one that is named."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from rag.client.protocol import AnswerEvent
from rag.contract.answers import StageOut
from rag.contract.questions import AskBody
from rag.errors import BadQuestion, ServerStops
from rag.http.access.keys import Keys, opened_keys
from rag.http.app import build_app
from rag.service.own_socket import found_in
from tests.support.canned import Canned
from tests.support.commands import Run, runner
from tests.support.http import canned_state
from tests.support.loopback import served, served_in
from tests.support.shapes import FACT

SHOWN = "Confidence 83%"
HEAVY = {"apsw", "faiss", "fastapi", "lxml", "numpy", "sentence_transformers", "tantivy", "torch", "transformers"}
# `hoidap`, which tells at its end which of these it loaded.
COMMAND = f"""
import sys
from rag.cli import main
try:
    main()
finally:
    print(*sorted({HEAVY} & set(sys.modules)), sep=" ", file=sys.stderr)
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `hoidap` in a folder of its own, with its data in `data`."""
    (tmp_path / "data").mkdir()
    return runner(tmp_path, monkeypatch, capsys, 200)


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    with opened_keys(tmp_path / "keys.sqlite3") as keys:
        yield keys


def playing(*events: AnswerEvent, error: Exception | None = None) -> Canned:
    """Answers with these events, and then fails."""

    def played() -> Iterator[AnswerEvent]:
        yield from events
        if error is not None:
            raise error

    return Canned(lambda _: played())


def test_the_owner_of_the_data_needs_no_key_and_loads_no_model(tmp_path: Path, keys: Keys) -> None:
    asked = playing(FACT)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    command = [sys.executable, "-c", COMMAND, "--data", str(tmp_path), "ask", "Cầu", "dài", "bao nhiêu?"]
    with served_in(tmp_path, build_app(canned_state(asked, keys))):
        ran = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=environ
        )
    assert (ran.returncode, ran.stderr.split()) == (0, []), ran.stderr
    assert SHOWN in ran.stdout
    assert asked.asked == [AskBody(question="Cầu dài bao nhiêu?", history=[], stream=True)]


def test_over_the_socket_no_proxy_comes_in_and_over_the_port_nobody_without_a_key(tmp_path: Path, keys: Keys) -> None:
    app = build_app(canned_state(keys=keys))

    def status(transport: httpx2.HTTPTransport | None, url: str, headers: Mapping[str, str]) -> int:
        with httpx2.Client(base_url=url, transport=transport) as client:
            return client.get("/v1/settings", headers=headers).status_code

    with served_in(tmp_path, app), found_in(tmp_path) as path, served(app) as url:
        for headers, expected in (
            ({}, 200),
            ({"X-Forwarded-For": "203.0.113.7"}, 421),
            ({"Host": "tin.example"}, 421),
            ({"Origin": "https://tin.example"}, 403),
        ):
            assert status(httpx2.HTTPTransport(uds=path), "http://localhost", headers) == expected, headers
        assert status(None, url, {}) == 401
        assert status(None, url, {"Host": "localhost"}) == 401


# --- Settings --------------------------------------------------------------------------------------------


def test_k_and_generator_go_with_the_question(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = playing(FACT)
    with served_in(tmp_path / "data", build_app(canned_state(asked))):
        assert SHOWN in run("ask", "--k", "3", "--source", "Báo Sông", "--from", "2026-05-03", "Cầu?").out
        (tmp_path / "hoidap.toml").write_text('k = 7\ngenerator = "extractive"\n', encoding="utf-8")
        monkeypatch.setenv("HOIDAP_SERVICE_KEY", "hoidap_secret")
        assert SHOWN in run("ask", "Cầu?").out
    first, second = asked.asked
    filters = {"published_from": "2026-05-03", "sources": ["Báo Sông"]}
    assert first == AskBody.model_validate(
        {"question": "Cầu?", "k": 3, "filters": filters, "history": [], "stream": True}
    )
    assert (second.k, second.generator) == (7, "extractive")


def test_what_a_named_server_does_not_follow_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(build_app(canned_state(playing(FACT)))) as url:
        monkeypatch.setenv("HOIDAP_SERVICE_URL", url)
        ran = run("--dense-weight", "0.75", "--reader", "none", "--k", "3", "ask", "Cầu?")
    assert ran.code == 0
    assert SHOWN in ran.out
    assert "without effect here: reader, dense_weight" in ran.err


def test_a_named_server_goes_before_the_one_on_the_data_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, own = playing(FACT), playing(FACT)
    with served_in(tmp_path / "data", build_app(canned_state(own))), served(build_app(canned_state(named))) as url:
        monkeypatch.setenv("HOIDAP_SERVICE_URL", url)
        assert run("ask", "Cầu?").code == 0
    assert (len(named.asked), len(own.asked)) == (1, 0)


# --- Errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "code", "words"),
    [
        (playing(error=BadQuestion("The question holds no word.", "question-empty")), 2, "holds no word"),
        (playing(error=ServerStops("The server is stopping.")), 75, "is stopping"),
        (playing(StageOut(stage="search"), error=ServerStops("The server is stopping.")), 75, "is stopping"),
        (playing(StageOut(stage="search")), 75, "broke its answer off; ask again"),
        (playing(error=RuntimeError("secret")), 1, "The server's log says what."),
        (playing(), 1, "The server's log says what."),
    ],
    ids=["question", "stopping", "stopping in the middle", "no end", "fault", "nothing"],
)
def test_what_the_server_cannot_answer_is_said_as_without_it(
    run: Run, tmp_path: Path, client: Canned, code: int, words: str
) -> None:
    with served_in(tmp_path / "data", build_app(canned_state(client))):
        ran = run("ask", "?!")
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "secret" not in ran.err


def test_a_server_that_dies_in_the_middle_is_told_of(run: Run, tmp_path: Path) -> None:
    async def dying(scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b": working\n\n", "more_body": True})
        raise RuntimeError

    with served_in(tmp_path / "data", dying):
        ran = run("ask", "Cầu?")
    assert (ran.code, ran.out) == (75, "")
    assert "see whether the server still runs on this data folder, and ask again" in ran.err
    assert "HOIDAP_SERVICE_URL" not in ran.err


def test_a_server_that_needs_a_key_is_not_asked_without_one(
    run: Run, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = keys.add("Toà soạn", ["ask"])[1]
    with served(build_app(canned_state(playing(FACT), keys))) as url:
        monkeypatch.setenv("HOIDAP_SERVICE_URL", url)
        for key, words in ((None, "A key is needed"), (f"{secret}x", "unknown or revoked")):
            if key:
                monkeypatch.setenv("HOIDAP_SERVICE_KEY", key)
            refused = run("ask", "Cầu?")
            assert (refused.code, refused.out) == (78, "")
            assert words in refused.err
            assert "HOIDAP_SERVICE_KEY" in refused.err
            assert secret not in refused.err
        monkeypatch.setenv("HOIDAP_SERVICE_KEY", secret)
        assert SHOWN in run("ask", "Cầu?").out


def test_an_address_that_leads_elsewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_SERVICE_URL", "http://127.0.0.1:9")
    refused = run("ask", "Cầu?")
    assert refused.code == 75
    assert "HOIDAP_SERVICE_URL is its address" in refused.err
    with served(PlainTextResponse("<html>Welcome")) as url:
        monkeypatch.setenv("HOIDAP_SERVICE_URL", url)
        for command in ("ask", "search", "timeline"):
            other = run(command, "Cầu?")
            assert other.code == 75
            assert "does not know" in other.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "--from", "2026-05-03", "--to", "2026-05-02", "Cầu?"),
        ("search", "--source", "", "Cầu?"),
        ("timeline", "--source", "a" * 201, "Cầu?"),
        ("ask", os.fsdecode(b"C\xe0u?")),
    ],
    ids=["days", "no source", "long source", "no text"],
)
def test_what_cannot_be_asked_is_wrong_usage(run: Run, arguments: Sequence[str]) -> None:
    assert run(*arguments).code == 2
