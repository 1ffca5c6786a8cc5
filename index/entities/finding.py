"""The names that an article gives, found by rules: how they are written, and what stands around them.

Countries and places are those of the gazetteer. Of other names an article may tell only that they are names
("Samsung"): what they name, an archive learns from the articles that tell it ("tập đoàn Samsung").
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from index.entities.organisations import organisations
from index.entities.runs import runs
from index.entities.words import Kind, Mention, Words
from index.language.entities import Entity
from index.language.gazetteer import kinds
from index.language.text import is_syllable

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Named:
    """A name that an article gives: how it is written most often there, and how often.

    `kind` is None where the article does not tell it, and `key` the same for all ways to write the name. `goes_on`:
    behind most mentions stands a word that may belong to the name.
    """

    kind: Kind | None
    key: str
    name: str
    mentions: int
    goes_on: bool = False


def named(title: str | None, text: str) -> list[Named]:
    """The names in an article's title and text, which are in NFC. Linear in their length."""
    words = Words(f"{title}\n{text}" if title else text)
    found = [*organisations(words), *runs(words)]
    return _counted([*_joined(found), *_free_places(words.places, found)])


def _free_places(places: Sequence[Entity], found: Sequence[Mention]) -> Iterator[Mention]:
    """The places that are no part of a person's or a foreign name, and the organisations that are known."""
    taken = {at for one in found if one.kind != "organisation" for at in range(one.start, one.end)}
    for place in places:
        if taken.isdisjoint(range(place.start, place.end)):
            yield Mention(_kind_of(place), place.key, place.name, place.start, place.end)


def _kind_of(place: Entity) -> Kind:
    known = kinds().get(place.key, "city")
    return "country" if known == "group" else known


# --- Names of one person -------------------------------------------------------------------------------------


def _joined(found: Sequence[Mention]) -> list[Mention]:
    """The mentions, with a person's short name as the long one that the article gives: "ông Phúc", "Trump"."""
    longer = _longer(found)
    told = {one.key for one in found if one.kind == "person"}
    joined = []
    for one in found:
        whole = longer.get(one.key) if one.kind in ("person", None) else None
        if whole and (one.kind == "person" or not _is_vietnamese(one.key)):
            told.add(whole.key)
            joined.append(one._replace(key=whole.key, name=whole.name))
        elif not (one.kind == "person" and " " not in one.key and _is_vietnamese(one.key)):
            joined.append(one)  # of "ông Phúc" alone nobody knows who he is
    return [one._replace(kind="person") if one.kind is None and one.key in told else one for one in joined]


def _longer(found: Sequence[Mention]) -> Mapping[str, Mention]:
    """The full name that each short one stands for: the one named most."""
    full = [one for one in found if one.kind in ("person", None) and " " in one.key]
    often = Counter(one.key for one in full)
    longer: dict[str, Mention] = {}
    for one in sorted(full, key=lambda one: often[one.key]):
        parts = one.key.split(" ")
        shorts = {parts[0], parts[-1], " ".join(parts[-2:])} - {one.key}
        longer.update(dict.fromkeys(shorts, one))
    return longer


def _is_vietnamese(key: str) -> bool:
    return all(map(is_syllable, key.split(" ")))


def _counted(found: Sequence[Mention]) -> list[Named]:
    by_key: dict[str, list[Mention]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    return [
        Named(
            _most(one.kind for one in own if one.kind),
            key,
            _most(one.name for one in own) or key,
            len(own),
            2 * sum(one.goes_on for one in own) > len(own),
        )
        for key, own in by_key.items()
        if key
    ]


def _most(values: Iterable[_Value]) -> _Value | None:
    """The value that comes most often, the first of several."""
    return next((value for value, _ in Counter(values).most_common(1)), None)
