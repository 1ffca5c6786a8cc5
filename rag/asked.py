"""What kind of thing a question asks for, and whether a sentence holds one."""

import re
from typing import Literal

from index.text import fold

Kind = Literal["number", "date", "person", "place", "other"]

# Cues on folded text (lower case, no Latin diacritics), so that they hold for questions typed either way.
_CUES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(
            r"\b(khi nao|bao gio|luc nao|hom nao|ngay (nao|may|bao nhieu)|thang (nao|may)|nam (nao|bao nhieu)"
            r"|thoi (gian|diem|ky) nao|the ky (nao|thu may)|when|what (year|date|day|month)|which (year|month|day))\b"
            r"|когда|како(м|го) (году|числа)|什么时候|何时|哪(一)?年|哪天|几月|几号|いつ|何年|何月|何日"
        ),
    ),
    (
        "number",
        re.compile(
            r"\b(bao nhieu|may (nguoi|lan|nuoc|du an|trieu|ty|phan tram)|so luong|ty le|how (many|much)"
            r"|what (percentage|share|number))\b|сколько"
            r"|多少|几(个|次|名|项)|いくつ|いくら|何(人|件|回|億|万|パーセント)"
        ),
    ),
    (
        "person",
        re.compile(r"\b(ai|nguoi nao|ong nao|ba nao|vi nao|nhung ai|who|whom|whose)\b|кто|кого|кем|кому|谁|誰|だれ"),
    ),
    (
        "place",
        re.compile(
            r"\b(o dau|tai dau|noi nao|dia (diem|phuong) nao|(nuoc|quoc gia|thanh pho|tinh|dau) nao|den dau|tu dau"
            r"|where|which (country|city|province))\b|где|куда|откуда|哪里|哪儿|哪个(国家|城市)|どこ"
        ),
    ),
)

_NUMBER = re.compile(r"\d|\b(hai|ba|bon|nam|sau|bay|tam|chin|muoi|tram|nghin|ngan|trieu|ty|ti|mot nua|gap doi)\b")
_DATE = re.compile(
    r"\b\d{1,2}[/-]\d{1,2}\b|\b(ngay|thang|nam|quy|the ky|thap nien|mua) (thu )?\d|\b(1[0-9]|20)\d\d\b"
    r"|\b(thang (gieng|hai|ba|tu|nam|sau|bay|tam|chin|muoi|chap)|hom (qua|nay)|sang nay|toi qua|nam (ngoai|nay))\b"
)
_NAME = re.compile(r"(?:[A-ZĐÀ-ỸА-Я][^\W\d_]*[\s.-]+)+[A-ZĐÀ-ỸА-Я][^\W\d_]*")
_CAPITALISED = re.compile(r"(?<=\S\s)[A-ZĐÀ-ỸА-Я][^\W\d_]+")


def kind_asked(question: str) -> Kind:
    """What the question asks for: the first kind whose cue stands in it, `other` if none does."""
    folded = fold(question)
    return next((kind for kind, cue in _CUES if cue.search(folded)), "other")


def holds(kind: Kind, sentence: str) -> bool:
    """Whether a sentence holds something of the kind. Any sentence holds `other`."""
    if kind == "number":
        return _NUMBER.search(fold(sentence)) is not None
    if kind == "date":
        return _DATE.search(fold(sentence)) is not None
    if kind == "person":
        return _NAME.search(sentence) is not None
    if kind == "place":
        return _CAPITALISED.search(sentence) is not None
    return True
