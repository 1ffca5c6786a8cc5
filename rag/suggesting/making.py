"""Questions about the names that articles give, in the shapes that the service answers: who somebody is, how two names
hang together, and what there is of one.

Each is a template filled with names, so that it is a good sentence whatever the article says, and in every language
that has a form of the names. Whether it is answered, only asking tells.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from index.entities.finding import Named, named
from index.language.gazetteer import VIETNAM, kinds, own_names
from index.language.text import fold, is_syllable
from index.records import Article
from prompts import Prompts

Shape = Literal["relations", "who", "between", "overview"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
# They trade and sign as countries do; other groups are parts of the world.
_AS_COUNTRIES = ("eu", "asean")
# How these hang together with a place is seldom worth a question: most belong there.
_ACTORS = ("person", "organisation")
# Of a long article no more is looked through.
_CHARACTERS = 20_000
# A name that its title does not give, and that it names less often, an article only mentions.
_TOLD_OF = 2


@dataclass(frozen=True, slots=True)
class Made:
    """A question, its shape, the article it was made from, and the keys of the names that it asks about."""

    question: str
    shape: Shape
    article_id: str
    names: frozenset[str]


def keys_of(text: str) -> frozenset[str]:
    """The keys of the names in a text of any language, as questions have them."""
    return frozenset(one.key for one in named(None, text))


def made_from(
    article: Article, language: str, prompts: Prompts, asked: Set[str] = frozenset(), used: Set[str] = frozenset()
) -> list[Made]:
    """Questions about an article's names: best first within a shape.

    They are about the names `asked`, in an article that tells of one, else about those of its title; and about names
    beside them that are not `used`.
    """
    title = article.metadata.title or ""
    entitled = keys_of(title)
    told = [
        one
        for one in named(title, article.text[:_CHARACTERS])
        if (one.kind or one.key in asked) and not one.goes_on and (one.key in entitled or one.mentions >= _TOLD_OF)
    ]
    told.sort(key=lambda one: (one.key not in entitled, -one.mentions))
    matter = asked - {VIETNAM} or asked or entitled  # most news is of Việt Nam
    about = [one for one in told if one.key in matter]
    beside = [one for one in told if one.key not in asked | used] if about or not asked else []
    return [
        Made(question[:1].upper() + question[1:], shape, article.id, frozenset(one.key for one in names))
        for shape, *names in _asked_of(about, beside)
        if (question := _question(shape, names, language, prompts))
    ]


def _asked_of(about: list[Named], beside: list[Named]) -> Iterator[tuple[Shape, *tuple[Named, ...]]]:
    for one, other in product(about, beside):
        if shape := _joining(one, other):
            yield shape, one, other
    for one in beside:
        if one.kind == "person":
            yield "who", one
    for one in about:
        if one.kind and one.key != VIETNAM:
            yield "overview", one
    for one in beside:
        if one.kind == "organisation":
            yield "overview", one


def _joining(one: Named, other: Named) -> Shape | None:
    """The shape that asks about two names; None where one is the other or stands in it ("UBND tỉnh Bắc Nam")."""
    if fold(one.name) in fold(other.name) or fold(other.name) in fold(one.name) or one.key == other.key:
        return None
    if all(kinds().get(key) == "country" or key in _AS_COUNTRIES for key in (one.key, other.key)):
        return "relations"
    return "between" if one.kind in _ACTORS and other.kind in _ACTORS else None


def _question(shape: Shape, names: list[Named], language: str, prompts: Prompts) -> str:
    """Nothing where the language has no form of a name."""
    forms = [_in(language, one) for one in names]
    fields = dict(zip(("name", "other"), forms, strict=False))
    return prompts.filled(f"suggest-{shape}", language, **fields) if all(forms) else ""


def _in(language: str, name: Named) -> str:
    foreign = name.kind != "organisation" or not any(map(is_syllable, name.name.split()))
    written = language == "vi" or (language == "en" and foreign)
    # In its own language an article's way to write a name is best, but for countries: "Việt - Nga", "LB Nga".
    known = own_names(language).get(name.key, "") if language != "vi" or name.kind == "country" else ""
    return known or (name.name if written else "")
