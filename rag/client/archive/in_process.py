"""An `ArchiveClient` of a service in the same process."""

from collections.abc import Sequence
from contextlib import suppress

from typing_extensions import override

from index.intake.drafts import checked_edits
from index.storage.errors import StoreError
from index.stories.records import Sought
from rag.client.archive.protocol import ArchiveClient
from rag.client.archive.reading import Reading
from rag.contract.archive import ArchiveOut, ArticlesEdit
from rag.contract.stories import stories_out
from rag.records.search import Language
from rag.service.data_folder import remove_articles
from rag.service.wiring import Service

# Of so many of the latest stories, those that most sources tell are shown.
_LATEST, _TOLD = 50, 5


class InProcessArchive(Reading, ArchiveClient):
    """An `ArchiveClient` of an open service."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.store, service.browsing)
        self._service = service

    @override
    def start(self, language: Language = "vi") -> ArchiveOut:
        latest = self._service.stories.page(Sought(), _LATEST)
        told = sorted(latest, key=lambda story: -len({one.metadata.source for one in story.members}))[:_TOLD]
        cards = stories_out(told, len(told), None).stories
        examples = self._service.examples
        # Articles may give no question in one language, and those of the other are answered too.
        return self.glance(cards, examples.questions(language) or examples.questions("vi"))

    @override
    def edit(self, body: ArticlesEdit) -> int:
        changes = checked_edits(body.changes)
        service = self._service
        edited = 0
        for article in dict.fromkeys(body.ids):
            # The lock is held an article at a time: each is embedded anew.
            with service.ingesting:
                edited += service.ingester.edit(article, changes)
        service.catalogue.catch_up()
        return edited

    @override
    def remove(self, ids: Sequence[str]) -> int:
        service = self._service
        with service.ingesting:
            removed = remove_articles(service.settings, service.store, list(dict.fromkeys(ids)))
            # What the store does not have is not found, whatever the indexes say: they may follow when there is room.
            with suppress(StoreError):
                service.catalogue.refresh()
        return len(removed)
