"""What became of a case, worst first."""

from enum import StrEnum

from eval.records import Result

# A gold article further down than this is as good as not found.
FOUND_WITHIN = 10


class Outcome(StrEnum):
    """The order of the members is the order in which cases are worth reading."""

    MADE_UP = "Answered the unanswerable"
    WRONG = "Answered without the gold answer"
    ABSTAINED = "Abstained, though answerable"
    NOT_FOUND = f"Gold article not in the first {FOUND_WITHIN}"
    UNJUDGED = "Answered, with no gold to compare"
    RIGHT = "Right"

    @property
    def severity(self) -> int:
        """0 is worst."""
        return list(Outcome).index(self)


def outcome(result: Result) -> Outcome:
    """The worst that can be said of a result."""
    answered = result.answer is not None and not result.answer.abstained
    # Patterns tell, else gold answers, else gold quotes or nuggets.
    told = (result.scores.get(name) for name in ("right", "contained", "quote_recall", "nuggets"))
    right = next((score for score in told if score is not None), None)
    if not result.answerable:
        return Outcome.MADE_UP if answered and not right else Outcome.RIGHT
    if answered and right == 0:
        return Outcome.WRONG
    if result.answer is not None and result.answer.abstained:
        return Outcome.ABSTAINED
    if result.gold.articles and not gold_ranks(result, FOUND_WITHIN):
        return Outcome.NOT_FOUND
    return Outcome.UNJUDGED if answered and right is None else Outcome.RIGHT


def gold_ranks(result: Result, within: int) -> list[int]:
    """Where gold articles stand among the first `within`, counted from 1."""
    first = enumerate(result.ranking[:within], start=1)
    return [rank for rank, ranked in first if ranked.article_id in result.gold.articles]
