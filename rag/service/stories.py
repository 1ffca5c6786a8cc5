"""A story as readers see it: its articles side by side, and where their figures differ."""

from index.records import Hit
from index.store.store import Store
from index.stories.story_store import StoryStore
from rag.answer.broad.readable import readable
from rag.answer.budget import blanked
from rag.answer.disagreement import differences
from rag.answer.quoting import source_of
from rag.records.answers import Quote, Source
from rag.records.search import Passage
from rag.records.stories import StoryPage

# Articles of a story whose figures are compared, each with all others: the newest of them.
_COMPARED = 20


def story_page(number: int, stories: StoryStore, store: Store) -> StoryPage | None:
    """A story's page; None where there is none of this number."""
    story = stories.story(number)
    if story is None:
        return None
    told = [_passages(store.passages_of(one.article_id)) for one in story.members]
    compared = [passage for passages in told[:_COMPARED] for passage in passages]
    sides = tuple(tuple(source_of(one.quotes[0]) for one in statements) for statements in differences(compared))
    return StoryPage(story, tuple(map(_opening, told)), sides)


def _passages(hits: list[Hit]) -> list[Passage]:
    """Chunks as passages, without forged structure; nothing was asked that they could be near to."""
    return [blanked(Passage(hit, dense=0.0, lexical=0.0)) for hit in hits]


def _opening(passages: list[Passage]) -> Source | None:
    """The first sentence of an article that can stand alone."""
    found = ((passage, sentence) for passage in passages for sentence in readable(passage))
    return next((source_of(Quote(p.hit, one.start, one.end, 1.0, "full")) for p, one in found), None)
