import pytest

import index.intake.forms.isolated
from index.intake.forms.isolated import run_apart
from index.storage.errors import Refused
from tests.support.forms import form, pdf, placed


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.intake.forms.isolated, "LONGEST_WAIT", 0.01)
    with pytest.raises(Refused, match="takes longer than"):
        run_apart("pdf_pages", form("gao.libreoffice.pdf"))


def test_a_reader_that_crashes_refuses_the_file() -> None:
    with pytest.raises(Refused, match="so damaged that its reader stopped"):
        run_apart("superscripts", b"a module that converts nothing")


def test_what_is_read_comes_back() -> None:
    read = run_apart("pdf_pages", pdf(placed((50, 700, 12, "Hello"))))

    assert isinstance(read, dict)
    assert len(read["pages"]) == 1
