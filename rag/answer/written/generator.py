"""Answers written by a language model: each sentence is checked against the passages before it is passed on.

    passages -> messages -> the model's text -> sentences -> supported or dropped

Where the model fails before its first supported sentence the extractive generator answers; where nothing that it wrote
is supported, the answer abstains.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace

from index.derived.terms import Idf
from prompts import Prompts
from rag.answer.broad.answers import KINDS
from rag.answer.checking.support import SupportChecker
from rag.answer.extractive import Extractive
from rag.answer.written.shapes import ORDERED, lined
from rag.answer.written.splitter import Splitter
from rag.errors import ModelFailed
from rag.models.protocol import LanguageModel
from rag.records.answers import Checks, Drafted, Generated, Outcome, Statement, Working
from rag.records.search import ChatMessage, Passage, Query

# What the model is told to write where the passages do not answer.
NO_ANSWER = "NO_ANSWER"
# Passages that hold an answer with less probability than this are not worth a model's time.
_HOPELESS = 0.1
# A model that goes on for longer than this has lost its way; what treats a whole matter may take more.
_MOST_SENTENCES, _MOST_OF_A_MATTER = 8, 14
LANGUAGES = {"vi": "tiếng Việt", "en": "English", "ru": "Russian", "zh": "Chinese", "ja": "Japanese"}


@dataclass(frozen=True, slots=True)
class Written:
    """A generator over a language model; `name` is its name in settings and answers."""

    name: str
    model: LanguageModel
    prompts: Prompts
    checker: SupportChecker
    extractive: Extractive
    max_tokens: int

    def generate(
        self, query: Query, passages: Sequence[Passage], idf: Idf
    ) -> Iterator[Statement | Working | Generated]:
        """Yield supported sentences as they are written; last all of them, or the extractive answer if it failed.

        Those of a timeline or comparison come last alone, in the order of its days or sides.
        """
        extracted = self.extractive.extracted(query, passages, idf)
        if extracted.confidence < _HOPELESS:
            yield Generated((), extracted.confidence, "none", generator=self.name, checks=Checks())
            return
        said: list[Statement] = []
        held = query.kind in ORDERED and query.revision is None
        checks, trouble, declined = Checks(), None, False
        try:
            with closing(self._sentences(query, passages)) as written:
                for drafted in written:
                    if drafted is None:
                        yield Working()
                    elif declined := NO_ANSWER in drafted.text:
                        break
                    else:
                        verdict = self.checker.check(drafted, passages, idf)
                        checks = _counted(checks, repaired=verdict.repaired, dropped=not verdict.quotes)
                        if verdict.quotes:
                            said.append(Statement(drafted.text, verdict.quotes))
                            if not held:
                                said[-1:] = lined(query, said[-1:])
                                yield said[-1]
        except ModelFailed as error:
            trouble = str(error)
        if not (trouble or checks.written or declined):
            trouble = "the language model wrote no sentence; ask again, or use another model"
        if trouble and not said:
            yield replace(extracted, checks=checks, trouble=trouble)
        else:
            outcome: Outcome = "answered" if said else "none"
            statements = tuple(lined(query, said) if held else said)
            yield Generated(
                *(statements, extracted.confidence, outcome, query.kind),
                generator=self.name,
                checks=checks,
                trouble=trouble,
            )

    def _sentences(self, query: Query, passages: Sequence[Passage]) -> Generator[Drafted | None, None, None]:
        """The sentences that the model writes; None while the next one is incomplete.

        It ends where the model begins to repeat itself, as small ones do for ever.
        """
        splitter = Splitter()
        seen: set[str] = set()
        most = _MOST_OF_A_MATTER if query.kind in KINDS else _MOST_SENTENCES
        with closing(self.model.stream(self._messages(query, passages), self.max_tokens)) as pieces:
            for drafted in _drafted(pieces, splitter):
                if drafted is not None:
                    if drafted.text in seen or len(seen) == most:
                        return
                    seen.add(drafted.text)
                yield drafted

    def _messages(self, query: Query, passages: Sequence[Passage]) -> list[ChatMessage]:
        language = query.answer_in or query.language
        named = LANGUAGES.get(language, "the language of the question")
        shape = query.kind if query.kind in KINDS else "prose"
        names = (
            ("answer-reminder", f"shape-{shape}") if query.revision is None else ("revision-reminder", "shape-revision")
        )
        task, reminder, shape_of = (
            self.prompts.text(name, language).replace("{none}", NO_ANSWER).replace("{language}", named)
            for name in ("answer", *names)
        )
        # In JSON nothing that an article says can end the string that it stands in.
        data = {
            "question": query.whole,
            **(asdict(query.revision) if query.revision else {}),
            "passages": [
                {
                    "number": number,
                    "title": passage.hit.metadata.title,
                    "source": passage.hit.metadata.source,
                    "date": day.isoformat() if (day := passage.hit.metadata.day) else None,
                    "text": passage.hit.chunk.text,
                }
                for number, passage in enumerate(passages, start=1)
            ],
        }
        # The last word is ours, not an article's; and a model without a chat template goes on from it.
        return [
            ChatMessage("system", task.replace("{shape}", shape_of)),
            ChatMessage("user", f"{json.dumps(data, ensure_ascii=False)}\n\n{reminder}"),
        ]


def _drafted(pieces: Iterator[str], splitter: Splitter) -> Iterator[Drafted | None]:
    for piece in pieces:
        yield from splitter.feed(piece)
        yield None
    yield from splitter.finish()


def _counted(checks: Checks, *, repaired: bool, dropped: bool) -> Checks:
    return Checks(checks.written + 1, checks.repaired + repaired, checks.dropped + dropped)
