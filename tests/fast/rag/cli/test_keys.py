"""`hoidap keys`: a key is shown once, listed without its secret, and ended by its id."""

import json
from functools import partial
from pathlib import Path

import pytest

from rag.http.access.keys import FILE, opened_keys
from tests.support.commands import Run, runner


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `hoidap keys` in a folder of its own, with a model that is not there: these commands need none."""
    return partial(runner(tmp_path, monkeypatch, capsys, 200, embedding_model="nowhere"), "keys")


def test_a_key_is_shown_once(run: Run) -> None:
    ran = run("add", "Tòa soạn", "--scope", "ask", "--scope", "ingest", "--per-minute", "30")
    assert ran.code == 0
    text = ran.out.removesuffix("\n")
    secret = text.split("_", 2)[2]
    with opened_keys(Path("data") / FILE) as keys:
        key = keys.check(text)
    assert key is not None
    assert key.scopes == {"ask", "ingest"}
    assert (key.name, key.per_minute) == ("Tòa soạn", 30)
    assert f"the key {key.id} for Tòa soạn" in ran.err
    assert f"hoidap keys revoke {key.id}" in ran.err

    listed = run("list")
    assert listed.out == f"{key.id}  {key.created_at[:10]}  ask,ingest        30/min      Tòa soạn\n"
    assert listed.err == "1 keys, 1 with those revoked\n"
    as_json = run("list", "--json")
    assert json.loads(as_json.out) == [
        {
            "id": key.id,
            "name": "Tòa soạn",
            "scopes": ["ask", "ingest"],
            "per_minute": 30,
            "created_at": key.created_at,
            "revoked_at": None,
        }
    ]
    assert secret not in f"{ran.err}{listed}{as_json}"


def test_a_key_is_revoked_once(run: Run) -> None:
    text = run("add", "Máy", "--scope", "ask").out.strip()
    key_id = text.split("_")[1]

    ran = run("revoke", key_id)
    assert (ran.code, ran.out) == (0, f"revoked  {key_id}  Máy\n")
    with opened_keys(Path("data") / FILE) as keys:
        assert keys.check(text) is None
        revoked_at = keys.list()[0].revoked_at
    assert revoked_at is not None

    ran = run("revoke", key_id)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"hoidap: the key {key_id} for Máy was revoked already, at {revoked_at}\n"
    assert run("list").out.endswith(f"Máy  revoked {revoked_at[:10]}\n")
    assert run("list").err == "0 keys, 1 with those revoked\n"


def test_a_key_that_is_not_there(run: Run) -> None:
    ran = run("revoke", "0123abcd")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "hoidap: there is no key '0123abcd'; `hoidap keys list` lists them by id\n"


def test_a_whole_key_given_by_mistake_is_not_repeated(run: Run) -> None:
    text = run("add", "a", "--scope", "ask").out.strip()
    ran = run("revoke", text)
    assert ran.code == 1
    assert text.split("_", 2)[2] not in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "", "--scope", "ask"], "has 0 characters"),
        (["add", "   ", "--scope", "ask"], "has 0 characters"),
        (["add", "a\x1b[31m", "--scope", "ask"], "U+001B"),
        (["add", "a\udcff", "--scope", "ask"], "U+DCFF"),
        (["add", "x" * 101, "--scope", "ask"], "101 characters"),
        (["add", "a"], "Missing option '--scope'"),
        (["add", "a", "--scope", "read"], "'read' is not one of"),
        (["add", "a", "--scope", "ask", "--per-minute", "0"], "0 is not in the range"),
        (["add"], "Missing argument 'NAME'"),
        (["revoke"], "Missing argument 'ID'"),
    ],
)
def test_what_cannot_be_made(run: Run, arguments: list[str], said: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not (Path("data") / FILE).exists()


def test_a_database_of_something_else(run: Run) -> None:
    Path("data").mkdir()
    (Path("data") / FILE).write_bytes(b"no database at all, " * 100)
    ran = run("list")
    assert (ran.code, ran.out) == (74, "")
    assert ran.err.startswith("hoidap: The keys cannot be used: file is not a database. See that keys.sqlite3")
