"""The expected answer type of a question (number, date, person, place), and whether a sentence contains one."""

import re
from typing import Literal

from index.language.cues import Cue
from index.language.text import fold, has_marks, tokens
from index.language.words import CAPITAL

Kind = Literal["number", "date", "person", "place", "other"]

# Cues with their diacritics, which tell "ở đâu" from "từ đầu", and "mấy" from "máy".
_CUES: tuple[tuple[Kind, Cue], ...] = (
    (
        "date",
        Cue(
            r"\b(?:khi nào|bao giờ|lúc nào|hôm nào|ngày (?:nào|mấy|bao nhiêu)|tháng (?:nào|mấy)|năm (?:nào|bao nhiêu)"
            r"|thời (?:gian|điểm|kỳ) nào|thế kỷ (?:nào|thứ mấy)|when|what (?:year|date|day|month)"
            r"|which (?:year|month|day))\b"
            r"|\b(?:когда|как(?:ом|ого) (?:году|числа))\b|什么时候|何时|哪(?:一)?年|哪天|几月|几号|いつ|何年|何月|何日"
        ),
    ),
    (
        "number",
        Cue(
            # "Mấy năm qua" are some years; "mấy giờ" is a time.
            r"\b(?:bao (?:nhiêu|lâu|xa)|(?<!nhà )mấy (?!giờ\b)[^\s?]+(?! (?:qua|nay|trước|gần|vừa|tới)\b)"
            r"|số lượng|tỷ lệ|how (?:many|much|long|far)|what (?:percentage|share|number)|сколько)\b"
            r"|多少|多久|几(?:个|次|名|项)|いくつ|いくら|何(?:人|件|回|億|万|パーセント)"
        ),
    ),
    (
        "person",
        # "Ai Cập" is a country.
        Cue(r"\b(?:ai(?! cập\b)|người nào|ông nào|bà nào|vị nào|who|whom|whose|кто|кого|кем|кому)\b|谁|誰|だれ"),
    ),
    (
        "place",
        Cue(
            r"\b(?:(?:ở|tại|đến|từ) đâu|nơi nào|địa (?:điểm|phương) nào|(?:nước|quốc gia|thành phố|tỉnh|đâu) nào"
            r"|where|which (?:country|city|province)|где|куда|откуда)\b|哪里|哪儿|哪个(?:国家|城市)|どこ"
        ),
    ),
)
# "WHO" and "AI" ask for nobody.
_ACRONYM = re.compile(r"\b[A-ZĐ]{2,}\b")

# With their accents, which articles have: folded, most sentences would hold one ("bà", "sau"). "Năm" is mostly a year.
_NUMBER = re.compile(r"\d|\b(hai|ba|bốn|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|tỷ|tỉ|một nửa|gấp đôi)\b")
_DATE = re.compile(
    r"\b\d{1,2}[/-]\d{1,2}\b|\b(ngay|thang|nam|quy|the ky|thap nien|mua) (thu )?\d|\b(1[0-9]|20)\d\d\b"
    r"|\b(thang (gieng|hai|ba|tu|nam|sau|bay|tam|chin|muoi|chap)|hom (qua|nay)|sang nay|toi qua|nam (ngoai|nay))\b"
)
# Two capitalised words in a row; begun at the start of a word only, and never tried again inside one.
_NAME = re.compile(rf"(?<![^\W\d_]){CAPITAL}[^\W\d_]*+[\s.-]++{CAPITAL}")
_CAPITALISED = re.compile(rf"(?<=\S\s){CAPITAL}[^\W\d_]+")


def kind_asked(question: str) -> Kind:
    """The expected answer type: the first kind with a question word in it, `other` if there is none."""
    asked = question if question.isupper() else _ACRONYM.sub(" ", question)
    bare = not any(map(has_marks, tokens(asked)))
    return next((kind for kind, cue in _CUES if cue.search(asked, bare=bare)), "other")


def holds(kind: Kind, sentence: str) -> bool:
    """Whether a sentence contains something of the kind; always for `other`."""
    if kind == "number":
        return _NUMBER.search(sentence.lower()) is not None
    if kind == "date":
        return _DATE.search(fold(sentence)) is not None
    if kind == "person":
        return _NAME.search(sentence) is not None
    if kind == "place":
        return _CAPITALISED.search(sentence) is not None
    return True
