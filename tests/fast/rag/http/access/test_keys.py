"""Keys: what is given out is known by its text alone, and worth nothing once it is revoked; rates by hand."""

import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from ipaddress import IPv4Address
from pathlib import Path
from typing import cast

import pytest

from index.storage.database import Where
from index.storage.errors import StoreError
from rag.errors import SettingsError
from rag.http.access.callers import Caller, Scope
from rag.http.access.gate import mode_for
from rag.http.access.keys import FILE, Keys, opened_keys
from rag.http.access.rates import Rates


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / FILE


@pytest.fixture
def keys(where: Where) -> Iterator[Keys]:
    with opened_keys(where) as opened:
        yield opened


@pytest.fixture
def in_file(path: Path) -> Iterator[Keys]:
    with opened_keys(path) as opened:
        yield opened


# --- Keys ------------------------------------------------------------------------------------------------


def test_a_key_is_known_by_its_text(keys: Keys) -> None:
    key, text = keys.add("Trang tin", ["ask", "ingest"], 30)
    other, other_text = keys.add("Máy khác", ["admin"])

    assert keys.check(text) == key
    assert keys.check(other_text) == other
    assert key.scopes == {"ask", "ingest"}
    assert (key.name, key.per_minute, key.revoked_at) == ("Trang tin", 30, None)
    assert other.per_minute is None
    assert key.caller == Caller(key.id, "Trang tin", frozenset({"ask", "ingest"}))
    assert list(keys.list()) == [key, other]


def test_a_text_has_256_random_bits(keys: Keys) -> None:
    key, text = keys.add("a", ["ask"])
    prefix, key_id, secret = text.split("_", 2)
    assert (prefix, key_id) == ("hoidap", key.id)
    assert len(secret) == 43  # 256 bits at 6 a character
    assert len({keys.add("a", ["ask"])[1] for _ in range(5)} | {text}) == 6


def test_the_file_holds_no_secret(in_file: Keys, path: Path) -> None:
    key, text = in_file.add("a", ["ask"])
    secret = text.split("_", 2)[2]
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert key.id.encode() in kept
    assert secret.encode() not in kept
    assert sha256(secret.encode()).digest() in kept
    assert secret not in repr(key)


def test_another_text_is_no_key(keys: Keys) -> None:
    key, text = keys.add("a", ["ask"])
    other, other_text = keys.add("b", ["admin"])
    secret, other_secret = text.split("_", 2)[2], other_text.split("_", 2)[2]
    swapped = "A" if secret[0] != "A" else "B"
    wrong = [
        "",
        "hoidap_",
        secret,
        f"hoidap_{other.id}_{secret}",
        f"hoidap_{key.id}_{other_secret}",
        f"hoidap_{key.id}_{swapped}{secret[1:]}",
        f"hoidap_00000000_{secret}",
        f"hoidap_{key.id}_",
        f"hoidap_{key.id}_{secret[:-1]}",
        text.upper(),
        f"{text}\n",
        f" {text}",
        f"{text}\x00",
        text * 2,
        f"hoidap_{key.id}_{'ă' * 43}",
        f"hoidap_{key.id}_{chr(0xD800) * 43}",
        f"hoidap_' OR 1=1_{secret}",
        "x" * 1_000_000,
    ]
    assert [text for text in wrong if keys.check(text) is not None] == []


def test_a_revoked_key_is_worth_nothing(keys: Keys) -> None:
    key, text = keys.add("a", ["ask"])
    other, other_text = keys.add("b", ["ask"])
    assert keys.exist()

    assert keys.revoke(key.id)

    assert keys.check(text) is None
    assert keys.check(other_text) == other
    assert not keys.revoke(key.id)
    assert not keys.revoke("00000000")
    revoked = keys.list()[0]
    assert (revoked.id, revoked.revoked_at is None) == (key.id, False)
    assert keys.exist()
    assert keys.revoke(other.id)
    assert not keys.exist()


def test_another_process_revokes_at_once(keys: Keys, where: Where) -> None:
    key, text = keys.add("a", ["ask"])
    assert keys.check(text) is not None
    revoke = (
        "import pickle; from rag.http.access.keys import Keys; Keys(pickle.load(sys.stdin.buffer)).revoke(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", f"import sys; {revoke}", key.id], input=pickle.dumps(where), check=True)
    assert keys.check(text) is None


def test_threads_share_the_keys(keys: Keys) -> None:
    _, text = keys.add("a", ["ask"])
    found: list[bool] = []

    def check() -> None:
        found.extend(keys.check(text) is not None for _ in range(50))

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        keys.add("b", ["ask"])
    for thread in threads:
        thread.join()
    assert found == [True] * 200


def test_keys_outlive_the_process(where: Where) -> None:
    with opened_keys(where) as keys:
        key, text = keys.add("a", ["ask"])
    with opened_keys(where) as keys:
        assert keys.check(text) == key


def test_only_the_owner_may_read_the_file(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    path.chmod(0o644)
    umask = os.umask(0)
    try:
        with opened_keys(path) as keys:
            keys.add("a", ["ask"])
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(umask)
    assert modes == {FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600}


@pytest.mark.parametrize(("scopes", "per_minute"), [([], None), (["ask", "read"], None), (["ask"], 0), (["ask"], -5)])
def test_a_key_that_cannot_be(keys: Keys, scopes: list[str], per_minute: int | None) -> None:
    with pytest.raises(ValueError, match="A key"):
        keys.add("a", cast("list[Scope]", scopes), per_minute)
    assert keys.list() == []


def test_a_file_of_another_version(path: Path) -> None:
    with opened_keys(path):
        pass
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(StoreError, match="has version 9 and this program knows 1"):
        Keys(path)


def test_a_damaged_file(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all, " * 100)
    with pytest.raises(StoreError, match=r"The keys cannot be used: .*keys\.sqlite3 is yours to write"):
        Keys(path)


# --- Names -----------------------------------------------------------------------------------------------


def test_a_name_is_kept_on_one_line(keys: Keys) -> None:
    assert keys.add("  Tòa\nsoạn ", ["ask"])[0].name == "Tòa soạn"


@pytest.mark.parametrize("name", ["", "a" * 101, "a\u202eb"])
def test_a_name_that_a_list_cannot_show_is_refused(keys: Keys, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        keys.add(name, ["ask"])


# --- Rates -----------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_empties_and_fills() -> None:
    clock = Clock()
    rates = Rates(clock)
    assert [rates.take("a", 3) for _ in range(3)] == [0, 0, 0]
    # Three a minute: one in 20 s.
    assert rates.take("a", 3) == pytest.approx(20)
    clock.seconds += 15
    assert rates.take("a", 3) == pytest.approx(5)
    clock.seconds += 5
    assert rates.take("a", 3) == 0
    assert rates.take("a", 3) == pytest.approx(20)
    # An hour later there are three again, no more.
    clock.seconds += 3600
    assert [rates.take("a", 3) for _ in range(3)] == [0, 0, 0]
    assert rates.take("a", 3) == pytest.approx(20)


def test_each_has_a_bucket_of_its_own() -> None:
    rates = Rates(Clock())
    assert rates.take("a", 1) == 0
    assert rates.take("a", 1) == pytest.approx(60)
    assert rates.take("b", 1) == 0


def test_who_waits_as_long_as_told_is_let_in() -> None:
    for per_minute in (1, 7, 11, 13, 49, 97, 120, 333):
        clock = Clock()
        rates = Rates(clock)
        while not rates.take("a", per_minute):
            pass
        for _ in range(100):
            clock.seconds += rates.take("a", per_minute)
            assert rates.take("a", per_minute) == 0


def test_what_nobody_uses_is_forgotten() -> None:
    clock = Clock()
    rates = Rates(clock, most=3)
    assert [rates.take(name, 1) for name in "abc"] == [0, 0, 0]
    # A fourth pushes out `a`, which is full again then; `c` is not.
    assert rates.take("d", 1) == 0
    assert rates.take("c", 1) == pytest.approx(60)
    assert rates.take("a", 1) == 0


def test_memory_is_bounded() -> None:
    clock = Clock()
    rates = Rates(clock, most=10)
    for number in range(1000):
        rates.take(str(number), 5)
    assert len(rates) == 10
    clock.seconds += 60
    rates.take("a", 5)
    assert len(rates) == 1


# --- Who needs a key -------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "::1"])
def test_a_loopback_address_needs_none(host: str) -> None:
    assert mode_for("auto", host, keys_exist=False) == "open"
    assert mode_for("auto", host, keys_exist=True) == "open"
    assert mode_for("keys", host, keys_exist=True) == "keys"
    assert mode_for("open", host, keys_exist=False) == "open"


@pytest.mark.parametrize(
    "host",
    [str(IPv4Address(0)), "::", "", "192.168.1.7", "fe80::1", "tin.example", "localhost.example", "127.0.0.1.example"],
)
def test_elsewhere_keys_are_needed(host: str) -> None:
    assert mode_for("auto", host, keys_exist=True) == "keys"
    assert mode_for("open", host, keys_exist=False) == "open"
    with pytest.raises(SettingsError, match="hoidap keys add NAME --scope ask"):
        mode_for("auto", host, keys_exist=False)


def test_keys_are_needed_where_they_are_asked_for() -> None:
    with pytest.raises(SettingsError, match="hoidap keys add NAME --scope ask"):
        mode_for("keys", "127.0.0.1", keys_exist=False)
