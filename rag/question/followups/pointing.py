"""Pronouns and the like (`ông ấy`, `nước này`, `there`) replaced by what they refer to (coreference, by rules)."""

import re
from collections.abc import Sequence

from index.language.entities import Entity, entities
from index.language.gazetteer import VIETNAM
from index.language.text import fold
from index.language.words import ADDRESS_OF_MEN, ADDRESS_OF_WOMEN, word_set
from rag.question.followups.cues import Wanted
from rag.question.followups.turns import (
    ParsedQuestion,
    PreviousTurn,
    capital,
    content,
    joined,
    small,
    swapped,
    without_lead,
)
from rag.question.kinds import Kind, kind_asked
from rag.records import Turn

# A role or a family word that "ông ấy" later in the sentence points at.
_SOMEBODY = re.compile(
    r"\b(?:ông|bà|anh|chị|cô|bé|em|bác sĩ|giám đốc|hiệu trưởng|bộ trưởng|thủ tướng|tổng thống|chủ tịch|người|cầu thủ"
    r"|president|minister|man|woman|director|президент|министр|директор)\b|总统|部长|社長|首相"
)
_SEVERAL = re.compile(
    r"\b(?:người|doanh nghiệp|công ty|hãng|sinh viên|học viên|nước|dân|công nhân|nông dân|lao động|bác sĩ|chuyên gia"
    r"|các|những|nhóm|đội|hai bên|kỹ sư|học sinh|people|firms|companies|students|countries|workers|engineers"
    r"|люди|компании|студенты|страны)\b|人们|公司|学生|国家|企業"
)
# Typed without diacritics, they get them back.
_TITLES = {fold(word): word for word in ADDRESS_OF_MEN | ADDRESS_OF_WOMEN}
_WHICH_COUNTRY = re.compile(r"\b(?:nuoc|quoc gia) nao\b|which country")
_WHICH_ORGANISATION = re.compile(
    r"\b(?:cong ty|don vi|quy|hang|to chuc|vien|truong|benh vien) nao\b|which (?:company|fund)"
)
_KINDS: dict[Wanted, Kind] = {"man": "person", "woman": "person", "city": "place", "date": "date"}


def points(asked: ParsedQuestion) -> list[tuple[Wanted, re.Match[str]]]:
    """The pronouns that refer to earlier turns, in order, each with the kind of entity that it needs."""
    found = [
        (wanted, match)
        for wanted, cue in asked.cues.points
        if (match := cue.search(asked.text, bare=asked.bare))
        and (not asked.bare or match[0].split()[-1] not in _OTHER_WORDS)
        and not _own(asked, wanted, match.start())
    ]
    return sorted(found, key=lambda item: item[1].start())


# Without diacritics these are other words too, more often than pronouns ("hồ", "do").
_OTHER_WORDS = frozenset(["ho", "do", "no", "day", "tren", "sao"])


def _own(asked: ParsedQuestion, wanted: Wanted, start: int) -> bool:
    """Whether a pronoun refers to something in its own question."""
    before = asked.saying(asked.text[:start])
    named = {entity.kind for entity in before.entities}
    lowered = before.text.lower()
    clause = re.search("[,，、:]", lowered) is not None and len(before.content) > 1
    if asked.language != "vi" and wanted in ("city", "date"):
        return bool(named & {"city", "country", "date"})
    if asked.language != "vi":
        return bool(named - {"date"}) or clause or len(before.content) > 2 or _SOMEBODY.search(lowered) is not None
    if wanted in ("man", "woman"):
        return "person" in named or _SOMEBODY.search(lowered) is not None
    if wanted in ("country", "date"):
        return wanted in named or "nước nào" in lowered or "quốc gia" in lowered
    if wanted == "people":
        return bool(named - {"date"}) or _SEVERAL.search(lowered) is not None
    return bool(named - {"date"}) or clause


def pointing(asked: ParsedQuestion, last: PreviousTurn, turns: Sequence[Turn]) -> str | None:
    """The question with its pronoun replaced, or with the last topic before it if no antecedent is found."""
    asked = asked.saying(without_lead(asked))
    pointing = points(asked)
    if not pointing:
        return _noun(asked, last, turns)
    text, clear = asked.text, True
    for wanted, match in reversed(pointing):
        entity = _pointed_at(wanted, asked, last, turns)
        if entity is None:
            clear = False
            continue
        text = text[: match.start()] + _put(entity, match, asked) + text[match.end() :]
    only_person = all(wanted in ("man", "woman") for wanted, _ in pointing)
    rest = content(_cut_matches(asked.text, pointing), asked.language, bare=asked.bare)
    if clear and (only_person or len(rest) > 1):
        return capital(text)
    return joined(swapped(last, asked), small(text, asked), last.asked)


def _cut_matches(text: str, pointing: Sequence[tuple[Wanted, re.Match[str]]]) -> str:
    for _, match in reversed(pointing):
        text = text[: match.start()] + text[match.end() :]
    return text


def _put(entity: Entity, match: re.Match[str], asked: ParsedQuestion) -> str:
    """The name as it stands in the pronoun's place: with its form of address, as possessive, behind its preposition."""
    words = match[0].split()
    behind = asked.text[match.end() :]
    possessive = asked.language == "en" and (
        words[0] in ("his", "their", "its", "hers") or (words[0] == "her" and re.match(r" \w", behind) is not None)
    )
    if asked.language == "vi" and entity.kind == "person" and len(words) > 1:
        return f"{_TITLES.get(fold(words[0]), words[0])} {entity.name}"
    if asked.language == "vi" and entity.kind == "city" and fold(words[0]) in ("o", "tai", "tu", "den", "toi", "sang"):
        return f"{words[0]} {entity.name}"
    if asked.language == "vi" and entity.kind == "date":
        return entity.name[:1].lower() + entity.name[1:]
    if possessive:
        return f"{entity.name}'s"
    if asked.language == "en" and entity.kind == "city" and words[0] == "there":
        return f"in {entity.name}"
    return entity.name


def _pointed_at(wanted: Wanted, asked: ParsedQuestion, last: PreviousTurn, turns: Sequence[Turn]) -> Entity | None:
    """The antecedent: the last entity of the kind in the questions, or in the answer to a question for that kind."""
    if wanted == "thing":
        return None
    if wanted == "people":
        subject = last.asked.entities[:1]
        return subject[0] if subject and subject[0].kind == "organisation" and not subject[0].start else None
    for turn in reversed(turns):
        said = "" if turn.abstained else re.sub(r"\[\d+\]", " ", turn.answer)
        questions = entities(turn.understood, asked.anchor)
        answers = entities(said, asked.anchor) or entities(" ".join(turn.cited), asked.anchor)
        if _asks_for(wanted, turn):
            found = _fitting(wanted, answers)[:1] or _fitting(wanted, questions)[-1:]
        else:
            found = _fitting(wanted, questions)[-1:] or _fitting(wanted, answers)[-1:]
        if found:
            return _in_full(found[0], [*questions, *answers])
    return None


def _asks_for(wanted: Wanted, turn: Turn) -> bool:
    if wanted == "country":
        return _WHICH_COUNTRY.search(fold(turn.understood)) is not None
    if wanted == "organisation":
        return _WHICH_ORGANISATION.search(fold(turn.understood)) is not None
    return _KINDS.get(wanted) == kind_asked(turn.understood)


def _fitting(wanted: Wanted, known: Sequence[Entity]) -> list[Entity]:
    if wanted in ("man", "woman"):
        people = [entity for entity in known if entity.kind == "person" and entity.gender in (wanted, "")]
        return [entity for entity in people if entity.gender == wanted] or people
    if wanted == "city":
        return [entity for entity in known if entity.kind in ("city", "country") and entity.key != VIETNAM]
    found = [entity for entity in known if entity.kind == wanted]
    return [entity for entity in found if entity.key != VIETNAM] or found


def _in_full(entity: Entity, known: Sequence[Entity]) -> Entity:
    if entity.kind != "person" or " " in entity.name:
        return entity
    full = [one for one in known if one.kind == "person" and one.key.endswith(f" {entity.key}")]
    return full[0] if full else entity


def _noun(asked: ParsedQuestion, last: PreviousTurn, turns: Sequence[Turn]) -> str | None:
    """`dự án này`: the longest name that begins with the noun in the last question or answer."""
    match = asked.cues.noun.search(asked.text, bare=False) if asked.cues.noun else None
    if match is None or _own(asked, "thing", match.start()):
        return None
    words = asked.text[match.start() : match.end()].split()[:-1]
    if fold(words[-1]) in _NO_NOUN:
        return None
    for size in (2, 1):
        noun = " ".join(words[-size:])
        for text in (last.asked.text, turns[-1].answer):
            phrase = _phrase(noun, text) if len(words) >= size else None
            if phrase:
                start = match.end() - len(asked.text[match.start() : match.end()].split(" ", len(words) - size)[-1])
                return capital(asked.text[:start] + phrase + asked.text[match.end() :])
    own = [entity for entity in asked.entities if entity.kind != "date"]
    return None if own else joined(swapped(last, asked), small(asked.text, asked), last.asked)


_NO_NOUN = word_set(
    "hien lan dot tu sau truoc do nho vi theo khi luc trong ngay hom tuan thang nam quy sang chieu toi dem"
)
_PHRASE_ENDS = word_set(
    "là được đã sẽ đang có bao nào gì khi vì do để cho mấy đạt tốn mất cần bị nằm bắt thì đến hết ra ai như"
    " phải còn dùng"
)


def _phrase(noun: str, text: str) -> str | None:
    found = re.search(rf"(?<!\w){re.escape(noun.lower())}(?!\w)", text.lower())
    if found is None:
        return None
    end = found.end()
    capitals = end
    for word in re.finditer(r"\s(?:-\s)?([^\s,.;:?!()]+)", text[end : end + 120]):
        if word.start() + found.end() != end or word[1].lower() in _PHRASE_ENDS:
            break
        end = found.end() + word.end()
        capitals = end if word[1][0].isupper() or word[1][0].isdigit() else capitals
    return text[found.start() : capitals] if capitals > found.end() else None
