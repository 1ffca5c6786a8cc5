"""Passages a second: ours against plain sentence-transformers, same model, same passages, in one run.

    python -m eval.studies.speed_indexing --passages 128

Rounds alternate, so that whatever else the machine does falls on both; medians are compared.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from itertools import cycle, islice
from pathlib import Path
from typing import get_args

import click
import torch
from sentence_transformers import SentenceTransformer

from index.model.bundled import bundled_model
from index.model.embedder import Embedder, Precision, fastest_precision
from index.model.encoder import Encoder

PASSAGE_WORDS = (120, 160, 140, 100, 180)  # about 140 to 250 tokens of Vietnamese, as chunks are
STEP_WORDS = 17  # between the starts of two passages, which may overlap but are never the same


def passages_of(texts: Sequence[str], count: int) -> list[str]:
    """Cut `count` passages of uneven lengths; raises `UsageError` where the texts are too short for that."""
    words = " ".join(texts).split()
    starts = range(0, max(0, len(words) - max(PASSAGE_WORDS)), STEP_WORDS)
    if len(starts) < count:
        raise click.UsageError(f"the texts make {len(starts)} passages, and {count} are wanted: give more text")
    lengths = cycle(PASSAGE_WORDS)
    return [" ".join(words[start : start + next(lengths)]) for start in islice(starts, count)]


def rates(ways: dict[str, Callable[[list[str]], object]], passages: list[str], rounds: int) -> dict[str, list[float]]:
    """Time each way in turn, round by round, after a warm-up of one batch. Returns passages a second."""
    for embed in ways.values():
        embed(passages[:16])
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, embed in ways.items():
            started = time.perf_counter()
            embed(passages)
            found[name].append(len(passages) / (time.perf_counter() - started))
    return found


def table(found: dict[str, list[float]], baseline: str) -> Iterator[str]:
    """Yield the lines of the table: median, range and ratio of the medians to the baseline's."""
    medians = {name: statistics.median(values) for name, values in found.items()}
    yield f"{'':<38}{'median/s':>10}{'lowest':>9}{'highest':>9}{'ratio':>8}"
    for name, values in found.items():
        ratio = medians[name] / medians[baseline]
        yield f"{name:<38}{medians[name]:>10.1f}{min(values):>9.1f}{max(values):>9.1f}{ratio:>8.2f}"


def _texts(jsonl: Path | None) -> list[str]:
    source = resources.files("index") / "sample" / "wire.jsonl" if jsonl is None else jsonl
    return [str(json.loads(line)["text"]) for line in source.read_text("utf-8").splitlines() if line.strip()]


@click.command()
@click.option("--passages", "count", default=96, show_default=True, help="How many passages to embed.")
@click.option("--rounds", default=3, show_default=True, help="How often each way is timed.")
@click.option("--jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Articles to cut up.")
@click.option("--model", help="Hub name or folder; without it, the bundled model.")
@click.option("--precision", default="auto", show_default=True, type=click.Choice(get_args(Precision)))
@click.option("--data", default="data", envvar="HOIDAP_DATA", type=click.Path(path_type=Path), help="Data folder.")
def main(count: int, rounds: int, jsonl: Path | None, model: str | None, precision: Precision, data: Path) -> None:
    """Compare the speed of indexing with that of plain sentence-transformers."""
    folder = model or str(bundled_model(data, click.echo))
    passages = passages_of(_texts(jsonl), count)
    plain = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.float32})
    used = fastest_precision() if precision == "auto" else precision
    ours, theirs = f"hoidap, {used}", "sentence-transformers, fp32, batch 32"
    with Encoder(Embedder.load(folder, precision)) as encoder:
        found = rates(
            {
                theirs: lambda texts: plain.encode_document(texts, batch_size=32, show_progress_bar=False),
                ours: encoder.embed_passages,
            },
            passages,
            rounds,
        )
    click.echo(f"{count} passages, {rounds} rounds, {torch.get_num_threads()} threads")
    for line in table(found, theirs):
        click.echo(line)


if __name__ == "__main__":
    main()
