"""`hoidap eval train-reader`: the reader's weights, made from questions whose answers are marked in paragraphs."""

import json
import platform
import time
from dataclasses import asdict
from pathlib import Path

import click
from tokenizers import Tokenizer

from eval.training.pairs import NEWS, Pairs
from eval.training.train import Network, Plan, mean_of_weights, train
from index.model.bundled import SHA256, bundled_model
from index.storage.errors import Refused
from index.storage.files import sha256
from rag.cli.common import bar, say, settings_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("train-reader")
@click.argument("data", type=_FILE)
@click.option("-o", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="For checkpoints.")
@click.option("--pairs", default=80_000, show_default=True, help="Pairs of a question and a passage to train on.")
@click.option(
    "--learning-rate", default=1.5e-4, show_default=True, help="The highest; it falls to 0 with the last pair."
)
@click.option("--start", type=_FILE, help="Weights of an earlier training to begin from.")
@click.option("--averaged", is_flag=True, help="Write the mean of the weights begun with and those ended with, too.")
@click.option("--seed", default=7, show_default=True, help="Of the order of the pairs.")
@click.pass_context
def train_reader(
    context: click.Context,
    data: Path,
    folder: Path,
    pairs: int,
    learning_rate: float,
    start: Path | None,
    averaged: bool,
    seed: int,
) -> None:
    """Train the reader on DATA, paragraphs with questions, a line each, and on news written for it.

    Stopped, it goes on from its checkpoint.

    The folder gets weights-N.safetensors after every N pairs, and reader.json, which says how they were made.
    """
    if averaged and start is None:
        raise Refused("--averaged takes the mean with the weights begun with, and there are none; give --start too")
    model = bundled_model(settings_of(context).data, say)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    plan, began = Plan(pairs, learning_rate=learning_rate, seed=seed), time.monotonic()
    with bar() as shown:
        task = shown.add_task("Training", total=pairs)

        def progress(seen: int, loss: float, speed: float) -> None:
            shown.update(task, completed=seen, description=f"loss {loss:.3f}, {speed:.1f} pairs/s")

        weights = train(Network.begun(model, start), Pairs((NEWS, data), tokenizer), plan, folder, progress)
    if averaged and start:
        weights = mean_of_weights(start, weights)
    card = {
        "plan": asdict(plan),
        "data": [{"file": path.name, "sha256": sha256(path)} for path in (NEWS, data)],
        "start": {"file": start.name, "sha256": sha256(start)} if start else None,
        "lower_layers": {"model": "multilingual-e5-small", "sha256": SHA256},
        "weights": {"file": weights.name, "sha256": sha256(weights)},
        "hours": round((time.monotonic() - began) / 3600, 2),
        "machine": platform.machine(),
    }
    (folder / "reader.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    click.echo(f"{weights}")
