"""A real PostgreSQL server for the tests, started by a user that is not root, on this machine only."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest

from index.storage.database import Server

USER, PASSWORD = "hoidap", "mật khẩu/rất:riêng@nhà"
_ESCAPED = "m%E1%BA%ADt%20kh%E1%BA%A9u%2Fr%E1%BA%A5t%3Ari%C3%AAng%40nh%C3%A0"
_OTHERS = ("postgres", "nobody")  # who runs it where the tests are root's
_SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")
_numbers = count(1)


class Postgres:
    """A server; `address` is over a socket without a password, `guarded` over TCP with one."""

    def __init__(self, folder: Path, programs: Path, user: str | None) -> None:
        self._folder, self._programs, self._user = folder, programs, user
        self.port = _free_port()
        self.address = f"postgresql://{USER}@/postgres?host={folder}&port={self.port}"
        self.guarded = f"postgresql://{USER}:{_ESCAPED}@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        secret = folder / "password"
        secret.write_text(PASSWORD, "utf-8")
        if user is not None:
            for owned in (folder, secret):
                shutil.chown(owned, user)
        made = [
            "-D",
            str(folder / "data"),
            "-U",
            USER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ]
        # An order that is not by code points, as users' databases have.
        made += ["-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=vi"]
        made += ["--auth-local=trust", "--auth-host=scram-sha-256"]
        subprocess.run(
            [*self._as_user(), str(programs / "initdb"), *made, f"--pwfile={secret}"], check=True, capture_output=True
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [f"-c{setting}" for setting in (*_SETTINGS, f"unix_socket_directories={self._folder}")]
        command = [
            str(self._programs / "postgres"),
            "-D",
            str(self._folder / "data"),
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_user(), *command, *settings], stdout=log, stderr=log, cwd=self._folder
            )
        until = monotonic() + 20
        while True:
            try:
                psycopg.connect(self.address, connect_timeout=5).close()
            except psycopg.OperationalError:
                assert monotonic() < until, (self._folder / "log").read_text()
                sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        if self._process is not None:
            self._process.send_signal(3)  # "immediate shutdown"
            self._process.wait()
            self._process = None

    def _as_user(self) -> list[str]:
        # The server ends with who started it, however that ends.
        user = [] if self._user is None else [f"--reuid={self._user}", f"--regid={_group(self._user)}", "--init-groups"]
        return ["setpriv", "--pdeathsig=QUIT", *user]

    @contextmanager
    def database(self) -> Iterator[str]:
        """The guarded address of a database of its own, where schemas may have their usual names."""
        name = f"d{next(_numbers)}"
        with closing(psycopg.connect(self.address, autocommit=True)) as db:
            db.execute(f"CREATE DATABASE {name}".encode())
            yield self.guarded.removesuffix("postgres") + name
            db.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    @contextmanager
    def schema(self) -> Iterator[Server]:
        """A schema that nobody has used; it goes afterwards, with those whose names begin like it."""
        name = f"t{next(_numbers)}"
        yield Server(self.address, name)
        with closing(psycopg.connect(self.address, autocommit=True)) as db:
            made = db.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", (f"{name}%",)).fetchall()
            for (schema,) in made:
                db.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())


@contextmanager
def running() -> Iterator[Postgres]:
    """A server of its own; the test is skipped where PostgreSQL is not installed."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
    user = None if os.getuid() else next((name for name in _OTHERS if _exists(name)), None)
    if programs is None or shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL is not installed: apt-get install -y --no-install-recommends postgresql")
    if os.getuid() == 0 and user is None:
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    # Not under pytest's folder, which others may not enter.
    with tempfile.TemporaryDirectory(prefix="hoidap-pg-") as folder:
        server = Postgres(Path(folder), programs.parent, user)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _exists(user: str) -> bool:
    return subprocess.run(["id", user], capture_output=True, check=False).returncode == 0


def _group(user: str) -> str:
    return subprocess.run(["id", "-g", user], capture_output=True, check=True, text=True).stdout.strip()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
