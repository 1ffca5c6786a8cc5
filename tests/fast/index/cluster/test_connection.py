"""Addresses of Milvus, and that no secret of one is shown."""

import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from pymilvus.grpc_gen.milvus_pb2 import ConnectResponse

from index.cluster.collection import drop
from index.cluster.connection import Address, connected
from index.storage.errors import StoreError
from tests.support import ROOT

SECRET = "geheim-9f3"  # noqa: S105


@pytest.mark.parametrize(
    ("address", "uri", "token"),
    [
        ("http://host:19530", "http://host:19530", ""),
        ("http://host", "http://host:19530", ""),
        ("https://host/", "https://host:443", ""),
        ("https://user:p%40ss%3A@host:1", "https://host:1", "user:p@ss:"),
        ("https://key@host", "https://host:443", "key"),
        ("http://[::1]:5", "http://[::1]:5", ""),
        ("data/index.db", "data/index.db", ""),
    ],
)
def test_an_address_is_read(address: str, uri: str, token: str) -> None:
    read = Address.of(address)
    assert (read.uri, read.token) == (uri, token)
    assert read.embedded == (not uri.startswith("http"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "host:19530",
        f"gopher://u:{SECRET}@host",
        f"http://u:{SECRET}@host:port",
        f"http://u:{SECRET}@host:99999",
        f"http://u:{SECRET}@",
        f"http://u:{SECRET}@host/{SECRET}",
        f"http://u:{SECRET}@ho\nst",
        f"http://u:{SECRET}@[::1",
        f"{SECRET}",
        "x\0.db",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(StoreError, match="The address of Milvus") as raised:
        Address.of(address)
    assert SECRET not in str(raised.value)
    assert raised.value.__context__ is None or SECRET not in str(raised.value.__context__)


def test_a_token_is_in_no_representation() -> None:
    assert SECRET not in repr(Address.of(f"https://user:{SECRET}@host"))


def test_a_token_is_in_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    # Nothing listens on port 9, which is reserved.
    address = Address.of(f"http://user:{SECRET}@127.0.0.1:9")
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9") as raised, connected(address):
        pass
    assert SECRET not in "".join(traceback.format_exception(raised.value))
    assert capfd.readouterr() == ("", "")


class Refusing(grpc.ServerInterceptor):  # type: ignore[misc]
    """A server that lets a client connect, and answers each other request with one code."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        if details.method.endswith("/Connect"):
            return grpc.unary_unary_rpc_method_handler(lambda *_: ConnectResponse().SerializeToString())
        return grpc.unary_unary_rpc_method_handler(lambda _, context: context.abort(self._code, "so it is"))


@pytest.mark.parametrize("code", ["UNAUTHENTICATED", "PERMISSION_DENIED", "DEADLINE_EXCEEDED", "INVALID_ARGUMENT"])
def test_what_a_server_refuses_is_an_error_of_the_store(code: str, capfd: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor() as threads:
        server = grpc.server(threads, interceptors=[Refusing(grpc.StatusCode[code])])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        address = Address.of(f"http://user:{SECRET}@127.0.0.1:{port}")
        with pytest.raises(StoreError, match="Milvus does not do") as raised, connected(address) as client:
            drop(client, "hoidap_one")
        server.stop(None).wait()
    assert "so it is" in str(raised.value)
    assert SECRET not in "".join(traceback.format_exception(raised.value))
    assert SECRET not in "".join(capfd.readouterr())


def test_the_environment_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HOIDAP_FROM_A_FILE=1\n")
    code = "import os, index.cluster.connection; print(sorted(k for k in os.environ if 'DOTENV' in k or 'FROM_A' in k))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    assert ran.stdout == b"[]\n"
