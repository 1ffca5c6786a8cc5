"""Sentences against boundaries decided by reading."""

import gzip
import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.studies.sentences import GOLD, NEWS, check, main
from index.storage.errors import Refused
from tests.support import SHARED

PAGE = "Trang chủ\n  Mưa lớn. Gió mạnh.  \n"
NEWS_BODY = "Theo TS. Lê Minh, lũ rút.\nGiá gạo tăng mạnh.\nAi cũng lo."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "page.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / NEWS).parent.mkdir()
    with gzip.open(tmp_path / NEWS, "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": "7", "body": "Bài khác."}) + "\n")
        stream.write(json.dumps({"id": "8", "body": NEWS_BODY}) + "\n")
    return tmp_path


def gold(folder: Path, *paragraphs: tuple[str, str, int, int, str, list[int]]) -> Path:
    """A gold file; the text of each paragraph stands here in place of its hash."""
    keys = ("stratum", "document", "first", "last", "sha256", "ends")
    hashed = [(*place, sha256(text.encode()).hexdigest(), ends) for *place, text, ends in paragraphs]
    path = folder / "gold.json"
    stated = {"about": "", "paragraphs": [dict(zip(keys, values, strict=True)) for values in hashed]}
    path.write_text(json.dumps(stated), encoding="utf-8")
    return path


def test_lines_are_joined_and_sentences_compared_end_to_end(folder: Path) -> None:
    joined = "Theo TS. Lê Minh, lũ rút. Giá gạo tăng mạnh."
    path = gold(
        folder,
        ("pages", "page.txt", 1, 2, "Mưa lớn. Gió mạnh.", [8, 18]),
        ("news", "8", 0, 2, joined, [25, 44]),
        # Whoever read this holds that the title ends a sentence: both parts are wrong then.
        ("odd", "8", 0, 2, joined, [8, 25, 44]),
    )
    pages, news, odd = check(folder, path)
    assert (pages.gold, pages.wrong) == (((0, 8), (9, 18)), [])
    assert (news.gold, news.wrong) == (((0, 25), (26, 44)), [])
    assert odd.found == ((0, 25), (26, 44))
    assert odd.wrong == [(0, 8), (9, 25)]


def test_the_command_counts_by_stratum_and_shows_what_is_wrong(folder: Path) -> None:
    path = gold(
        folder,
        ("pages", "page.txt", 1, 2, "Mưa lớn. Gió mạnh.", [8, 18]),
        ("news", "8", 1, 2, "Giá gạo tăng mạnh.", [18]),
        ("news", "8", 1, 3, "Giá gạo tăng mạnh. Ai cũng lo.", [30]),
    )
    result = CliRunner().invoke(main, [str(folder), "--gold", str(path)])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "pages         2 of    2 sentences right  1.0000",
        "news          1 of    2 sentences right  0.5000",
        "  8: Giá gạo tăng mạnh. Ai cũng lo.",
        "    found: Giá gạo tăng mạnh.",
        "    found: Ai cũng lo.",
    ]


@pytest.mark.parametrize(
    ("document", "text", "message"),
    [
        ("9", "Giá gạo tăng mạnh.", "document 9 is not in the folder"),
        ("8", "Giá gạo giảm mạnh.", "document 8, lines 1 to 2: the text is not the one that was read"),
    ],
)
def test_a_folder_with_other_documents_is_refused(folder: Path, document: str, text: str, message: str) -> None:
    path = gold(folder, ("news", document, 1, 2, text, [18]))
    with pytest.raises(Refused, match=message):
        check(folder, path)


def test_the_gold_is_large_enough_and_holds_no_text() -> None:
    paragraphs = json.loads(GOLD.read_text(encoding="utf-8"))["paragraphs"]
    sizes: Counter[str] = Counter()
    for paragraph in paragraphs:
        assert set(paragraph) == {"stratum", "document", "first", "last", "sha256", "ends"}
        assert paragraph["ends"] == sorted(set(paragraph["ends"]))
        assert len(paragraph["document"]) < 30
        sizes[paragraph["stratum"]] += len(paragraph["ends"])
    assert sizes == {"pages": 64, "random": 234, "hard": 510, "held-out": 190}


if (SHARED / NEWS).exists():  # where the documents are missing, there is nothing to collect

    @pytest.mark.shared
    def test_sentences_of_real_news_are_right_at_least_99_times_in_100() -> None:
        total: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        for one in check(SHARED):
            total[one.stratum] += len(one.gold)
            wrong[one.stratum] += len(one.wrong)
        assert {stratum: 1 - wrong[stratum] / total[stratum] >= 0.99 for stratum in total} == dict.fromkeys(total, True)
