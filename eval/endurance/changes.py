"""Questions that are asked while the indexes change beneath them.

A whole service over a small model answers questions about articles that stay. Others come, are replaced and go, and at
each time the indexes are published anew in the midst of the questions. Every answer must come, cite the article that
says it, and in that article's own words.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import perf_counter

from eval.endurance.outcomes import Outcome
from eval.endurance.serving import save_small_model, words_of
from eval.endurance.stand_ins import Fact, body, draft, facts
from index.storage.errors import IndexingError
from rag.errors import AnsweringError
from rag.records.search import Request
from rag.service.wiring import Service, opened
from rag.settings import Settings

_THREADS = 8
_FACTS = facts(40)


def trial(folder: Path, numbers: range, seed: int, questions: int = 200) -> Iterator[Outcome]:  # noqa: ARG001
    """So many questions across the change at each of the numbers. There is nothing for the seed to choose."""
    model = save_small_model(folder, words_of(_FACTS))
    # In the folder alone, not where readers' articles are. The model's weights are random: words decide what is found.
    settings = Settings(
        data=folder / "data",
        database=None,
        milvus=None,
        embedding_model=str(model),
        reader="none",
        dense_weight=0.0,
        threads=1,
    )
    with opened(settings, lambda _: None) as service, ThreadPoolExecutor(_THREADS) as pool:
        list(service.ingester.ingest(fact.article for fact in _FACTS))
        service.catalogue.publish()
        for number in numbers:
            asked = [_FACTS[n % len(_FACTS)] for n in range(questions)]
            answers = pool.map(partial(_ask, service), asked)
            _change(service, number)
            faults, seconds = zip(*answers, strict=True)
            wrong = [fault for fault in faults if fault]
            counts = {"questions": questions, "errors": len(wrong)}
            yield Outcome("changes", counts, {"seconds": max(seconds)}, "; ".join(wrong[:3]))


def _change(service: Service, number: int) -> None:
    """Articles come, are replaced and go; then another generation takes the place of this one."""
    coming = [f"a{number}-{n}" for n in range(5)]
    replaced = [f"a{number - 1}-{n}" for n in range(5)] if number else []
    drafts = [draft(article, body(article, number + 2)) for article in (*coming, *replaced)]
    with service.ingesting:
        list(service.ingester.ingest(drafts))
        service.store.remove([f"a{number - 2}-{n}" for n in range(5)])
        service.catalogue.refresh()
    service.catalogue.publish()


def _ask(service: Service, fact: Fact) -> tuple[str, float]:
    """What is wrong with an answer, and the seconds that it took."""
    started = perf_counter()
    try:
        answer = service.answerer.ask(Request(fact.question, service.settings.k)).answer
    except (IndexingError, AnsweringError, OSError, ValueError, RuntimeError, LookupError) as error:
        return f"{fact.question} {type(error).__name__}: {error}", perf_counter() - started
    taken = perf_counter() - started
    said = [words for citation in answer.citations for words in citation.sources]
    right = any(one.article_id == fact.article.article.id and fact.answer in one.cited_text for one in said)
    return "" if right else f"{fact.question} is answered {answer.text!r}", taken
