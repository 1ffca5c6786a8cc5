"""Whether the right answer was given.

EM and F1 follow SQuAD (Rajpurkar et al. 2016; 2018 for unanswerable questions), adapted to Vietnamese: text is
compared as `index.language.text.tokens` of its NFC form, which are syllables and numbers in lower case, under one tone
placement and without punctuation. No articles are removed: `a` and `an` are words here. SQuAD deletes punctuation;
here it separates (`TP.HCM` is two tokens), except within a number (`1,5`).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from eval.records import Result
from eval.scores.texts import bare
from index.language.text import nfc, token_spans, tokens
from rag.records.answers import Answer

# A gold quote counts as cited when at least this share of its tokens stands in one cited span.
QUOTE_OVERLAP = 0.5


def answer_scores(result: Result) -> dict[str, float]:
    """`EM`, `F1`, `contained`, `short_EM`, `short_F1`, `quote_recall`, `answered` and `outcome_right`; nothing where
    no answer was asked for.

    On an unanswerable question EM and F1 are 1 for abstaining, else 0 (SQuAD 2.0). `contained` and `quote_recall` are
    of answerable ones, and 0 for abstaining. A whole sentence is a right answer of low F1: there `contained` tells, and
    `short_EM` and `short_F1` of the words that answer, which are 0 where none were given. `outcome_right`: answered
    where that can be, and only there; missing where the articles correct what the question takes for granted.
    """
    answer, gold = result.answer, result.gold
    if answer is None:
        return {}
    text = "" if answer.abstained else bare(answer)
    scores: dict[str, float] = {}
    if not result.answerable and gold.patterns is None:
        scores["EM"] = scores["F1"] = float(answer.abstained)
    elif gold.answers:
        scores["EM"], scores["F1"] = exact_match_and_f1(gold.answers, text)
        scores["contained"] = contained(gold.answers, text)
        short = answer.short.text if answer.short and not answer.abstained else ""
        scores["short_EM"], scores["short_F1"] = exact_match_and_f1(gold.answers, short)
    if result.answerable and gold.quotes:
        scores["quote_recall"] = _quote_recall(result, answer)
    scores["answered"] = float(not answer.abstained)
    if not (gold.patterns and gold.patterns.expect == "decline" and gold.patterns.has):
        scores["outcome_right"] = float(answer.abstained != result.answerable)
    return scores


def exact_match_and_f1(answers: Sequence[str], text: str) -> tuple[float, float]:
    """Both of the text, each against the answer that suits it best."""
    return max(exact_match(right, text) for right in answers), max(f1(right, text) for right in answers)


def exact_match(gold: str, text: str) -> float:
    """1 where both have the same tokens in the same order, and any at all."""
    right = tokens(nfc(gold))
    return float(bool(right) and right == tokens(nfc(text)))


def f1(gold: str, text: str) -> float:
    """Harmonic mean of precision and recall over tokens, each counted as often as it occurs."""
    right, said = Counter(tokens(nfc(gold))), Counter(tokens(nfc(text)))
    common = (right & said).total()
    return 2 * common / (right.total() + said.total()) if common else 0.0


def contained(answers: Sequence[str], text: str) -> float:
    """1 where one of the answers stands in the text, letter for letter but for case, and not within a token.

    `5` stands neither in `15` nor in `1,5`.
    """
    lowered = nfc(text).lower()
    spans = token_spans(lowered)
    starts = [start for start, _ in spans]

    def cuts(place: int) -> bool:
        before = bisect_right(starts, place - 1) - 1
        return before >= 0 and place < spans[before][1]

    for answer in answers:
        right = nfc(answer).strip().lower()
        start = lowered.find(right) if right else -1
        while start >= 0:
            if not (cuts(start) or cuts(start + len(right))):
                return 1.0
            start = lowered.find(right, start + 1)
    return 0.0


def _quote_recall(result: Result, answer: Answer) -> float:
    """The share of gold quotes that a cited span of the same article overlaps."""
    cited = [
        (source.article_id, Counter(tokens(nfc(source.cited_text))))
        for citation in answer.citations
        for source in citation.sources
    ]
    found = 0
    for quote in result.gold.quotes:
        wanted = Counter(tokens(nfc(quote.text)))
        shares = [(wanted & said).total() for article, said in cited if article == quote.article_id]
        found += max(shares, default=0) >= max(1, QUOTE_OVERLAP * wanted.total())
    return found / len(result.gold.quotes)
