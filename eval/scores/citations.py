"""Whether citations resolve, and whether they bear out what they stand behind.

`citation_recall` and `citation_precision` are ALCE's (Gao et al. 2023, "Enabling Large Language Models to Generate
Text with Citations"), with `eval.scores.support` in the place of its entailment model.
"""

import re
from dataclasses import dataclass

from eval.records import Excerpt, Result
from eval.scores.support import supported
from eval.scores.texts import bare, markers
from index.language.detection import detect_language
from index.language.sentences import sentences
from index.language.text import tokens
from rag.records.answers import Answer, Citation, Source

_MARKERS_BEHIND = re.compile(r"\s?((?:\[\d{1,9}\])+)")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the answer, and for each citation of it the words that it cites."""

    text: str
    cited: tuple[str, ...]


def citation_scores(result: Result) -> dict[str, float]:
    """`citations_resolve`, `citation_recall` and `citation_precision` of an answer that was given.

    The last two are missing where the answer is in another language than what it cites: words cannot tell there.
    `unsupported_written` and `repaired` are shares of the sentences that a language model wrote.
    """
    answer = result.answer
    scores = {}
    if result.checks and result.checks.written:
        scores["unsupported_written"] = result.checks.dropped / result.checks.written
        scores["repaired"] = result.checks.repaired / result.checks.written
    if answer is None or answer.abstained:
        return scores
    scores["citations_resolve"] = float(resolves(answer, result.passages))
    said = _sentences(answer)
    cited = " ".join(words for sentence in said for words in sentence.cited)
    if not cited.strip() or detect_language(cited) == detect_language(bare(answer)):
        scores["citation_recall"], scores["citation_precision"] = _recall_and_precision(said)
    return scores


def resolves(answer: Answer, passages: tuple[Excerpt, ...]) -> bool:
    """Whether every marker has a citation and every citation its marker and its words.

    The citation's span must slice the answer, its marker stand right behind it, and each of its sources be words
    of one of the passages, letter for letter and at the offsets that it names.
    """
    numbers = {citation.index for citation in answer.citations}
    return (
        bool(numbers)
        and {number for number, _ in markers(answer)} == numbers
        and all(_slices(answer, citation) for citation in answer.citations)
        and all(
            any(_holds(passage, source) for passage in passages)
            for citation in answer.citations
            for source in citation.sources
        )
    )


def _slices(answer: Answer, citation: Citation) -> bool:
    behind = _MARKERS_BEHIND.match(answer.text, citation.end)
    return (
        0 <= citation.start < citation.end
        and answer.text[citation.start : citation.end] == citation.text
        and behind is not None
        and f"[{citation.index}]" in behind[1]
        and bool(citation.sources)
    )


def _holds(passage: Excerpt, source: Source) -> bool:
    start, end = source.start_char - passage.start_char, source.end_char - passage.start_char
    return (
        passage.article_id == source.article_id
        and 0 <= start < end <= len(passage.text)
        and passage.text[start:end] == source.cited_text
    )


def _sentences(answer: Answer) -> list[_Sentence]:
    text = bare(answer)
    return [
        _Sentence(text[start:end], tuple(_cited(answer, start, end)))
        for start, end in sentences(text)
        if tokens(text[start:end])
    ]


def _cited(answer: Answer, start: int, end: int) -> list[str]:
    """The cited words of each citation whose span overlaps that of the sentence."""
    return [
        " ".join(source.cited_text for source in citation.sources)
        for citation in answer.citations
        if citation.start < end and citation.end > start
    ]


def _recall_and_precision(said: list[_Sentence]) -> tuple[float, float]:
    """The share of sentences that their citations support, and of citations that are needed; 0 where there are none.

    In a sentence that is not supported no citation counts as needed. In one that is, a citation is irrelevant where
    it does not support the sentence alone and the others do without it.
    """
    borne_out = [bool(sentence.cited) and supported(sentence.text, sentence.cited) for sentence in said]
    needed = sum(
        _needed(sentence, place)
        for sentence, holds in zip(said, borne_out, strict=True)
        if holds
        for place in range(len(sentence.cited))
    )
    citations = sum(len(sentence.cited) for sentence in said)
    return sum(borne_out) / len(said) if said else 0.0, needed / citations if citations else 0.0


def _needed(sentence: _Sentence, place: int) -> bool:
    others = sentence.cited[:place] + sentence.cited[place + 1 :]
    return supported(sentence.text, sentence.cited[place : place + 1]) or not supported(sentence.text, others)
