"""SQuAD-form files: passages with questions, and the folders of an index made of them."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.records import Article, Draft, Raw
from index.text import nfc


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the passage that answers it, and the answers that count as right (none: unanswerable).

    `group` is the number of the article, in the file, that the passage is from.
    """

    id: str
    group: int
    question: str
    article_id: str
    answers: tuple[str, ...]


def read_squad(path: Path) -> tuple[list[Draft], list[Case]]:
    """The passages of a SQuAD 1.1 or 2.0 file as articles without a title, and its questions, in NFC.

    ValueError or KeyError where the file is of another form.
    """
    drafts: list[Draft] = []
    cases: list[Case] = []
    for group, entry in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        for paragraph in entry["paragraphs"]:
            article_id = f"{path.stem}-{len(drafts)}"
            text = nfc(paragraph["context"]).strip()
            drafts.append(draft(article_id, text))
            cases.extend(
                Case(
                    str(asked["id"]),
                    group,
                    nfc(asked["question"]).strip(),
                    article_id,
                    tuple(nfc(answer["text"]) for answer in asked["answers"]),
                )
                for asked in paragraph["qas"]
            )
    return drafts, cases


def read_articles(path: Path) -> Iterator[tuple[Draft, str]]:
    """Articles of a JSON lines file with `id`, `title`, `abstract` and `body`, each with its abstract."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield draft(record["id"], nfc(record["body"]), nfc(record["title"])), nfc(record["abstract"])


def draft(article_id: str, text: str, title: str | None = None) -> Draft:
    """A draft of clean text."""
    return Draft(Article(article_id, text, title=title, language="vi"), Raw(text, "application/json", "benchmark"))


def from_source(made: Draft, source: str) -> Draft:
    """The same draft from a source, for searches that are restricted to some."""
    return replace(made, article=replace(made.article, source=source))


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text, letter for letter but for case."""
    lowered = text.lower()
    return any(answer.lower() in lowered for answer in answers)
