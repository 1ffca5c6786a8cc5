"""The units, the container and the guide name what exists."""

import os
import re
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pytest

import rag
from rag.cli import cli
from rag.settings import Settings

ROOT = Path(rag.__file__).parents[1]
DEPLOY = Path(rag.__file__).with_name("deploy")
UNITS = ["hoidap.socket", "hoidap.service", "hoidap-slack.service"]
GUIDE = (ROOT / "OPERATIONS.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
# systemd's own: what may a process do that has this unit, from 0 (nothing) to 10.
EXPOSURE = re.compile(r"Overall exposure level for \S+: ([\d.]+)")


def test_every_setting_that_is_named_exists() -> None:
    named = {"OPERATIONS.md": GUIDE, "Dockerfile": DOCKERFILE}
    named.update({unit: (DEPLOY / unit).read_text(encoding="utf-8") for unit in UNITS})
    for place, text in named.items():
        for setting in re.findall(r"HOIDAP_([A-Z_]+)\b", text):
            assert setting in ("NAME", "") or setting.lower() in Settings.model_fields, f"{setting} in {place}"


def test_every_command_that_is_named_exists() -> None:
    named = set(re.findall(r"(?:`|bin/|    )hoidap (?:--data \S+ )?([a-z]+)", GUIDE))
    assert {"keys", "ingest", "backup", "restore", "rebuild", "doctor"} <= named
    assert named <= set(cli.list_commands(click.Context(cli)))


def test_every_metric_that_is_named_exists() -> None:
    source = (ROOT / "rag" / "telemetry" / "metrics.py").read_text(encoding="utf-8")
    for metric in re.findall(r"hoidap_[a-z_]+", GUIDE.split("## Metrics")[1].split("##")[0]):
        assert f'"{re.sub("_(total|bucket)$", "", metric)}"' in source, metric


def test_every_file_that_is_named_exists() -> None:
    assert {path.name for path in DEPLOY.glob("hoidap*")} == set(UNITS)
    for file in re.findall(r"rag/deploy/([\w.*-]+)", GUIDE):
        assert list(DEPLOY.glob(file)), file


# --- systemd ---------------------------------------------------------------------------------------------


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """Where systemd is there to say so; the program itself need not be installed."""
    for unit in UNITS:
        text = (DEPLOY / unit).read_text(encoding="utf-8")
        (tmp_path / unit).write_text(text.replace("/opt/hoidap/bin/hoidap", sys.executable), encoding="utf-8")
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    command = [analyze, "verify", "--man=no", *(str(tmp_path / unit) for unit in UNITS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    for unit in ("hoidap.service", "hoidap-slack.service"):
        command = [analyze, "security", "--offline=true", "--no-pager", str(tmp_path / unit)]
        exposure = EXPOSURE.search(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        assert exposure is not None
        assert float(exposure[1]) <= 2.0


def test_the_service_is_found_where_slack_looks_for_it() -> None:
    listens = re.search(r"^ListenStream=(.+)$", (DEPLOY / "hoidap.socket").read_text(), re.MULTILINE)
    assert listens is not None
    assert listens[1] == f"{Settings.model_fields['host'].default}:{Settings.model_fields['port'].default}"
    assert f"HOIDAP_SERVICE_URL=http://{listens[1]}\n" in (DEPLOY / "hoidap-slack.service").read_text()


# --- The container ---------------------------------------------------------------------------------------


def test_all_that_is_copied_into_the_image_is_sent_to_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source.removeprefix("./")
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert ignored[0] == "*"
    assert copied == sent
    assert all((ROOT / path).exists() for path in copied)


def test_the_version_of_torch_is_found() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("torch==")]
    assert len(pins) == 1
    assert f'"{pins[0]}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize(("path", "healthy"), [("/livez", True), ("/nothing", False)])
def test_the_health_check_asks_the_server(tmp_path: Path, path: str, healthy: bool) -> None:
    found = re.search(r'HEALTHCHECK .*?CMD \["python", "-c", \\\n\s+"(.+)"\]', DOCKERFILE)
    assert found is not None
    (tmp_path / "livez").write_text("alive")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        environment = {**os.environ, "HOIDAP_PORT": str(server.server_address[1])}
        command = [sys.executable, "-S", "-c", found[1].replace("/livez", path)]
        run = subprocess.run(command, env=environment, capture_output=True, check=False)
        server.shutdown()
    assert (run.returncode == 0) == healthy
