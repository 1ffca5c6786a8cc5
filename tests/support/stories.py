"""What the tests of stories share: a truth, its indexes, and a follower that gives articles their stories."""

from pathlib import Path

from index.derived.generations import Catalogue
from index.records import Draft
from index.storage.database import Where
from index.store.store import Store
from index.stories.follower import StoryFollower
from index.stories.story_store import StoryStore
from tests.support.encoders import HashEncoder, catalogue, draft, ingester

WIDE = 512
FERRY = (
    "Sáng 12/5, phà Hồng Lam chở 84 khách lật ở bến Cửa Sót. Thuyền trưởng Đặng Văn Khoát nói phà gặp lốc giữa sông."
    " Bộ đội biên phòng Cửa Sót vớt được 79 người."
)
FERRY_LATER = (
    "Thuyền trưởng Đặng Văn Khoát của phà Hồng Lam lật ở bến Cửa Sót hôm 12/5 đã làm việc với công an. Phà gặp lốc giữa"
    " sông, bộ đội biên phòng vớt người suốt sáng."
)
MARKET = "Chợ nổi Ngã Bảy mở lại vào cuối tuần. Ban quản lý chợ bán dưa hấu, khóm và bánh lá cho khách đi thuyền."


class Desk:
    """A truth with vectors of wide bags of syllables, and the stories that follow it."""

    def __init__(self, folder: Path, model: str = "hash", where: Where | None = None) -> None:
        self.path = where or folder / "truth.sqlite3"
        self.store = Store(self.path)
        self.encoder = HashEncoder(model, WIDE)
        self.ingester = ingester(self.store, self.encoder)
        self.catalogue: Catalogue = catalogue(self.store, folder / f"generations-{model}", self.encoder)
        self.stories = StoryStore(self.path)
        self.follower = StoryFollower(self.store, self.stories, self.catalogue, model)

    def take(self, *drafts: Draft) -> None:
        list(self.ingester.ingest(drafts))

    def follow(self) -> None:
        self.catalogue.refresh()
        while self.follower.follow():
            pass

    def told(self) -> set[frozenset[str]]:
        """The articles that stand together."""
        numbers = self.stories.of([article.id for article in self.store.articles(10_000)])
        return {frozenset(self.stories.articles(number)) for number in numbers.values()}

    def close(self) -> None:
        self.catalogue.close()
        self.stories.close()
        self.store.close()


def report(article: str, text: str, day: str | None = None, **more: str) -> Draft:
    return draft(article, text, published_at=day, **more)
