"""Conversations written by threads and processes at once, and by one that is killed."""

import multiprocessing
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

from index.storage.database import Where
from rag.service.conversations import Conversations, opened_conversations
from tests.support import ROOT
from tests.support.conversations import OWNER, kept, rating
from tests.support.places import IN_A_FILE


def test_threads_share_a_connection(conversations: Conversations) -> None:
    failures: list[object] = []

    def work(name: str) -> None:
        for number in range(25):
            conversations.add(kept(f"{name}-{number}", name, question=f"Câu {number}?"))
            last = conversations.history(OWNER, name, 1)[0].question
            if last != f"Câu {number}?" or not conversations.feedback(OWNER, rating(f"{name}-{number}")):
                failures.append((name, number, last))

    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [found.turns for found in conversations.list(OWNER, 9)] == [25] * 4
    assert len(list(conversations.rated())) == 100


def _add_alone(where: Where, name: str, count: int) -> None:
    with opened_conversations(where) as conversations:
        for number in range(count):
            conversations.add(kept(f"{name}-{number}", "shared"))
            conversations.add(kept(f"{name}-{number}-own", f"{name}-{number}"))
            conversations.delete(OWNER, f"{name}-{number}")


@IN_A_FILE  # to a server, processes are connections as others
def test_processes_create_and_write_one_database_together(where: Where) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add_alone, args=(where, f"p{number}", 15)) for number in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with opened_conversations(where) as conversations:
        assert [(found.id, found.turns) for found in conversations.list(OWNER, 99)] == [("shared", 30)]
        for name in ("p0", "p1"):
            order = [item.answer_id for item in conversations.turns(OWNER, "shared") if item.answer_id.startswith(name)]
            assert order == [f"{name}-{number}" for number in range(15)]
    if not isinstance(where, Path):
        return
    with sqlite3.connect(where) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()


_UNTIL_KILLED = """
import sys
from itertools import count
from pathlib import Path
from rag.service.conversations import Conversations
from tests.support.conversations import kept

conversations = Conversations(Path(sys.argv[1]))
for number in count():
    conversations.add(kept(f"{sys.argv[2]}-{number}"))
    print(f"{sys.argv[2]}-{number}", flush=True)
"""


def test_a_killed_process_loses_nothing_that_it_acknowledged(path: Path) -> None:
    acknowledged: list[str] = []
    for run, lines in enumerate((1, 40)):
        child = subprocess.Popen(
            [sys.executable, "-c", _UNTIL_KILLED, str(path), str(run)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        said += child.stdout.readlines()
        child.stdout.close()
        assert child.wait() == -9
        mine = [line.strip() for line in said if line.endswith("\n")]
        with opened_conversations(path) as conversations:
            there = [item.answer_id for item in conversations.turns(OWNER, "c")]
        # At most one was committed and not acknowledged any more.
        assert there[: len(acknowledged) + len(mine)] == acknowledged + mine
        assert there[len(acknowledged) + len(mine) :] in ([], [f"{run}-{len(mine)}"])
        acknowledged = there
