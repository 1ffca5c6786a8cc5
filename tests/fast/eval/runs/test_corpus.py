from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from pydantic import SecretStr
from typing_extensions import override

from eval.runs.corpus import Bench, identity, opened_bench, opened_corpus
from index.records import Draft, Metadata
from rag.records.search import Request
from rag.service.data_folder import opened_store
from tests.support.encoders import draft
from tests.support.sample import settings_for
from tests.support.service import save_small_model

ARTICLES = [draft(f"a{number}", f"Bài số {number} kể chuyện con thuyền thứ {number}.") for number in range(40)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_model(tmp_path_factory.mktemp("small"), "Bài số kể chuyện con thuyền thứ")


@pytest.fixture
def bench(tmp_path: Path, model: Path) -> Iterator[Bench]:
    with opened_bench(settings_for(tmp_path, model, precision="fp32", reader="none")) as bench:
        yield bench


def test_an_index_is_made_once(bench: Bench) -> None:
    corpus = identity(ARTICLES, bench)
    with opened_corpus(ARTICLES, corpus, bench) as service:
        assert service.store.counts() == (40, 40)
        first = service.answerer.search(Request("con thuyền thứ 7", 3)).passages
    embedded = bench.encoder.counters.texts
    with opened_corpus(ARTICLES, corpus, bench) as service:
        assert bench.encoder.counters.texts == embedded
        assert service.settings.data.parent == bench.settings.data / "eval" / "corpora"
        again = service.answerer.search(Request("con thuyền thứ 7", 3)).passages
    assert first[0].hit.chunk.article_id == "a7"
    assert again == first


def test_articles_in_another_index_are_not_embedded_again(bench: Bench) -> None:
    with opened_corpus(ARTICLES[:30], identity(ARTICLES[:30], bench), bench):
        pass
    assert bench.encoder.counters.texts == 30
    with opened_corpus(ARTICLES, identity(ARTICLES, bench), bench) as service:
        assert service.store.counts() == (40, 40)
    assert bench.encoder.counters.texts == 40


class Interrupted(list[Draft]):
    """Articles whose reading is interrupted at the thirtieth."""

    @override
    def __iter__(self) -> Iterator[Draft]:
        yield from islice(super().__iter__(), 29)
        raise KeyboardInterrupt


def test_an_ingestion_that_broke_off_goes_on(bench: Bench) -> None:
    """What was ingested in whole batches, of 16 articles, stays."""
    corpus = identity(ARTICLES, bench)
    folder = bench.settings.data / "eval" / "corpora" / corpus[:16]
    with pytest.raises(KeyboardInterrupt), opened_corpus(Interrupted(ARTICLES), corpus, bench):
        pass
    with opened_store(bench.settings.model_copy(update={"data": folder})) as store:
        assert store.counts()[0] == 16

    with opened_corpus(ARTICLES, corpus, bench) as service:
        assert service.store.counts() == (40, 40)
    assert bench.encoder.counters.texts == 40


def test_the_identity_is_of_everything_that_an_index_hangs_on(bench: Bench) -> None:
    ours = identity(ARTICLES, bench)
    assert len(ours) == 64
    assert ours == identity(list(ARTICLES), bench)
    first = ARTICLES[0]
    others = [
        identity(ARTICLES[1:], bench),
        identity([*ARTICLES[1:], first], bench),
        identity([replace(first, article=replace(first.article, id="b")), *ARTICLES[1:]], bench),
        identity(
            [replace(first, article=replace(first.article, metadata=Metadata(source="Báo"))), *ARTICLES[1:]], bench
        ),
        identity(ARTICLES, replace(bench, settings=bench.settings.model_copy(update={"chunk_tokens": 100}))),
        identity(ARTICLES, replace(bench, settings=bench.settings.model_copy(update={"precision": "int8"}))),
    ]
    assert len({ours, *others}) == 7
    elsewhere = bench.settings.model_copy(update={"k": 3, "data": Path("elsewhere")})
    assert identity(ARTICLES, replace(bench, settings=elsewhere)) == ours


def test_articles_to_measure_on_never_come_among_readers(bench: Bench) -> None:
    """The address leads nowhere: who asked it for the articles would fail."""
    settings = bench.settings.model_copy(update={"database": SecretStr("postgresql://ai@127.0.0.1:1/hoidap")})
    elsewhere = replace(bench, settings=settings)
    with opened_corpus(ARTICLES, identity(ARTICLES, elsewhere), elsewhere) as service:
        assert service.store.counts() == (40, 40)
