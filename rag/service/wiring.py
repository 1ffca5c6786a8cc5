"""Settings -> a service. The only place that names concrete classes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from index.chunking import Chunking
from index.derived.candidates import check_kind
from index.derived.generations import Catalogue
from index.derived.protocol import Indexes
from index.entities.browsing import Browsing
from index.entities.follower import EntityFollower
from index.fetching.feed_store import FeedStore
from index.fetching.visits import Visitor
from index.ingest import Ingester
from index.model.bundled import bundled_model
from index.model.embedder import Embedder
from index.model.encoder import Encoder
from index.store.store import Store
from index.stories.follower import StoryFollower
from index.stories.story_store import StoryStore
from prompts import PromptError, Prompts
from rag.answer.broad.answers import Broad
from rag.answer.budget import ContextBudget
from rag.answer.checking.support import SupportChecker
from rag.answer.extractive import Extractive
from rag.answer.written.generator import Written
from rag.answer.written.translating import Translator
from rag.answering import Answerer, Generator
from rag.errors import SettingsError
from rag.extras import needing_extra
from rag.models.protocol import LanguageModel
from rag.passages.copies import Copies
from rag.passages.fusion import Fusion, PassageWeights
from rag.passages.reading import Reader
from rag.question.rewriting import ModelRewriter
from rag.service.conversations import Conversations, opened_conversations
from rag.service.data_folder import (
    generations_folder,
    kept_states,
    opened_entities,
    opened_feeds,
    opened_milvus,
    opened_store,
    opened_stories,
    where,
)
from rag.service.visiting import visitor_of
from rag.settings import BUNDLED, Settings
from rag.suggesting.examples import Examples
from rag.suggesting.suggester import Suggester
from rag.topics.desk import opened_desk
from rag.topics.topics import Topics

Progress = Callable[[str], None]


class Follower(Protocol):
    """What derives something from the articles as they change."""

    def follow(self) -> bool:
        """Work on the next changes, a bounded number of them; True where there is more to do."""


def is_local(owner: str) -> bool:
    """Whether an owner needs no key: who does not know the keys makes no issues for those that have one."""
    return owner == ""


@dataclass(frozen=True, slots=True)
class Service:
    """The open parts that a client in this process uses.

    `ingesting` is held by whoever writes articles, a batch at a time, so that each batch is found when it is
    acknowledged. Once `stopping` is set, what takes long ends early. `followers` derive more from the articles.
    `alive` tells whether an owner's key lets in still.
    """

    settings: Settings
    store: Store
    encoder: Encoder
    ingester: Ingester
    catalogue: Indexes
    answerer: Answerer
    conversations: Conversations
    feeds: FeedStore
    visitor: Visitor | None
    stories: StoryStore
    topics: Topics
    browsing: Browsing
    suggester: Suggester
    examples: Examples
    alive: Callable[[str], bool] = is_local
    followers: tuple[Follower, ...] = ()
    ingesting: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)


@contextmanager
def opened_encoder(settings: Settings, progress: Progress) -> Iterator[Encoder]:
    """The embedding model on its thread."""
    progress("Loading the embedding model")
    bundled = bundled_model(settings.data, progress) if BUNDLED in (settings.embedding_model, settings.reader) else None
    with closing(kept_states(settings)) as kept:
        embedder = Embedder.load(
            bundled if bundled and settings.embedding_model == BUNDLED else settings.embedding_model,
            precision=settings.precision,
            threads=settings.threads,
            reader=settings.reader,
            reads_with=bundled,
            kept=kept if settings.states_megabytes else None,
        )
        encoder = Encoder(embedder, queue_limit=settings.queue)
        try:
            yield encoder
        finally:
            encoder.close()


@contextmanager
def opened_ingester(settings: Settings, progress: Progress) -> Iterator[tuple[Store, Ingester, Encoder]]:
    """What taking articles in needs."""
    with opened_store(settings) as store, opened_encoder(settings, progress) as encoder:
        yield store, Ingester(store, encoder, Chunking(settings.chunk_tokens)), encoder


@contextmanager
def opened_catalogue(settings: Settings, store: Store, encoder: Encoder, progress: Progress) -> Iterator[Indexes]:
    """The derived indexes, checked or made anew. ModelError if they belong to another model."""
    try:
        check_kind(settings.vector_index, encoder.dimension)
    except ValueError as error:
        raise SettingsError(f"vector_index: {error}; give auto, Flat, or such as IVF4096,SQ8") from error
    store.claim_model(encoder.fingerprint, settings.embedding_model)
    progress("Checking the indexes")
    if settings.milvus is not None:
        with opened_milvus(settings) as milvus:
            # Here, as it needs the extra `cluster`.
            from index.cluster.catalogue import ClusterCatalogue  # noqa: PLC0415

            made_for = (encoder.fingerprint, encoder.dimension, milvus.plan)
            yield ClusterCatalogue(store, milvus.client, *made_for, indexes=settings.indexes)
        return
    folder, kind = generations_folder(settings), settings.vector_index
    catalogue = Catalogue(store, folder, encoder.fingerprint, encoder.dimension, kind)
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def opened(settings: Settings, progress: Progress, alive: Callable[[str], bool] = is_local) -> Iterator[Service]:
    """The whole service; `alive` tells whether an owner's key lets in still."""
    with (
        opened_ingester(settings, progress) as (store, ingester, encoder),
        opened_catalogue(settings, store, encoder, progress) as catalogue,
        put_together(settings, store, encoder, ingester, catalogue, progress, alive) as service,
    ):
        yield service


@contextmanager
def put_together(
    settings: Settings,
    store: Store,
    encoder: Encoder,
    ingester: Ingester,
    catalogue: Indexes,
    progress: Progress,
    alive: Callable[[str], bool] = is_local,
) -> Iterator[Service]:
    """The whole service out of parts that are open; `alive` tells whether an owner's key lets in still."""
    prompts = _prompts(settings)
    weights = PassageWeights(relevance=0.0 if settings.reader in ("bundled", "none") else 1.0)
    with (
        opened_conversations(where(settings, "conversations")) as conversations,
        opened_feeds(settings) as feeds,
        opened_stories(store) as stories,
        opened_desk(where(settings, "desk")) as desk,
        opened_entities(store) as entities,
        opened_entities(store) as kept,
        _opened_models(settings, progress) as models,
    ):
        extractive = Extractive.load(prompts)
        checker = SupportChecker(encoder)
        written: dict[str, Generator] = {
            name: Written(
                name,
                model,
                prompts=prompts,
                checker=checker,
                extractive=extractive,
                max_tokens=settings.answer_tokens,
            )
            for name, model in models.items()
        }
        answerer = Answerer(
            store=store,
            catalogue=catalogue,
            encoder=encoder,
            generators={"extractive": extractive, **written},
            generator=settings.generator,
            budget=ContextBudget(settings.context_tokens),
            fusion=Fusion(dense_weight=settings.dense_weight),
            reader=Reader(encoder, weights),
            rewriters={name: ModelRewriter(model, prompts) for name, model in models.items()},
            translators={
                name: Translator(model, prompts, checker, settings.answer_tokens) for name, model in models.items()
            },
            copies=Copies(),
            prompts=prompts,
            broad=Broad(prompts),
        )
        suggester = Suggester(answerer, prompts, settings.k)
        examples = Examples(suggester, store, catalogue)
        topics = Topics(desk, answerer, encoder, stories, alive)
        yield Service(
            settings,
            store,
            encoder,
            ingester,
            catalogue,
            answerer,
            conversations,
            feeds,
            visitor_of(settings),
            stories,
            topics,
            Browsing(entities),
            suggester,
            examples,
            alive,
            # What is kept in the database needs one process that follows, what is kept in memory each.
            followers=(
                EntityFollower(store, kept),
                StoryFollower(store, stories, catalogue, encoder.fingerprint),
                topics.follower,
                topics.briefings,
                examples,
            )
            if settings.indexes
            else (examples,),
        )


@contextmanager
def _opened_models(settings: Settings, progress: Progress) -> Iterator[dict[str, LanguageModel]]:
    """The language models that are set up, by the name of the generator that uses them."""
    models: dict[str, LanguageModel] = {}
    with ExitStack() as stack:
        if settings.llm_url is not None and settings.llm_model is not None:
            with needing_extra():
                # Here, as it needs the extra `llm`.
                from rag.models.endpoint import Endpoint  # noqa: PLC0415
            seconds = settings.llm_seconds
            models["openai"] = Endpoint(
                str(settings.llm_url), settings.llm_model, settings.llm_key, timeout=seconds, whole=seconds
            )
        if settings.local_model is not None:
            # Here, as transformers' models take seconds to load.
            from rag.models.local import Local  # noqa: PLC0415

            progress("Loading the language model")
            local = Local(settings.local_model, settings.threads, settings.llm_seconds)
            models["local"] = stack.enter_context(closing(local))
        yield models


def _prompts(settings: Settings) -> Prompts:
    try:
        return Prompts(settings.prompts)
    except PromptError as error:
        raise SettingsError(f"prompts: {error}") from error
