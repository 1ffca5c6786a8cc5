"""Imports go one way: index <- rag <- eval. `prompts` imports none of them, and nothing imports `tests`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "index": {"index"},
    "prompts": {"prompts"},
    "rag": {"rag", "index", "prompts"},
    "eval": {"eval", "rag", "index", "prompts"},
}
OURS = {*MAY_IMPORT, "tests"}


def imported(source: str) -> set[str]:
    """Our packages that a module imports. A relative import stays inside its package."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found & OURS


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    modules = sorted((ROOT / package).rglob("*.py"))
    assert modules
    wrong = [
        f"{module.relative_to(ROOT)} imports {other}"
        for module in modules
        for other in sorted(imported(module.read_text(encoding="utf-8")) - MAY_IMPORT[package])
    ]
    assert wrong == []


def test_the_check_sees_every_kind_of_import() -> None:
    assert imported("import rag") == {"rag"}
    assert imported("import os, eval.runner as r") == {"eval"}
    assert imported("from index.text import fold") == {"index"}
    assert imported("def f():\n    from tests.support import draft") == {"tests"}
    assert imported("from .index import x\nfrom . import rag\nimport ragged, indexes") == set()
