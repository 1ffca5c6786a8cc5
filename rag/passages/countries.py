"""Whether a sentence is about the country that a question names: another country's figure is a wrong answer.

A question that names countries other than Việt Nam can be answered by a sentence that names one of them. One that
names only others cannot, unless a place or country is what is asked for. One that names none speaks of the country
named last before it in its paragraph, or of those of its article's title; where that names none, of any that the
article names. A question about something between two countries needs both.

Groups of states (EU, ASEAN) hold countries: they are neither asked for nor in the way.
"""

import re
from collections.abc import Iterable, Sequence

from index.language.countries import Named, countries
from index.language.gazetteer import VIETNAM
from index.language.names import names
from index.records import passage_text
from rag.question.shape import type_asked
from rag.records.search import Passage, Sentence

_BETWEEN = re.compile(r"\b(?:giữa|between|между)\b|之间|之間|の間")


class CountryGuard:
    """Tells which sentences of the passages retrieved for a question are about the countries that it names."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self._asked = _keys(countries(question))
        self._is_place = type_asked(question) == "place"
        with_vietnam = any(name.key == VIETNAM for name in names(question))
        self._is_pair = len(self._asked) > 1 and not with_vietnam and _BETWEEN.search(question.lower()) is not None
        self._of_article: dict[str, frozenset[str]] = {}
        for chunk in (passage.hit.chunk for passage in passages if self._asked):
            known = self._of_article.get(chunk.article_id, frozenset())
            self._of_article[chunk.article_id] = known | _keys(countries(chunk.text))

    def is_in(self, passage: Passage, sentence: Sentence) -> bool:
        """Whether the sentence is about a country of the question; True where the question names none but Việt Nam."""
        if not self._asked:
            return True
        start, end = sentence.start - passage.hit.chunk.start, sentence.end - passage.hit.chunk.start
        own = _keys(name for name in countries(passage.hit.chunk.text) if start <= name.start < end)
        if self._is_pair:
            return self._asked <= own | self._around(passage, start)
        if own and not self._is_place:
            return bool(self._asked & own)
        return bool(self._asked & (own | self._around(passage, start)))

    def _around(self, passage: Passage, start: int) -> frozenset[str]:
        text, article = passage.hit.chunk.text, passage.hit.chunk.article_id
        paragraph = text.rfind("\n", 0, start) + 1
        before = [name for name in countries(text) if paragraph <= name.start < start]
        titled = _keys(countries(passage.hit.metadata.title or ""))
        return _keys(before[-1:]) | (titled or self._of_article[article])


def countries_first(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages of articles that name a country of the question in any of them, then the others, each in order."""
    about = {passage.hit.chunk.article_id for passage in of_countries(question, passages)}
    return sorted(passages, key=lambda passage: passage.hit.chunk.article_id not in about)


def of_countries(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages of articles that name a country of the question in any of them; all where none does."""
    about = _articles_about(_keys(countries(question)), passages)
    return [passage for passage in passages if not about or passage.hit.chunk.article_id in about]


def names_others(question: str, passages: Sequence[Passage]) -> bool:
    """Whether the question names countries of which none of the passages names one."""
    asked = _keys(countries(question))
    return bool(asked) and not _articles_about(asked, passages)


def _articles_about(asked: frozenset[str], passages: Sequence[Passage]) -> set[str]:
    if not asked:  # most questions: no passage needs to be looked through
        return set()
    return {
        passage.hit.chunk.article_id
        for passage in passages
        if asked & _keys(countries(passage_text(passage.hit.metadata.title, passage.hit.chunk.text)))
    }


def _keys(named: Iterable[Named]) -> frozenset[str]:
    return frozenset(name.key for name in named)
