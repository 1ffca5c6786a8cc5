"""Questions as people ask them, written for this project, with the shape and the type of answer that each asks for.

The news have little of their language: "tóm tắt", "liệt kê" and "nước ta" stand in few articles.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from index.language.text import has_marks, nfc

FILE = Path(__file__).with_name("questions.jsonl")


def accented_questions() -> Iterator[str]:
    """Yield those in Vietnamese that have their diacritics, in NFC."""
    with FILE.open(encoding="utf-8") as lines:
        for one in map(json.loads, lines):
            if one["language"] == "vi" and has_marks(one["question"]):
                yield nfc(one["question"])
