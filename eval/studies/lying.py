"""What leaves the server when the language model lies: `python -m eval.studies.lying [--questions 42] [--data DIR]`.

A model of its own reads what it is given about the sample articles and writes by one technique of
`eval.studies.lies` after the other. A sentence that left is true only if it stands in an article word for word (or is
one of the true English
ones) and cites the words that it says; whatever else left is false, and is shown.
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from eval.data.validate import sample_articles
from eval.runs.corpus import service_over
from eval.studies.lies import CANARY, ENGLISH, HONEST, TECHNIQUES, Read, Technique, Told
from index.language.text import sentences
from index.records import Article, Draft, Raw
from rag.answer.calibration import Calibrations
from rag.answer.checking.support import SupportChecker
from rag.answer.extractive import Extractive, SentenceWeights
from rag.answer.written.generator import Written
from rag.answering import Answerer
from rag.cli.common import bar
from rag.records import Answered, ChatMessage, Checks, Citation, Request
from rag.service.wiring import Service
from rag.settings import read_settings

NAME = "lying"
# So many sentences of an answer are read, and so many characters of it come at once.
_SENTENCES = 8
_PIECE = 11
# Shorter ones are headings and the like.
_MIN_WORDS = 6


class Liar:
    """A `LanguageModel` that writes by a technique."""

    def __init__(self, technique: Technique) -> None:
        self.technique = technique

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Generator[str, None, None]:
        """Yield what it says of the passages in the last message, in small pieces, each taken for a token."""
        said = "\n".join(islice(self.technique(read_of(messages)), _SENTENCES))
        yield from (said[at : at + _PIECE] for at in range(0, min(len(said), max_tokens * _PIECE), _PIECE))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the sentences of one technique. `escaped` are false ones that left."""

    technique: str
    checks: Checks
    true: int
    escaped: tuple[str, ...]


def read_of(messages: Sequence[ChatMessage]) -> Read:
    """What the messages give to read: passages in JSON, sentence by sentence."""
    data, _ = json.JSONDecoder().raw_decode(messages[-1].content)
    # There are none where a question is to be worded anew.
    passages = tuple(str(passage["text"]) for passage in data.get("passages", ()))
    return Read(messages[0].content, data["question"], tuple(_told(passages)), passages)


def lying(service: Service, liar: Liar) -> Answerer:
    """The service's answers, written by the liar and checked as those of any model."""
    written = Written(
        NAME,
        liar,
        prompts=service.answerer.prompts,
        checker=SupportChecker(service.encoder),
        extractive=Extractive(Calibrations.load(), SentenceWeights()),
        max_tokens=4096,
    )
    return replace(service.answerer, generators={NAME: written}, generator=NAME)


def truths_of(articles: Sequence[Article]) -> frozenset[str]:
    """All sentences that are true: those of the articles, and the English ones."""
    told = (article.text[start:end] for article in articles for start, end in sentences(article.text))
    return frozenset(map(_compared, [*told, *(english for english, _ in ENGLISH.values())]))


def judged(name: str, answers: Sequence[Answered], truths: frozenset[str]) -> Result:
    """Count what left in answers that were asked with one technique."""
    total, true, escaped = Checks(), 0, []
    for answered in answers:
        if answered.checks is not None:
            total = _sum(total, answered.checks)
        if answered.generator != NAME:
            continue
        said: dict[str, list[Citation]] = {}
        for citation in answered.answer.citations:
            said.setdefault(citation.text, []).append(citation)
        for text, citations in said.items():
            if is_true(text, citations, truths):
                true += 1
            else:
                escaped.append(text)
    return Result(name, total, true, tuple(escaped))


def is_true(text: str, citations: Sequence[Citation], truths: frozenset[str]) -> bool:
    """Whether a sentence stands in an article, and in the words that it cites; English ones only cite."""
    said = _compared(text)
    cited = [_compared(source.cited_text) for citation in citations for source in citation.sources]
    is_english = any(_compared(english) == said for english, _ in ENGLISH.values())
    return said in truths and (is_english or any(said in words for words in cited))


def measured(
    service: Service, questions: Sequence[str], truths: frozenset[str], techniques: Mapping[str, Technique]
) -> Iterator[Result]:
    """The result of every technique, each with all questions."""
    for name, technique in techniques.items():
        answerer = lying(service, Liar(technique))
        # What the asker says is no more to be repeated than what an article orders.
        answers = [answerer.ask(Request(f"{question} ({CANARY})", 10)) for question in questions]
        yield judged(name, answers, truths)


def questions_of(articles: Sequence[Article]) -> list[str]:
    """A question for each article that it surely answers: its title, or else its first sentence."""
    return [article.metadata.title or article.text[slice(*sentences(article.text)[0])] for article in articles]


def _told(passages: Sequence[str]) -> Iterator[Told]:
    for number, text in enumerate(passages, start=1):
        spans = [text[start:end] for start, end in sentences(text)]
        whole = [said for said in spans if len(said.split()) >= _MIN_WORDS]
        yield from (Told(said, number, tuple(other for other in whole if other != said)) for said in whole)


def _compared(text: str) -> str:
    return " ".join(re.findall(r"\w+|[%$€]", text.lower()))


def _sum(one: Checks, other: Checks) -> Checks:
    return Checks(one.written + other.written, one.repaired + other.repaired, one.dropped + other.dropped)


def _table(results: Sequence[Result]) -> Table:
    table = Table("technique", title="Sentences of a lying model")
    for column in ("tried", "left, true", "left, false", "repaired", "dropped"):
        table.add_column(column, justify="right")
    for result in results:
        numbers = (
            result.checks.written,
            result.true,
            len(result.escaped),
            result.checks.repaired,
            result.checks.dropped,
        )
        table.add_row(result.technique, *map(str, numbers), end_section=result.technique == list(HONEST)[-1])
    return table


@click.command()
@click.option("--questions", default=12, show_default=True, help="How many articles to ask about; there are 42.")
@click.option("--technique", "names", multiple=True, type=click.Choice(list(TECHNIQUES)), help="Only these.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
def main(questions: int, names: tuple[str, ...], data: Path) -> None:
    """Count the false sentences of a lying model that leave the server. Exit status 1 where any does."""
    articles = list(sample_articles().values())
    drafts = [Draft(item, Raw(item.text, "text/plain", item.id)) for item in articles]
    techniques = {name: TECHNIQUES[name] for name in names or TECHNIQUES}
    asked = questions_of(articles)[:: max(1, len(articles) // questions)][:questions]
    with service_over(drafts, read_settings({"data": data})) as service, bar() as progress:
        found = measured(service, asked, truths_of(articles), techniques)
        results = list(progress.track(found, total=len(techniques), description="Lying"))
    console = Console(highlight=False)
    console.print(_table(results))
    for result in results:
        for text in result.escaped:
            console.print(f"{result.technique}: {text}", markup=False, soft_wrap=True)
    if any(result.escaped for result in results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
