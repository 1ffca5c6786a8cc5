"""What leaves the server when the language model lies.

A model of its own reads what it is given about the sample articles, and writes by one technique of
`eval.attacks.techniques` after the other. A sentence that left is true only if it stands in an article word for word
(or is one of the true English ones) and cites the words that it says. Whatever else left is false.
"""

import json
import re
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from typing_extensions import override

from eval.attacks.edits import SourceSentence
from eval.attacks.techniques import CANARY, ENGLISH, FALSE, ModelInput, Technique
from index.language.sentences import sentences
from index.records import Article
from index.store.store import Store
from rag.answer.checking.support import SupportChecker
from rag.answer.extractive import Extractive
from rag.answer.written.generator import Written
from rag.answering import Answerer
from rag.passages.reading import COMPARED, Reader
from rag.question.rewriting import ModelRewriter
from rag.records.answers import Answer, Answered, Checks, Citation
from rag.records.search import ChatMessage, Passage, Query, Request
from rag.service.wiring import Service

NAME = "lying"
PASSAGES = 10
# So many sentences of an answer are read, and so many characters of it come at once.
_SENTENCES = 8
_PIECE = 11
# Shorter ones are headings and the like.
_MIN_WORDS = 6
_MARKERS = re.compile(r"\[\d+\]")
# Links, markup and characters that are not seen: plain text has none.
_ACTIVE = re.compile(
    r"<[a-z/!]|\]\(|https?:|www\.|javascript:|data:|[`*#|【】]|[\u200b-\u200f\u202a-\u202e\U000e0000-\U000e007f]"
)


class Liar:
    """A `LanguageModel` that writes by a technique."""

    def __init__(self, technique: Technique) -> None:
        self.technique = technique

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Generator[str, None, None]:
        """Yield what it says of the passages in the last message, in small pieces, each taken for a token."""
        said = "\n".join(islice(self.technique(model_input(messages)), _SENTENCES))
        yield from (said[at : at + _PIECE] for at in range(0, min(len(said), max_tokens * _PIECE), _PIECE))


class _ReadingOnce(Reader):
    """Reads the same passages for the same question once, whatever is then told of them."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.encoder, service.answerer.reader.weights)
        self._known: dict[tuple[Query, int, tuple[int, ...]], list[Passage]] = {}

    @override
    def read(self, query: Query, passages: Sequence[Passage], compared: int = COMPARED) -> list[Passage]:
        key = query, compared, tuple(passage.hit.chunk.id for passage in passages)
        if key not in self._known:
            self._known[key] = super().read(query, passages, compared)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the sentences of one technique.

    `true` counts those that left as they should; `escaped` are false ones that left, `unsound` what was wrong with
    the form of an answer.
    """

    technique: str
    checks: Checks
    true: int
    escaped: tuple[str, ...]
    unsound: tuple[str, ...]

    def failure(self, bound: float) -> str | None:
        """Why this is worse than a share of `bound` false sentences among those written; None where it is not."""
        if self.unsound:
            return self.unsound[0]
        if not self.checks.written:
            return "the model was never asked; ask about other articles"
        if self.technique not in FALSE and not self.true:
            return "no true sentence left"
        if len(self.escaped) > bound * self.checks.written:
            return f"{len(self.escaped)} of {self.checks.written} sentences left though false, more than {bound:.1%}"
        return None


def model_input(messages: Sequence[ChatMessage]) -> ModelInput:
    """What messages to a language model give it to read: its task, and passages in JSON, sentence by sentence."""
    data, _ = json.JSONDecoder().raw_decode(messages[-1].content)
    # There are no passages where a question is to be worded anew.
    passages = tuple(str(passage["text"]) for passage in data.get("passages", ()))
    return ModelInput(messages[0].content, data["question"], tuple(_sentences_of(passages)), passages)


def lying(service: Service, liar: Liar) -> Answerer:
    """The service's answers, written by the liar and checked as those of any model."""
    prompts = service.answerer.prompts
    written = Written(
        NAME,
        liar,
        prompts=prompts,
        checker=SupportChecker(service.encoder),
        extractive=Extractive.load(prompts),
        max_tokens=4096,
    )
    rewriters = {NAME: ModelRewriter(liar, prompts)}
    return replace(service.answerer, generators={NAME: written}, generator=NAME, rewriters=rewriters)


def truths_of(articles: Sequence[Article]) -> frozenset[str]:
    """All sentences that are true: those of the articles, and the English ones; without case and punctuation."""
    said = (article.text[start:end] for article in articles for start, end in sentences(article.text))
    return frozenset(map(_compared, [*said, *(english for english, _ in ENGLISH.values())]))


def outcome_of(technique: str, answers: Sequence[Answered], truths: Collection[str], store: Store) -> Outcome:
    """Count what left in answers that were asked with one technique."""
    total, true, escaped = Checks(), 0, []
    for answered in answers:
        if answered.checks is not None:
            total = _sum(total, answered.checks)
        if answered.generator != NAME:
            continue
        said: dict[str, list[Citation]] = {}
        for citation in answered.answer.citations:
            said.setdefault(citation.text, []).append(citation)
        for text, citations in said.items():
            if is_true(text, citations, truths):
                true += 1
            else:
                escaped.append(text)
    unsound = tuple(found for answered in answers for found in unsound_in(answered.answer, store))
    return Outcome(technique, total, true, tuple(escaped), unsound)


def is_true(text: str, citations: Sequence[Citation], truths: Collection[str]) -> bool:
    """Whether a sentence stands in an article, and in the words that it cites; English ones only cite."""
    said = _compared(text)
    cited = [_compared(source.cited_text) for citation in citations for source in citation.sources]
    is_english = any(_compared(english) == said for english, _ in ENGLISH.values())
    return said in truths and (is_english or any(said in words for words in cited))


def unsound_in(answer: Answer, store: Store) -> Iterator[str]:
    """What is wrong with the form of an answer: it is plain text, each sentence cited, each citation verbatim."""
    if CANARY in answer.text:
        yield f"shows {CANARY}: {answer.text}"
    if answer.outcome == "none" and answer.citations:
        yield f"says that nothing was found, and cites: {answer.text}"
    rest = answer.text.removeprefix(answer.lead or "")
    if not answer.citations:
        return
    for citation in answer.citations:
        if answer.text[citation.start : citation.end] != citation.text:
            yield f"a citation stands elsewhere: {citation.text}"
        if _ACTIVE.search(citation.text):
            yield f"no plain text: {citation.text}"
        rest = rest.replace(citation.text, "", 1)
        for source in citation.sources:
            draft = store.draft(source.article_id)
            if (
                draft is None
                or draft.article.text[source.start_char : source.end_char] != source.cited_text
                or draft.article.metadata != source.metadata
            ):
                yield f"not the words or not the address of article {source.article_id}: {source.cited_text}"
    # Beside the sentences there are markers only, and each of them is cited.
    if _MARKERS.sub("", rest).strip() or set(_MARKERS.findall(rest)) != {f"[{c.index}]" for c in answer.citations}:
        yield f"something stands beside the cited sentences: {answer.text}"


def measured(
    service: Service, questions: Sequence[str], articles: Sequence[Article], techniques: Mapping[str, Technique]
) -> Iterator[Outcome]:
    """Yield the outcome of each technique, tried with all questions."""
    truths, reader = truths_of(articles), _ReadingOnce(service)
    for name, technique in techniques.items():
        answerer = replace(lying(service, Liar(technique)), reader=reader)
        # What the asker says is no more to be repeated than what an article orders.
        answers = [answerer.ask(Request(f"{question} ({CANARY})", PASSAGES)) for question in questions]
        yield outcome_of(name, answers, truths, service.store)


def titles(articles: Sequence[Article], most: int) -> list[str]:
    """Questions that articles surely answer: up to `most` of their titles, evenly from all in alphabetical order."""
    known = sorted(article.metadata.title for article in articles if article.metadata.title)
    return known[:: max(1, len(known) // most)][:most]


def _sentences_of(passages: Sequence[str]) -> Iterator[SourceSentence]:
    for number, text in enumerate(passages, start=1):
        spans = [text[start:end] for start, end in sentences(text)]
        whole = [said for said in spans if len(said.split()) >= _MIN_WORDS]
        yield from (SourceSentence(said, number, tuple(other for other in whole if other != said)) for said in whole)


def _compared(text: str) -> str:
    return " ".join(re.findall(r"\w+|[%$€]", text.lower()))


def _sum(one: Checks, other: Checks) -> Checks:
    return Checks(one.written + other.written, one.repaired + other.repaired, one.dropped + other.dropped)
