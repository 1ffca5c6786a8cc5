"""A connection to Milvus: an address of a server or of an embedded edition, and pymilvus without its side effects.

Tokens and passwords stand in no error, log line or representation: they are taken out of the address before pymilvus,
whose errors name it, sees it.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from index.storage.errors import StoreError


@contextmanager
def _leaving_the_environment() -> Iterator[None]:
    # pymilvus reads a `.env` of the working folder or above into the environment as it is imported.
    before = os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHON_DOTENV_DISABLED"]
        else:
            os.environ["PYTHON_DOTENV_DISABLED"] = before


with _leaving_the_environment():
    import grpc
    from pymilvus import MilvusClient, MilvusException

# What it logs, with a handler of its own on standard error, is raised as well.
for _name in ("pymilvus", "pymilvus.milvus_client", "pymilvus.bulk_writer"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_CONNECTING = 10.0  # seconds
_SHOWN = 300  # characters of what Milvus says


@dataclass(frozen=True, slots=True)
class Address:
    """`uri` is a server's address without who logs in there, or the path of an embedded edition's file.

    `token` is an API key, or user and password with a colon between.
    """

    uri: str
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, address: str) -> "Address":
        """Read `http://host:19530`, `https://user:password@host`, `https://key@host` or `path/to/index.db`.

        StoreError, which does not repeat the address, where it is none of these.
        """
        if "://" not in address:
            if address.endswith(".db") and "\0" not in address:
                return cls(address)
            raise StoreError("The address of Milvus is neither http://... nor a file ending in .db; put it right.")
        try:
            parts = urlsplit(address)
            # What `urlsplit` leaves out without a word is no part of an address either.
            place = _place(parts) if address.isprintable() else ""
        except ValueError:
            place = ""
        if not place or parts.path not in ("", "/"):
            raise StoreError("The address of Milvus must be http(s)://[user:password@]host[:port]; put it right.")
        return cls(f"{parts.scheme}://{place}", unquote(parts.netloc.rpartition("@")[0]))

    @property
    def embedded(self) -> bool:
        """Whether it is a file, which one process at a time opens."""
        return "://" not in self.uri


def _place(parts: SplitResult) -> str:
    """Host and port of an address; empty where it has no host or another scheme. ValueError for no port."""
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in parts.netloc:
        return ""
    port = parts.port or (443 if parts.scheme == "https" else 19530)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{port}"


@contextmanager
def connected(address: Address) -> Iterator[MilvusClient]:
    """A client, closed afterwards. StoreError where nothing answers at the address or it lets nobody in."""
    with translated():
        client = MilvusClient(uri=address.uri, token=address.token, timeout=_CONNECTING)
    with closing(client):
        yield client


@contextmanager
def translated() -> Iterator[None]:
    """What Milvus refuses, or cannot do, as a StoreError."""
    try:
        yield
    except (MilvusException, grpc.RpcError) as error:
        # Of some codes, such as that of a deadline or of a wrong token, the transport's own error comes through.
        told = error.message if isinstance(error, MilvusException) else f"{error.code().name}: {error.details()}"
        said = " ".join(str(told).split())[:_SHOWN]
        raise StoreError(
            f"Milvus does not do what the index needs ({said}); check that it runs and try again."
        ) from error
