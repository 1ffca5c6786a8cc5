"""What the Slack bot knows after a restart."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from index.storage.database import Where, opened_shared
from index.storage.errors import StorageFull, StoreError
from rag.slack.memory import ChannelSettings, Draft, Memory


def aged(where: Where, table: str, by: timedelta) -> None:
    """Make everything in a table older."""
    statements = {
        "events": "UPDATE events SET at = ?",
        "threads": "UPDATE threads SET at = ?",
        "drafts": "UPDATE drafts SET at = ?",
    }
    with closing(opened_shared(where, "aged", "")) as database, database.writing() as db:
        db.execute(statements[table], ((datetime.now(UTC) - by).isoformat(timespec="microseconds"),))


def test_an_event_is_claimed_once_under_any_of_its_names(where: Where) -> None:
    with Memory(where) as memory:
        assert memory.claim("event:1", "message:C:1.1")
        assert not memory.claim("event:1", "message:C:2.2")
        assert not memory.claim("event:2", "message:C:1.1")
        # Names that were given with one that was known are known from then on too.
        assert not memory.claim("message:C:2.2")
    with Memory(where) as memory:
        assert not memory.claim("event:1")
        assert memory.claim("event:9")


def test_events_are_forgotten_after_a_day(where: Where) -> None:
    with Memory(where) as memory:
        memory.claim("event:1")
        aged(where, "events", timedelta(hours=23))
        assert not memory.claim("event:1")
        aged(where, "events", timedelta(hours=25))
        assert memory.claim("event:1")


def test_one_of_many_at_once_gets_an_event(where: Where) -> None:
    got: list[bool] = []
    with Memory(where) as one, Memory(where) as two:
        threads = [threading.Thread(target=lambda m=m: got.append(m.claim("event:1"))) for m in (one, two) * 8]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(got) == [False] * 15 + [True]


def test_a_thread_keeps_its_first_conversation(where: Where) -> None:
    with Memory(where) as memory:
        assert memory.engaged("C", "1.1") is None
        assert memory.engage("C", "1.1", "first") == "first"
        assert memory.engage("C", "1.1", "second") == "first"
        assert memory.engaged("C", "1.1") == "first"
        assert memory.engaged("D", "1.1") is None
        aged(where, "threads", timedelta(days=31))
        memory.engage("C", "2.2", "other")
        assert memory.engaged("C", "1.1") is None


def test_settings_are_a_channels_own(where: Where) -> None:
    settings = ChannelSettings(("Báo “Bắc Nam”", "Đài"), "vi", True)
    with Memory(where) as memory:
        memory.set_settings("C", ChannelSettings())
        memory.set_settings("C", settings)
    with Memory(where) as memory:
        assert memory.settings("C") == settings
        assert memory.settings("D") == ChannelSettings((), "auto", False)


def test_a_draft_is_taken_once_and_by_its_asker(where: Where) -> None:
    draft = Draft("a1", "U1", "c1", '{"text": "Ba người."}')
    with Memory(where) as memory:
        memory.put_draft(draft)
        assert memory.take_draft("a1", "U2") is None
        assert memory.take_draft("a1", "U1") == draft
        assert memory.take_draft("a1", "U1") is None
        memory.put_draft(draft)
        aged(where, "drafts", timedelta(hours=25))
        memory.put_draft(Draft("a2", "U1", "c1", "{}"))
        assert memory.take_draft("a1", "U1") is None


def test_what_was_begun_is_known_until_it_ends(where: Where) -> None:
    with Memory(where) as memory:
        memory.begin("C", "1.1", "Bị dừng.")
        memory.begin("C", "1.2", "Stopped.")
        memory.end("C", "1.1")
    with Memory(where) as memory:
        assert memory.begun() == [("C", "1.2", "Stopped.")]


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    (tmp_path / "m").touch(0o644)
    with Memory(tmp_path / "m") as memory:
        memory.claim("event:1")
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}

    assert modes == {"m": 0o600, "m-wal": 0o600, "m-shm": 0o600}


def test_a_file_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(StoreError, match=r"memories of the Slack bot cannot be used: .*not a database"):
        Memory(tmp_path / "broken")
    db = apsw.Connection(str(tmp_path / "later"))
    db.pragma("user_version", 7)
    db.close()
    with pytest.raises(StoreError, match="version 7"):
        Memory(tmp_path / "later")


@contextmanager
def full(memory: Memory) -> Iterator[None]:
    """No page more for the file; its last pages are filled by the caller."""
    pages = memory._db.rows("PRAGMA page_count")[0][0]
    memory._db.rows(f"PRAGMA max_page_count = {pages}")
    number = 0
    with suppress(StorageFull):
        while True:
            number += 1
            memory.put_draft(Draft(f"filling {number}", "U", "c", "x" * 500))
    try:
        yield
    finally:
        memory._db.rows("PRAGMA max_page_count = 100000")


def test_on_a_full_disk_what_answering_needs_is_known_while_it_runs(tmp_path: Path) -> None:
    with Memory(tmp_path / "m") as memory:
        assert memory.claim("event:before")
        memory.engage("C", "1.1", "first")
        with full(memory):
            # Whatever finds room in pages that are there, and what does not.
            events = [f"event:{number}-{'x' * 300}" for number in range(40)]
            assert all(memory.claim(event) for event in events)
            assert not any(memory.claim(event) for event in events)
            assert not memory.claim("event:before")
            threads = [f"{number}.{'0' * 300}" for number in range(40)]
            assert [memory.engage("C", thread, f"of {thread}") for thread in threads] == [f"of {t}" for t in threads]
            assert [memory.engage("C", thread, "later") for thread in threads] == [f"of {t}" for t in threads]
            assert memory.engage("C", "1.1", "second") == "first"
            assert memory.engaged("C", threads[-1]) == f"of {threads[-1]}"
            memory.begin("C", "9.9", "Bị dừng.")
            memory.end("C", "9.9")
            with pytest.raises(StorageFull):
                memory.put_draft(Draft("large", "U", "c", "x" * 50_000))
        assert not memory.claim(events[-1])
        assert memory.engage("C", threads[-1], "later") == f"of {threads[-1]}"
        assert memory.begun() == []


def test_what_could_not_be_ended_is_ended_with_the_next(tmp_path: Path) -> None:
    with Memory(tmp_path / "m") as memory:
        memory.begin("C", "1.1", "Bị dừng.")
        memory.begin("C", "2.2", "Bị dừng.")
        # SQLite itself refuses to write then, as on a full disk.
        memory._db.rows("CREATE TEMP TRIGGER full BEFORE DELETE ON begun BEGIN SELECT raise(FAIL, 'no'); END")
        with suppress(StoreError):
            memory.end("C", "1.1")
        assert len(memory.begun()) == 2
        memory._db.rows("DROP TRIGGER full")
        memory.end("C", "2.2")
        assert memory.begun() == []
