"""Questions whose articles are there, and the same questions with their articles withheld."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from eval.data.squad import from_source
from eval.records import Case
from index.records import Draft

Withheld = Literal["none", "half", "all"]
MARK = "#withheld"


@dataclass(frozen=True, slots=True)
class Trial:
    """A case, and the sources that it is asked of (none given: all)."""

    case: Case
    sources: tuple[str, ...] = ()


def trials_of(
    cases: Sequence[Case], articles: Sequence[Draft], withheld: Withheld, name: str, beside: Sequence[str]
) -> tuple[list[Trial], list[Draft]]:
    """The trials, and the articles to index for them.

    `half`: the articles become two sources, each case is asked of the half that holds its own articles, and again of
    the other half; one index serves both. `all`: articles that a case needs are left out. `beside` names the sources
    that are always searched. A case that nothing answers is asked once, of everything.
    """
    if withheld == "none":
        return [Trial(case) for case in cases], list(articles)
    if withheld == "all":
        gold = {article for case in cases for article in case.articles}
        return (
            [Trial(_without_gold(case) if case.articles else case) for case in cases],
            [draft for draft in articles if draft.article.id not in gold],
        )
    halves = f"{name}, first half", f"{name}, second half"
    parity = _parity(cases, articles)
    trials = [trial for case in cases for trial in _both(case, halves, parity, beside)]
    return trials, [from_source(draft, halves[parity[draft.article.id]]) for draft in articles]


def _both(case: Case, halves: tuple[str, str], parity: dict[str, int], beside: Sequence[str]) -> Iterator[Trial]:
    if not case.articles:
        yield Trial(case)
        return
    half = parity[case.articles[0]]
    yield Trial(case, (halves[half], *beside))
    yield Trial(_without_gold(case), (halves[1 - half], *beside))


def _without_gold(case: Case) -> Case:
    return replace(case, id=case.id + MARK, answers=(), articles=(), quotes=(), grades={}, nuggets=(), answerable=False)


def _parity(cases: Sequence[Case], articles: Sequence[Draft]) -> dict[str, int]:
    """0 or 1 for each article, in turn; all articles of one case, and so of cases that share some, get the same."""
    leader = {draft.article.id: draft.article.id for draft in articles}

    def leader_of(article: str) -> str:
        while leader[article] != article:
            leader[article] = article = leader[leader[article]]
        return article

    for case in cases:
        for article in case.articles[1:]:
            leader[leader_of(article)] = leader_of(case.articles[0])
    numbers: dict[str, int] = {}
    return {article: numbers.setdefault(leader_of(article), len(numbers)) % 2 for article in leader}
