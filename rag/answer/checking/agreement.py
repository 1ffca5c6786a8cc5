"""Whether the claims of a sentence agree with its sources: amounts, times, names, speakers.

Each check returns a few words that say what is wrong, empty if nothing is. `said` is the checked sentence, `told` the
source sentences, `around` their context; `one_language` says whether both are in the same language.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from index.language.text import folded_tokens, normalised_tokens
from index.language.words import FOREIGN_HEADS, ORGANISATION_HEADS, word_set
from rag.answer.checking.amounts import Amount, Context
from rag.answer.checking.claims import Claims, Moment, without_marks
from rag.answer.checking.polarity import turned

Weigh = Callable[[str], float]

# Another amount of the same unit, told in words so much nearer to the claim's, is the one that was meant.
_NEARER, _NEARER_ELSEWHERE = 0.12, 0.25
# The days from which a period counts as a week, a month, a quarter, a part of a year, a year, more.
_GRAINS = (1, 8, 32, 93, 350, 367)
_ROUGH = Decimal("0.05")
_BOUND = Decimal("0.1")
# What bodies are called by; their own names follow.
_HEADS = frozenset(normalised_tokens(" ".join(ORGANISATION_HEADS))) | word_set(
    "trường bệnh khu tỉnh thành phố huyện mạng lưới nhà máy"
)
# What English names of bodies and times are translated with.
_GENERIC = FOREIGN_HEADS | word_set(
    "federation department program programme project president vice deputy director general chairman chairwoman"
    " chief head doctor professor associate forum conference agreement park industrial zone high tech hi city"
    " province district region delta river academy school college republic government state national international"
    " january february march april may june july august september october november december monday tuesday wednesday"
    " thursday friday saturday sunday north south east west central northern southern eastern western new research"
    " technology science medical health energy economic economics trade development board committee union network"
    " alliance bureau office secretary minister prime leader representative scholarship scholarships free act law"
    " decree resolution decision quarter phase both the in on at from under according nuclear training biological"
    " biologicals biology pharmaceutical pharmaceuticals digital data software chamber commerce joint stock"
)


def amounts_disagree(
    said: Claims, told: Sequence[Claims], beside: Sequence[Claims], weigh: Weigh, *, one_language: bool
) -> str:
    """An amount that no source has, or has for something else, or with the opposite direction.

    `beside` are all sentences of the passages: if one of them has another amount in words much nearer to the claim's,
    the claim has the wrong amount. `weigh` gives the weight (idf) of a word.
    """
    theirs = [amount for claims in told for amount in claims.amounts]
    everyone = [amount for claims in beside for amount in claims.amounts if not amount.weak]
    for amount in said.amounts:
        matching = [other for other in theirs if _agree(amount, other, one_language=one_language)]
        if amount.weak:
            if amount.word and not matching and not _beside(amount, said, told):
                return f"number {amount.word}"
        elif not matching:
            return f"number {amount.value}"
        elif one_language and not amount.instead:
            best = _nearest(amount.context, matching, weigh)
            for others, margin in ((theirs, _NEARER), (everyone, _NEARER_ELSEWHERE)):
                rivals = [other for other in others if _is_rival(amount, other, matching)]
                if _nearest(amount.context, rivals, weigh) > best + margin:
                    return f"number {amount.value} of something else"
    written = frozenset().union(*(claims.codes for claims in told))
    values = {f"{amount.value.normalize():f}" for amount in theirs}
    years = {key[1:5] for claims in told for moment in claims.moments for key in moment.mention.keys}
    return next((f"number {code}" for code in sorted(said.codes - written - values - years)), "")


def amounts_reversed(said: Claims, told: Claims) -> str:
    """Two amounts of one unit in the reverse order of the source; across languages only order tells them apart."""
    for first, second in pairwise(amount for amount in said.amounts if not amount.weak):
        places = [[other.start for other in told.amounts if other.value == one.value] for one in (first, second)]
        apart = first.unit == second.unit and first.value != second.value
        if apart and all(places) and min(places[0]) > max(places[1]):
            return "numbers the other way round"
    return ""


def moments_disagree(
    said: Claims, told: Sequence[Claims], around: Sequence[Claims], weigh: Weigh, *, one_language: bool
) -> str:
    """A time that no source has, or has for something else. `weigh` gives the weight (idf) of a word."""
    near = [moment for claims in told for moment in claims.moments]
    far = [moment for claims in around for moment in claims.moments]
    for moment in said.moments:
        rivals = [other for other in near if _grain(other) == _grain(moment) and not _is_same_time(moment, other)]
        matching = [other for other in near if _is_same_time(moment, other)]
        if not matching and not rivals:
            matching = [other for other in near if _is_within(moment, other)] or [
                other for other in far if _is_same_time(moment, other) or _is_within(moment, other)
            ]
        if not matching:
            return "time"
        best = _nearest(moment.context, matching, weigh)
        if one_language and _nearest(moment.context, rivals, weigh) > best + _NEARER:
            return "time of something else"
        if all(turned(moment.signs, other.signs) in ("order", "part") for other in matching):
            return "time"
    return ""


def names_missing(said: Claims, around: Sequence[Claims], beside: Sequence[Claims], *, one_language: bool) -> str:
    """A name that is neither in the source sentences nor near them; organisations may be anywhere in a passage."""
    missing = said.known - frozenset().union(*(claims.known for claims in around))
    if missing:
        return f"name {min(missing)}"
    for name in said.proper:
        places = around if name in said.people else beside
        if not _is_named(name, places, one_language=one_language):
            return f"name{name.rstrip()}"
    return ""


def _is_named(name: str, places: Sequence[Claims], *, one_language: bool) -> bool:
    lines, folded = [claims.line for claims in places], [claims.folded for claims in places]
    words = name.split()
    # One syllable alone may be a common word as well.
    if any(name in (claims.line if len(words) > 1 else claims.capitals) for claims in places):
        return True
    bare = f" {' '.join(folded_tokens(name))} "
    if (without_marks(name) or not one_language) and any(bare in line for line in folded):
        return True
    heads = [word for word in words if word in _HEADS]
    rest = f" {' '.join(word for word in words if word not in _HEADS)} "
    if len(heads) == len(words):
        return True
    if heads and any(rest in line and all(f" {head} " in line for head in heads) for line in lines):
        return True
    return not one_language and all(
        word in _GENERIC or any(f" {word} " in line for line in folded) for word in bare.split()
    )


def other_speaker(said: Claims, told: Claims) -> bool:
    """Whether both name people, and none is the same: the claim is attributed to another speaker."""
    theirs = {name.split()[-1] for name in told.people}
    ours = {name.split()[-1] for name in said.people}
    return bool(theirs and ours and not ours & theirs)


# --- Amounts -------------------------------------------------------------------------------------------


def _beside(amount: Amount, said: Claims, told: Sequence[Claims]) -> bool:
    """Whether a word that may be a number stands in a source next to one of its neighbours."""
    for place, word in enumerate(said.words):
        if word == amount.word:
            before, after = said.words[max(0, place - 1) : place + 1], said.words[place : place + 2]
            # "Mỗi tháng" is "một tháng" as well.
            pairs = (before, after, ("mỗi", *after[1:]))
            if any(len(pair) > 1 and f" {' '.join(pair)} " in claims.line for pair in pairs for claims in told):
                return True
    return False


def _agree(ours: Amount, theirs: Amount, *, one_language: bool) -> bool:
    return (
        _same_value(ours, theirs)
        and _same_unit(ours, theirs, one_language=one_language)
        and ours.instead == theirs.instead
        and ours.role * theirs.role != -1
        and not turned(ours.signs, theirs.signs)
    )


def _is_rival(ours: Amount, other: Amount, matching: Sequence[Amount]) -> bool:
    """Whether another amount could be what is told in the words of ours."""
    if other.weak or other.value == ours.value or not other.unit or not _same_unit(ours, other, one_language=True):
        return not other.weak and other.value == ours.value and other.instead
    if ours.role * other.role == -1:
        return False
    held = {sign for sign in ours.signs if any(sign in match.signs for match in matching)}
    return held <= set(other.signs)


def _nearest(context: Context, others: Iterable[Amount | Moment], weigh: Weigh) -> float:
    return max((_near(context, other.context, weigh) for other in others), default=0.0)


def _same_value(ours: Amount, theirs: Amount) -> bool:
    if ours.bound * theirs.bound == -1:
        return False
    difference = theirs.value - ours.value
    if not difference:
        return not (ours.bound and not theirs.bound)
    # What is called rough must be rounder than what it stands for.
    if len(ours.value.normalize().as_tuple().digits) >= len(theirs.value.normalize().as_tuple().digits):
        return False
    if ours.bound:
        return 0 < difference * ours.bound <= _BOUND * ours.value
    return ours.about and abs(difference) <= _ROUGH * theirs.value


def _same_unit(ours: Amount, theirs: Amount, *, one_language: bool) -> bool:
    if not ours.unit or not theirs.unit or ours.unit == theirs.unit:
        return True
    if ours.has_known_unit and theirs.has_known_unit:
        return False
    return ours.has_known_unit == theirs.has_known_unit or not one_language


def _near(ours: Context, theirs: Context, weigh: Weigh) -> float:
    """The share of our words, by weight, that stand near theirs."""
    there = dict(theirs)
    total = sum(weight * weigh(word) for word, weight in ours)
    shared = sum(min(weight, there.get(word, 0.0)) * weigh(word) for word, weight in ours)
    return shared / total if total else 0.0


# --- Times and names -----------------------------------------------------------------------------------


def _is_same_time(ours: Moment, theirs: Moment) -> bool:
    mine, other = ours.mention, theirs.mention
    if mine.first and mine.last and other.first and other.last:
        return (mine.first, mine.last) == (other.first, other.last)
    return mine.keys[0] in other.keys if mine.keys else ours.text == theirs.text


def _is_within(ours: Moment, theirs: Moment) -> bool:
    """Whether our time is a wider one around theirs: `tháng 5` for the 27th of May."""
    mine, other = ours.mention, theirs.mention
    if not (mine.first and mine.last and other.first and other.last):
        return bool(set(mine.keys) & set(other.keys))
    inside = mine.first <= other.first and other.last <= mine.last
    return not ours.counted and inside and (mine.last - mine.first).days <= 366 and _grain(ours) > _grain(theirs)


def _grain(moment: Moment) -> int:
    """0 for a day, and more the longer a period is."""
    first, last = moment.mention.first, moment.mention.last
    if not (first and last):
        return len(_GRAINS) + 1
    return sum((last - first).days >= days for days in _GRAINS)
