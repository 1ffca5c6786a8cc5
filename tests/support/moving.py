"""A data folder with something in every table, and the rows of either kind of database as its own driver gives them."""

import shutil
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import psycopg

from index.entities.follower import EntityFollower
from index.entities.tables import EntityTables
from index.fetching.feed_store import FeedStore, Reading
from index.intake.feeds.entries import Entry
from rag.backup.archive import OnProgress
from rag.delivery.channels import Email
from rag.http.access.keys import Keys
from rag.moving.folder import Folder
from rag.moving.layout import layouts
from rag.moving.moving import Moved, move
from rag.moving.server import OnServer
from rag.records.answers import Feedback
from rag.service.conversations import opened_conversations
from rag.service.data_folder import schema_of
from rag.slack.memory import ChannelSettings, Memory
from rag.slack.memory import Draft as Shared
from tests.support.backups import nothing
from tests.support.conversations import OWNER, kept, rating
from tests.support.encoders import draft
from tests.support.topics import HOUR, MONDAY, QUESTION, bridge, market, opened_desk_over

OPENS = "Cầu phao Hạc Trì mở lại cho xe máy đi qua từ sáng thứ hai, theo sở giao thông của tỉnh Trung Giang."
LAYOUTS = layouts()
TABLES = [(name, table.name) for name, layout in LAYOUTS.items() for table in layout.tables]
# What a folder may go through between two tries to move it.
CHANGES = {
    "edited": "UPDATE articles SET text = 'Đã sửa.' WHERE id = 'a1'",
    "added": "INSERT INTO moved VALUES ('a-', 'a1')",
    "removed": "DELETE FROM gone WHERE chunk = (SELECT min(chunk) FROM gone)",
}
# Numbers that were given out and are not there any more: a copy must not give them out again.
GONE = 3


def quiet(_: str) -> None:
    """Tell nobody."""


def no_indexes() -> None:
    """Take nothing along."""


def up(data: Path, address: str) -> list[Moved]:
    return move(Folder(data), OnServer(address, quiet), nothing, no_indexes)


def down(address: str, data: Path) -> list[Moved]:
    return move(OnServer(address, quiet), Folder(data), nothing, no_indexes)


class Stopped(Exception):
    """Whoever moves has had enough."""


def stopping(steps: int) -> OnProgress:
    """Progress that stops a move after so many steps of it."""
    left = count(steps, -1)

    def step(_done: int, _total: int) -> None:
        if next(left) == 0:
            raise Stopped

    return step


def copied(folder: Path, to: Path) -> Path:
    """A folder with the same databases, which nobody uses."""
    to.mkdir()
    for path in folder.glob("*.sqlite3"):
        shutil.copy(path, to)
    return to


def same_rows(folder: Path, address: str) -> None:
    """Every table on the server has the rows of the folder's."""
    for name, table in TABLES:
        assert of_schema(address, schema_of(name), table) == of_file(folder / f"{name}.sqlite3", table), table


def fill(folder: Path, articles: int = 12) -> str:
    """Make every database, with a row at least in every table of it; the text of a key."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened_desk_over(folder) as desk:
        topic = desk.topic(QUESTION)
        briefing = desk.briefing(topic, channels=[Email("an@bao.example")])
        many = [
            draft(f"bai-{n}", f"Ông Đặng Văn Khoát kể chuyện bến Vàm Sáo ở Việt Nam, bài {n}.") for n in range(articles)
        ]
        twins = [draft(f"sinh-doi-{n}", OPENS, title="Cầu phao Hạc Trì", source=f"Báo {n}") for n in range(2)]
        desk.take(bridge("a1", OPENS), market("m1"), *many, *twins)
        desk.take(draft("cu", "Tin cũ về bến.", url="https://bao.example/1"))
        desk.take(draft("moi", "Tin mới về bến.", url="https://bao.example/1"))
        desk.topics.briefings.make_due(MONDAY + HOUR)
        (issue,) = desk.topics.issues.issues("", briefing.id, 9)
        desk.topics.issues.rate(Feedback(issue.answer_id(issue.topics[0]), "2026-01-05", "up", None, "Hay\0"))
        last = [draft(f"cuoi-{n}", "Sẽ bị gỡ ngay.") for n in range(GONE)]
        desk.take(*last)
        desk.store.remove([each.article.id for each in last])
        desk.store.identity()
        desk.follow()
        with closing(EntityTables(desk.store.where)) as entities:
            follower = EntityFollower(desk.store, entities)
            while follower.follow():
                pass
    with closing(apsw.Connection(str(folder / "hoidap.sqlite3"))) as db:
        # As two that wrote one article under two ids at once leave it.
        db.execute("INSERT INTO moved VALUES ('cu-hon', 'moi')")
    with closing(FeedStore(folder / "hoidap.sqlite3")) as feeds:
        feeds.add("https://bao.example/rss", "Báo “Ven Sông”", 1.5)
        entries = [Entry("k1", "https://bao.example/2", title="Tin hai")]
        feeds.record(1, Reading("read", 3.25, 900.0, entries=entries), 2.0, 0.0)
    with opened_conversations(folder / "conversations.sqlite3") as conversations:
        for minute in range(3):
            conversations.add(kept(f"a{minute}", minute=minute))
        conversations.feedback(OWNER, rating("a1", "Từ năm giờ"))
        conversations.share(OWNER, "a2", "2026-03-02T00:00:00+00:00")
    with Memory(folder / "slack.sqlite3") as memory:
        memory.claim("event:1")
        memory.engage("C", "1.1", "c")
        memory.set_settings("C", ChannelSettings(("Báo",), "vi", True))
        memory.begin("C", "2.2", "Bị dừng.")
        memory.put_draft(Shared("d1", "U1", "c", '{"text": "Ba người."}'))
    with closing(Keys(folder / "keys.sqlite3")) as keys:
        return keys.add("Tòa soạn", ["ask"])[1]


def of_file(path: Path, table: str) -> list[tuple[Any, ...]]:
    """The rows of a table in a file, ordered by all of their values."""
    with closing(apsw.Connection(str(path))) as db:
        columns = [row[1] for row in db.execute(f"PRAGMA table_xinfo({table})") if row[6] == 0]
        named = ", ".join(f'"{column}"' for column in sorted(columns))
        return _ordered(db.execute(f"SELECT {named} FROM {table}"))  # noqa: S608


def of_schema(address: str, schema: str, table: str) -> list[tuple[Any, ...]]:
    """The rows of a table on a server, ordered likewise."""
    known = """
        SELECT column_name FROM information_schema.columns
        WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER'
    """
    with closing(psycopg.connect(address)) as db:
        columns = [row[0] for row in db.execute(known, (schema, table))]
        named = ", ".join(f'"{column}"' for column in sorted(columns))
        return _ordered(db.execute(f'SELECT {named} FROM "{schema}"."{table}"'.encode()))  # noqa: S608


def _ordered(rows: Any) -> list[tuple[Any, ...]]:
    shown = [tuple(value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in row) for row in rows]
    return sorted(shown, key=repr)
