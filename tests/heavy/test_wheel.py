"""A wheel of the package, installed where there is no checkout, holds all that it needs, serves and answers."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("index", "rag", "prompts", "eval")
# For readers of the repository.
LEFT_OUT = {".md", ".png", ".pyc"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source)
    made = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", made, source], check=True)
    return next(made.glob("*.whl"))


@pytest.fixture(scope="module")
def hoidap(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command as it is installed; what it imports of ours comes from the wheel."""
    site = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", site, wheel], check=True)
    return site / "bin" / "hoidap"


@pytest.fixture(scope="module")
def environment(hoidap: Path, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Another directory's data, and no path to the checkout."""
    return {
        **os.environ,
        "PYTHONPATH": str(hoidap.parents[1]),
        "HOIDAP_DATA": str(tmp_path_factory.mktemp("data")),
        "HOIDAP_EMBEDDING_MODEL": str(model_folder),
        "HOIDAP_PORT": "0",
        "COLUMNS": "200",
    }


@pytest.fixture(scope="module")
def url(hoidap: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    serving = [str(hoidap), "serve"]
    with subprocess.Popen(serving, stderr=subprocess.PIPE, text=True, env=environment, cwd=elsewhere) as process:
        assert process.stderr is not None
        try:
            ready = next(found for line in process.stderr if (found := re.search(r"Ready: 0 articles, (\S+)", line)))
            yield ready[1]
        finally:
            process.terminate()


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in LEFT_OUT
    }

    assert held == ours


def test_what_runs_comes_from_the_wheel(hoidap: Path, environment: dict[str, str], tmp_path: Path) -> None:
    code = "import eval, index, prompts, rag; print(*{m.__path__[0] for m in (eval, index, prompts, rag)}, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment, cwd=tmp_path
    )

    assert {Path(line).parent for line in done.stdout.splitlines()} == {hoidap.parents[1]}


@pytest.mark.parametrize("arguments", [["slack", "--manifest"], ["eval", "validate"], ["doctor"], ["mcp", "--help"]])
def test_its_commands_find_their_files(
    hoidap: Path, environment: dict[str, str], tmp_path: Path, arguments: list[str]
) -> None:
    done = subprocess.run(
        [hoidap, *arguments], check=False, capture_output=True, text=True, env=environment, cwd=tmp_path
    )

    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert done.stdout


def test_it_serves_the_page_and_answers(url: str, hoidap: Path) -> None:
    # A few are enough: what it takes in is tried elsewhere.
    lines = (hoidap.parents[1] / "index" / "sample" / "wire.jsonl").read_text(encoding="utf-8").splitlines()
    with httpx.Client(base_url=url, timeout=60) as client:
        client.post("/v1/articles", json={"articles": list(map(json.loads, lines))}).raise_for_status()
        page = client.get("/").text
        addresses = re.findall(r'"(/static/[^"]+)"', page)
        statuses = {client.get(address).status_code for address in addresses}
        answered = client.post("/v1/ask", json={"question": "Quỹ Musashino trao bao nhiêu suất học bổng?"}).json()

    assert len(addresses) >= 5
    assert statuses == {200}
    assert "140 suất" in answered["answer"]["text"]
    assert answered["answer"]["citations"]
