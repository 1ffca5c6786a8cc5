"""What became of what was told before: other figures, other days, words that were corrected, articles that are gone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from index.language.countries import with_one_name
from index.language.dates.mentions import Mention, mentions
from index.language.quantities import capitalised, words
from index.language.sentences import sentences
from index.language.text import folded_tokens
from index.records import Article, Chunk, Hit
from rag.answer.checking.words import lined
from rag.answer.disagreement import told_otherwise
from rag.answer.quoting import passage_of, source_of
from rag.records.answers import Quote, Source
from rag.records.search import Passage, Sentence
from rag.topics.records import Change, Told

# Of the words of two sentences together, the share that both have where they tell of one thing.
_SAME_TELLING = 0.65
# Of the words that were told, the share that stand in the sentence which replaced them.
_REPLACED = 0.5
# A day that moved by more than a year is another event's.
_YEAR_DAYS = 366


def differing(told: Sequence[Told], now: Sequence[tuple[Passage, Sentence]]) -> Iterator[tuple[Told, Change]]:
    """Figures and days that new sentences give differently, each sentence that was told once."""
    for one in told:
        source = one.source
        before = passage_of(source), Sentence(source.start_char, source.end_char, source.cited_text)
        for passage, sentence in now:
            if _is_older(passage, before[0]):
                continue
            if told_otherwise(before, (passage, sentence)):
                yield one, Change("figure", source, _source(passage, sentence))
                break
            if moved(before, (passage, sentence)):
                yield one, Change("date", source, _source(passage, sentence))
                break


def overtaken(told: Sequence[Told], article: Callable[[str], Article | None]) -> Iterator[tuple[Told, Change]]:
    """Told words that their article no longer has, with what it says instead; and articles that are gone."""
    known: dict[str, Article | None] = {}
    for one in told:
        source = one.source
        if source.article_id not in known:
            known[source.article_id] = article(source.article_id)
        now = known[source.article_id]
        if now is None or now.metadata.withdrawn_at:
            yield one, Change("withdrawn", source, None)
        elif lined(source.cited_text) not in lined(now.text):
            yield one, Change("corrected", source, _instead(source, now))


def moved(before: tuple[Passage, Sentence], now: tuple[Passage, Sentence]) -> bool:
    """Whether two articles tell of one thing to come with two days.

    The first day must lie ahead still when the second article was published: what comes each week is no day that moved.
    """
    published, later = before[0].hit.metadata.day, now[0].hit.metadata.day
    if published is None or later is None or before[0].hit.chunk.article_id == now[0].hit.chunk.article_id:
        return False
    first, second = _only_day(before[1].text, published), _only_day(now[1].text, later)
    if first is None or second is None:
        return False
    (was, told), (will, telling) = first, second
    if was == will or abs((was - will).days) > _YEAR_DAYS or was < later:
        return False
    ours, theirs = words(with_one_name(told)), words(with_one_name(telling))
    same_names = capitalised(with_one_name(told)) == capitalised(with_one_name(telling))
    return same_names and len(ours & theirs) >= _SAME_TELLING * len(ours | theirs)


def _only_day(text: str, published: date) -> tuple[date, str] | None:
    """The one day that a sentence names, and the sentence without it."""
    found = [mention for mention in mentions(text, published) if _is_day(mention)]
    if len(found) != 1 or found[0].first is None:
        return None
    return found[0].first, f"{text[: found[0].start]} {text[found[0].end :]}"


def _is_day(mention: Mention) -> bool:
    return mention.first is not None and mention.first == mention.last


def _is_older(passage: Passage, than: Passage) -> bool:
    day, other = passage.hit.metadata.day, than.hit.metadata.day
    return day is not None and other is not None and day < other


def _instead(source: Source, article: Article) -> Source | None:
    """The sentence of an article's new words that says most of what was told; None where none says half of it."""
    told = set(folded_tokens(source.cited_text))

    def share(span: tuple[int, int]) -> float:
        return len(told & set(folded_tokens(article.text[slice(*span)]))) / max(1, len(told))

    best = max(sentences(article.text), key=share, default=None)
    if best is None or share(best) < _REPLACED:
        return None
    chunk = Chunk(source.chunk_id, article.id, *best, article.text[slice(*best)])
    return source_of(Quote(Hit(chunk, article.metadata, article.pages), *best, 1.0, "full"))


def _source(passage: Passage, sentence: Sentence) -> Source:
    return source_of(Quote(passage.hit, sentence.start, sentence.end, 1.0, "full"))
