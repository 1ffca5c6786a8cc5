"""Whether a sentence is about the country that a question names: another country's figure is a wrong answer.

A question that names countries other than Việt Nam can be answered by a sentence that names one of them. One that
names only others cannot, unless a place or country is what is asked for. One that names none speaks of the country
named last before it in its paragraph, or of those of its article's title; where that names none, of any that the
article names. A question about something between two countries needs both.

Groups of states (EU, ASEAN) hold countries: they are neither asked for nor in the way.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.language.entities import VIETNAM, entities
from index.language.names import names
from rag.question.kinds import kind_asked
from rag.records import Passage, Sentence

_GROUPS = frozenset(["europe", "asia", "africa", "southeastasia", "middleeast", "southchinasea", "eu", "asean"])
# What a country is called only next to Việt Nam: "Việt - Trung", 越印贸易.
_BESIDE = {
    **{"trung": "china", "thái": "thailand", "中": "china", "俄": "russia", "露": "russia", "印": "india"},
    **{"日": "japan", "韩": "southkorea", "韓": "southkorea", "美": "usa", "米": "usa", "法": "france"},
    **{"仏": "france", "德": "germany", "独": "germany", "泰": "thailand", "澳": "australia", "豪": "australia"},
}
_ONE = "[中俄露印日韩韓美米法仏德独泰澳豪]"
_PAIRED = re.compile(
    r"\b(?:(?:thương mại|kim ngạch|biên giới|quan hệ) việt |việt ?[-–] ?)(trung|thái)\b(?! (?:ương|nguyên|bình))"
    f"|(?:({_ONE})越|越({_ONE}))(?:两国|双边|間の?|之间的?|の)?(?:贸易|貿易|经贸|关系|関係|合作|協力)"
)
# A country's name that is a language's, money's, or part of another word.
_LED = re.compile(r"\b(?:(?:tiếng|đô la) |по-)$")
_FOLLOWED = re.compile(r"(?: dollars?| cents?| languages?|-speaking| язык\w*|語|语|文)(?!\w)")
_ENDS_WORD = re.compile(
    r"\b(?:(?:tư|hiến|lập|hành|hợp|phi|cú|thủ|thi|binh|võ|thư|bí|phạm|giáo) pháp|(?:thẩm|tuyệt|hoàn) mỹ"
    r"|(?:nhân|phúc|âm) đức|(?:thường|bạch) nhật|(?:hằng|thiên) nga|(?:thuốc|gió) lào)$"
)
_BEGINS_WORD = re.compile(
    r"(?:english|pháp (?:luật|lý|lệnh|nhân|y|quy(?! định)|danh|sư|chế(?! tạo)|đình)"
    r"|mỹ (?:thuật|phẩm|nhân|quan|vị|nghệ|lệ|đình|tho)"
    r"|đức (?:tin(?! rằng)|tính|hạnh|độ|mẹ|phật|thánh|phổ|trọng|thọ|linh)"
    r"|nhật (?:ký(?! kết| với| hiệp| th[ỏo]| hợp)|báo(?! cáo)|trình|thực(?! hiện)|tân)|lào cai)(?!\w)"
)
_LONGEST = 12
_BETWEEN = re.compile(r"\b(?:giữa|between|между)\b|之间|之間|の間")


class Named(NamedTuple):
    """A country's key, as in `index.language.names`, and where in a text it is named."""

    key: str
    start: int


@lru_cache(maxsize=2048)
def countries(text: str) -> tuple[Named, ...]:
    """The countries other than Việt Nam that a text in NFC names, by place. Linear."""
    lowered = text.replace("İ", "I").lower()
    named = [
        Named(entity.key, entity.start)
        for entity in entities(text, None)
        if entity.kind == "country"
        and entity.key != VIETNAM
        and entity.key not in _GROUPS
        and not _is_something_else(lowered, entity.start, entity.end)
    ]
    named += [Named(_BESIDE[next(filter(None, pair.groups()))], pair.start()) for pair in _PAIRED.finditer(lowered)]
    return tuple(sorted(named, key=lambda name: name.start))


def _is_something_else(lowered: str, start: int, end: int) -> bool:
    before = max(0, start - _LONGEST)
    return bool(
        _LED.search(lowered[before:start])
        or _ENDS_WORD.search(lowered[before:end])
        or _BEGINS_WORD.match(lowered, start)
        or _FOLLOWED.match(lowered, end)
    )


class CountryAsked:
    """Tells which sentences of the passages retrieved for a question are about the countries that it names."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self._asked = _keys(countries(question))
        self._is_place = kind_asked(question) == "place"
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


def _keys(named: Iterable[Named]) -> frozenset[str]:
    return frozenset(name.key for name in named)
