"""What the tools give as structured content: the fields of the HTTP API by the same names, without the bulk."""

from pydantic import BaseModel, Field

from rag.contract.answers import AnswerOut, AskOut, HitOut, MetadataOut, QueryOut, nearest_articles
from rag.contract.articles import ListedArticle, StoredArticle
from rag.contract.topics import NoticeOut, TopicNewsOut


class _Result(BaseModel):
    # Some clients show a model nothing but this, so the warning is to be in it.
    notice: str = Field(description="How to take the texts of articles in this result.")


class NearArticle(MetadataOut):
    """An article that is near the question and does not answer it."""

    article_id: str


class AnswerResult(_Result):
    """An answer. One whose `outcome` is `none` cites nothing, and names the articles that came nearest."""

    id: str
    conversation_id: str = Field(description="Give it with the next question to ask a follow-up.")
    generator: str
    query: QueryOut
    answer: AnswerOut
    nearest: list[NearArticle] = Field(
        description="Where the outcome is `none`: articles near the question, nearest first."
    )
    trouble: str | None = None
    kept: bool | None = Field(None, description="Whether the conversation keeps it; false where the disk is full.")

    @classmethod
    def of(cls, out: AskOut, notice: str) -> "AnswerResult":
        """An answer without the passages it was chosen from."""
        return cls(
            notice=notice,
            id=out.id,
            conversation_id=out.conversation_id,
            generator=out.generator,
            query=out.query,
            answer=out.answer,
            nearest=near_articles(out) if out.answer.outcome == "none" else [],
            trouble=out.trouble,
            kept=out.kept,
        )


class SearchResult(_Result):
    """What a search found, best first."""

    query: QueryOut
    hits: list[HitOut]


class BriefResult(_Result):
    """What is new on a matter; nothing where `notices` is 0."""

    news: TopicNewsOut


class NewNotices(BaseModel):
    """What a topic has found since it was last looked at."""

    topic: str
    name: str
    notices: list[NoticeOut]


class WhatsNewResult(_Result):
    """The news of each topic that has any; without topics, the newest articles."""

    topics: list[NewNotices]
    newest: list[ListedArticle] = Field(description="Where nothing is followed: the newest articles of the archive.")


class ArticleExcerpt(MetadataOut, _Result):
    """A part of an article: `text` is what stands from `start_char` to `end_char`."""

    article_id: str
    language: str | None
    characters: int = Field(description="Length of the whole article, in code points.")
    start_char: int
    end_char: int
    next_start: int | None = Field(description="`start` of the part that follows; null at the end of the article.")
    text: str

    @classmethod
    def of(cls, article: StoredArticle, notice: str, start: int, end: int | None, most: int) -> "ArticleExcerpt":
        """The part from `start` to `end`, and at most `most` characters of it."""
        characters = len(article.text)
        stop = min(characters, start + most, characters if end is None else end)
        return cls(
            notice=notice,
            article_id=article.id,
            **article.model_dump(include={*MetadataOut.model_fields, "language"}),
            characters=characters,
            start_char=start,
            end_char=stop,
            next_start=stop if stop < characters else None,
            text=article.text[start:stop],
        )


def near_articles(out: AskOut) -> list[NearArticle]:
    """The articles that an answer was looked for in, each once, nearest first."""
    return [NearArticle.model_validate(hit, from_attributes=True) for hit in nearest_articles(out.passages)]
