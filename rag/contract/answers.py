"""The wire shapes of answers and searches, and how records become them. Fields are added, never renamed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from index.language.showing import called
from rag.records.answers import Answer, Answered, Citation, Delta, Outcome, Source, Stage
from rag.records.search import AnswerKind, Copy, Found, Passage, Query


class PeriodOut(BaseModel):
    """The time that a question asks about; articles of that time go first, and no other is left out."""

    words: str = Field(description="The words of the question that say so.")
    first: date | None = Field(description="First day; null where only the newest is asked for.")
    last: date | None
    newest: bool = Field(description="Whether the newest is asked for.")


class QueryOut(BaseModel):
    """The question as it was understood."""

    text: str
    understood: str
    language: str
    understood_period: PeriodOut | None = None


class MetadataOut(BaseModel):
    """What is known of an article beside its words. `published_at` is an ISO 8601 date, or date and time.

    `named` is worked out here, once for every door.
    """

    title: str | None
    named: str = Field("", description="What it is called: its title; without one its first words, in “...”.")
    url: str | None
    source: str | None
    published_at: str | None
    date_inferred: bool = Field(False, description="Whether no page states the date, and it was read from the text.")

    withdrawn_at: str | None = Field(None, description="The day on which the page was found to be gone.")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, values: object) -> object:
        """Answers that were stored without a name call an untitled article by the words that they have of it."""
        if not isinstance(values, dict) or values.get("named"):
            return values
        words = values.get("opening") or values.get("cited_text") or values.get("text")
        return {**values, "named": called(values.get("title"), words if isinstance(words, str) else "")}

    @property
    def day(self) -> str | None:
        """The day of publication, and what there is to say of it, for a line of text."""
        day = self.published_at and self.published_at[:10]
        said = [f"{day} (inferred)" if day and self.date_inferred else day]
        said += [self.withdrawn_at and f"withdrawn, seen {self.withdrawn_at}"]
        return ", ".join(filter(None, said)) or None


class CopyOut(MetadataOut):
    """An article that says the same as the one shown, almost word for word."""

    article_id: str


class FoundOut(MetadataOut):
    """Words of an article: offsets into its text, end exclusive.

    In an answer that is read again, `changed` says what became of them since. Words that are gone keep the offsets they
    had, and what was found out about them then (`support`, `score`, a confidence) says nothing of the article as it is.
    """

    start_char: int
    end_char: int
    changed: Literal["moved", "edited", "removed"] | None = Field(
        None,
        description="In a kept answer: `moved`, the words stand elsewhere in the article now, at the offsets given; "
        "`edited`, they are no longer in it; `removed`, there is no such article any more.",
    )

    @property
    def gone(self) -> bool:
        """Whether no article has these words any more."""
        return self.changed in ("edited", "removed")


class HitOut(FoundOut):
    """A passage: `article.text[start_char:end_char] == text`, unless it is `gone`."""

    article_id: str
    chunk_id: int
    text: str
    score: float
    page: int | None = Field(None, description="The page of a paged document that the passage begins on, from 1.")
    copies: list[CopyOut] = Field([], description="Other articles found that say the same.")


class TranslationOut(BaseModel):
    """Cited words in another language, by a language model, checked: an aid to read them, no quotation."""

    language: str = Field(description="ISO 639-1.")
    text: str


class SourceOut(FoundOut):
    """The article side of a citation: `article.text[start_char:end_char] == cited_text`, unless it is `gone`."""

    article_id: str
    chunk_id: int
    cited_text: str
    score: float
    support: Literal["full", "partial"]
    why: str = Field("verbatim", description="What `support` rests on.")
    page: int | None = Field(None, description="The page of a paged document that the words begin on, from 1.")
    translation: TranslationOut | None = Field(None, description="Where they are in another language than asked for.")
    copies: list[CopyOut] = Field([], description="Other articles found that say the same.")


class CitationOut(BaseModel):
    """The answer side of a citation: `answer.text[start:end] == text`."""

    index: int
    start: int
    end: int
    text: str
    sources: list[SourceOut]


class ShortOut(BaseModel):
    """The words that answer: `answer.citations[citation].sources[source].cited_text[start:end] == text`."""

    text: str
    citation: int = Field(description="Position in `citations`, from 0.")
    source: int = Field(description="Position in that citation's `sources`, from 0.")
    start: int
    end: int


class ItemOut(BaseModel):
    """A line of a list, timeline, comparison or overview: `answer.text[start:end]`, markers included."""

    start: int
    end: int
    citations: list[int] = Field(description="Positions in `citations`, from 0.")
    day: date | None = Field(None, description="Of the event in a timeline, else of the article.")
    side: str | None = Field(None, description="The side of a comparison that it tells of.")
    article_id: str | None = None


class AnswerOut(BaseModel):
    """An answer. One that `abstained` says so in `text`; what it cites then is near the question, and no answer.

    With `disagreement` the cited articles give different figures, the newest first; `note` says so.
    """

    text: str
    outcome: Outcome = Field(description="Whether articles answer, only treat the subject, or do neither.")
    kind: AnswerKind = Field(description="The shape of the answer, which is that of the question.")
    short: ShortOut | None = None
    lead: str | None = Field(None, description="The service's own words that `text` begins with; they cite nothing.")
    items: list[ItemOut] = Field([], description="The lines of a list, timeline, comparison or overview.")
    abstained: bool = Field(description="Whether `outcome` is not `answered`.")
    confidence: float
    language: str
    citations: list[CitationOut]
    disagreement: bool = False
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _stored_before(cls, values: object) -> object:
        """Answers that were stored when they had neither outcome nor kind are read too."""
        if isinstance(values, dict) and "outcome" not in values:
            return {**values, "outcome": "none" if values.get("abstained") else "answered", "kind": "fact"}
        return values


class TimingsOut(BaseModel):
    """Milliseconds a stage."""

    encoding: float
    search: float
    answer: float
    total: float


class SearchOut(BaseModel):
    """What a search found, best first."""

    query: QueryOut
    hits: list[HitOut]
    timings_ms: TimingsOut


class ChecksOut(BaseModel):
    """How many sentences a language model wrote, and how many of them the check against the passages changed."""

    written: int
    repaired: int = Field(description="Cited another passage than the model said.")
    dropped: int = Field(description="Not supported by any passage, and left out.")


class AskOut(BaseModel):
    """An answer, and the passages it was chosen from, best first.

    `generator` is what the answer is from; where that is not what was asked for, `trouble` says why. `kept` is null
    where nothing was to be kept, and false where the disk had no room: the conversation goes on without this turn then.
    """

    id: str
    conversation_id: str
    generator: str
    query: QueryOut
    answer: AnswerOut
    passages: list[HitOut]
    timings_ms: TimingsOut
    checks: ChecksOut | None = None
    trouble: str | None = None
    kept: bool | None = Field(None, description="Whether the conversation keeps it.")


class StageOut(BaseModel):
    """The event `stage`: what is being done now."""

    stage: Literal["search", "answer"]


class PassagesOut(BaseModel):
    """The event `passages`: what the answer will be chosen from, and how the question was understood."""

    query: QueryOut
    passages: list[HitOut]


class DeltaOut(BaseModel):
    """The event `delta`: a further piece of `answer.text`."""

    text: str


# The events of a streamed answer, by the name that each has in the stream. The last one is `done`.
ANSWER_EVENTS: dict[str, type[BaseModel]] = {
    "stage": StageOut,
    "passages": PassagesOut,
    "delta": DeltaOut,
    "citation": CitationOut,
    "done": AskOut,
}


class Overview(BaseModel):
    """What a service has: articles, their chunks, what can answer, and the languages of its own words (ISO 639-1)."""

    articles: int
    chunks: int
    generators: list[str]
    generator: str = Field(description="What answers unless a request says.")
    languages: list[str]


class SettingsOut(BaseModel):
    """The settings that every answer of a service depends on."""

    answering: dict[str, str]


def nearest_articles(passages: Sequence[HitOut]) -> list[HitOut]:
    """The best passage of each article, in the passages' order: where an answer abstained, what to read instead."""
    best: dict[str, HitOut] = {}
    for hit in passages:
        best.setdefault(hit.article_id, hit)
    return list(best.values())


def search_out(found: Found) -> SearchOut:
    """A search's result as it goes out."""
    return SearchOut(query=query_out(found.query), hits=_hits(found.passages), timings_ms=_timings(found))


def ask_out(answered: Answered, answer_id: str, conversation_id: str) -> AskOut:
    """An answer as it goes out."""
    return AskOut(
        id=answer_id,
        conversation_id=conversation_id,
        generator=answered.generator,
        query=query_out(answered.query),
        answer=answer_out(answered.answer),
        passages=_hits(answered.passages),
        timings_ms=_timings(answered),
        checks=ChecksOut(**asdict(answered.checks)) if answered.checks else None,
        trouble=answered.trouble,
    )


def event_out(event: Stage | Found | Delta | Citation) -> StageOut | PassagesOut | DeltaOut | CitationOut:
    """A step of an answer in the making, as it goes out."""
    match event:
        case Stage(name=name):
            return StageOut(stage=name)
        case Found():
            return PassagesOut(query=query_out(event.query), passages=_hits(event.passages))
        case Delta(text=text):
            return DeltaOut(text=text)
        case Citation():
            return _citation(event)


def query_out(query: Query) -> QueryOut:
    """A question as it goes out."""
    period = PeriodOut(**asdict(query.period)) if query.period else None
    return QueryOut(text=query.text, understood=query.whole, language=query.language, understood_period=period)


def _hits(passages: Sequence[Passage]) -> list[HitOut]:
    return [
        HitOut(
            article_id=hit.chunk.article_id,
            chunk_id=hit.chunk.id,
            **asdict(hit.metadata),
            text=hit.chunk.text,
            start_char=hit.chunk.start,
            end_char=hit.chunk.end,
            score=round(passage.score, 6),
            page=hit.page(hit.chunk.start),
            copies=[_copy(copy) for copy in passage.copies],
        )
        for passage in passages
        for hit in (passage.hit,)
    ]


def _copy(copy: Copy) -> CopyOut:
    return CopyOut(article_id=copy.article_id, **asdict(copy.metadata))


def answer_out(answer: Answer) -> AnswerOut:
    """An answer as it goes out."""
    return AnswerOut(
        text=answer.text,
        outcome=answer.outcome,
        kind=answer.kind,
        short=ShortOut(**asdict(answer.short)) if answer.short else None,
        lead=answer.lead,
        items=[ItemOut(**asdict(item)) for item in answer.items],
        abstained=answer.abstained,
        confidence=answer.confidence,
        language=answer.language,
        citations=[_citation(citation) for citation in answer.citations],
        disagreement=answer.disagreement,
        note=answer.note,
    )


def source_out(source: Source) -> SourceOut:
    """The article side of a citation as it goes out."""
    return SourceOut(
        article_id=source.article_id,
        chunk_id=source.chunk_id,
        **asdict(source.metadata),
        cited_text=source.cited_text,
        start_char=source.start_char,
        end_char=source.end_char,
        score=source.score,
        support=source.support,
        why=source.why,
        page=source.page,
        translation=TranslationOut(**asdict(source.translation)) if source.translation else None,
        copies=[_copy(copy) for copy in source.copies],
    )


def _citation(citation: Citation) -> CitationOut:
    return CitationOut(
        index=citation.index,
        start=citation.start,
        end=citation.end,
        text=citation.text,
        sources=[source_out(source) for source in citation.sources],
    )


def _timings(result: Found | Answered) -> TimingsOut:
    timings = result.timings
    total = timings.encoding + timings.search + timings.answer
    return TimingsOut(**asdict(timings), total=round(total, 3))
