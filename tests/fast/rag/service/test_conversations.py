"""Conversations: what was acknowledged is there, in order, for every process; what is deleted is nowhere."""

import os
import sqlite3
import stat
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from index.storage.database import Server, Where
from index.storage.errors import StorageFull, StoreError
from rag.records.answers import Feedback
from rag.records.search import Turn
from rag.service.conversations import FILE, Conversations, StoredTurn, opened_conversations, timestamp
from tests.support.conversations import NOON, OWNER, kept, rating


def ids(conversations: Conversations, before: str | None = None, limit: int = 2) -> list[str]:
    return [found.id for found in conversations.list(OWNER, limit, before)]


# --- Turns -----------------------------------------------------------------------------------------------


def test_a_turn_comes_back_whole(conversations: Conversations, where: Where) -> None:
    nothing = "\ufffd" if isinstance(where, Server) else "\x00"  # which PostgreSQL's texts do not hold
    turn = Turn(f"cho hop{nothing}luc nao 😀", "chợ họp lúc nào", "vi", "“Bốn giờ” [1].", False, ("một", "hai “ba”\n"))
    item = StoredTurn("a1", OWNER, "c-1", timestamp(NOON), turn, '{"id": "a1", "text": "\\u0000\\ud800"}')
    abstained = replace(item, answer_id="a2", turn=Turn("И где?", "И где?", "ru", "Không rõ.", True))
    conversations.add(replace(item, turn=replace(turn, question="cho hop\x00luc nao 😀")))
    conversations.add(abstained)
    assert conversations.answer("a1") == item
    assert conversations.turns(OWNER, "c-1") == [item, abstained]
    assert conversations.history(OWNER, "c-1") == [item.turn, abstained.turn]
    assert conversations.answer("a3") is None
    assert conversations.turns(OWNER, "c-2") == []
    assert conversations.history(OWNER, "c-2") == []


def test_history_is_the_last_turns_oldest_first(conversations: Conversations) -> None:
    for number in range(8):
        conversations.add(kept(f"a{number}", question=f"Câu {number}?"))
        conversations.add(kept(f"b{number}", "other"))

    def asked(last: int = 6, before: str | None = None) -> list[str]:
        return [turn.question for turn in conversations.history(OWNER, "c", last, before=before)]

    assert asked() == [f"Câu {number}?" for number in range(2, 8)]
    assert asked(2) == ["Câu 6?", "Câu 7?"]
    assert asked(2, before="a5") == ["Câu 3?", "Câu 4?"]
    assert asked(before="a0") == asked(before="unknown") == asked(0) == []


def test_turns_are_in_the_order_in_which_they_were_kept(conversations: Conversations) -> None:
    """A slow answer to an earlier question comes after a quick one to a later question."""
    conversations.add(kept("quick", minute=5))
    conversations.add(kept("slow", minute=3))
    assert [item.answer_id for item in conversations.turns(OWNER, "c")] == ["quick", "slow"]
    [found] = conversations.list(OWNER, 1)
    assert (found.started_at, found.updated_at) == (timestamp(NOON + timedelta(minutes=5)),) * 2


def test_an_answer_is_kept_once(conversations: Conversations) -> None:
    conversations.add(kept("a"))
    with pytest.raises(StoreError, match="'a' is kept already; give each one an id"):
        conversations.add(kept("a", "another", 9))
    assert conversations.answer("a") == kept("a")
    assert ids(conversations) == ["c"]


def test_half_characters_are_spelled_out(conversations: Conversations) -> None:
    conversations.add(kept("a", question="Ai\udcff?"))
    [turn] = conversations.history(OWNER, "c")
    assert turn.question == "Ai\\udcff?"


def test_times_are_of_one_form(conversations: Conversations) -> None:
    hanoi = timezone(timedelta(hours=7))
    assert timestamp(NOON) == timestamp(NOON.astimezone(hanoi)) == "2026-03-01T12:00:00.000000+00:00"
    conversations.add(replace(kept("a"), asked_at="2026-03-01T19:00:00+07:00"))
    assert conversations.answer("a") == kept("a")
    for wrong in ("2026-03-01T12:00:00", "noon"):
        with pytest.raises(ValueError, match=r"zone|isoformat"):
            conversations.add(replace(kept("b"), asked_at=wrong))
    assert conversations.answer("b") is None


# --- Conversations ---------------------------------------------------------------------------------------


def test_the_list_is_newest_first_with_first_questions(conversations: Conversations) -> None:
    conversations.add(kept("a1", "a", 1, "Lúa chín chưa?"))
    conversations.add(kept("b1", "b", 2, "Phà chạy chưa?"))
    conversations.add(kept("a2", "a", 3, "Còn cá?"))
    first, second = conversations.list(OWNER, 10)
    assert (first.id, first.turns, first.title) == ("a", 2, "Lúa chín chưa?")
    assert (first.started_at, first.updated_at) == (kept("", minute=1).asked_at, kept("", minute=3).asked_at)
    assert (second.id, second.turns, second.title) == ("b", 1, "Phà chạy chưa?")


def test_the_list_is_paged(conversations: Conversations) -> None:
    """Five conversations, of which three were last asked in the same moment: those go by id."""
    for name, minute in (("a", 1), ("b", 2), ("c", 2), ("d", 2), ("e", 0)):
        conversations.add(kept(name, name, minute))
    first = conversations.list(OWNER, 2)
    assert [found.id for found in first] == ["d", "c"]
    second = conversations.list(OWNER, 2, first[-1].place)
    assert [found.id for found in second] == ["b", "a"]
    assert ids(conversations, second[-1].place) == ["e"]
    assert ids(conversations, conversations.list(OWNER, 9)[-1].place) == []
    assert len(conversations.list(OWNER, 9)) == 5
    # The pages go on from a place whose conversation was removed, or has moved to the front.
    conversations.delete(OWNER, "c")
    assert ids(conversations, first[-1].place) == ["b", "a"]
    conversations.add(kept("b2", "b", 9))
    assert ids(conversations, first[-1].place) == ["a", "e"]
    assert ids(conversations) == ["b", "d"]


def test_delete_takes_turns_and_feedback_along(conversations: Conversations) -> None:
    conversations.add(kept("a1", "a"))
    conversations.add(kept("b1", "b"))
    assert conversations.feedback(OWNER, rating("a1"))
    assert conversations.feedback(OWNER, rating("b1"))
    assert conversations.delete(OWNER, "a")
    assert not conversations.delete(OWNER, "a")
    assert conversations.answer("a1") is None
    assert conversations.turns(OWNER, "a") == []
    assert [given.answer_id for _, given in conversations.rated()] == ["b1"]
    assert not conversations.feedback(OWNER, rating("a1"))


PRIVATE = "Bí mật của bà Sáu"


def files_with(secret: str, folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if secret.encode() in file.read_bytes()]


@pytest.mark.parametrize("padding", [1, 9000], ids=["short", "over several pages"])
def test_what_is_deleted_is_in_no_file(path: Path, in_file: Conversations, padding: int) -> None:
    with opened_conversations(path) as beside:
        for number in range(60):
            private = number % 3 == 0
            item = kept(f"a{number}", f"c{number}", number, f"{PRIVATE if private else 'Chợ'} {number}?")
            (in_file if number % 2 else beside).add(replace(item, record=item.turn.question * padding))
            beside.feedback(OWNER, replace(rating(f"a{number}"), comment=PRIVATE if private else None))
        assert files_with(PRIVATE, path.parent)
        for number in range(3, 60, 3):
            assert in_file.delete(OWNER, f"c{number}")
        assert in_file.expire(NOON + timedelta(seconds=1)) == 1
        assert files_with(PRIVATE, path.parent) == []
        assert len(in_file.list(OWNER, 100)) == 40


def test_pinned_conversations_come_first_on_every_page(conversations: Conversations) -> None:
    for minute, name in enumerate("abcdef"):
        conversations.add(kept(name, name, minute))
    for name in ("b", "d"):
        conversations.edit(OWNER, name, {"pinned": True})
    pages: list[list[str]] = []
    before = None
    while page := conversations.list(OWNER, 2, before):
        pages.append([found.id for found in page])
        before = page[-1].place
    assert pages == [["d", "b"], ["f", "e"], ["c", "a"]]
    # A page goes on where it was, whatever was pinned meanwhile.
    first = conversations.list(OWNER, 3)[-1].place
    conversations.edit(OWNER, "a", {"pinned": True})
    assert ids(conversations, first, 9) == ["e", "c"]
    conversations.edit(OWNER, "d", {"pinned": False})
    assert ids(conversations, limit=9) == ["b", "a", "f", "e", "d", "c"]


def test_a_conversation_is_renamed_and_named_by_its_question_again(conversations: Conversations) -> None:
    conversations.add(kept("a"))
    conversations.edit(OWNER, "c", {"title": "Chợ nổi'; DROP TABLE turns; --"})
    found = conversations.get(OWNER, "c")
    assert found is not None
    assert (found.title, found.pinned) == ("Chợ nổi'; DROP TABLE turns; --", False)
    conversations.edit(OWNER, "c", {"pinned": True})
    assert conversations.list(OWNER, 1)[0].title == "Chợ nổi'; DROP TABLE turns; --"
    conversations.edit(OWNER, "c", {"title": None})
    assert conversations.list(OWNER, 1)[0].title == "Chợ họp lúc nào?"
    conversations.edit("embassy", "c", {"title": "Của tôi", "pinned": False})
    assert conversations.get("embassy", "c") is None
    assert conversations.list(OWNER, 1)[0].pinned


def test_conversations_are_told_apart_by_where_they_began(conversations: Conversations) -> None:
    conversations.add(kept("a1", "page"), origin="page")
    conversations.add(kept("b1", "api"))
    # What goes on elsewhere stays where it began.
    conversations.add(kept("a2", "page", 1), origin="api")
    assert [found.id for found in conversations.list(OWNER, 9, origin="page")] == ["page"]
    assert [found.id for found in conversations.list(OWNER, 9, origin="api")] == ["api"]
    assert ids(conversations, limit=9) == ["page", "api"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("phà", ["b"]),
        ("pha", ["b", "a"]),  # without diacritics: of both
        ("PHÁ", ["a"]),
        ("giá phá", ["a"]),
        ("gia pha", ["a"]),
        ("phà giá", []),
        ("khu", ["c"]),  # the beginning of a word of the second question
        ("hu", []),
        ("sông hậu", ["d"]),  # of the title
        ("? %_' \\", ["d", "c", "b", "a"]),  # no word at all
    ],
)
def test_conversations_are_found_by_words(conversations: Conversations, words: str, found: list[str]) -> None:
    conversations.add(kept("a1", "a", 0, "Giá phá dỡ nhà?"))
    conversations.add(kept("b1", "b", 1, "Phà chạy chưa?"))
    conversations.add(kept("c1", "c", 2, "Còn lúa?"))
    conversations.add(kept("c2", "c", 2, "Ở khu nào?"))
    conversations.add(kept("d1", "d", 3, "Nước lên?"))
    conversations.edit(OWNER, "d", {"title": "Lũ sông Hậu"})
    assert [one.id for one in conversations.list(OWNER, 9, words=words)] == found


def test_what_is_found_comes_page_by_page(conversations: Conversations) -> None:
    for number in range(230):
        conversations.add(kept(f"a{number}", f"c{number:03}", number, "Phà?" if number % 100 == 0 else "Chợ?"))
    conversations.edit(OWNER, "c000", {"pinned": True})
    first = conversations.list(OWNER, 2, words="phà")
    assert [found.id for found in first] == ["c000", "c200"]
    second = conversations.list(OWNER, 2, first[-1].place, words="phà")
    assert [found.id for found in second] == ["c100"]


def test_pinned_conversations_do_not_expire(conversations: Conversations) -> None:
    for name in ("a", "b"):
        conversations.add(kept(name, name))
    conversations.edit(OWNER, "a", {"pinned": True})
    assert conversations.expire(NOON + timedelta(days=1)) == 1
    assert ids(conversations) == ["a"]


# --- Links to answers ------------------------------------------------------------------------------------


def test_a_link_leads_to_one_answer_until_it_is_revoked(path: Path, in_file: Conversations) -> None:
    in_file.add(kept("a"))
    token, other = (in_file.share(OWNER, "a", timestamp(NOON)) for _ in range(2))
    assert token is not None
    assert other is not None
    # 128 random bits and more behind the name, as hexadecimal figures.
    name, _, secret = token.partition("-")
    assert (len(name), len(secret)) == (16, 32)
    assert in_file.shared(token) == (kept("a"), timestamp(NOON))
    assert [(share.id, share.answer_id, share.question) for share in in_file.shares(OWNER)] == sorted(
        (one.partition("-")[0], "a", "Chợ họp lúc nào?") for one in (token, other)
    )
    for wrong in (name, f"{name}-", f"{name}-{'0' * 32}", f"-{secret}", "", "-", token.upper(), f"{token} ", "\ud800"):
        assert in_file.shared(wrong) is None
    # The file does not tell what a link is.
    assert files_with(secret, path.parent) == []
    assert files_with(name, path.parent)
    assert not in_file.unshare("embassy", token)
    assert in_file.unshare(OWNER, token)
    assert not in_file.unshare(OWNER, token)
    assert in_file.shared(token) is None
    assert in_file.shared(other) is not None
    assert in_file.unshare(OWNER, other.partition("-")[0])
    assert in_file.shares(OWNER) == []


def test_only_an_owner_shares_and_links_go_with_their_conversation(conversations: Conversations) -> None:
    conversations.add(kept("a"))
    assert conversations.share("embassy", "a", timestamp(NOON)) is None
    assert conversations.share(OWNER, "unknown", timestamp(NOON)) is None
    token = conversations.share(OWNER, "a", timestamp(NOON))
    assert token is not None
    conversations.delete(OWNER, "c")
    assert conversations.shared(token) is None
    assert conversations.shares(OWNER) == []


def test_next_questions_are_kept_with_their_answer(conversations: Conversations) -> None:
    conversations.add(kept("a"))
    assert conversations.suggestions(OWNER, "a") is None
    conversations.keep_suggestions("embassy", "a", ["Không phải của tôi?"])
    assert conversations.suggestions(OWNER, "a") is None
    conversations.keep_suggestions(OWNER, "a", ["Vì sao “chợ” họp sớm?"])
    assert conversations.suggestions(OWNER, "a") == ["Vì sao “chợ” họp sớm?"]
    conversations.keep_suggestions(OWNER, "a", [])
    assert conversations.suggestions(OWNER, "a") == []
    assert conversations.suggestions("embassy", "a") is None


def test_expire(conversations: Conversations) -> None:
    for minute in range(4):
        conversations.add(kept(f"a{minute}", f"c{minute}", minute))
    conversations.add(kept("late", "c0", 9))
    hanoi = (NOON + timedelta(minutes=2)).astimezone(timezone(timedelta(hours=7)))
    assert conversations.expire(hanoi) == 1
    assert ids(conversations, limit=9) == ["c0", "c3", "c2"]
    assert conversations.expire(hanoi) == 0
    with pytest.raises(ValueError, match="no time zone"):
        conversations.expire(datetime.fromisoformat("2026-03-01"))


# --- Feedback --------------------------------------------------------------------------------------------


def test_feedback_replaces_what_was_before(conversations: Conversations) -> None:
    conversations.add(kept("a"))
    first = Feedback("a", timestamp(NOON), "down", "Sai “giờ”.", "Năm giờ")
    second = Feedback("a", timestamp(NOON + timedelta(days=1)), "up", None, None)
    assert list(conversations.rated()) == []
    assert conversations.feedback(OWNER, first)
    assert list(conversations.rated()) == [(kept("a"), first)]
    assert conversations.feedback(OWNER, second)
    assert list(conversations.rated()) == [(kept("a"), second)]
    assert not conversations.feedback(OWNER, replace(first, answer_id="unknown"))
    assert len(list(conversations.rated())) == 1


def test_rated_answers_come_in_order_while_others_write(conversations: Conversations) -> None:
    for number in range(250):
        conversations.add(kept(f"a{number}", f"c{number % 7}"))
    for number in reversed(range(0, 250, 2)):
        conversations.feedback(OWNER, rating(f"a{number}"))
    seen = []
    for item, given in conversations.rated():
        assert item.answer_id == given.answer_id
        seen.append(item.answer_id)
        conversations.add(kept(f"later-{len(seen)}"))
    assert seen == [f"a{number}" for number in range(0, 250, 2)]


def test_another_rating_is_refused(conversations: Conversations) -> None:
    conversations.add(kept("a"))
    sideways: Any = "sideways"
    with pytest.raises(StoreError, match=r"(?i)check constraint"):
        conversations.feedback(OWNER, replace(rating("a"), rating=sideways))
    assert list(conversations.rated()) == []


# --- The file --------------------------------------------------------------------------------------------


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_nobody_but_the_owner_may_read(path: Path) -> None:
    before = os.umask(0)
    try:
        with opened_conversations(path) as conversations:
            conversations.add(kept("a"))
            assert modes(path.parent) == {FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600}
    finally:
        os.umask(before)


def test_a_file_that_others_may_read_is_closed_to_them(path: Path) -> None:
    with opened_conversations(path) as conversations:
        conversations.add(kept("a"))
        for file in path.parent.iterdir():
            file.chmod(0o664)
        with opened_conversations(path) as again:
            assert again.answer("a") == kept("a")
            assert set(modes(path.parent).values()) == {0o600}
            assert len(modes(path.parent)) == 3


def test_a_link_leads_to_a_private_file(tmp_path: Path) -> None:
    link = tmp_path / "link.sqlite3"
    link.symlink_to(tmp_path / "disk" / FILE)
    before = os.umask(0)
    try:
        with opened_conversations(link) as conversations:
            conversations.add(kept("a"))
            assert set(modes(tmp_path / "disk").values()) == {0o600}
    finally:
        os.umask(before)


def test_what_was_kept_is_there_after_reopening(path: Path) -> None:
    with opened_conversations(path) as conversations:
        conversations.add(kept("a"))
    with opened_conversations(path) as conversations:
        assert conversations.turns(OWNER, "c") == [kept("a")]
    assert [file.name for file in path.parent.iterdir()] == [FILE]


# What version 1 wrote, and a conversation in it.
VERSION_1 = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, started_at TEXT NOT NULL, updated_at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX conversations_by_update ON conversations (updated_at, id);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, answer_id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, asked_at TEXT NOT NULL,
    question TEXT NOT NULL, understood TEXT NOT NULL, language TEXT NOT NULL, answer TEXT NOT NULL,
    abstained INTEGER NOT NULL, cited TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX turns_by_conversation ON turns (conversation, number);
CREATE TABLE feedback (
    turn INTEGER PRIMARY KEY REFERENCES turns (number) ON DELETE CASCADE,
    given_at TEXT NOT NULL, rating TEXT NOT NULL CHECK (rating IN ('up', 'down')), comment TEXT, better TEXT
);
INSERT INTO conversations VALUES ('c', '2026-03-01T12:00:00.000000+00:00', '2026-03-01T12:05:00.000000+00:00');
INSERT INTO turns VALUES (7, 'a', 'c', '2026-03-01T12:05:00.000000+00:00', 'Chợ họp lúc nào?', 'Chợ họp lúc nào?', 'vi',
    'Trả lời a [1].', 0, '["Chợ họp từ bốn giờ."]', '{"id": "a"}');
INSERT INTO feedback VALUES (7, '2026-03-01T12:00:00.000000+00:00', 'down', NULL, 'Năm giờ.');
PRAGMA user_version = 1;
"""


def test_what_version_1_kept_belongs_to_who_needs_no_key(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.executescript(VERSION_1)
    db.close()
    for _ in range(2):
        with opened_conversations(path) as conversations:
            item = replace(kept("a", minute=5), owner="")
            assert conversations.turns("", "c") == [item]
            assert list(conversations.rated()) == [(item, rating("a", "Năm giờ."))]
            assert conversations.list("", 9)[0].started_at == timestamp(NOON)
    with opened_conversations(path) as conversations:
        assert conversations.delete("", "c")
        assert list(conversations.rated()) == []


# What version 2 wrote.
VERSION_2 = """
CREATE TABLE conversations (
    owner TEXT NOT NULL, id TEXT NOT NULL, started_at TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE INDEX conversations_by_update ON conversations (owner, updated_at, id);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, answer_id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL, conversation TEXT NOT NULL, asked_at TEXT NOT NULL,
    question TEXT NOT NULL, understood TEXT NOT NULL, language TEXT NOT NULL, answer TEXT NOT NULL,
    abstained INTEGER NOT NULL, cited TEXT NOT NULL, record TEXT NOT NULL,
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
);
CREATE INDEX turns_by_conversation ON turns (owner, conversation, number);
CREATE TABLE feedback (
    turn INTEGER PRIMARY KEY REFERENCES turns (number) ON DELETE CASCADE,
    given_at TEXT NOT NULL, rating TEXT NOT NULL CHECK (rating IN ('up', 'down')), comment TEXT, better TEXT
);
INSERT INTO conversations VALUES
    ('newsroom', 'c', '2026-03-01T12:00:00.000000+00:00', '2026-03-01T12:05:00.000000+00:00');
INSERT INTO turns VALUES (7, 'a', 'newsroom', 'c', '2026-03-01T12:05:00.000000+00:00', 'Chợ họp lúc nào?',
    'Chợ họp lúc nào?', 'vi', 'Trả lời a [1].', 0, '["Chợ họp từ bốn giờ."]', '{"id": "a"}');
PRAGMA user_version = 2;
"""


def test_what_version_2_kept_stays_in_the_list_of_the_page(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.executescript(VERSION_2)
    db.close()
    for _ in range(2):
        with opened_conversations(path) as conversations:
            assert conversations.turns(OWNER, "c") == [kept("a", minute=5)]
            [listed] = conversations.list(OWNER, 9, origin="page")
            assert (listed.title, listed.pinned) == ("Chợ họp lúc nào?", False)
            assert conversations.share(OWNER, "a", timestamp(NOON))


def test_owners_do_not_see_each_other(conversations: Conversations) -> None:
    mine, theirs = kept("a", "c", 1), replace(kept("b", "c", 2, "Phà chạy chưa?"), owner="embassy")
    conversations.add(mine)
    conversations.add(theirs)
    assert conversations.turns(OWNER, "c") == [mine]
    assert conversations.turns("embassy", "c") == [theirs]
    assert conversations.history("", "c") == []
    assert [found.title for found in conversations.list(OWNER, 9)] == ["Chợ họp lúc nào?"]
    assert not conversations.feedback(OWNER, rating("b"))
    assert not conversations.delete("", "c")
    assert conversations.delete(OWNER, "c")
    assert conversations.turns("embassy", "c") == [theirs]


def test_a_conversation_deleted_while_it_is_answered_stays_deleted(conversations: Conversations) -> None:
    conversations.add(kept("a"))
    conversations.delete(OWNER, "c")
    conversations.add(kept("b"), continues=True)
    assert conversations.turns(OWNER, "c") == []
    conversations.add(kept("c"))
    conversations.add(kept("d"), continues=True)
    assert [item.answer_id for item in conversations.turns(OWNER, "c")] == ["c", "d"]


def test_folders_are_made(tmp_path: Path) -> None:
    with opened_conversations(tmp_path / "a" / "b" / FILE) as conversations:
        assert conversations.list(OWNER, 1) == []


def test_what_cannot_be_used_is_told(path: Path) -> None:
    with opened_conversations(path):
        pass
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 4")
    db.close()
    with (
        pytest.raises(StoreError, match=f"{FILE} has version 4 and this program knows 3; install"),
        opened_conversations(path),
    ):
        pass
    path.write_text("Đây không phải cơ sở dữ liệu. " * 100)
    with pytest.raises(StoreError, match=r"cannot be used: .*not a database\. See that"), opened_conversations(path):
        pass
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError, match=r"cannot be used: .*unable to open"), opened_conversations(path):
        pass


def test_a_full_database_keeps_what_was_acknowledged(in_file: Conversations) -> None:
    in_file.add(kept("a"))
    pages = next(iter(in_file._db.rows("PRAGMA page_count")))[0]
    in_file._db.rows(f"PRAGMA max_page_count = {pages + 2}")
    large = replace(kept("b", "new"), record="x" * 200_000)
    with pytest.raises(StorageFull, match="Make room"):
        in_file.add(large)
    assert ids(in_file) == ["c"]
    in_file._db.rows("PRAGMA max_page_count = 100000")
    in_file.add(large)
    assert in_file.answer("b") == large
