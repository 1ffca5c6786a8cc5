"""How measures are named, grouped, explained and written for people."""

import re

from eval.scores import BANDS, Interval

RANKING, ANSWERS, CITATIONS, ABSTENTION, OTHER = "Ranking", "Answers", "Citations", "Abstention", "Other measures"
# Of all measures the one that is no share and no time.
ARTICLES_CITED = "articles_cited"
# Stands where there is no number.
NONE = "–"
TIME = re.compile(r"(?P<stage>\w+)_ms_p(?P<percent>\d+)")

_AT_K = (
    (re.compile(r"R@(\d+)"), "share of the gold articles among the first {}"),
    (re.compile(r"RR@(\d+)"), "one over the rank of the first gold article, within the first {}"),
    (re.compile(r"nDCG@(\d+)"), "gold articles among the first {}, the higher the better"),
    (re.compile(r"\w+(?:\(.*\))?@(\d+)"), "as ir_measures defines it, over the first {}"),
)
_MEANINGS = {
    "EM": (ANSWERS, "the answer is a gold answer, word for word"),
    "F1": (ANSWERS, "words shared with the nearest gold answer"),
    "HasAns_EM": (ANSWERS, "EM of the answerable questions"),
    "HasAns_F1": (ANSWERS, "F1 of the answerable questions"),
    "contained": (ANSWERS, "a gold answer stands in the answer"),
    "quote_recall": (ANSWERS, "share of the gold quotes that are cited"),
    "short_EM": (ANSWERS, "the words that answer are a gold answer, word for word"),
    "short_F1": (ANSWERS, "words that they share with the nearest gold answer"),
    "outcome_right": (ANSWERS, "answered where that can be, and only there"),
    "right": (ANSWERS, "has all that a right answer has, and nothing that it has not"),
    "facts": (ANSWERS, "share of the facts of an overview that are there"),
    "nuggets_vital": (ANSWERS, "share of the vital nuggets that are cited"),
    "nuggets": (ANSWERS, "share of all nuggets that are cited"),
    "relevant_cited": (CITATIONS, "share of the cited articles that are relevant"),
    ARTICLES_CITED: (CITATIONS, "how many articles are cited"),
    "answered": (ANSWERS, "share of all questions that got an answer"),
    "citations_resolve": (CITATIONS, "every citation stands in a passage, letter for letter"),
    "citation_recall": (CITATIONS, "share of sentences that their citations bear out"),
    "citation_precision": (CITATIONS, "share of citations that a sentence needs"),
    "unsupported_written": (CITATIONS, "share of a model's sentences that no passage bears out: they were left out"),
    "repaired": (CITATIONS, "share of a model's sentences that were given another passage than it named"),
    "abstain_precision": (ABSTENTION, "of the questions declined, the share that was unanswerable"),
    "abstain_recall": (ABSTENTION, "of the unanswerable questions, the share that was declined"),
    "abstain_F1": (ABSTENTION, "harmonic mean of the two"),
    "answered_answerable": (ABSTENTION, "of the answerable questions, the share that was answered"),
    "AUC": (ABSTENTION, "how well confidence tells answerable from not; 0.5 is chance"),
    "AURC": (ABSTENTION, "mean risk over all thresholds; lower is better"),
    "ECE": (ABSTENTION, "distance of confidence from the share that is right; lower is better"),
    **dict.fromkeys(BANDS, (ABSTENTION, "of the answers with this confidence, the share that is right")),
}


def group_of(name: str) -> str:
    """The group that a measure is shown in."""
    return _MEANINGS[name][0] if name in _MEANINGS else RANKING if "@" in name else OTHER


def meaning(name: str) -> str:
    """What a measure says, in a line; empty where it is not known here."""
    if name in _MEANINGS:
        return _MEANINGS[name][1]
    return next((words.format(match[1]) for form, words in _AT_K if (match := form.fullmatch(name))), "")


def number(name: str, value: float) -> str:
    """A value of the measure, in as many digits as it deserves."""
    return f"{value:.1f}" if TIME.fullmatch(name) else f"{value:.3f}"


def bounds(name: str, interval: Interval) -> str:
    """The 95 % interval, or a dash where there is none."""
    if interval.low is None or interval.high is None:
        return NONE
    return f"{number(name, interval.low)} to {number(name, interval.high)}"
