"""The words of an answer, apart from the markers that stand between them."""

import re

from index.language.text import Span
from rag.records.answers import Answer

_MARKER = re.compile(r"\[(\d{1,9})\]")


def markers(answer: Answer) -> list[tuple[int, Span]]:
    """The `[n]` markers of an answer: each number and where it stands.

    What stands in brackets within a cited statement is the article's own.
    """
    spans = sorted({(citation.start, citation.end) for citation in answer.citations}, reverse=True)
    cited_until = 0
    found: list[tuple[int, Span]] = []
    for match in _MARKER.finditer(answer.text):
        while spans and spans[-1][0] <= match.start():
            cited_until = max(cited_until, spans.pop()[1])
        if match.start() >= cited_until:
            found.append((int(match[1]), match.span()))
    return found


def bare(answer: Answer) -> str:
    """The answer's text with a space for every character of a marker: every offset stays what it was."""
    pieces: list[str] = []
    done = 0
    for _, (start, end) in markers(answer):
        pieces += answer.text[done:start], " " * (end - start)
        done = end
    return "".join(pieces) + answer.text[done:]
