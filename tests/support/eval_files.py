"""What the tests of evaluation runs share: small files of our own words in each of the forms that a suite may have."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Passage, and its questions with their answers.
MARKET = ("Chợ nổi họp từ bốn giờ sáng. Bà con bán chuối và mắm.", [("Chợ nổi họp từ mấy giờ?", ["bốn giờ sáng"])])
FERRY = ("Bến phà mở lại sau ba ngày mưa. Vé giá mười nghìn đồng.", [("Vé phà giá bao nhiêu?", ["mười nghìn đồng"])])
BRIDGE = ("Cây cầu dài hai ki-lô-mét. Cầu thông xe ngày mồng ba.", [("Cầu dài bao nhiêu?", ["hai ki-lô-mét"])])
SCHOOL = ("Trường làng có năm lớp. Thầy Ba dạy toán.", [("Ai dạy toán ở trường làng?", ["Thầy Ba"])])
NEWS = [
    {"id": "n1", "title": "Gió", "abstract": "Gió mùa về trên núi.", "body": "Gió thổi mạnh. Trời rét."},
    {"id": "n2", "title": "Lúa", "abstract": "Lúa chín sớm ở đồng bằng.", "body": "Lúa chín vàng. Nông dân gặt."},
    {"id": "n3", "title": "Cá", "abstract": "Cá về đầy sông mùa nước nổi.", "body": "Cá linh về. Dân thả lưới."},
]

Paragraph = tuple[str, Sequence[tuple[str, Sequence[str]]]]


def squad_file(path: Path, *entries: Sequence[Paragraph]) -> Path:
    """A SQuAD file: an entry is a list of passages with their questions. Ids are q0, q1 and so on."""
    number = iter(range(1_000_000))
    data = [
        {
            "paragraphs": [
                {
                    "context": context,
                    "qas": [
                        {
                            "id": f"q{next(number)}",
                            "question": question,
                            "answers": [{"text": answer, "answer_start": context.find(answer)} for answer in answers],
                        }
                        for question, answers in asked
                    ],
                }
                for context, asked in entry
            ]
        }
        for entry in entries
    ]
    path.write_text(json.dumps({"data": data}, ensure_ascii=False), encoding="utf-8")
    return path


def lines_file(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    """JSON lines, packed where the name ends in .gz."""
    content = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
