"""Pages whose article was marked by hand: those of the sample, and real ones where they are at hand.

The real pages lie outside the repository, and nothing of them is kept here but sizes and hashes. Where the folder is
missing, those tests are not collected.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.intake.extract import Extraction, extract_html, extract_plain
from tests.support import ROOT

EXPECTED = json.loads((ROOT / "tests" / "data" / "sample_expected.json").read_text(encoding="utf-8"))


def read(path: Path) -> Extraction:
    content = path.read_text(encoding="utf-8")
    return extract_html(content) if path.suffix == ".html" else extract_plain(content)


@pytest.mark.parametrize("gold", EXPECTED, ids=lambda gold: str(gold["file"]))
def test_sample_page(gold: Mapping[str, object]) -> None:
    found = read(ROOT / "index" / "sample" / str(gold["file"]))
    stated = {
        "title": found.metadata.title,
        "published_at": found.metadata.published_at,
        "source": found.metadata.source,
    }
    assert stated == {key: gold[key] for key in stated}
    assert found.text.startswith(str(gold["first"]))
    assert found.text.endswith(str(gold["last"]))
    never = gold["never"]
    assert isinstance(never, list)
    assert [words for words in never if words in found.text] == []
    assert (len(found.text.split("\n\n")), len(found.captions)) == (gold["paragraphs"], gold["captions"])


def digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()[:16]


# By number: SHA-256 of the title, date, source, paragraphs, SHA-256 of the text, captions. The texts behind the
# hashes were compared with their pages line by line.
SEEDS: dict[str, tuple[str | None, str | None, str | None, int, str, int]] = {
    "000": (None, None, None, 7, "2cfdd75ebe8c271a", 0),
    "001": ("6f4dd12ed3056813", "2021-11-15T06:00:00+07:00", "thoidai.com.vn", 16, "072666738bbd3565", 2),
    "002": (None, None, None, 13, "e0f7ae8dc33076d4", 1),
    "003": ("6e48b0bac539b186", None, "Báo Gia Lai", 14, "d2a264899a39388c", 2),
    "004": ("b8f2548641d0b530", "2025-06-22T08:45:00+07:00", "VNHN", 9, "46724388bcacf895", 1),
}


PATHS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))

if PATHS:  # an empty list would be collected as a skipped test

    @pytest.mark.shared
    @pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name[:3])
    def test_real_page(path: Path) -> None:
        found = read(path)
        count = len(found.text.split("\n\n"))
        stated = (digest(found.metadata.title), found.metadata.published_at, found.metadata.source)
        assert (*stated, count, digest(found.text), len(found.captions)) == SEEDS[path.name[:3]]
