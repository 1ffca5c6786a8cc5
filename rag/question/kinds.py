"""The expected answer type of a question: price, number, date, person or place."""

import re
from typing import Literal

from index.language.cues import Cue
from index.language.text import has_marks, tokens

Kind = Literal["price", "number", "date", "person", "place", "other"]

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
        "price",
        Cue(
            r"\b(?:giá(?! trị)|bao nhiêu tiền|(?:học|lệ|chi) phí|price|costs?"
            r"|цен[аы]|стоимость|стоит)\b|价格|多少钱|値段|価格|いくら"
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


def kind_asked(question: str) -> Kind:
    """The expected answer type: the first kind with a question word in it, `other` if there is none."""
    asked = question if question.isupper() else _ACRONYM.sub(" ", question)
    bare = not any(map(has_marks, tokens(asked)))
    return next((kind for kind, cue in _CUES if cue.search(asked, bare=bare)), "other")
