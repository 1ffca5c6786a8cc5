"""The names and dates of a text, each with its kind."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from index.language.dates.mentions import Mention, mentions
from index.language.gazetteer import NameKind
from index.language.homographs import raised
from index.language.names import names
from index.language.text import fold, is_syllable, lower
from index.language.words import (
    ADDRESS,
    CJK_HEADS,
    CJK_TITLES,
    FOREIGN_HEADS,
    FORMS_OF_ADDRESS,
    ORGANISATION_HEADS,
    PLAIN_HEADS,
    ROLES,
    ROLES_OF_STATES,
    word_set,
)

EntityKind = Literal["country", "city", "organisation", "person", "date"]

# Provinces and towns that are no keys of their own, without diacritics.
_PROVINCES = re.compile(
    r"(?<!\w)(?:thai binh duong|"
    + "|".join(Path(__file__).with_name("provinces.txt").read_text("utf-8").splitlines())
    + r")(?!\w)"
)

# "Thái Bình Dương" begins like Thái Bình, and "Diễn biến" is no Điện Biên.
_PACIFIC = "thai binh duong"

# The EU and ASEAN trade and sign as countries do.
_KINDS: dict[NameKind, EntityKind] = {
    "country": "country",
    "group": "country",
    "city": "city",
    "organisation": "organisation",
}
SURNAMES = word_set(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Tô Lương Đinh Trương"
    " Mai Đoàn Lâm Trịnh Đào"
    " Tống Tôn Thái Cao Hà Tạ Châu Vương Triệu Chu Phùng Kiều Quách Đàm Lưu Tăng Khuất Danh Chế Thạch Cù Văn"
)
_HEADS = re.compile(rf"(?<!\w)(?:{'|'.join((*ORGANISATION_HEADS, *PLAIN_HEADS))})(?!\w)")
_FOREIGN_HEAD = re.compile(rf"\b(?:{'|'.join(FOREIGN_HEADS)})\b")
_CJK_ORGANISATION = re.compile(f"[\u30a0-\u30ff\u4e00-\u9fffA-Za-z]{{2,12}}(?:{CJK_HEADS})")
_CJK_PERSON = re.compile(f"(?P<name>[\u4e00-\u9fff\u30a0-\u30ff·・]{{2,8}}?)(?P<title>{CJK_TITLES})")
_BEFORE_DATE = re.compile(r"(?:in|on|during|since|by|from|в|во|с|к|за)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_MAX_ORGANISATION = 8
# Of an answer or an article's words no more is looked at.
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity in `text[start:end]`; `name` is it without the form of address before it.

    `key` is the same for every way of writing the entity.
    """

    kind: EntityKind
    key: str
    name: str
    start: int
    end: int


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    capital: bool


def entities(text: str, anchor: date | None) -> list[Entity]:
    """The named entities of a text in NFC, by place, found by rules; of a long text only the first 5,000 characters.

    A country within an organisation's name is found as well as the organisation. Dates without a year, and relative
    ones, count from `anchor`, the day on which the text was written. Linear in the length of the text.
    """
    text = text[:_MOST]
    words = [
        _Word(found[0], found.start(), found.end(), found[0][0].isupper() and not _CJK.match(found[0]))
        for found in _WORD.finditer(text)
    ]
    known = places(text)
    people = _people(text, words, known)
    named = [place for place in known if not any(_overlap(place, person) for person in people)]
    organisations = [
        organisation
        for organisation in _organisations(text, words, known)
        if not any(_overlap(organisation, person) for person in people)
    ]
    dates = [_dated(text, mention) for mention in mentions(text, anchor)]
    return sorted([*named, *people, *organisations, *dates], key=lambda entity: (entity.start, -entity.end))


def _dated(text: str, mention: Mention) -> Entity:
    led = _BEFORE_DATE.match(text, mention.start, mention.end)
    start = led.end() if led else mention.start
    return Entity("date", ",".join(mention.keys), text[start : mention.end], start, mention.end)


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


def places(text: str) -> list[Entity]:
    """The countries, cities, provinces and known organisations of a text in NFC. Linear."""
    small = not any(map(str.isupper, text[1:]))
    capital = raised(text)
    found = [
        Entity(_KINDS[name.kind], name.key, capital[name.start : name.end], name.start, name.end)
        for name in names(capital)
    ]
    for province in _PROVINCES.finditer(fold(text)):
        start, end = province.span()
        if province[0] == _PACIFIC or not (small or all(word[0].isupper() for word in text[start:end].split())):
            continue
        if not any(one.start < end and start < one.end for one in found):
            found.append(Entity("city", province[0], text[start:end], start, end))
    return found


def _runs(text: str, words: list[_Word]) -> list[list[_Word]]:
    """Words with capitals, one space apart."""
    runs: list[list[_Word]] = []
    for word in words:
        if not word.capital:
            continue
        if runs and runs[-1][-1].end + 1 == word.start and text[word.start - 1] in " \u00a0":
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _people(text: str, words: list[_Word], known: list[Entity]) -> list[Entity]:
    place_of = {word.start: place for place, word in enumerate(words)}
    found = []
    for run in _runs(text, words):
        first = place_of[run[0].start]
        led = words[first - 1] if first and text[words[first - 1].end : run[0].start] in (" ", ". ") else None
        if run[0].text.lower() in ADDRESS | ROLES:
            led, named = run[0], run[1:]
        else:
            named = run
        if named and _is_person(named, led.text.lower() if led else "", known):
            title = led.text.lower() if led else ""
            start = led.start if led and title in FORMS_OF_ADDRESS else named[0].start
            name = text[named[0].start : named[-1].end]
            found.append(Entity("person", fold(name), name, start, named[-1].end))
    found.extend(
        Entity("person", person["name"], person[0], person.start(), person.end())
        for person in _CJK_PERSON.finditer(text)
    )
    return found


def _is_person(run: list[_Word], title: str, known: list[Entity]) -> bool:
    if any(run[0].start < place.end and place.start < run[-1].end for place in known) and title not in ADDRESS:
        return False
    if _FOREIGN_HEAD.search(" ".join(word.text.lower() for word in run)) or any(_is_acronym(word) for word in run):
        return False
    foreign = not all(is_syllable(part) for word in run for part in word.text.split("-"))
    if title in ADDRESS:
        return True
    if title in ROLES:
        # "Giám đốc Vinaphar" is of a company, "tổng thống Putin" a man.
        return (foreign and (len(run) > 1 or title in ROLES_OF_STATES)) or (len(run) > 1 and run[0].text in SURNAMES)
    if 3 <= len(run) <= 4 and run[0].text in SURNAMES:
        return True
    return foreign and 2 <= len(run) <= 3 and title not in _AFTER_PLACE and not _HEADS.fullmatch(title)


# A foreign name after one of these is a place or a house rather than a person.
_AFTER_PLACE = word_set("ở tại sang đến từ học hàng minh đoàn ty in at to from of the в из по на")


def _is_acronym(word: _Word) -> bool:
    return len(word.text) > 1 and word.text.isupper()


def _organisations(text: str, words: list[_Word], known: list[Entity]) -> list[Entity]:
    found: list[Entity] = []
    lowered = lower(text)
    starts = {word.start: place for place, word in enumerate(words)}
    for head in _HEADS.finditer(lowered):
        place = starts.get(head.start())
        end = _name_end(text, words, place, head.end()) if place is not None else None
        if end is not None and not (found and head.start() < found[-1].end):
            found.append(_organisation(text, head.start(), end))
    covered = [(entity.start, entity.end) for entity in [*known, *found]]
    for run in _runs(text, words):
        start, end = run[0].start, run[-1].end
        alone = len(run) == 1 and (_is_acronym(run[0]) or not is_syllable(run[0].text.replace("-", "")))
        told = start > 0 or _is_acronym(run[0])
        company = _FOREIGN_HEAD.search(text[start:end].lower()) is not None
        if ((alone and told) or company) and not any(one < end and start < other for one, other in covered):
            found.append(_organisation(text, start, end))
    found += [_organisation(text, *house.span()) for house in _CJK_ORGANISATION.finditer(text)]
    return found


def _organisation(text: str, start: int, end: int) -> Entity:
    return Entity("organisation", fold(text[start:end]), text[start:end], start, end)


def _name_end(text: str, words: list[_Word], place: int, head_end: int) -> int | None:
    """Where the name ends that a word such as `công ty` begins; None if no capital follows soon."""
    end = None
    small = 0
    before = head_end
    for word in words[place : place + _MAX_ORGANISATION]:
        if word.start < head_end:
            continue
        if text[before : word.start].strip() or small > 1 or word.text.lower() in _ENDS:
            break
        before = word.end
        small = 0 if word.capital else small + 1
        end = word.end if word.capital else end
    return end


_ENDS = word_set("của và với ở tại là đã sẽ đang được cho từ sang trong nào gì này đó ký làm có")
