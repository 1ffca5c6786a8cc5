"""Questions as people ask them, written for this project, with the shape and the type of answer that each asks for.

The news have little of their language: "tóm tắt", "liệt kê" and "nước ta" stand in few articles.
"""

import json
from functools import cache
from pathlib import Path

from index.language.text import has_marks, nfc

FILE = Path(__file__).with_name("questions.jsonl")


@cache
def accented_questions() -> tuple[str, ...]:
    """Those in Vietnamese that have their diacritics, in NFC."""
    with FILE.open(encoding="utf-8") as lines:
        asked = [one["question"] for one in map(json.loads, lines) if one["language"] == "vi"]
    return tuple(nfc(question) for question in asked if has_marks(question))
