"""Follow-up questions rewritten so that each can be searched and answered alone, without a language model.

    asks for more   -> the last question, or its topic       "Nói rõ hơn"
    a new name      -> the last question with that name      "Còn Nhật Bản thì sao?"
    a pronoun       -> what it refers to, in its place       "Ông ấy nói gì?"
    too few words   -> the topic of the last turn before it  "Vì sao?"

Any other question stands alone. Where it is not clear what a new name replaces, it is put before the last question,
so that a search finds both.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.language.gazetteer import VIETNAM
from index.language.text import has_marks, is_syllable, tokens
from rag.question.followups.about import about
from rag.question.followups.pointing import pointing, points
from rag.question.followups.turns import (
    ParsedQuestion,
    PreviousTurn,
    content,
    cut,
    joined,
    outside,
    previous_turn,
    small,
    swapped,
    topic_of,
    without_lead,
)
from rag.question.shape import shape_asked
from rag.records import Query, Turn

# Turns that a pronoun may point back over.
_REMEMBERED = 3
# So few Latin letters do not tell Vietnamese from English.
_MAX_BARE = 3
# "Ngành nào chịu ảnh hưởng mạnh nhất?" is one out of something said before, however many words it has.
_MOST = re.compile(r"\b(?:nhất|most|least|самый|самая|самое|самые|больше всего)\b|最も?|一番")
_MORE_OF_THE_MOST = 2


def standalone(query: Query, history: Sequence[Turn]) -> Query:
    """The query with `understood` rewritten so that it stands alone; the same object where it already does.

    `history` is oldest first. `language` becomes that of the last turn where the question is only a name. `shown` is
    what was quoted so far, where more is asked for. `period` is not updated: the caller computes it from `understood`.
    """
    turns = [turn for turn in history[-_REMEMBERED:] if _has_topic(turn)]
    if not turns or not tokens(query.understood):
        return query
    bare = query.language == "vi" and (query.restored or not any(map(has_marks, tokens(query.text))))
    last = previous_turn(turns[-1], query.asked_on)
    asked = ParsedQuestion(query.understood, query.language, bare, query.asked_on)
    asked = replace(asked, language=_language(asked, last.asked.language))
    if asked.cues.more.search(asked.text, bare=asked.bare):
        shown = tuple(words for turn in history for words in turn.cited)
        return replace(query, understood=_more(last), language=asked.language, shown=shown)
    understood = about(asked, last) or pointing(asked, last, turns) or _completed(asked, last)
    if understood is None:
        return query
    return replace(query, understood=understood, language=asked.language)


def _language(asked: ParsedQuestion, before: str) -> str:
    """A name alone ("Japan?") is of no language: that of the turn before, where it is written in the same script.

    Nor are a few Latin letters in which the language that they were taken for asks nothing ("And in 2024?").
    """
    told = asked.cues
    if any(cue.search(asked.text, bare=True) for cue in (told.asks, told.leads, told.more)) or points(asked):
        return asked.language
    named = not outside(asked)
    short = asked.text.isascii() and len(tokens(asked.text)) <= _MAX_BARE and before in ("vi", "en")
    scripts = ({"vi", "en"}, {"zh", "ja"})
    return (
        before if short or (named and any({asked.language, before} <= script for script in scripts)) else asked.language
    )


def _has_topic(turn: Turn) -> bool:
    return bool(content(turn.understood, turn.language, bare=False)) and shape_asked(turn.understood) != "chat"


def _more(last: PreviousTurn) -> str:
    """The last question; of one that asks for a single thing, which was told, its topic."""
    return last.topic if shape_asked(last.asked.text) in ("fact", "why") else last.asked.text


def _completed(asked: ParsedQuestion, last: PreviousTurn) -> str | None:
    """`Vì sao?`, `Trạm trưởng là ai?`: behind the topic of the last turn."""
    rest = without_lead(asked)
    led = rest != asked.text
    asked = asked.saying(rest)
    said = asked.content
    # Before a colon stands a topic of its own.
    if asked.cues.self_standing.search(rest, bare=asked.bare) or (asked.language == "vi" and ":" in rest):
        return None
    if not said and not any(entity.kind != "date" for entity in asked.entities):
        whole = PreviousTurn(last.asked, topic_of(last.asked), None)
        return joined(swapped(whole, asked), small(rest, asked), last.asked)
    if asked.cues.asks.search(rest, bare=asked.bare) is None and not led:
        return None
    named = [entity for entity in asked.entities if entity.kind != "date"]
    beside = content(cut(rest, asked.entities), asked.language, bare=asked.bare)
    few = len(beside) <= asked.cues.few + _MORE_OF_THE_MOST * (_MOST.search(rest.lower()) is not None)
    known = {entity.key for entity in last.asked.entities}
    telling = {entity.key for entity in named} - {VIETNAM}
    goes_on = telling and telling <= known and (led or _GOES_ON.search(rest.lower()))
    if few and (goes_on or (named and led and len(beside) <= 2) or not (named or _anchored(asked))):
        return joined(swapped(last, asked), small(rest, asked), last.asked)
    return None


_GOES_ON = re.compile(r"\b(?:lại|lai|cuối cùng|cuoi cung|vẫn|again|still|also)\b")


def _anchored(asked: ParsedQuestion) -> bool:
    """Whether a question names something that the tables do not know: a capital within it, a foreign word."""
    inside = re.findall(r"(?<=\w )[^\W\d_][^\W_]*", asked.text)
    if any(word[0].isupper() for word in inside) or re.search(r"\b[A-ZĐ]{2,}\b", asked.text):
        return True
    if asked.language in ("zh", "ja"):
        return re.search("[A-Za-z]{3,}", asked.text) is not None
    if asked.language != "vi":
        return False
    words = re.findall(r"[^\W\d_]{3,}", asked.text)
    return any(not is_syllable(word) for word in words)
