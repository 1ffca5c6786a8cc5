"""Whether a sentence speaks of the country that a question is about: another country's figure is a wrong answer.

A question that names countries other than Việt Nam can be answered by a sentence that names one of them. One that
names only others cannot, unless a place or country is what is asked for. One that names none speaks of the country
named last before it, or of those of its article's title; without either, of any that its article names.

Groups of states (EU, ASEAN) hold countries and are neither asked for nor in the way.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rag.asked import kind_asked
from rag.followups.entities import VIETNAM, entities
from rag.records import Passage

_GROUPS = frozenset(
    ["europe", "asia", "africa", "southeastasia", "middleeast", "southchinasea", "eu", "asean", VIETNAM]
)
# What a country is called only next to Việt Nam: "Việt - Trung", 越印.
_BESIDE = {
    **{"trung": "china", "thái": "thailand", "ấn": "india"},
    **{"中": "china", "俄": "russia", "印": "india", "日": "japan", "韩": "southkorea", "韓": "southkorea"},
    **{"美": "usa", "米": "usa", "法": "france", "仏": "france", "德": "germany", "独": "germany", "泰": "thailand"},
    **{"澳": "australia", "豪": "australia", "柬": "cambodia", "老": "laos"},
}
_PAIRED = re.compile(
    r"\bviệt\s?[-–]\s?(trung|thái|ấn)\b|\b(trung|thái|ấn)\s?[-–]\s?việt\b"
    "|([中俄印日韩韓美米法仏德独泰澳豪柬老])越|越([中俄印日韩韓美米法仏德独泰澳豪柬老])"
)
# A language, money, or another word that the syllable is part of.
_LED = re.compile(
    r"(?:\b(?:tiếng|đô la|in"
    r"|tư|hiến|lập|hành|hợp|phi|cú|thủ|thi|binh|võ|thư|bí|phạm|phép|ngữ|giáo|biện|giải|phương|cách|công|chính"
    r"|thẩm|tuyệt|hoàn|đạo|nhân|phúc|sinh|chủ|cập|thường|hằng|thiên|gió|thuốc)|\bпо-) ?$"
)
_FOLLOWED = re.compile(
    r"(?: ?dollars?| languages?|-speaking| proficiency|\S* язык\w*|語|语|文"
    r"| (?:luật|lý|lệnh|nhân|y|quy|danh|sư|chế|thuật|phẩm|quan|vị|nghệ|lệ|đình|tho|tin|tính|hạnh|độ|mẹ|phật|thánh"
    r"|phổ|trọng|thọ|linh|ký|báo|trình|thực|tân|cai))(?!\w)"
)
_LONGEST_WORD = 12
# Between two countries only what names both is meant.
_BETWEEN = re.compile(r"\b(?:giữa|between|между)\b|之间|之間|の間")


@lru_cache(maxsize=2048)
def countries(text: str) -> tuple[tuple[str, int], ...]:
    """The countries other than Việt Nam that a text names, each with its place; in their order. Linear."""
    lowered = text.lower()
    named = [
        (entity.key, entity.start)
        for entity in entities(text, None)
        if entity.kind == "country"
        and entity.key not in _GROUPS
        and not _LED.search(lowered[max(0, entity.start - _LONGEST_WORD) : entity.start])
        and not _FOLLOWED.match(lowered, entity.end)
        and text[entity.start : entity.end] != "English"
    ]
    named += [(_BESIDE[next(filter(None, pair.groups()))], pair.start()) for pair in _PAIRED.finditer(lowered)]
    return tuple(sorted(named, key=lambda name: name[1]))


class CountryAsked:
    """The countries that a question is about, and what the passages found for it are about."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self._asked = _keys(countries(question))
        self._names_place = kind_asked(question) == "place"
        is_pair = len(self._asked) > 1 and _BETWEEN.search(question.lower()) and "việt" not in question.lower()
        self._least = len(self._asked) if is_pair else 1
        self._of_article: dict[str, frozenset[str]] = {}
        for passage in passages if self._asked else ():
            article = passage.hit.chunk.article_id
            known = self._of_article.get(article, frozenset())
            self._of_article[article] = known | _keys(countries(passage.hit.chunk.text))

    def is_in(self, passage: Passage, start: int, end: int) -> bool:
        """Whether the sentence in `text[start:end]` of the passage's chunk speaks of a country that is asked about."""
        if not self._asked:
            return True
        named = countries(passage.hit.chunk.text)
        own = _keys(name for name in named if start <= name[1] < end)
        if own and not self._names_place:
            return self._are_asked(own)
        return self._are_asked(own.union(*self._around(passage, named, start)))

    def _around(self, passage: Passage, named: Sequence[tuple[str, int]], start: int) -> Iterator[frozenset[str]]:
        before = [key for key, place in named if place < start]
        titled = _keys(countries(passage.hit.title or ""))
        yield frozenset(before[-1:])
        yield titled or self._of_article[passage.hit.chunk.article_id]

    def _are_asked(self, found: frozenset[str]) -> bool:
        return len(found & self._asked) >= self._least


def _keys(named: Iterable[tuple[str, int]]) -> frozenset[str]:
    return frozenset(key for key, _ in named)
