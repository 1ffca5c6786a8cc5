"""What articles say of an entity in figures: whole sentences, word for word."""

import re
from collections.abc import Iterator, Sequence

from index.entities.browsing import EntityPage
from index.language.entities import places
from index.language.quantities import figures
from index.language.sentences import sentences
from index.language.text import is_syllable
from index.records import Article, Chunk, Hit
from index.store.store import Store
from rag.answer.quoting import source_of
from rag.records.answers import Quote, Source

# A longer "sentence" is a table, or a text without stops.
_LONGEST = 400


def figures_of(page: EntityPage, articles: Sequence[Article], store: Store, most: int) -> list[Source]:
    """The sentences of articles that name an entity and hold a figure, in the articles' order, none twice."""
    found: dict[str, Source] = {}
    for article in articles:
        for start, end in _told(page, article.text):
            words = article.text[start:end]
            chunk = store.chunk_at(article.id, start, end)
            if words not in found and chunk is not None:
                found[words] = _source(article, chunk, start, end)
                if len(found) == most:
                    return list(found.values())
    return list(found.values())


def _told(page: EntityPage, text: str) -> Iterator[tuple[int, int]]:
    kind, key = page.entity.kind, page.entity.key
    written = _pattern([page.entity.name, *page.also])
    for start, end in sentences(text):
        sentence = text[start:end]
        if len(sentence) > _LONGEST or not any(map(str.isdigit, sentence)):
            continue
        placed = kind in ("country", "city") and any(place.key == key for place in places(sentence))
        if (placed or (kind not in ("country", "city") and written.search(sentence))) and figures(sentence):
            yield start, end


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    """The names, and of foreign ones of several words the last, as articles shorten them."""
    last = [name.split()[-1] for name in names if " " in name and not is_syllable(name.split()[-1])]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, [*names, *last]))})(?!\w)")


def _source(article: Article, chunk: int, start: int, end: int) -> Source:
    words = Chunk(chunk, article.id, start, end, article.text[start:end])
    return source_of(Quote(Hit(words, article.metadata, article.pages), start, end, 1.0, "full"))
