"""A database of the release before articles had an identity."""

import zlib
from hashlib import sha256
from pathlib import Path

import apsw
import pytest

from index.storage.errors import StoreError
from index.store.store import Store
from tests.support.encoders import HashEncoder, draft, ingester

# The statements that the release before made its tables with.
OLD = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, model TEXT NOT NULL, carried_title TEXT,
    title TEXT, text TEXT NOT NULL, url TEXT, source TEXT, published_at TEXT, language TEXT, captions TEXT NOT NULL,
    raw BLOB NOT NULL, raw_digest TEXT NOT NULL, media_type TEXT NOT NULL, origin TEXT NOT NULL, removed TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL, sequence INTEGER NOT NULL
);
CREATE TABLE gone (chunk INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
INSERT INTO meta VALUES ('model', 'hash'), ('model_name', 'hash'), ('sequence', '3');
"""


def ending(identity: str) -> str:
    return sha256(identity.encode()).hexdigest()[:8]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "truth.sqlite3"
    db = apsw.Connection(str(path))
    db.execute(OLD)
    rows = [  # id, title, text, url, raw, origin, media type, sequence of its chunk
        ("own", "T", "Một.", "https://b.example/1", '{"id": "own"}', "http", "application/json", 1),
        (f"cu-{ending('u')}", "Cũ", "12 gian.", "https://b.example/2", "{}", "http", "application/json", 1),
        (f"moi-{ending('v')}", "Mới", "31 gian.", "http://www.b.example/2/#x", "{}", "http", "application/json", 2),
        (f"dan-{ending('Dán' + chr(10) + 'Ba.')}", "Dán", "Ba.", None, "Ba.", "http", "text/plain", 3),
        (f"tep-{ending('tin.txt')}", "Tệp", "Bốn.", None, "Bốn.", "tin.txt", "text/plain", 3),
        (f"xa-{ending('/báo/xa.txt')}", "Xa", "Năm.", None, "Năm.", "xa.txt", "text/plain", 3),
    ]
    for article, title, text, url, raw, origin, media_type, sequence in rows:
        values = (article, title, text, url, zlib.compress(raw.encode()), sha256(raw.encode()).hexdigest(), media_type)
        db.execute(
            """
            INSERT INTO articles VALUES
                (?1, 'd', 'hash', ?2, ?2, ?3, ?4, NULL, NULL, NULL, '[]', ?5, ?6, ?7, ?8, '[]')
            """,
            (*values, origin),
        )
        chunk = (article, 0, len(text), b"\0" * 128, sequence)
        db.execute('INSERT INTO chunks (article, start, "end", vector, sequence) VALUES (?, ?, ?, ?, ?)', chunk)
    db.close()
    return path


def test_every_article_gets_the_identity_that_it_would_have_today(path: Path) -> None:
    store = Store(path)
    found = {article.id.partition("-")[0]: store.draft(article.id) for article in store.articles(99)}
    assert {name: kept.identity.partition(":") for name, kept in found.items() if kept} == {
        "own": ("id", ":", "own"),
        "moi": ("url", ":", "https://b.example/2"),
        "dan": ("text", ":", sha256(b"Ba.").hexdigest()),
        "tep": ("file", ":", "|tin.txt"),
        "xa": ("old", ":", ending("/báo/xa.txt")),
    }
    store.close()


def test_doubles_are_folded_and_their_ids_lead_to_the_one_that_stays(path: Path) -> None:
    store = Store(path)
    assert store.text(f"cu-{ending('u')}") == "31 gian."
    assert store.counts() == (5, 5)
    assert store.gone(3) == [2]  # the second chunk, which derived indexes still hold
    assert store.remove([f"cu-{ending('u')}"]) == [f"cu-{ending('u')}"]
    assert store.text(f"moi-{ending('v')}") is None
    store.close()


def test_a_file_of_before_is_known_by_its_path(path: Path) -> None:
    store = Store(path)
    again = draft("/báo/xa.txt", "Năm rưỡi.", title="Tên mới")
    [outcome] = ingester(store, HashEncoder()).ingest([again])
    assert (outcome.id, outcome.status) == (f"xa-{ending('/báo/xa.txt')}", "updated")
    kept = store.draft(f"xa-{ending('/báo/xa.txt')}")
    assert kept is not None
    assert kept.identity == "file:|/báo/xa.txt"
    store.close()


def test_it_is_done_once(path: Path) -> None:
    Store(path).close()
    store = Store(path)
    assert store.counts() == (5, 5)
    store.close()


def test_a_later_release_is_not_touched(path: Path) -> None:
    db = apsw.Connection(str(path))
    db.pragma("user_version", 9)
    db.close()
    with pytest.raises(StoreError, match="has version 9 and this program knows 3"):
        Store(path)


def test_when_older_articles_were_added_is_not_known(path: Path) -> None:
    store = Store(path)
    kept = store.article("own")
    assert kept is not None
    assert (kept.added_at, kept.changed_at) == (None, None)
    store.close()


def test_a_database_of_version_2_gets_an_outbox(tmp_path: Path) -> None:
    path = tmp_path / "two.sqlite3"
    Store(path).close()
    db = apsw.Connection(str(path))
    for table in ("outbox", "collections", "cluster_generations"):
        db.execute(f"DROP TABLE {table}")
    db.pragma("user_version", 2)
    db.close()
    store = Store(path)
    list(ingester(store, HashEncoder()).ingest([draft("moi", "Bốn.")]))
    assert store.database.rows("SELECT * FROM outbox LIMIT 1") == []
    assert store.database.rows("PRAGMA user_version") == [(3,)]
    store.close()


def test_a_database_of_version_1_learns_when_articles_change(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    store = Store(path)
    list(ingester(store, HashEncoder()).ingest([draft("cu", "Một hai.")]))
    store.close()
    db = apsw.Connection(str(path))
    for name in ("articles_by_adding", "articles_by_change"):
        db.execute(f"DROP INDEX {name}")
    for column in ("added_at", "changed_at"):
        db.execute(f"ALTER TABLE articles DROP COLUMN {column}")
    db.pragma("user_version", 1)
    db.close()
    store = Store(path)
    list(ingester(store, HashEncoder()).ingest([draft("cu", "Một hai ba."), draft("moi", "Bốn.")]))
    old, new = store.article("cu"), store.article("moi")
    assert old is not None
    assert new is not None
    assert (old.added_at, old.changed_at is None, new.added_at is None, new.changed_at) == (None, False, False, None)
    store.close()
