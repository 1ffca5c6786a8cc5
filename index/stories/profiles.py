"""What is compared of an article to tell whether another is about the same event: its subject, its names, its days."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.arrays import Vectors, unit
from index.language.entities import entities
from index.model.centring import Centring
from index.records import Article

# What an article is about, it says in its title and its first paragraphs.
_OPENING = 800
# A day that lies further from an article's own tells of what was before, or will be.
_NEWS_DAYS = 7
_DAY = re.compile(r"@(?:\d{4}-)?\d\d-\d\d")


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """An article as it is compared.

    `vector`, of length 1, is the mean of its chunks' vectors, each centred. `names` are the entities that it names, as
    `kind:key`. `opening` are the days of its news as `@07-16`, without the year, that it opens with, and `days` all of
    them. `published` is the day of publication.
    """

    vector: Vectors
    names: frozenset[str]
    opening: frozenset[str]
    days: frozenset[str]
    published: date | None


def profile_of(article: Article, vectors: Vectors, centring: Centring | None) -> Profile:
    """The profile of an article with the vectors of its chunks, float32 of shape (chunks, dimension)."""
    published = article.metadata.day
    titled = f"{article.metadata.title}. {article.text}" if article.metadata.title else article.text
    found = entities(titled, published)
    told = [(one.start, day) for one in found if one.kind == "date" and (day := _news_day(one.key, published))]
    opening = frozenset(day for start, day in told if start < _OPENING)
    own = frozenset({published.strftime("@%m-%d")} if published else ())
    return Profile(
        unit((centring.moved(vectors) if centring else vectors).mean(axis=0, keepdims=True))[0],
        frozenset(f"{one.kind}:{one.key}" for one in found if one.kind != "date"),
        opening or own,
        frozenset(day for _, day in told) | own,
        published,
    )


def _news_day(key: str, published: date | None) -> str | None:
    """The day that a mention with this key names, if it is one of the news: near to the article's own.

    Of an article without a date, a day that is written without a year: with it, it is one of the past.
    """
    days = [part for part in key.split(",") if _DAY.fullmatch(part)]
    written = [day for day in days if len(day) > len("@07-16")]
    if published is None:
        return days[0] if days and not written else None
    near = written and abs(date.fromisoformat(written[0][1:]) - published) <= timedelta(_NEWS_DAYS)
    return f"@{written[0][-5:]}" if near else None
