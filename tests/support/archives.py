"""What the tests of browsing share: a store of given articles, followed, and what reads it."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from index.entities.browsing import Browsing
from index.entities.follower import EntityFollower
from index.entities.tables import EntityTables
from index.ingest import Ingester
from index.records import Draft
from index.storage.database import Where
from index.store.store import Store
from rag.client.archive.reading import Reading
from tests.support.encoders import HashEncoder, draft, ingester
from tests.support.stores import placed


@dataclass(frozen=True)
class Followed:
    """A store, what follows it, and what reads what was followed."""

    store: Store
    ingester: Ingester
    tables: EntityTables
    follower: EntityFollower

    @property
    def browsing(self) -> Browsing:
        return Browsing(self.tables)

    @property
    def reading(self) -> Reading:
        return Reading(self.store, self.browsing)

    def take(self, *drafts: Draft) -> None:
        """Store articles, and follow them to the end."""
        list(self.ingester.ingest(drafts))
        self.follow()

    def follow(self) -> None:
        while self.follower.follow():
            pass


@contextmanager
def followed(where: Where, drafts: Iterable[Draft] = ()) -> Iterator[Followed]:
    """An archive in a database, or in a folder's."""
    with closing(Store(placed(where))) as store, closing(EntityTables(store.where)) as tables:
        archive = Followed(store, ingester(store, HashEncoder()), tables, EntityFollower(store, tables))
        archive.take(*drafts)
        yield archive


# Places and people are invented.
NEWS = (
    draft(
        "ben-tau",
        "Tổng thống Marek Dolan thăm bến tàu Cồn Tiên. Ông Dolan nói bến tốn 58 triệu USD.\n"
        "Bộ Giao thông vận tải cho biết bến đón 1.900 khách mỗi ngày.",
        title="Bến tàu Cồn Tiên đón khách",
        source="Báo Ven Sông",
        published_at="2026-05-03",
    ),
    draft(
        "hoc-bong",
        "Ông Marek Dolan trao 140 suất học bổng của Nhật Bản. Bà Lê Thị Sương, giám đốc quỹ, nhận thay.\n"
        "Theo Bộ Giao thông vận tải, đường vào trường dài 12 km.",
        title="Nhật Bản trao học bổng",
        source="Báo Ven Sông",
        published_at="2026-05-04",
    ),
    draft(
        "cho-noi",
        "Chợ nổi họp sớm, có 31 gian hàng. Bà Lê Thị Sương mở hàng đầu tiên.",
        title="Chợ nổi họp sớm",
        source="Tin Cồn",
        published_at="2026-06-01",
    ),
    draft("khong-ngay", "Ông Dolan không đến chợ. Khách Nhật Bản mua 5 giỏ cá."),
)
