"""Follows the store: reads what was stored since, a few articles at a time."""

from index.entities.finding import named
from index.entities.tables import EntityTables, Reading, whole_text
from index.records import Article
from index.store.store import Store

# A transaction, and a tenth of a second of work, which others may have to wait for.
_BATCH = 8


class EntityFollower:
    """Keeps the names and words of articles in step with the store; several processes may do so at once."""

    def __init__(self, store: Store, tables: EntityTables) -> None:
        self._store = store
        self._tables = tables

    def follow(self) -> bool:
        """Read a few of the articles that were stored since the last time; whether there are more.

        What was read and how far that is are kept in one transaction, so that a process may end at any moment.
        """
        upto, last = self._tables.upto(), self._store.sequence()
        if upto == last:
            return False
        changed = self._store.changed(upto, _BATCH)
        articles = [article for _, each in changed if (article := self._store.article(each)) is not None]
        more = len(changed) >= _BATCH
        reached = changed[-1][0] if more else max(last, *(sequence for sequence, _ in changed), 0)
        self._tables.keep([_read(article) for article in articles], reached, forget=not more)
        return more


def _read(article: Article) -> Reading:
    title, day = article.metadata.title, article.metadata.day
    read = whole_text(title, article.text)
    return Reading(article.id, day.isoformat() if day else None, read, named(title, article.text))
