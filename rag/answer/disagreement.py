"""Where articles give different figures for one thing, the answer says so and cites each side, the newest first.

Two patterns count. A correction: one article names another's figure and replaces it ("56 người thay vì 48"). Parallel
clauses: nearly the same words, names and time in two articles, with different values of one unit. Precision comes
before recall: a false claim of disagreement is worse than a missed one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from index.language.countries import with_one_name
from index.language.dates.mentions import Mention, mentions
from index.language.quantities import Figure, capitalised, capitalised_inside, figures, same_value, words
from index.language.text import fold
from index.language.words import DATELINE, STOP_WORDS
from prompts import Prompts
from rag.answer.quoting import verbatim
from rag.passages.countries import CountryGuard
from rag.question.shape import type_asked
from rag.records.answers import Answer, Statement
from rag.records.search import Passage, Query, Sentence

# Of the words of two clauses together, the share that both have.
_SAME_TELLING = 0.65
# Of the words of the shorter of two sentences, the share that a correction repeats, where it repeats no name.
_SAME_SUBJECT = 0.25
# Names that the passages of a correction and of what it corrects have in common.
_COMMON_NAMES = 2
# Of the question's words, the share that stand around a figure that answers it.
_ASKED_ABOUT = 0.2
_MAX_SIDES = 3
_YEAR_DAYS = 366

_NEW_FIRST = re.compile(
    r"[^.]{0,40}?\b(?:thay vi|thay cho|khong phai|(?:cao|thap|nhieu|it|lon|nho) hon (?:\w+ ){0,3}?(?:uoc tinh|du kien"
    r"|du bao|cong bo|ban dau|so bo|truoc do))\b[^.]{0,20}"
)
_OLD_FIRST = re.compile(r"\s*(?:\w+ ){0,3}(?:len|xuong|thanh|sang)\s(?:\w+ ){0,2}")
_CHANGED = re.compile(r"\b(?:dieu chinh|dinh chinh|sua|cap nhat|tinh lai|nang|ha)\b")
_PLANNED = re.compile(r"\b(?:muc tieu|du bao|ke hoach|co the|phan dau|ky vong|de xuat|neu|trien vong)\b")
# A state as of a day or month goes on holding: another day's figure is the same thing's.
_AS_OF = re.compile(r"\b(?:tinh|ke) (?:den|toi)(?: het)?\s+$")
# "13h", "19 giờ 30": where a storm is at another hour is no disagreement.
_HOUR = re.compile(r"\b(\d{1,2})\s?(?:h|gio)(?![a-z])")
# "THPT", "GDP": no name that tells one place or body from another.
_ACRONYM = re.compile(r"\b[A-ZĐ]{2,}\b")
# "Mấy" with its accents: folded, "nhà máy" would ask for a number.
_COUNTED_IN_QUESTION = re.compile(r"\b(?:bao nhiêu|bao nhieu|mấy)\s+(.+)", re.IGNORECASE)
_HOW_LONG = re.compile(r"\b(?:bao lâu|how long)\b|多久")
# Words that most clauses with a figure have, or that names of countries are written with.
_COMMON = {fold(word) for word in STOP_WORDS["vi"]} | words(
    "đạt ước trên dưới giữa rằng tổng cả số mức người năm tháng quý ngày nước phía tỷ triệu nghìn USD đồng Việt Nam"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of a passage with the figures in it."""

    passage: Passage
    sentence: Sentence
    figures: tuple[Figure, ...]

    @property
    def article(self) -> str:
        return self.passage.hit.chunk.article_id

    @property
    def text(self) -> str:
        return self.sentence.text

    @property
    def day(self) -> date | None:
        return self.passage.hit.metadata.day


def with_other_sides(
    query: Query, statements: Sequence[Statement], passages: Sequence[Passage]
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements, with the sides of a disagreement that the generator left out; and those that disagree.

    Those that disagree come first, newest article first, undated articles last among them.
    """
    if not _asks_for_figure(query):
        return tuple(statements), ()
    country = CountryGuard(query.understood, passages)
    candidates = [said for passage in passages for said in _sentences(passage) if country.is_in(passage, said.sentence)]
    sides: dict[tuple[str, int], Statement] = {}
    for statement in statements:
        for quoted in _quoted(statement, passages):
            others = _other_sides(query, quoted, candidates)
            for said, side in ((quoted, statement), *((other, _statement(other, statements)) for other in others)):
                if others and len(sides) < _MAX_SIDES:
                    sides.setdefault((said.article, said.sentence.start), side)
    first = sorted(dict.fromkeys(sides.values()), key=_newest_first)
    return (*first, *(statement for statement in statements if statement not in first)), tuple(first)


def differences(passages: Sequence[Passage]) -> list[tuple[Statement, ...]]:
    """Where articles about one event give different figures for one thing: the sides of each, the newest article first.

    `passages` are all of each article. A sentence stands on one side of one difference only.
    """
    told = [said for passage in passages for said in _sentences(passage)]
    sides: dict[_Said, list[_Said]] = {}
    for said, other in combinations(told, 2):
        if _disagree(said, other):
            joined = list(dict.fromkeys([*sides.get(said, [said]), *sides.get(other, [other])]))
            sides.update(dict.fromkeys(joined, joined))
    groups = {id(group): group for group in sides.values()}.values()
    made = (tuple(sorted((_statement(said, ()) for said in group), key=_newest_first)) for group in groups)
    return list(made)


def _disagree(said: _Said, other: _Said) -> bool:
    """Whether sentences of two articles give different figures for one thing, or one corrects the other's."""
    if said.article == other.article:
        return False
    return any(_tells_otherwise(said, figure, other) for figure in said.figures) or any(
        _tells_old(told, old, correction)
        for correction, told in ((said, other), (other, said))
        for _, old in _corrections(correction)
    )


def noted(answer: Answer, sides: Sequence[Statement], language: str, prompts: Prompts) -> Answer:
    """The answer with a note in `language` that its articles disagree, if it cites at least two of the sides."""
    cited = {source.article_id for citation in answer.citations for source in citation.sources}
    hits = [quote.hit for side in sides for quote in side.quotes if quote.hit.chunk.article_id in cited]
    if len({hit.chunk.article_id for hit in hits}) < 2:
        return answer
    language = prompts.spoken(language)
    newest = max((hit.metadata.day for hit in hits if hit.metadata.day), default=None)
    if newest is None:
        return replace(answer, disagreement=True, note=prompts.text("disagreement-undated", language))
    day = newest.strftime("%d/%m/%Y" if language == "vi" else "%Y-%m-%d")
    return replace(answer, disagreement=True, note=prompts.text("disagreement", language).replace("{date}", day))


def told_otherwise(before: tuple[Passage, Sentence], now: tuple[Passage, Sentence]) -> bool:
    """Whether a sentence gives a figure of an earlier one of another article with another value."""
    told, telling = (_Said(passage, one, tuple(figures(one.text))) for passage, one in (before, now))
    if told.article == telling.article:
        return False
    replaced = [old for _, old in _corrections(telling)]
    return any(
        _tells_otherwise(told, figure, telling)
        or (any(_same(old, figure) for old in replaced) and _is_one_subject(telling, told))
        for figure in told.figures
    )


def _asks_for_figure(query: Query) -> bool:
    """Whether the question asks for a figure other than a span of time, which articles count from different days."""
    if _HOW_LONG.search(query.understood.lower()):
        return False
    return type_asked(query.understood) in ("number", "price")


# --- Whether two sentences disagree ----------------------------------------------------------------------


def _other_sides(query: Query, quoted: _Said, candidates: Sequence[_Said]) -> list[_Said]:
    """The sentences of other articles that give the asked figure of a quoted one differently."""
    asked = [figure for figure in quoted.figures if _is_asked(query, quoted, figure)]
    corrections = [(said, *pair) for said in candidates for pair in _corrections(said)] if asked else []
    others: list[_Said] = []
    for figure in asked:
        others += [said for said in candidates if _tells_otherwise(quoted, figure, said)]
        for correction, new, old in corrections:
            if _same(old, figure) and _is_one_subject(correction, quoted):
                others.append(correction)
            elif _same(new, figure) and _is_one_subject(correction, quoted):
                others += [said for said in candidates if _tells_old(said, old, correction)]
    return [said for said in dict.fromkeys(others) if said.article != quoted.article]


def _is_asked(query: Query, said: _Said, figure: Figure) -> bool:
    """Whether a figure is what the question asks for."""
    if query.language != "vi":
        return type_asked(query.understood) in ("number", "price")
    asked = words(with_one_name(query.understood)) - _COMMON
    around = words(with_one_name(said.text))
    if len(asked & around) < _ASKED_ABOUT * len(asked):
        return False
    counted = _COUNTED_IN_QUESTION.search(query.understood)
    if counted is None or fold(counted[1]).split()[0] in ("tien", "von", "kinh", "mot", "moi", "trong", "vao", "nam"):
        return True
    # The question's noun as a figure would have it: "bao nhiêu kỹ sư" asks for people.
    return any(noun.unit == figure.unit for noun in figures(f"300 {counted[1]}")[:1])


def _tells_old(said: _Said, old: Figure, correction: _Said) -> bool:
    """Whether a sentence of another article tells a figure that was corrected, and does not itself correct it."""
    return (
        said.article != correction.article
        and any(_same(old, figure) for figure in said.figures)
        and not any(_same(old, outdated) for _, outdated in _corrections(said))
        and _is_one_subject(correction, said)
    )


def _is_one_subject(one: _Said, other: _Said) -> bool:
    """Whether a correction and a telling of the same figure are about the same thing."""
    if (one.article, one.sentence) == (other.article, other.sentence):
        return True
    hits = (said.passage.hit for said in (one, other))
    told, telling = (capitalised_inside(with_one_name(f"{hit.metadata.title or ''} {hit.chunk.text}")) for hit in hits)
    common = len((told & telling) - _COMMON)
    texts = with_one_name(one.text), with_one_name(other.text)
    ours, theirs = (words(text) - _COMMON for text in texts)
    named = (capitalised_inside(texts[0]) & capitalised_inside(texts[1])) - _COMMON
    near = bool(named) or len(ours & theirs) >= _SAME_SUBJECT * min(len(ours), len(theirs))
    return common >= (_COMMON_NAMES if near else 2 * _COMMON_NAMES)


def _corrections(said: _Said) -> Iterator[tuple[Figure, Figure]]:
    """The new and the old figure of every correction in a sentence."""
    folded = fold(said.text)
    for first, second in zip(said.figures, said.figures[1:], strict=False):
        between = folded[first.end : second.start]
        if _NEW_FIRST.fullmatch(between):
            yield first, second if second.unit else replace(second, unit=first.unit)
        elif _OLD_FIRST.fullmatch(between) and _CHANGED.search(folded[max(0, first.start - 40) : first.start]):
            yield second, first


def _tells_otherwise(said: _Said, figure: Figure, other: _Said) -> bool:
    """Whether a clause of another article is the same telling with another value."""
    # A sentence that holds the figure too, as a copied one does, tells another thing besides.
    if said.article == other.article or any(_same(figure, held) for held in other.figures):
        return False
    return any(
        figure.unit == differing.unit
        and figure.unit != ""
        and not (figure.change or differing.change)
        and not same_value(figure, differing)
        and _alone(said, figure)
        and _alone(other, differing)
        and _same_telling(said, figure, other, differing)
        and _same_time(said, figure, other, differing)
        for differing in other.figures
    )


def _alone(said: _Said, figure: Figure) -> bool:
    """Whether no other figure of the clause has the unit: of two, neither is known to be the one that is told."""
    return sum(one.clause == figure.clause and one.unit == figure.unit for one in said.figures) == 1


def _same_telling(said: _Said, figure: Figure, other: _Said, differing: Figure) -> bool:
    # "Hoa Kỳ" and "Mỹ" are one name, and "đô la Úc" is none.
    ours, theirs = (words(with_one_name(one.clause)) for one in (figure, differing))
    clauses = [capitalised(with_one_name(one.clause)) for one in (figure, differing)]
    named = set().union(*(capitalised_inside(with_one_name(one.text)) for one in (said, other)))
    named &= (clauses[0] | clauses[1]) - _COMMON
    # A name in one clause only ("tại Nga", "tại Pháp") makes another subject; none at all, an unknown one.
    if not named <= clauses[0] & clauses[1] or not named - {fold(word) for word in _ACRONYM.findall(figure.clause)}:
        return False
    if bool(_PLANNED.search(fold(figure.clause))) != bool(_PLANNED.search(fold(differing.clause))):
        return False
    ours, theirs = ours - _COMMON, theirs - _COMMON
    return len(ours & theirs) >= _SAME_TELLING * len(ours | theirs)


def _same_time(said: _Said, figure: Figure, other: _Said, differing: Figure) -> bool:
    if _times(said, figure) != _times(other, differing) or _hours(said, figure) != _hours(other, differing):
        return False
    ours, theirs = said.day, other.day
    if ours is None or theirs is None:
        # Of two articles without a date neither is the newer; one of a series may tell of another day.
        return ours is not None or theirs is not None
    return abs((ours - theirs).days) <= _YEAR_DAYS


def _times(said: _Said, figure: Figure) -> set[tuple[date | None, date | None, tuple[str, ...]]]:
    """The periods that a figure is told of: those of its clause, or else those named before it in the sentence."""
    clause = said.text.find(figure.clause)
    named = [
        mention
        for mention in mentions(said.text[: clause + len(figure.clause)], said.day)
        if not _in_dateline(said.text, mention) and not _AS_OF.search(fold(said.text[: mention.start]))
    ]
    own = [mention for mention in named if mention.start >= clause]
    return {(mention.first, mention.last, mention.keys) for mention in own or named}


def _hours(said: _Said, figure: Figure) -> set[str]:
    """The hours named in the sentence up to the end of a figure's clause."""
    return set(_HOUR.findall(fold(said.text[: said.text.find(figure.clause) + len(figure.clause)])))


def _in_dateline(text: str, mention: Mention) -> bool:
    """Whether a day is the one that an article was sent on: the agency's sign follows."""
    dateline = DATELINE.match(text, mention.end)
    return dateline is not None and not (dateline["place"] or "").strip()


def _same(one: Figure, other: Figure) -> bool:
    return one.value == other.value and one.unit == other.unit


# --- Sentences and statements ----------------------------------------------------------------------------


def _sentences(passage: Passage) -> Iterator[_Said]:
    for sentence in passage.sentences:
        found = tuple(figures(sentence.text))
        if found:
            yield _Said(passage, sentence, found)


def _quoted(statement: Statement, passages: Sequence[Passage]) -> Iterator[_Said]:
    """What a statement quotes, in the article's words."""
    of = {passage.hit.chunk.id: passage for passage in passages}
    for quote in statement.quotes:
        chunk = quote.hit.chunk
        text = chunk.text[max(0, quote.start - chunk.start) : max(0, quote.end - chunk.start)]
        if chunk.id in of:
            yield _Said(of[chunk.id], Sentence(quote.start, quote.end, text), tuple(figures(text)))


def _statement(said: _Said, statements: Sequence[Statement]) -> Statement:
    """The statement that quotes a sentence already, or a new one that says it."""
    sentence = said.sentence
    for statement in statements:
        if any(
            quote.hit.chunk.article_id == said.article and quote.start < sentence.end and sentence.start < quote.end
            for quote in statement.quotes
        ):
            return statement
    return verbatim(said.passage, sentence, said.passage.score)


def _newest_first(statement: Statement) -> int:
    return -max((day.toordinal() for quote in statement.quotes if (day := quote.hit.metadata.day)), default=0)
