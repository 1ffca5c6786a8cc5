"""A kept answer beside the articles as they are now: where its words stand today, or that they are gone."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rag.contract.answers import AnswerOut, AskOut, HitOut, SourceOut

Text = Callable[[str], str | None]
_Words = TypeVar("_Words", SourceOut, HitOut)

# What runs on across a place: "315|.000" is another figure, and "Hà|ng" another word. Scripts without spaces are none.
_RUNS_ON = re.compile(r"[0-9A-Za-zÀ-ɏЀ-ӿḀ-ỿ]{2}|[0-9][.,](?=[0-9])|(?<=[0-9])[.,][0-9]")


def as_of_today(out: AskOut, text: Text) -> AskOut:
    """The answer as it was given, with `changed` and today's offsets where the articles it is from have changed.

    `text` gives the text of an article by id, None where it was removed.
    """
    citations = [
        citation.model_copy(update={"sources": [_placed(each, each.cited_text, text) for each in citation.sources]})
        for citation in out.answer.citations
    ]
    return out.model_copy(
        update={
            "answer": out.answer.model_copy(update={"citations": citations}),
            "passages": [_placed(hit, hit.text, text) for hit in out.passages],
        }
    )


def words_gone(answer: AnswerOut) -> bool:
    """Whether the answer rests on words that no article has any more."""
    return any(source.gone for citation in answer.citations for source in citation.sources)


def _placed(found: _Words, words: str, text: Text) -> _Words:
    now = text(found.article_id)
    if now is None:
        return found.model_copy(update={"changed": "removed"})
    places = _places(now, words, found.start_char)
    if found.start_char in places:
        return found
    if not places:
        return found.model_copy(update={"changed": "edited"})
    start = min(places, key=lambda place: abs(place - found.start_char))
    return found.model_copy(update={"changed": "moved", "start_char": start, "end_char": start + len(words)})


def _places(text: str, words: str, before: int) -> Sequence[int]:
    """Where the words stand in a text and do not run on; only the place `before`, if that is one."""
    end = before + len(words)
    if text[before:end] == words and not _runs_on(text, before) and not _runs_on(text, end):
        return [before]
    return [at for at in _found(text, words) if not _runs_on(text, at) and not _runs_on(text, at + len(words))]


def _found(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))


def _runs_on(text: str, at: int) -> bool:
    return at > 0 and _RUNS_ON.match(text, at - 1) is not None
