"""`hoidap export` as people call it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from typing_extensions import override

from index.storage.errors import Refused
from rag.cli import cli
from rag.contract.conversations import Exported, ExportForm, ExportLanguage
from rag.export.exporting import exported
from rag.http.app import build_app
from tests.support.canned import Canned
from tests.support.exports import turn
from tests.support.http import canned_state
from tests.support.shapes import FACT
from tests.support.sse import on_loopback


class Kept(Canned):
    """Keeps one answer, `a1`."""

    @override
    def export(self, answer_id: str, form: ExportForm, language: ExportLanguage = "vi") -> Exported | None:
        return exported(turn(FACT), form, language) if answer_id == "a1" else None


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with on_loopback(build_app(canned_state(Kept()))) as client:
        monkeypatch.setenv("HOIDAP_SERVICE_URL", str(client.base_url))
        yield


@pytest.mark.usefixtures("server")
def test_an_answer_is_written_to_a_file(tmp_path: Path) -> None:
    for name, begins in (("tin.md", "# Cầu?\n\nHỏi Đáp, asked on".encode()), ("tin.DOCX", b"PK")):
        ran = CliRunner().invoke(cli, ["export", "a1", "-o", str(tmp_path / name), "--language", "en"])
        assert (ran.exit_code, ran.stdout) == (0, f"{tmp_path / name}\n")
        assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.usefixtures("server")
def test_an_answer_that_is_not_there_leaves_no_file(tmp_path: Path) -> None:
    ran = CliRunner().invoke(cli, ["export", "../x", "-o", str(tmp_path / "tin.md")])
    assert isinstance(ran.exception, Refused)
    assert "there is no answer '../x'" in str(ran.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["tin.pdf", "tin", ".md"])
def test_a_form_that_is_not_written(tmp_path: Path, name: str) -> None:
    ran = CliRunner().invoke(cli, ["export", "a1", "-o", str(tmp_path / name)])
    assert ran.exit_code == 2
    assert "neither .md nor .docx" in ran.stderr
