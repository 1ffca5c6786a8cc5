"""With HOIDAP_DATABASE the commands work on a PostgreSQL server, and never show its address."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.support.commands import Run, runner
from tests.support.moving import TABLES, fill
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


def test_a_backup_is_the_servers_own_business_and_what_there_is_is_said(run: Run) -> None:
    run("keys", "add", "Tòa soạn", "--scope", "ask")
    run("keys", "add", "Đại sứ quán", "--scope", "ask")
    ran = run("backup", "file.tar")
    assert ran.code == 66
    assert "hoidap migrate folder" in " ".join(ran.err.split())
    first, *tables = [line.split() for line in ran.out.splitlines()]
    assert (first[0], first[2:]) == ("hoidap_keys", ["bytes", "versions:", "keys", "1,", "rates", "1"])
    assert int(first[1].replace(",", "")) > 8192
    assert tables == [["keys", "2", "rows"], ["rates", "0", "rows"], ["versions", "2", "rows"]]


def test_a_backup_is_not_restored_to_a_server(run: Run) -> None:
    ran = run("restore", "file.tar")
    assert ran.code == 66
    assert "pg_restore" in ran.err
    assert ran.out == ""


def test_a_folder_goes_to_the_server_and_back(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "data")
    ran = run("migrate", "postgresql")
    assert ran.code == 0, ran.err
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["hoidap", "articles", "17", "rows"] in [line[:4] for line in lines]
    assert len(lines) == len(TABLES)
    assert "HOIDAP_DATABASE set" in ran.err
    assert len(list((tmp_path / "data" / "server-generations").glob("gen-*"))) == 1
    assert run("keys", "list").out.count("Tòa soạn") == 1
    assert "nothing is written over" in " ".join(run("migrate", "postgresql").err.split())
    monkeypatch.setenv("HOIDAP_DATA", str(tmp_path / "back"))
    back = run("migrate", "folder")
    assert back.code == 0, back.err
    assert back.out == ran.out
    monkeypatch.delenv("HOIDAP_DATABASE")
    assert run("articles").out.count("bai-") == 12
    assert "HOIDAP_DATABASE is not set" in run("migrate", "folder").err


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
