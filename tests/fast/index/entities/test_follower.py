"""What is kept of articles follows the store, whatever happens."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.entities.fulltext import words_of
from index.entities.search import sought
from index.storage.database import Where
from index.store.store import Store
from tests.support import ROOT
from tests.support.archives import NEWS, Followed, followed
from tests.support.encoders import HashEncoder, draft, ingester
from tests.support.places import IN_A_FILE

KEPT = """
SELECT b.article, e.place, e.key, m.mentions, m.spelled, m.told, t.key, t.kind, t.total, t.articles, t.persons
FROM browsed AS b JOIN entity_mentions AS m ON m.article = b.number JOIN entities AS e ON e.id = m.written
JOIN entities AS t ON t.id = m.entity ORDER BY 1, 2, 3
"""


@pytest.fixture
def archive(where: Where) -> Iterator[Followed]:
    with followed(where, NEWS) as opened:
        yield opened


def named(archive: Followed, kind: str) -> dict[str, int]:
    rows = archive.tables.rows("SELECT name, total FROM entities WHERE kind = ? AND total > 0", [kind])
    return {str(name): int(total) for name, total in rows}


def test_names_count_in_how_many_articles_they_stand(archive: Followed) -> None:
    # "Dolan" alone, in the article without a date, is the one Dolan whom the others name.
    assert named(archive, "person") == {"Marek Dolan": 3, "Lê Thị Sương": 2}
    assert named(archive, "organisation") == {"Bộ Giao thông vận tải": 2}
    assert named(archive, "country") == {"Nhật Bản": 2}


def test_what_stands_in_one_article_is_not_browsed(archive: Followed) -> None:
    archive.take(draft("le", "Ông Phan Văn Lẻ về quê."))
    assert "Phan Văn Lẻ" not in named(archive, "person")
    archive.take(draft("le-2", "Bà con mừng ông Phan Văn Lẻ."))
    assert named(archive, "person")["Phan Văn Lẻ"] == 2


def test_what_is_named_without_telling_is_what_others_tell(archive: Followed) -> None:
    archive.take(draft("s1", "Giá Samtronic tăng."), draft("s2", "Ông ở tập đoàn Samtronic."))
    assert named(archive, "organisation")["Samtronic"] == 2


def test_a_short_name_of_two_people_stands_for_neither(archive: Followed) -> None:
    archive.take(*(draft(f"k{n}", "Bà Anna Dolan hát.") for n in range(3)))
    assert named(archive, "person") == {"Marek Dolan": 2, "Anna Dolan": 3, "Lê Thị Sương": 2}


def test_a_removed_article_is_forgotten(archive: Followed) -> None:
    archive.store.remove(["hoc-bong"])
    archive.follow()
    assert named(archive, "person") == {}
    assert named(archive, "country") == {"Nhật Bản": 1}
    assert archive.tables.counted() == 3
    wanted = sought("hoc bong")
    assert wanted is not None
    counted = f"SELECT count(*) FROM browsed_words WHERE {archive.tables.words.holds}"  # noqa: S608
    assert archive.tables.rows(counted, words_of(wanted)) == [(0,)]


def test_an_edited_article_is_read_again(archive: Followed) -> None:
    archive.ingester.edit("cho-noi", {"title": "Nhật Bản thăm chợ", "published_at": "2026-07-01"})
    archive.follow()
    assert named(archive, "country") == {"Nhật Bản": 3}
    assert archive.tables.rows("SELECT day FROM browsed WHERE article = 'cho-noi'") == [("2026-07-01",)]
    assert archive.tables.counted() == 4


@IN_A_FILE
def test_nothing_to_follow_writes_nothing(archive: Followed) -> None:
    before = archive.tables.rows("PRAGMA data_version"), archive.tables.upto()
    assert archive.follower.follow() is False
    assert (archive.tables.rows("PRAGMA data_version"), archive.tables.upto()) == before


def test_articles_that_are_embedded_anew_are_the_same(archive: Followed) -> None:
    before = archive.tables.rows(KEPT)
    list(ingester(archive.store, HashEncoder("other")).embed_stale())
    archive.follow()
    assert archive.tables.rows(KEPT) == before


def test_a_killed_follower_loses_and_doubles_nothing(tmp_path: Path) -> None:
    drafts = [
        draft(f"bai-{n}", f"Ông Marek Dolan gặp bà Lê Thị Sương lần {n} ở Hà Nội.\n" * 20, title=f"Lần {n}")
        for n in range(80)
    ]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    killed.mkdir()
    whole.mkdir()
    store = Store(killed / "hoidap.sqlite3")
    list(ingester(store, HashEncoder()).ingest(drafts))
    kills = 0
    for _ in range(4):
        child = subprocess.Popen([sys.executable, "-m", "tests.support.killed_follower", str(killed)], cwd=ROOT)
        before = _upto(store)
        while child.poll() is None and _upto(store) == before:
            time.sleep(0.002)
        child.kill()
        kills += child.wait() == -9
    store.close()
    assert kills > 1
    with followed(killed) as one, followed(whole, drafts) as other:
        assert one.tables.rows(KEPT) == other.tables.rows(KEPT)
        assert one.tables.counted() == 80


def _upto(store: Store) -> int:
    with store._db.reading() as db:
        if not list(db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'browsed_upto'")):
            return 0
        return sum(int(row[0]) for row in db.execute("SELECT sequence FROM browsed_upto"))
