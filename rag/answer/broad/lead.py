"""The service's own words above an answer to a broad question: how many articles, of when, and which are not quoted."""

from collections.abc import Sequence

from prompts import Prompts
from rag.answer.archive import span_written
from rag.records.search import Passage, Query

_TITLES_NAMED = 5
_LONGEST_TITLE = 90


def lead(query: Query, articles: Sequence[Passage], quoted: set[str], prompts: Prompts) -> str:
    """How many `articles` (a passage of each) speak of the matter, from when to when, and those not `quoted`.

    Written in the language requested, else in the question's.
    """
    language = prompts.spoken(query.answer_in or query.language)
    days = sorted(day for passage in articles if (day := passage.hit.metadata.day))
    titles = [
        _shortened(" ".join(title.split()))
        for passage in articles
        if passage.hit.chunk.article_id not in quoted and (title := passage.hit.metadata.title)
    ]
    said = prompts.filled(
        "overview",
        language,
        **(span_written(days[0], days[-1], language) if days else {}),
        count=str(len(articles)),
        undated=str(len(articles) - len(days) or ""),
        titles="; ".join([*titles[:_TITLES_NAMED], *(["…"] if len(titles) > _TITLES_NAMED else [])]),
    )
    return " ".join(said.splitlines())


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
