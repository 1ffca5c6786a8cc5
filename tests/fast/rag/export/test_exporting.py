"""Names of exported files, which go into a header."""

import pytest

from rag.export.exporting import exported
from tests.support.exports import turn
from tests.support.shapes import FACT


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Cầu Đường dài bao nhiêu?", "cau-duong-dai-bao-nhieu.md"),
        ('a"; filename="x.exe\r\nSet-Cookie: b=c', "a-filename-x-exe-set-cookie-b-c.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("何が起きた？", "hoi-dap.md"),
        ("từ " * 99, f"{'tu-' * 19}tu.md"),
    ],
    ids=["plain", "header", "path", "no letter of ASCII", "long"],
)
def test_a_file_is_named_by_its_question(question: str, name: str) -> None:
    assert exported(turn(FACT, question), "md", "vi").name == name
    assert exported(turn(FACT, question), "docx", "en").name == name.replace(".md", ".docx")
