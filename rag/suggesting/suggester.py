"""What to ask next, and what to ask first: questions made from articles, of which those are kept that are answered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.language.sentences import sentences
from index.language.text import folded_tokens
from index.records import Article, Filters
from prompts import Prompts
from rag.answering import Answerer
from rag.records.answers import Answer
from rag.records.search import Request, Turn
from rag.suggesting.making import Made, Told, made_from, names_of

MOST = 3
_TRIES = 6
_SURE = 0.5
# A question that shares this many of its words with another asks the same.
_SAME = 0.75
# Where an article begins; what stands there is what it is about.
_SENTENCES = 12
# Of an article that is cited no more is looked through.
_CHARACTERS = 20_000
_ARTICLES = 60


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an article: `article.text[start:start + len(text)] == text`."""

    article_id: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer that there may be more to ask about: the turns of its conversation up to it, the passages that it was
    chosen from, best first, and what it cites.
    """

    turns: tuple[Turn, ...]
    passages: Sequence[Words]
    cited: Sequence[Words]


class Suggester:
    """Proposes questions, each of which was asked and answered by the sentence it was made from."""

    def __init__(self, answerer: Answerer, prompts: Prompts, k: int) -> None:
        self._answerer, self._prompts, self._k = answerer, prompts, k

    def next(self, given: AnswerGiven) -> list[str]:
        """At most three questions about what the passages say and the answer does not; most often fewer.

        BadQuestion and the errors of `index.storage.errors` as `Answerer.ask` raises them.
        """
        asked = [turn.understood for turn in given.turns]
        return [made.question for made in self._answered(_varied(self._about(given), asked), MOST, given.turns)]

    def first(self, language: str, most: int) -> list[Made]:
        """At most so many questions about the newest articles, one of an article. It raises what `next` does."""
        store = self._answerer.store
        openings = store.openings(Filters(), _ARTICLES)
        newest = filter(None, (store.article(hit.chunk.article_id) for hit in openings))
        made = (next(self._made(_opening(article), language), None) for article in newest)
        return self._answered(_varied(filter(None, made), ()), most)

    def _about(self, given: AnswerGiven) -> Iterator[Made]:
        """Questions about the articles that the answer cites, or about names that it holds."""
        articles = dict.fromkeys(one.article_id for one in given.cited)
        named = names_of(given.turns[-1].understood).union(*(names_of(one.text) for one in given.cited))
        whole = [Words(one, 0, (self._answerer.store.text(one) or "")[:_CHARACTERS]) for one in articles]
        for passage in (*whole, *given.passages):
            told = (one for one in _told(passage) if not any(_overlap(one, cited) for cited in given.cited))
            for made in self._made(told, given.turns[-1].language):
                if made.article_id in articles or made.names & named:
                    yield made

    def _made(self, told: Iterable[Told], language: str) -> Iterator[Made]:
        for one in told:
            yield from made_from(one, language, self._prompts)

    def _answered(self, tried: Iterable[Made], most: int, turns: tuple[Turn, ...] = ()) -> list[Made]:
        found: list[Made] = []
        for made in islice(tried, _TRIES):
            request = Request(made.question, self._k, generator="extractive", history=turns)
            if _answers(self._answerer.ask(request).answer, made):
                found.append(made)
            if len(found) == most:
                break
        return found


def _answers(answer: Answer, made: Made) -> bool:
    """Whether the sentence that a question was made from is what answers it."""
    if answer.abstained or answer.confidence < _SURE:
        return False
    return any(
        source.article_id == made.article_id and source.start_char < made.end and made.start < source.end_char
        for source in answer.citations[0].sources
    )


def _varied(made: Iterable[Made], asked: Sequence[str]) -> Iterator[Made]:
    """No two of one sentence, and none that was asked."""
    before = [_words(question) for question in asked]
    sentences_seen: set[tuple[str, int]] = set()
    for one in made:
        words, sentence = _words(one.question), (one.article_id, one.start)
        if sentence in sentences_seen or any(_same(words, other) for other in before):
            continue
        sentences_seen.add(sentence)
        before.append(words)
        yield one


def _words(question: str) -> frozenset[str]:
    return frozenset(folded_tokens(question))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _SAME * min(len(one), len(other))


def _told(words: Words) -> Iterator[Told]:
    for start, end in sentences(words.text):
        yield Told(words.article_id, words.start + start, words.text[start:end])


def _opening(article: Article) -> list[Told]:
    return list(islice(_told(Words(article.id, 0, article.text)), _SENTENCES))


def _overlap(one: Told, other: Words) -> bool:
    return (
        one.article_id == other.article_id
        and one.start < other.start + len(other.text)
        and other.start < one.start + len(one.text)
    )
