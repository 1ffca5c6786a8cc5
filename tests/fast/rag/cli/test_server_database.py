"""With HOIDAP_DATABASE the commands work on a PostgreSQL server, and never show its address."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.support.commands import Run, runner
from tests.support.postgres import PASSWORD, Postgres


@pytest.fixture
def address(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as address:
        yield address


@pytest.fixture
def run(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys, 200, embedding_model="nowhere", database=address)


def test_keys_lie_on_the_server_alone(run: Run, address: str, tmp_path: Path) -> None:
    text = run("keys", "add", "Tòa soạn", "--scope", "ask").out.strip()
    assert [key["name"] for key in json.loads(run("keys", "list", "--json").out)] == ["Tòa soạn"]
    with closing(psycopg.connect(address)) as db:
        assert db.execute("SELECT name FROM hoidap_keys.keys").fetchall() == [("Tòa soạn",)]
    assert run("keys", "revoke", text.split("_")[1]).code == 0
    assert not list(tmp_path.rglob("*.sqlite3*"))


def test_doctor_says_what_lies_there(run: Run) -> None:
    ran = run("doctor")
    assert ran.code == 0
    assert "0 articles, 0 chunks" in ran.out
    assert "pg_dump backs it up" in ran.out


@pytest.mark.parametrize(("command", "program"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_a_backup_is_the_servers_own_business(run: Run, command: str, program: str) -> None:
    ran = run(command, "file.tar")
    assert ran.code != 0
    assert f"have {program}" in ran.err
    assert "hoidap and hoidap_*" in ran.err


@pytest.mark.parametrize("broken", ["nowhere", "postgresql://hoidap:m%C3%A2t@127.0.0.1:1/x"], ids=["form", "port"])
def test_an_address_that_does_not_work(run: Run, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    monkeypatch.setenv("HOIDAP_DATABASE", broken)
    ran = run("doctor")
    assert ran.code != 0
    assert "HOIDAP_DATABASE" in ran.err
    assert broken not in ran.err + ran.out
    assert "m%C3%A2t" not in ran.err + ran.out


def test_the_address_is_shown_nowhere(run: Run, address: str) -> None:
    said = "".join(str(run(*line)) for line in (["doctor"], ["keys", "list"], ["backup", "x"]))
    assert PASSWORD not in said
    assert address not in said


def test_without_the_package_its_installation_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg_pool"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "index.storage.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    ran = run("doctor")
    assert ran.code != 0
    assert "pip install 'hoidap[cluster]'" in ran.err
