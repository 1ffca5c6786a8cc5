"""What works without the extras, and what a user is told who needs one."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rag.extras import EXTRA_OF

ROOT = Path(__file__).parents[3]
HEAVY = {"torch", "faiss", "transformers", "sentence_transformers", "tantivy", "sklearn", "scipy"}
# The import names of what `pyproject.toml` names by distribution.
NAMES = {
    "ir-measures": "ir_measures",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry.exporter",
    "opentelemetry-sdk": "opentelemetry.sdk",
    "psycopg-pool": "psycopg_pool",
    "psycopg[binary]": "psycopg",
    "scikit-learn": "sklearn",
    "slack-bolt": "slack_bolt",
    "slack-sdk": "slack_sdk",
}


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
    )


def without(packages: set[str], code: str) -> str:
    """The code where these packages cannot be imported, as where they are not installed."""
    return f"""
from importlib.machinery import PathFinder
find = PathFinder.find_spec
def find_others(name, path=None, target=None):
    if not any(f"{{name}}.".startswith(f"{{package}}.") for package in {sorted(packages)!r}):
        return find(name, path, target)
PathFinder.find_spec = find_others
{code}
"""


def test_every_extra_is_known_by_the_packages_that_it_brings() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    brought = {
        NAMES.get(name, name): extra
        for extra in ("bulk", "cluster", "eval", "forms", "gguf", "llm", "mcp", "ray", "slack", "traces")
        for name in (requirement.partition(">")[0] for requirement in declared[extra])
        if not name.startswith("hoidap[")
    }

    assert {**brought, "mcp_types": "mcp"} == EXTRA_OF


def test_importing_the_package_loads_no_library_of_models() -> None:
    loaded = json.loads(python("import rag, sys, json; print(json.dumps(sorted(sys.modules)))").stdout)

    assert "rag" in loaded
    assert not HEAVY & set(loaded)


def test_the_application_over_a_client_needs_neither_models_nor_extras() -> None:
    code = """
from starlette.testclient import TestClient
from rag.http.app import build_app
from rag.http.state import State
from rag.settings import Settings
from tests.support.canned import Canned
with TestClient(build_app(State(lambda _: Canned(), Settings())), "http://127.0.0.1") as client:
    print(client.get("/v1/sources").status_code, client.post("/mcp").status_code)
"""
    done = python(without(HEAVY | set(EXTRA_OF), code))

    assert done.stdout.split() == ["200", "404"], done.stderr


@pytest.mark.parametrize(("command", "extra"), [("slack", "slack"), ("mcp", "mcp"), ("eval", "eval"), ("bulk", "bulk")])
def test_a_command_names_the_extra_that_it_needs(command: str, extra: str) -> None:
    packages = {package for package, brought_by in EXTRA_OF.items() if brought_by == extra}
    done = python(without(packages, "from rag.cli import main; main()"), command, "--help")

    assert done.returncode == 78
    assert f"pip install 'hoidap[{extra}]'" in done.stderr


def test_milvus_names_the_extra_that_it_needs(tmp_path: Path) -> None:
    code = """
import os
os.environ["HOIDAP_MILVUS"] = "http://127.0.0.1:9"
from rag.cli import main
main()
"""
    done = python(without({"pymilvus", "grpc"}, code), "--data", str(tmp_path), "doctor")

    assert done.returncode == 78
    assert "pip install 'hoidap[cluster]'" in done.stderr
