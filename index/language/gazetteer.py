"""The names that are known: countries with their names from CLDR, and `names.tsv` with what CLDR lacks.

A line of `names.tsv` holds a key, a kind, a territory's code in CLDR where it has one, then forms in each language,
parted by `;`. A Russian form that ends in `*` is a stem. A mark before a form says where it counts:

    ^   capitalised and outside a longer name only (`Ba Lan`, a person as well); a single Vietnamese syllable always
    !   as `^`, and not where a sentence begins (`Anh`, also "he")
    ~   beside Việt Nam only (`Việt - Trung`, `越印`)
    -   nowhere, although CLDR has it (`海地`, which 沿海地区 holds as well)
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, cast

from babel import Locale

from index.language.text import fold, nfc

NameKind = Literal["country", "group", "city", "organisation"]

VIETNAM = "vietnam"

_TABLE = Path(__file__).with_name("names.tsv")
_COLUMNS = ("vi", "en", "ru", "zh", "ja")
_MARKS = "^!~-"
_LANGUAGES = ("vi", "en", "ru", "zh_Hans", "zh_Hant", "ja")
_CLDR = {"zh": "zh_Hans"}
# What CLDR lists beside countries: unions, and codes for tests and unknown regions.
_NO_COUNTRIES = frozenset(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"])
# "Myanmar (Miến Điện)"; a form that lists ("Bosnia & Herzegovina", "Hồng Kông, Trung Quốc") nobody writes.
_BRACKET = re.compile(r"\s?[(（]")
_LISTS = re.compile(r"[,&/—]| - | о-ва")
# A Russian name of one word is its stem and an ending; a shorter stem begins other words (инди-видуум).
_RUSSIAN = re.compile(r"([а-яё]{4,}[б-джзк-нп-тф-щи])[аяыьй]?", re.IGNORECASE)


class Listed(NamedTuple):
    """A form under which a name is known."""

    key: str
    kind: NameKind
    mark: str
    form: str


@cache
def listed() -> tuple[Listed, ...]:
    """All forms, those of the table before those of CLDR."""
    tabled = (
        Listed(key, kind, written[0] if written[0] in _MARKS else "", written.lstrip(_MARKS))
        for key, kind, _, columns in _rows()
        for forms in columns
        for written in forms
    )
    return (*tabled, *(name for language in _LANGUAGES for name in _from_cldr(language)))


@cache
def kinds() -> dict[str, NameKind]:
    """The kind of each key."""
    return {name.key: name.kind for name in listed()}


@cache
def names_in(language: str) -> dict[str, str]:
    """One name of each key: that of `own_names`, else of another language."""
    return {name.key: name.form for name in reversed(listed())} | own_names(language)


@cache
def own_names(language: str) -> dict[str, str]:
    """The name of each key in a language, as one says it there: that of CLDR, else the table's first, if no stem."""
    column = _COLUMNS.index(language)
    tabled = {
        key: columns[column][0].lstrip(_MARKS)
        for key, _, _, columns in _rows()
        if columns[column] and not columns[column][0].endswith("*")
    }
    return tabled | {name.key: name.form for name in _territories(_CLDR.get(language, language))}


@cache
def _rows() -> list[tuple[str, NameKind, str, list[list[str]]]]:
    """Key, kind, code and the forms in each language of each line of the table."""
    _, *lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return [
        (key, cast("NameKind", kind), code, [[form for form in column.split(";") if form] for column in columns])
        for key, kind, code, *columns in rows
    ]


def _from_cldr(language: str) -> Iterator[Listed]:
    for name in _territories(language):
        russian = _RUSSIAN.fullmatch(name.form)
        yield name._replace(form=f"{russian[1]}*") if russian else name


def _territories(language: str) -> Iterator[Listed]:
    """The names of CLDR that texts have as they are."""
    keyed = {code: (key, kind) for key, kind, code, _ in _rows()}
    names, english = Locale.parse(language).territories, Locale("en").territories
    for code in sorted(names):
        form = _BRACKET.split(nfc(names[code]))[0]
        # A word of Russian has endings, whatever hyphen stands in it.
        listing = _LISTS.search(form) and not _RUSSIAN.fullmatch(form)
        if form and not listing and (code in keyed or (code.isalpha() and code not in _NO_COUNTRIES)):
            key, kind = keyed.get(code, (re.sub("[^a-z]", "", fold(nfc(english[code]))), "country"))
            yield Listed(key, kind, "", form)
