"""A server of the whole program, but for a stand-in of the model, as a process of its own that can be killed."""

import logging
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from eval.endurance.forked import FORKING
from index.chunking import Chunking
from index.ingest import Ingester
from index.language.text import token_spans
from index.model.encoder import Encoder
from rag.http.access.keys import opened_keys
from rag.http.listening import bound_socket
from rag.http.server import serve
from rag.service.data_folder import opened_store, where
from rag.service.wiring import opened_catalogue, put_together
from rag.settings import Settings
from tests.support.topics import WordEncoder


class StandIn(WordEncoder):
    """Words hashed to vectors instead of a model."""

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        return token_spans(text)


class Replica:
    """A server over a database and Milvus; `address` is where it answers, empty while it does not run."""

    def __init__(self, folder: Path, name: str, database: str, milvus: str, *, indexes: bool) -> None:
        self.name, self.indexes, self.address = name, indexes, ""
        self._settings = {
            "data": folder / name,
            "database": SecretStr(database),
            "milvus": SecretStr(milvus),
            "indexes": indexes,
            "access": "keys",
            "reader": "none",
            "port": 0,
            "threads": 1,
            "log": "json",
        }
        self._log = folder / f"{name}.log"

    def start(self) -> None:
        """Begin to start; `ready` waits for it."""
        self._told, child = FORKING.Pipe(duplex=False)
        self._process = FORKING.Process(target=_serve, args=(self._settings, self._log, child), daemon=True)
        self._process.start()
        child.close()

    def ready(self, patience: float = 120) -> None:
        """Wait until it answers. AssertionError where it ends instead, with what it said."""
        assert self._told.poll(patience), f"{self.name} does not start:\n{self._log.read_text('utf-8')[-3000:]}"
        try:
            self.address = self._told.recv()
        except EOFError:
            raise AssertionError(f"{self.name} ended:\n{self._log.read_text('utf-8')[-3000:]}") from None

    def kill(self) -> None:
        """Kill it at once."""
        self.address = ""
        self._process.kill()
        self._process.join()

    def stop(self) -> None:
        """Let it end as it wants."""
        self.address = ""
        self._process.terminate()
        self._process.join(20)
        self.kill()


def _serve(given: dict[str, Any], log: Path, told: Connection) -> None:
    logging.basicConfig(filename=log, level=logging.INFO, force=True)
    settings = Settings(**given)
    encoder = Encoder(StandIn(), queue_limit=settings.queue)

    def quiet(_: str) -> None:
        pass

    with (
        closing(encoder),
        bound_socket(settings) as bound,
        opened_keys(where(settings, "keys")) as keys,
        opened_store(settings) as store,
        opened_catalogue(settings, store, encoder, quiet) as catalogue,
        put_together(
            settings,
            store,
            encoder,
            Ingester(store, encoder, Chunking(settings.chunk_tokens)),
            catalogue,
            quiet,
            keys.live,
        ) as service,
    ):
        serve(service, keys, bound, told.send)


def addresses(replicas: Sequence[Replica]) -> list[str]:
    """Where those that run answer."""
    return [replica.address for replica in replicas if replica.address]
