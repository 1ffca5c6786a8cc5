"""What the tests of reports share: scored results, folders of runs made of them, and the page as a parser sees it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import html

from eval.data.suites import Options
from eval.records import Excerpt, Gold, GoldQuote, RankedArticle, Result
from eval.report import write_report
from eval.runs.manifest import RunManifest, SuiteEntry, write_manifest
from eval.scores import score_case
from index.records import Metadata
from rag.records.answers import Answer, Citation, Source

TEXT = "Cầu Vàm mở ngày 2/9. Cầu dài 310 mét."
Json = dict[str, Any]


def excerpt(article: str, text: str = TEXT, start: int = 0, url: str | None = None) -> Excerpt:
    return Excerpt(
        article, 7, Metadata(f"Bài {article}", url, "Báo Sông", "2026-09-02"), text, start, start + len(text), 0.5
    )


def said(text: str, cited: str, passage: Excerpt, confidence: float = 0.8) -> Answer:
    """An answer `text [1]` that cites words of the passage."""
    at = passage.text.index(cited) + passage.start_char
    source = Source(passage.article_id, 7, Metadata(), cited, at, at + len(cited), 0.9, "full")
    return Answer(f"{text}[1]", "answered", confidence, "vi", (Citation(1, 0, len(text), text, (source,)),))


def result(key: str, **changed: Any) -> Result:
    """A right answer, "Cầu dài 310 mét.[1]", found first; scored."""
    passage = excerpt("a")
    plain = Result(
        id=key,
        kind="number",
        language="vi",
        group=key,
        question=f"Cầu Vàm dài bao nhiêu ({key})?",
        history=(),
        understood=f"Cầu Vàm dài bao nhiêu ({key})?",
        answerable=True,
        gold=Gold(("a",), (GoldQuote("a", "dài 310 mét"),), ("310 mét",)),
        ranking=(RankedArticle("a", 0.9), RankedArticle("b", 0.4)),
        answer=said("Cầu dài 310 mét.", "Cầu dài 310 mét.", passage),
        passages=(passage, excerpt("b", "Chợ nổi họp lúc năm giờ sáng.")),
        timings_ms={"encoding": 2.0, "search": 4.0, "answer": 14.0},
    )
    made = replace(plain, **changed)
    return made if "scores" in changed else replace(made, scores=score_case(made))


ABSTAINED = Answer("Tôi không biết.", "none", 0.2, "vi")
WRONG = said("Cầu Vàm mở ngày 2/9.", "Cầu Vàm mở ngày 2/9.", excerpt("a"))
NO_GOLD = Gold((), (), ())


def run_folder(
    folder: Path,
    suites: Mapping[str, Sequence[Result]],
    *,
    finished: bool = True,
    k: int = 10,
    planned: int | None = None,
) -> Path:
    folder.mkdir()
    manifest = RunManifest(
        version="0.1.0",
        commit="0123456789abcdef",
        dirty=False,
        started="2026-09-02T08:00:00+00:00",
        finished="2026-09-02T08:05:00+00:00" if finished else None,
        settings={"k": k, "dense_weight": 0.5},
        model={"name": "bundled", "fingerprint": "f"},
        chunking={"max_tokens": 224},
        k=k,
        prompts={},
        calibration="c",
        packages={},
        suites=tuple(SuiteEntry(name, name, planned or len(r), 2, "d", Options()) for name, r in suites.items()),
        summary={},
    )
    write_manifest(folder, manifest)
    for name, results in suites.items():
        (folder / f"{name}.jsonl").write_text("".join(one.to_json() + "\n" for one in results), encoding="utf-8")
    return folder


def report(target: Path, *runs: Path) -> tuple[html.HtmlElement, Json]:
    """The page as a browser's parser sees it, and the embedded cases."""
    write_report(runs, target)
    page = html.fromstring(target.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    return page, json.loads(page.xpath("string(//script[@id='data'])"))
