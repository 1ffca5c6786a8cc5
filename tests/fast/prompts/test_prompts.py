import unicodedata
from hashlib import sha256
from pathlib import Path

import pytest

from prompts import FALLBACK, PromptError, Prompts

PROMPTS = Prompts()


def test_each_language_has_words_of_its_own() -> None:
    assert PROMPTS.languages == {"vi", "en", "ru", "zh", "ja"}
    for name in ("abstain", "disagreement", "disagreement-undated", "fallback", "incomplete"):
        said = {PROMPTS.text(name, language) for language in PROMPTS.languages}
        assert len(said) == 5
        for text in said:
            assert text == unicodedata.normalize("NFC", text).strip() != ""
            assert ("{date}" in text) is (name == "disagreement")


def test_a_model_is_told_in_vietnamese_or_english() -> None:
    for name in ("answer", "answer-reminder", "rewrite"):
        assert PROMPTS.text(name, "vi") != PROMPTS.text(name, "en") == PROMPTS.text(name, "ru")
    for language in ("vi", "en"):
        assert PROMPTS.text("answer", language).count("{language}") == 1
        assert PROMPTS.text("answer", language).count("{none}") == 1


def test_other_languages_get_english() -> None:
    assert FALLBACK == "en"
    assert PROMPTS.text("abstain", "ko") == PROMPTS.text("abstain", "en")
    assert PROMPTS.text("abstain", "../vi") == PROMPTS.text("abstain", "en")


def test_lines_are_filled_or_left_out(tmp_path: Path) -> None:
    (tmp_path / "vi").mkdir()
    lines = "Có {count} bài.\nTừ {first} đến {last}.\nNgày {day}.\nNguồn: {sources}.\nHết."
    (tmp_path / "vi" / "archive.txt").write_text(lines, encoding="utf-8")

    said = Prompts(tmp_path).filled("archive", "vi", count="3", first="{last}", last="9", sources="")

    assert said == "Có 3 bài.\nTừ {last} đến 9.\nHết."


def test_an_unknown_template() -> None:
    with pytest.raises(KeyError, match="greeting"):
        PROMPTS.text("greeting", "vi")


def test_a_folder_replaces_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "abstain.txt").write_text("Không thấy.\n", encoding="utf-8")

    own = Prompts(tmp_path)

    assert own.text("abstain", "vi") == "Không thấy."
    assert own.text("abstain", "en") == PROMPTS.text("abstain", "en")
    changed = {file for file, known in own.hashes().items() if PROMPTS.hashes()[file] != known}
    assert changed == {"vi/abstain.txt"}
    assert own.hashes()["vi/abstain.txt"] == sha256("Không thấy.".encode()).hexdigest()


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("vi/abstian.txt", b"x", "replaces no template"),
        ("abstain.txt", b"x", "replaces no template"),
        ("ko/abstain.txt", b"x", "replaces no template"),
        ("vi/abstain.txt", b" \n", "lacks any text"),
        ("vi/answer.txt", b"{language}", "lacks {none}"),
        ("vi/abstain.txt", b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_folder_that_cannot_be_used(tmp_path: Path, file: str, content: bytes, complaint: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(content)

    with pytest.raises(PromptError, match=complaint):
        Prompts(tmp_path)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="no folder"):
        Prompts(tmp_path / "absent")
