"""What to ask next, and what to ask first: questions made from articles, of which those are kept that are answered."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, zip_longest

from index.records import Filters
from prompts import Prompts
from rag.answering import Answerer
from rag.question.shape import shape_asked
from rag.records.answers import Answer
from rag.records.search import AnswerKind, Request, Turn
from rag.suggesting.making import SHAPES, Made, Shape, keys_of, made_from

MOST = 3
# Questions asked for each that is wanted: somebody waits for the next ones, and nobody for the first.
_TRIES, _TRIES_FIRST = 2, 4
# The probability that a broad question is answered, and that somebody is told of rather than only named.
_SURE, _SURE_WHO = 0.35, 0.8
# An overview is of more than one article.
_ARTICLES = 2
# So many of the newest articles are looked at.
_NEWEST = 60


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer that there may be more to ask about: the turns of its conversation up to it, the articles of the
    passages that it was chosen from, those first that it cites, and these alone.
    """

    turns: tuple[Turn, ...]
    articles: Sequence[str]
    cited: Sequence[str]


class Suggester:
    """Proposes questions, each of which was asked, and answered by what it was made from."""

    def __init__(self, answerer: Answerer, prompts: Prompts, k: int) -> None:
        self._answerer, self._prompts, self._k = answerer, prompts, k

    def next(self, given: AnswerGiven) -> list[str]:
        """At most three questions about names that stand beside those asked about, and that the answer does not give.

        BadQuestion and the errors of `index.storage.errors` as `Answerer.ask` raises them.
        """
        last = given.turns[-1]
        asked = keys_of(last.understood)
        used = asked.union(*map(keys_of, last.cited))
        articles = dict.fromkeys(given.articles if asked else given.cited)
        made = self._made(articles, last.language, asked, used)
        before = {_matter(words) for turn in given.turns for words in (turn.question, turn.understood)}
        new = (one for one in made if _matter(one.question) not in before)
        # Countries belong together wherever they are named; who else is named beside them may be of another matter.
        near = (one for one in new if one.shape == "relations" or not given.cited or one.article_id in given.cited)
        return [one.question for one in self._answered(near, MOST, _TRIES, given.turns)]

    def first(self, language: str, most: int) -> list[Made]:
        """At most so many questions about the newest articles, each of another shape. It raises what `next` does."""
        newest = self._answerer.store.openings(Filters(), _NEWEST)
        return self._answered(self._made((hit.chunk.article_id for hit in newest), language), most, _TRIES_FIRST)

    def _made(
        self, articles: Iterable[str], language: str, asked: Set[str] = frozenset(), used: Set[str] = frozenset()
    ) -> Iterator[Made]:
        """Questions about articles, of each shape in turn: first those that most of the articles give."""
        found = filter(None, map(self._answerer.store.article, articles))
        made = [one for article in found for one in made_from(article, language, self._prompts, asked, used)]
        often = Counter((one.shape, one.names) for one in made)
        once = {(one.shape, one.names): one for one in reversed(made)}
        ranked = [once[matter] for matter, _ in often.most_common()]
        of_shapes = ([one for one in ranked if one.shape == shape] for shape in SHAPES)
        return filter(None, chain.from_iterable(zip_longest(*of_shapes)))

    def _answered(self, made: Iterable[Made], most: int, tries: int, turns: tuple[Turn, ...] = ()) -> list[Made]:
        """Those that are answered, at most one of a shape."""
        found: dict[Shape, Made] = {}
        names_of = cache(self._names)  # the answers to several questions cite the same articles
        wanting = (one for one in made if one.shape not in found)
        for one in islice(wanting, most * tries):
            request = Request(one.question, self._k, generator="extractive", history=turns)
            if _answers(self._answerer.ask(request).answer, one, names_of):
                found[one.shape] = one
            if len(found) == most:
                break
        return list(found.values())

    def _names(self, article_id: str) -> frozenset[str]:
        article = self._answerer.store.article(article_id)
        return _keys(article.metadata.title, article.text) if article else frozenset()


def _answers(answer: Answer, made: Made, names_of: Callable[[str], frozenset[str]]) -> bool:
    """Whether an answer is about the names that a question asks about, and has what its shape promises.

    `names_of` gives the names in an article.
    """
    sources = [source for citation in answer.citations for source in citation.sources]
    about = [source for source in sources if made.names <= names_of(source.article_id)]
    telling = [source for source in about if made.names <= _keys(source.metadata.title, source.cited_text)]
    if answer.abstained or answer.confidence < _SURE or not telling or 2 * len(about) < len(sources):
        return False
    match made.shape:
        case "who":
            return answer.confidence >= _SURE_WHO and made.names <= keys_of(sources[0].cited_text)
        case "overview":
            return len({source.article_id for source in telling}) >= _ARTICLES
        case _:
            return 2 * len(telling) >= len(sources)


def _keys(title: str | None, text: str) -> frozenset[str]:
    return keys_of(f"{title or ''}\n{text}")


def _matter(question: str) -> tuple[AnswerKind, frozenset[str]]:
    """What questions that ask for the same have in common: the shape of the answer, and the names."""
    return shape_asked(question), keys_of(question)
