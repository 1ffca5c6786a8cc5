"""The wire shapes of stories and timelines, and how records become them. Fields are added, never renamed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from index.language.text import folded_tokens, nfc
from index.stories.records import Member, Sought, Story
from rag.contract.answers import AnswerOut, QueryOut, SourceOut, answer_out, query_out, source_out
from rag.contract.articles import ListedArticle
from rag.contract.questions import FilterBody, Question, Short
from rag.records.answers import Answered
from rag.records.stories import StoryPage

_NEWEST = 3
_PLACE = r"^(\d{4}-\d\d-\d\d)? \d{1,18}$"


class _Narrowed(FilterBody):
    """Filters as a query string has them: `source` may be given again."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sources: list[Short] = Field([], alias="source", max_length=100, description="Names of sources; all if absent.")


class StoriesQuery(_Narrowed):
    """Which stories are wanted: those with an article that passes all of it."""

    entities: list[Annotated[Short, StringConstraints(pattern=r"^[a-z]+:.")]] = Field(
        [], alias="entity", max_length=20, description="What the article names, as `country:japan`; all of them."
    )
    q: Annotated[str, StringConstraints(max_length=300)] | None = Field(
        None, description="Words that the article's title holds; diacritics may be missing."
    )
    limit: int = Field(20, ge=1, le=100)
    after: Annotated[str, StringConstraints(pattern=_PLACE)] | None = Field(
        None, description="`next` of the page before."
    )

    def sought(self) -> Sought:
        """As the stories' store takes it."""
        return Sought(self.filters(), tuple(self.entities), tuple(folded_tokens(nfc(self.q or ""))))


class TimelineQuery(_Narrowed):
    """What a timeline is wanted of, from which articles."""

    q: Question = Field(description="The matter, as a question or in some words.")
    limit: int = Field(20, ge=1, le=50, description="Most lines.")


class StoryCard(BaseModel):
    """A story in a list: articles about one event. `newest` are the newest of them."""

    id: int
    title: str | None = Field(description="The title of the article nearest to the middle of the story.")
    articles: int
    sources: int = Field(description="How many sources the articles are of.")
    first: date | None
    last: date | None
    newest: list[ListedArticle]


class StoriesOut(BaseModel):
    """A page of stories of two articles or more, the one with the newest article first."""

    stories: list[StoryCard]
    total: int
    next: str | None


class StoryArticle(ListedArticle):
    """An article of a story, and what it opens with."""

    opening: SourceOut | None


class DifferenceOut(BaseModel):
    """Sentences of a story's articles that give different figures for one thing, the newest article first."""

    sides: list[SourceOut]


class StoryOut(BaseModel):
    """A story with all its articles, the newest first, and where their figures differ."""

    id: int
    title: str | None
    first: date | None
    last: date | None
    articles: list[StoryArticle]
    differences: list[DifferenceOut]


class TimelineOut(BaseModel):
    """A timeline: the answer's items are its lines, those of no known day last."""

    query: QueryOut
    answer: AnswerOut
    events: int = Field(description="How many lines there are.")


def stories_out(stories: Sequence[Story], total: int, following: str | None) -> StoriesOut:
    """A page of stories as it goes out."""
    return StoriesOut(stories=[_card(story) for story in stories], total=total, next=following)


def story_out(page: StoryPage) -> StoryOut:
    """A story as it goes out."""
    story = page.story
    return StoryOut(
        id=story.id,
        title=story.title,
        first=story.first,
        last=story.last,
        articles=[
            StoryArticle(**_listed(one).model_dump(), opening=source_out(opening) if opening else None)
            for one, opening in zip(story.members, page.openings, strict=True)
        ],
        differences=[DifferenceOut(sides=[source_out(side) for side in sides]) for sides in page.differences],
    )


def timeline_out(answered: Answered) -> TimelineOut:
    """A timeline as it goes out."""
    answer = answer_out(answered.answer)
    return TimelineOut(query=query_out(answered.query), answer=answer, events=len(answer.items))


def _card(story: Story) -> StoryCard:
    return StoryCard(
        id=story.id,
        title=story.title,
        articles=len(story.members),
        sources=story.sources,
        first=story.first,
        last=story.last,
        newest=[_listed(one) for one in story.members[:_NEWEST]],
    )


def _listed(one: Member) -> ListedArticle:
    return ListedArticle(id=one.article_id, **asdict(one.metadata), characters=one.characters)
