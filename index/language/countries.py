"""Which names in a text are countries, rather than languages, money, or parts of other words."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from index.language.currencies import is_money
from index.language.entities import entities
from index.language.gazetteer import VIETNAM, kinds, listed, names_in
from index.language.homographs import begins_compound
from index.language.names import names
from index.language.text import lower, same_i, tokens

# A country's name that is a language's.
_LED = re.compile(r"\b(?:tiếng |по-)$")
_FOLLOWED = re.compile(r"(?: languages?|-speaking| язык\w*|語|语|文)(?!\w)")
_LONGEST = 12
_COMPOUND = re.compile(r"\w+ \w+(?: \w+)?")


class Named(NamedTuple):
    """A country's key, as in `index.language.gazetteer`, and where in a text it is named."""

    key: str
    start: int


@lru_cache(maxsize=2048)
def countries(text: str) -> tuple[Named, ...]:
    """The countries other than Việt Nam that a text in NFC names, by place. Groups of states are none. Linear."""
    lowered = lower(text)
    named = [
        Named(entity.key, entity.start)
        for entity in entities(text, None)
        if entity.kind == "country"
        and kinds()[entity.key] == "country"
        and entity.key != VIETNAM
        and not _is_language(lowered, entity.start, entity.end)
        and not is_money(text, entity.start, entity.end)
    ]
    return tuple(sorted([*named, *_beside_vietnam(lowered)], key=lambda name: name.start))


def with_one_name(text: str) -> str:
    """A text in NFC with each country under one name, as countries are compared; those of money left out."""
    parts, end = [], 0
    for name in names(text):
        if name.kind == "country":
            parts += [
                text[end : name.start],
                "" if is_money(text, name.start, name.end) else names_in("vi")[name.key],
            ]
            end = name.end
    return "".join([*parts, text[end:]])


def _is_language(lowered: str, start: int, end: int) -> bool:
    return bool(
        lowered[start:end] == "english"
        or _LED.search(lowered[max(0, start - _LONGEST) : start])
        or _FOLLOWED.match(lowered, end)
    )


def _beside_vietnam(lowered: str) -> list[Named]:
    """What is called so only next to Việt Nam: "Việt - Trung", 越印贸易."""
    pattern, keys = _paired()
    found = []
    for pair in pattern.finditer(lowered):
        short = next(filter(None, pair.groups()))
        words = _COMPOUND.match(lowered, pair.end() - len(short))
        if words is None or not begins_compound([same_i(word) for word in tokens(words[0])]):
            found.append(Named(keys[short], pair.start()))
    return found


@cache
def _paired() -> tuple[re.Pattern[str], dict[str, str]]:
    keys = {name.form.lower(): name.key for name in listed() if name.mark == "~"}
    short = "|".join(form for form in keys if len(form) > 1)
    one = f"[{''.join(form for form in keys if len(form) == 1)}]"
    return re.compile(
        rf"\b(?:(?:thương mại|kim ngạch|biên giới|quan hệ) việt |việt ?[-–] ?)({short})\b"
        f"|(?:({one})越|越({one}))(?:两国|双边|間の?|之间的?|の)?(?:贸易|貿易|经贸|关系|関係|合作|協力)"
    ), keys
