"""Units of money: their names in five languages from CLDR, and `currencies.tsv` with what CLDR lacks.

A line of `currencies.tsv` holds an ISO 4217 code, signs, and short forms parted by `;`; one that ends in `*` is a
stem.
"""

import re
from functools import cache
from pathlib import Path

from babel import Locale

from index.language.text import fold, lower, nfc

_LANGUAGES = ("vi", "en", "ru", "zh_Hans", "zh_Hant", "ja")
_CJK = re.compile("[\u3040-\u9fff]$")
_WORD_START = re.compile(r"(?<!\w)\w")
# "đô la New Zealand": looked for so far before a country's name.
_LONGEST = 16


def currency(lowered: str, start: int = 0) -> str:
    """The code of the unit of money (`usd`) that begins at `start` of a text in lower case; empty if none does."""
    pattern, codes = _forms()
    found = pattern.match(lowered, start)
    return codes[found.lastindex - 1] if found and found.lastindex else ""


def is_money(text: str, start: int, end: int) -> bool:
    """Whether the country named in `text[start:end]` only says whose money it is: `đô la Úc`, `US dollars`."""
    first = max(0, start - _LONGEST)
    near = lower(text[first : end + _LONGEST])
    if near[: start - first].endswith(("đô la ", "do la ")):
        return True
    found = (_forms()[0].match(near, word.start()) for word in _WORD_START.finditer(near, 0, start - first + 1))
    return any(form is not None and form.start() <= start - first and end - first <= form.end() for form in found)


@cache
def codes() -> frozenset[str]:
    """The codes of all units of money, in lower case."""
    return frozenset(code for code, _, _ in _rows())


@cache
def signs() -> dict[str, str]:
    """The code of each sign, in lower case: `€` is `eur`, `s$` is `sgd`."""
    return {sign.lower(): code for code, written, _ in _rows() for sign in written.split()}


@cache
def _rows() -> list[list[str]]:
    _, *lines = Path(__file__).with_suffix(".tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


@cache
def _forms() -> tuple[re.Pattern[str], list[str]]:
    """A pattern with a group for each form, the longest first, and the code of each group.

    A form counts with its diacritics or without any: `đồng` and `dong`, not `động`.
    """
    languages = [Locale.parse(language) for language in _LANGUAGES]
    forms = {
        written: code
        for code, _, own in _rows()
        for form in (*own.split(";"), *(language.currencies.get(code.upper(), "") for language in languages))
        if form
        for written in (lower(nfc(form)), fold(nfc(form)))
    }
    ordered = sorted(forms, key=len, reverse=True)
    return re.compile("(?:đồng |dong )?(?:" + "|".join(f"({_pattern(form)})" for form in ordered) + ")"), [
        forms[form] for form in ordered
    ]


def _pattern(form: str) -> str:
    written = re.escape(form.removesuffix("*")).replace(r"\ ", "[ \u00a0-]?")
    if form.endswith("*"):
        return rf"{written}\w*"
    return written if _CJK.search(form) else rf"{written}s?(?![^\W\d_])"
