"""Conversations made of the questions of a SQuAD file: what nobody wrote follow-ups for.

follow  a question about a passage, and then another about it, without the name that both hold: "của Canada" goes
change  a question about something else, and then one as it is written
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from eval.records import Case

Conversations = Literal["none", "follow", "change"]

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
# What stands before a name goes with it.
_PREPOSITION = re.compile(r"\s*\b(?:của|ở|tại|trong|về|với|cho|từ|đến|do|bởi|thuộc)\s*$", re.IGNORECASE)
_FEWEST_WORDS = 3


def conversations(cases: Sequence[Case], made: Conversations) -> list[Case]:
    """The cases with a question before them in `history`; with "follow" one a passage, where two share a name."""
    if made == "none":
        return list(cases)
    return list(_following(cases) if made == "follow" else _changing(cases))


def _following(cases: Sequence[Case]) -> Iterator[Case]:
    told: set[str] = set()
    for case in cases:
        passage = case.articles[0] if case.articles else None
        if passage is None or passage in told:
            continue
        for other in cases:
            shorter = other.articles[:1] == (passage,) and other is not case and elliptic(case.question, other.question)
            if shorter:
                told.add(passage)
                yield replace(case, question=shorter, history=(other.question,))
                break


def _changing(cases: Sequence[Case]) -> Iterator[Case]:
    for place, case in enumerate(cases):
        ahead = [*cases[place + len(cases) // 2 :], *cases]
        other = next((one for one in ahead if one.group != case.group), None)
        if other is not None:
            yield replace(case, history=(other.question,))


def elliptic(question: str, before: str) -> str | None:
    """The question without the longest name that it shares with the one before; None where nothing of it is left.

    A name is a run of words from one with a capital to another, or to a number.
    """
    words, known = list(_WORD.finditer(question)), [word.lower() for word in _WORD.findall(before)]
    runs = [
        (start, end)
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
        if words[start][0][0].isupper()
        and (words[end - 1][0][0].isupper() or words[end - 1][0].isdigit())
        and not (start == 0 and end == 1 and words[0][0] not in _WORD.findall(before)[1:])
        and _holds(known, [word[0].lower() for word in words[start:end]])
    ]
    if not runs:
        return None
    start, end = max(runs, key=lambda run: run[1] - run[0])
    kept = _PREPOSITION.sub("", question[: words[start].start()].rstrip()) + question[words[end - 1].end() :]
    shorter = re.sub(r"\s+([?,.])", r"\1", " ".join(kept.split())).strip(" ,")
    return shorter[:1].upper() + shorter[1:] if len(_WORD.findall(shorter)) >= _FEWEST_WORDS else None


def _holds(words: Sequence[str], run: Sequence[str]) -> bool:
    return any(list(words[place : place + len(run)]) == list(run) for place in range(len(words)))
