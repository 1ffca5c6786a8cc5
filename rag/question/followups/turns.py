"""A follow-up question and the turn before it, parsed; and the operations by which a question is rewritten."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.language.entities import Entity, entities
from index.language.gazetteer import VIETNAM
from index.language.text import fold, folded_tokens, has_marks, tokens
from rag.question.followups.cues import Cues, without
from rag.question.followups.foreign import CHINESE, ENGLISH, JAPANESE, RUSSIAN
from rag.question.followups.vietnamese import VIETNAMESE
from rag.records import Turn

_CUES = {"vi": VIETNAMESE, "en": ENGLISH, "ru": RUSSIAN, "zh": CHINESE, "ja": JAPANESE}
_MAX_TOPIC = 400
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def cues(language: str) -> Cues:
    """The cues of a language; English ones for a language that has none."""
    return _CUES.get(language, ENGLISH)


def content(text: str, language: str, *, bare: bool) -> list[str]:
    """The content words of a text, folded: without question words and function words."""
    told = cues(language)
    return [word for word in folded_tokens(without(told.asks, text, bare=bare)) if word not in told.function]


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question to be parsed: `bare` says that it was typed without diacritics; dates count from `anchor`."""

    text: str
    language: str
    bare: bool
    anchor: date | None

    @property
    def cues(self) -> Cues:
        """The cues of its language."""
        return cues(self.language)

    @property
    def entities(self) -> list[Entity]:
        """The entities in it."""
        return entities(self.text, self.anchor)

    @property
    def content(self) -> list[str]:
        """Its content words, folded."""
        return content(self.text, self.language, bare=self.bare)

    def saying(self, text: str) -> "ParsedQuestion":
        """The same with another text."""
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class PreviousTurn:
    """The last turn: its question rewritten to stand alone, the topic of it, and the phrase put before it, if any."""

    asked: ParsedQuestion
    topic: str
    about: str | None


def previous_turn(turn: Turn, anchor: date | None) -> PreviousTurn:
    """Parse a turn; dates count from `anchor`."""
    bare = turn.language == "vi" and not any(map(has_marks, tokens(turn.question)))
    asked = ParsedQuestion(turn.understood, turn.language, bare, anchor)
    before, colon, behind = turn.understood.partition(asked.cues.colon)
    if not colon:
        return PreviousTurn(asked, topic_of(asked), None)
    if fold(turn.question).rstrip(" ?").endswith(fold(behind).rstrip(" ?")) and fold(before) not in fold(turn.question):
        return PreviousTurn(asked, before, None)
    if fold(before) in fold(turn.question) and fold(behind) not in fold(turn.question):
        return PreviousTurn(asked.saying(behind), topic_of(asked.saying(behind)), before)
    return PreviousTurn(asked, topic_of(asked), None)


def topic_of(asked: ParsedQuestion) -> str:
    """The topic of a question: its text without question words."""
    text = without(asked.cues.asks, asked.text[:_MAX_TOPIC], bare=asked.bare)
    ending = asked.cues.copulas.search(text, bare=asked.bare)
    text = text[: ending.start()] if ending and ending.start() else text
    return re.sub(r"^(?:là|có phải) ", "", text).replace(asked.cues.colon, ", ").strip()


# --- Pieces of a question ---------------------------------------------------------------------------


def outside(asked: ParsedQuestion) -> list[str]:
    """The folded words that belong to no entity."""
    return folded_tokens(cut(asked.text, asked.entities))


def cut(text: str, named: Sequence[Entity]) -> str:
    """The text with the entities blanked."""
    for entity in named:
        text = text[: entity.start] + " " * (entity.end - entity.start) + text[entity.end :]
    return text


def without_lead(asked: ParsedQuestion) -> str:
    """The question without a leading `thế còn` or `and`, if words are left."""
    match = asked.cues.leads.search(asked.text, bare=asked.bare)
    rest = asked.text[match.end() :].lstrip(" ,") if match else ""
    return rest if tokens(rest) else asked.text


def with_name(before: ParsedQuestion, old: Entity, new: str) -> str:
    """The last question with every mention of an entity replaced."""
    text = before.text
    for entity in reversed([entity for entity in before.entities if entity.key == old.key]):
        word = new if entity.start else capital(new)
        text = text[: entity.start] + word + text[entity.end :]
    return text


def of_year(text: str, new: Entity, before: ParsedQuestion, old: Entity) -> str:
    """The name of a month or day, with the year of the date that it replaces where it has none itself."""
    text = text[:1].lower() + text[1:] if before.language in ("vi", "ru") else text
    year = _YEAR.search(before.text, old.start, old.end)
    if not new.assumed or year is None or _YEAR.search(text):
        return text
    return f"{text}/{year[0]}" if before.language == "vi" and text[-1].isdigit() else f"{text} {year[0]}"


_COMPARES = re.compile(r"\b(?:so với|hơn|than|compared|чем|по сравнению)\b|比|より")


def swapped(last: PreviousTurn, asked: ParsedQuestion) -> str:
    """The topic, with its place or time replaced by the question's, if it has only one of that kind."""
    topic = last.asked.saying(last.topic)
    for new in asked.entities if _COMPARES.search(asked.text.lower()) is None else ():
        if new.kind in ("date", "country", "city") and new.key != VIETNAM:
            known = {entity.key for entity in topic.entities if entity.kind == new.kind and entity.key != VIETNAM}
            old = [entity for entity in topic.entities if entity.key in known]
            if len(known) == 1 and new.key not in known:
                name = of_year(new.name, new, topic, old[0]) if new.kind == "date" else new.name
                topic = topic.saying(with_name(topic, old[0], name))
    return topic.text


# --- Writing -------------------------------------------------------------------------------------------


def joined(topic: str, rest: str, before: ParsedQuestion) -> str:
    """The topic and the question about it, joined by the colon of the last turn's language."""
    return f"{capital(topic)}{before.cues.colon}{rest}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def small(text: str, asked: ParsedQuestion) -> str:
    """The text with a small first letter, unless a name or an acronym begins it."""
    named = any(entity.start == 0 and entity.kind != "date" for entity in entities(text, asked.anchor))
    return text if named or text[1:2].isupper() else text[:1].lower() + text[1:]
