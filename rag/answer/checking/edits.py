"""Edits that change the meaning of a source sentence copied almost word for word: substitutions and swaps."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from index.language.words import word_set
from rag.answer.checking.claims import Claims
from rag.answer.checking.polarity import is_denial, signs, turned
from rag.answer.checking.words import STOP, is_content

# Words of which one cannot stand for another.
_CLASSES = tuple(
    word_set(line)
    for line in (
        "sáng trưa chiều tối đêm",
        "bắc nam đông tây",
        "đầu giữa cuối",
        "một hai ba bốn năm sáu bảy tám chín mười",
        "triệu tỉ nghìn trăm tỷ ngàn million billion thousand trillion",
        "nam nữ",
        "trong ngoài",
        "trên dưới",
        "trước sau",
        "lên xuống",
        "vào ra",
    )
)
_PASSIVE = word_set("được bị bởi do từ của by from of nhận")
# A sentence with this share of its words in its source, in their order, is the source, edited.
_NEARLY_VERBATIM = 0.6
# What ties a sentence to the one before it.
_OPENINGS = frozenset(
    tuple(opening.split())
    for opening in (
        *("trong đó", "trước đó", "cùng ngày", "tuy nhiên"),
        *("vì thế", "vì vậy", "do đó", "do vậy", "nhờ đó"),
    )
)
# So many words that hold a name may stand for as many.
_LONG_NAME = 12
_LONG, _SHORT = 8, 4
# Names that change places are looked for within so many words.
_REACH = 14


def edited(said: Claims, told: Claims) -> str:
    """What a near-copy of a source sentence changed in it that changes its meaning; empty if nothing."""
    ours, theirs = said.marked, told.marked
    edits = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    if sum(end - begin for kind, begin, end, _, _ in edits if kind == "equal") < _NEARLY_VERBATIM * len(ours):
        return ""
    for kind, begin, end, other_begin, other_end in edits:
        if kind == "equal" or max(end - begin, other_end - other_begin) > _LONG:
            continue
        new, old = ours[begin:end], theirs[other_begin:other_end]
        if is_denial(new) != is_denial(old) and len(new) + len(old) <= _SHORT:
            return "denied"
        if kind == "replace" and _changes_sense(new, old, set(theirs)):
            return "one thing for another"
    return ""


def renamed(said: Claims, told: Claims, around: Sequence[Claims]) -> bool:
    """Whether a near-copy of a source sentence has another name in the place of one, or moves one.

    A name that the source lacks must stand `around` it, unless it says who a sentence without a subject is about.
    """
    ours, theirs = said.marked, told.marked
    edits = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    if sum(end - begin for kind, begin, end, _, _ in edits if kind == "equal") < _NEARLY_VERBATIM * len(ours):
        return False
    known = {word for claims in around for word in claims.marked}
    for kind, begin, end, other_begin, other_end in edits:
        new, old = _named(said, begin, end), _named(told, other_begin, other_end)
        gained = [place for place in new if ours[place] not in {theirs[other] for other in old}]
        lost = {theirs[other] for other in old} - {ours[place] for place in new}
        if kind == "equal" or not gained:
            continue
        if lost and max(end - begin, other_end - other_begin) <= _LONG_NAME:
            return True
        if any(_has_moved(run, ours, theirs) for run in _runs(gained)):
            return True
        if other_begin and any(ours[place] not in known for place in gained):
            return True
    return False


def beheaded(said: Claims, told: Claims) -> bool:
    """Whether a near-copy of a source sentence has another beginning."""
    edits = SequenceMatcher(None, said.marked, told.marked, autojunk=False).get_opcodes()
    if sum(end - begin for kind, begin, end, _, _ in edits if kind == "equal") < _NEARLY_VERBATIM * len(said.marked):
        return False
    kind, begin, end, _, _ = edits[0]
    return kind == "replace" and (
        said.words[:2] in _OPENINGS or any(is_content(word) for word in said.marked[begin:end])
    )


def _named(claims: Claims, begin: int, end: int) -> list[int]:
    return [place for place in range(begin, end) if claims.naming[place]]


def _runs(places: Sequence[int]) -> list[list[int]]:
    """Places parted where they are not next to each other."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] + 1 == place:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _has_moved(run: Sequence[int], ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether words stand elsewhere in the source, and there with other neighbours on either side."""
    beside = set(pairwise(("", *theirs, "")))
    first, last = run[0] + 1, run[-1] + 1
    padded = ("", *ours, "")
    neighbours = {(padded[first - 1], padded[first]), (padded[last], padded[last + 1])}
    return all(ours[place] in theirs for place in run) and not neighbours & beside


def _changes_sense(new: Sequence[str], old: Sequence[str], told: set[str]) -> bool:
    if turned([sign for _, sign in signs(new)], [sign for _, sign in signs(old)]):
        return True
    gained, lost = set(new) - set(old), set(old) - set(new)
    kinds = ({word for word in words if word[0] == "@"} for words in (gained, lost))
    digits = ({word for word in words if word[0].isdigit()} for words in (gained & told, lost))
    if all(kinds) or (all(digits) and max(len(new), len(old)) <= _SHORT):
        return True
    return any(gained & words and lost & words for words in _CLASSES)


def substituted(said: Claims, told: Claims) -> list[tuple[str, str]]:
    """The pairs of phrases where content words that the source lacks replace others."""
    ours, theirs = said.marked, told.marked
    found = []
    for kind, begin, end, other_begin, other_end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        new = [word for word in ours[begin:end] if word not in STOP and word[0] != "@" and not word[0].isdigit()]
        old = [word for word in theirs[other_begin:other_end] if word not in STOP and word[0] != "@"]
        short = kind == "replace" and new and old and max(len(new), len(old)) <= _LONG // 2
        if short and not _stands_in(new, told) and not _stands_in(old, said):
            found.append((" ".join(new), " ".join(old)))
    return found


def _stands_in(words: Sequence[str], claims: Claims) -> bool:
    return f" {' '.join(words)} " in claims.line


def swapped(said: Claims, told: Claims) -> bool:
    """Whether two names have changed places around the same words: `A tặng B`, `B tặng A`."""
    ours, theirs = said.marked, told.marked
    places = [place for place, word in enumerate(ours) if word[0] == "@"]
    for first, second in pairwise(places):
        one, other = ours[first], ours[second]
        between = set(ours[first + 1 : second])
        verbs = between - STOP
        if one == other or not verbs or second - first > _REACH:
            continue
        straight = _between(theirs, one, other)
        turned_round = _between(theirs, other, one)
        if any(verbs & words for words in straight):
            continue
        if any(verbs & words and (words & _PASSIVE) == (between & _PASSIVE) for words in turned_round):
            return True
    return False


def _between(words: Sequence[str], one: str, other: str) -> list[set[str]]:
    firsts = [place for place, word in enumerate(words) if word == one]
    lasts = [place for place, word in enumerate(words) if word == other]
    return [set(words[a + 1 : b]) for a in firsts for b in lasts if 0 < b - a <= _REACH]
