"""Issues as the tests send them, and an outbox of their own."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from index.storage.database import Database, Where, opened_private
from rag.delivery.channels import Channel
from rag.delivery.letter import Change, Cited, Letter, Section, Sentence
from rag.delivery.outbox import SCHEMA, Outbox, enqueue
from tests.support.stores import placed

HOME = "https://hoidap.example"
BRIDGE = Cited(
    "Cầu Rạch Dừa có tổng vốn 1.200 tỉ đồng.",
    "Khởi công cầu Rạch Dừa",
    "Báo Ven Sông",
    "2026-05-03",
    "https://bao.example/cau-rach-dua",
    "/#/articles/cau-rach-dua",
)
FERRY = Cited("Phà Vàm Sáo ngừng chạy từ tháng 6.", "Phà Vàm Sáo sắp nghỉ")


def letter(*sections: Section, name: str = "Cầu và phà", language: str = "vi") -> Letter:
    made_at = datetime(2026, 5, 4, 7, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    own = sections or (section(BRIDGE), section(FERRY))
    return Letter("i1", "b1", name, made_at, language, own)


def section(cited: Cited, text: str = "", *changes: Change) -> Section:
    return Section("Cầu & phà miền Tây", 1, 1, (Sentence(text or cited.words, (cited,)),), changes)


@dataclass
class Issues:
    """Issues that all show the same letter."""

    shown: Letter | None = field(default_factory=letter)
    reason: str | None = None

    def stopped(self, issue: str, channel: Channel) -> str | None:
        return self.reason

    def letter(self, issue: str) -> Letter | None:
        return self.shown


def outbox(where: Where) -> tuple[Database, Outbox]:
    """A database that has nothing but issues without content, and deliveries."""
    schema = "CREATE TABLE issues (id TEXT NOT NULL UNIQUE);" + SCHEMA
    database = opened_private(placed(where, "desk.sqlite3"), "issues", 1, schema)
    return database, Outbox(database)


def put(database: Database, channel: Channel, now: float = 0, issue: str = "i1") -> str:
    """Put an issue on its way over a channel; the id of its delivery."""
    with database.writing() as db:
        db.execute("INSERT INTO issues VALUES (?) ON CONFLICT DO NOTHING", (issue,))
        enqueue(db, issue, [channel], now)
    found = Outbox(database).of(issue)
    return next(each.id for each in found if (each.kind, each.to) == (channel.kind, channel.shown))
