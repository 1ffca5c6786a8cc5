"""The same question about something else: `Còn Nhật Bản thì sao?`."""

import re
from dataclasses import dataclass

from index.language.entities import Entity, entities
from index.language.gazetteer import VIETNAM
from index.language.text import fold, folded_tokens, nfc, tokens
from rag.question.followups.pointing import points
from rag.question.followups.turns import (
    ParsedQuestion,
    PreviousTurn,
    capital,
    joined,
    of_year,
    outside,
    small,
    with_name,
)

# A follow-up is short; what is longer says itself what it is about.
_MAX_ABOUT = 120
_MAX_PHRASE = 8
# What a new name may replace, the most telling first.
_PARALLEL = ("person", "organisation", "country", "city", "date")
_AND = frozenset(["", ",", "-", "–", "và", "hay", "hoặc", "với", "and", "or", "vs", "и", "или", "和", "与", "と", "、"])


@dataclass(frozen=True, slots=True)
class _New:
    """What the last question is asked about now; `shown`: the question says that it goes on from the last."""

    asked: ParsedQuestion
    preposition: str
    shown: bool


def about(asked: ParsedQuestion, last: PreviousTurn) -> str | None:
    """The last question with the new name or phrase substituted; None where the question is no such follow-up."""
    new = _new(asked)
    if new is None:
        return None
    if new.asked.cues.attributes.search(new.asked.text, bare=new.asked.bare):
        return joined(last.topic, small(new.asked.text, new.asked), last.asked)
    replaced = _replaced(last.asked, new.asked, new.preposition)
    asks = asked.text.rstrip().endswith(("?", "？")) or last.about is not None
    if replaced is None and (new.shown or (asks and not asked.cues.self_standing.search(asked.text, bare=asked.bare))):
        return joined(capital(new.asked.text), last.asked.text, last.asked)
    return replaced


def _new(asked: ParsedQuestion) -> _New | None:
    readings = asked.cues.about.readings(asked.text, bare=asked.bare) if len(asked.text) <= _MAX_ABOUT else []
    if not readings or points(asked):
        return None
    match = max(readings, key=lambda reading: bool(reading["lead"]) + bool(reading["tail"]))
    preposition, phrase = _without_preposition(asked.saying(asked.text[slice(*match.span("x"))].strip(" ,、，")))
    if not 0 < len(tokens(phrase)) <= _MAX_PHRASE or asked.cues.asks.search(phrase, bare=asked.bare):
        return None
    new = asked.saying(_named(phrase, asked))
    # "ハノイの人口は？" is a question of its own.
    shown = bool(match["lead"] or match["tail"]) and match["tail"] not in ("は", "なら")
    return _New(new, preposition, shown) if shown or _is_bare(new) else None


def _is_bare(new: ParsedQuestion) -> bool:
    """Whether it is nothing but a name, a date, or a phrase of a few words."""
    named = any(entity.kind != "date" for entity in new.entities)
    return not outside(new) or (not named and len(tokens(new.text)) <= new.cues.few)


def _without_preposition(asked: ParsedQuestion) -> tuple[str, str]:
    first, _, rest = asked.text.partition(" ")
    if rest and asked.cues.prepositions.search(f"{first} ", bare=asked.bare):
        if asked.language == "en":
            rest = rest.removeprefix("the ")
        return fold(first), rest.strip()
    return "", asked.text


def _named(phrase: str, asked: ParsedQuestion) -> str:
    """A name that was typed in small letters, with its capitals."""
    if phrase != phrase.lower() or (not phrase.isalpha() and " " not in phrase):
        return phrase
    title = nfc(phrase.title())
    known = [one for one in entities(title, asked.anchor) if one.kind in ("country", "city")]
    return title if known and known[0].end - known[0].start == len(title) else phrase


def _replaced(before: ParsedQuestion, new: ParsedQuestion, preposition: str) -> str | None:
    """The last question with the new name in the place of the one of its kind; None where that is not clear."""
    for kind in _PARALLEL:
        found = [entity for entity in new.entities if entity.kind == kind]
        if not found:
            continue
        old = _parallel(before, found[0], preposition)
        if old is not None:
            return with_name(before, old, of_year(new.text, found[0], before, old) if kind == "date" else new.text)
    span = _alike(before.text, new.text) if not [one for one in new.entities if one.kind != "date"] else None
    return capital(before.text[: span[0]] + new.text + before.text[span[1] :]) if span else None


def _parallel(before: ParsedQuestion, new: Entity, preposition: str) -> Entity | None:
    """The entity of the last question that the new name replaces, None where that is not clear."""
    known = before.entities
    if any(entity.key == new.key for entity in known):
        return None
    same = [entity for entity in known if entity.kind == new.kind]
    if preposition:
        placed = [entity for entity in same if _preposition(before, entity) == preposition]
        if len({entity.key for entity in placed}) == 1:
            return placed[0]
        if preposition in _TO_WHOM:
            return None
    same = [entity for entity in same if entity.key != VIETNAM] or same
    if len({entity.key for entity in same}) == 1:
        return same[0]
    if len(same) > 1 and new.kind != "date" and not _listed(before.text, same[0], same[1]):
        return same[0]
    return None


# "For Laos" says who gets something, which the subject of the last question does not.
_TO_WHOM = frozenset(["cho", "for", "для"])


def _preposition(before: ParsedQuestion, entity: Entity) -> str:
    match = before.cues.prepositions.search(before.text[: entity.start], bare=before.bare)
    return fold(match["p"]) if match else ""


def _listed(text: str, one: Entity, other: Entity) -> bool:
    """Whether two names are compared or told together: `Nga hay Hàn Quốc`."""
    return text[one.end : other.start].strip().lower() in _AND


def _alike(before: str, new: str) -> tuple[int, int] | None:
    """Where as many words stand that share half of the new ones: `giai đoạn 1` for `giai đoạn hai`."""
    wanted = folded_tokens(new)
    spans = [(found.start(), found.end()) for found in re.finditer(r"[^\W_]+(?:[.,-][^\W_]+)*", before)]
    words = [fold(before[start:end]) for start, end in spans]
    size = len(wanted)
    if size < 2:
        return None
    for place, word in enumerate(words):
        # "Phó giám đốc" says more of what "giám đốc" said before.
        if (
            size > 2
            and word == wanted[1]
            and words[place : place + size - 1] == wanted[1:]
            and words[place - 1] != wanted[0]
        ):
            return spans[place][0], spans[place + size - 2][1]
    for place in range(len(words) - size + 1):
        start, end = spans[place][0], spans[place + size - 1][1]
        theirs = words[place : place + size]
        if theirs == wanted or re.search(r"[,;:?()]", before[start:end]):
            continue
        same = [one == other for one, other in zip(theirs, wanted, strict=True)]
        led = size > 2 and all(same[: (size + 1) // 2])
        if led or (size == 2 and same[1] and wanted[1] not in ("nao", "gi", "la")):
            return start, end
    return None
