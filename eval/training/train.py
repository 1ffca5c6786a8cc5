"""Training of the reader: AdamW over drawn pairs, with checkpoints to go on from."""

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from eval.training.pairs import Pair, Pairs
from index.model.joint import UpperLayers

_SORTED = 16  # batches whose pairs are sorted by length together, so that little is padding


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of a training: `pairs` in all, in batches of `batch`; the peak learning rate and the seed."""

    pairs: int
    batch: int = 32
    learning_rate: float = 2e-4
    warm_up: int = 100
    weight_decay: float = 0.01
    squeezed: float = 0.3  # the share of batches whose passage states go through the bottleneck of the kept states
    seed: int = 7
    every: int = 5000  # pairs between checkpoints


def train(
    lower: BertModel,
    upper: UpperLayers,
    pairs: Pairs,
    plan: Plan,
    folder: Path,
    progress: Callable[[int, float, float], None],
) -> None:
    """Train `upper` in place, going on from the last checkpoint in `folder`.

    `progress` is called now and then with the pairs seen, their mean loss, and pairs a second. `folder` gets
    `checkpoint.pt`, and `weights-N.safetensors` (fp16) after N pairs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    device = next(upper.parameters()).device
    decayed = [p for p in upper.parameters() if p.dim() > 1]
    plain = [p for p in upper.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        lr=plan.learning_rate,
    )
    seen = _resumed(folder, upper, optimizer)
    losses: list[float] = []
    began, counted = time.monotonic(), 0
    for batch in _batches(pairs, plan, seen):
        step = seen // plan.batch
        rate = min(1.0, (step + 1) / plan.warm_up) * max(0.0, 1 - seen / plan.pairs)
        for group in optimizer.param_groups:
            group["lr"] = plan.learning_rate * rate
        squeezed = torch.rand((), generator=torch.Generator().manual_seed(plan.seed + step)).item() < plan.squeezed
        loss = _loss(lower, upper, batch, squeezed, device)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        before, seen, counted = seen, seen + len(batch), counted + len(batch)
        if len(losses) == 50:
            progress(seen, math.fsum(losses) / len(losses), counted / (time.monotonic() - began))
            losses.clear()
        if seen // plan.every > before // plan.every or seen >= plan.pairs:
            _save(folder, upper, optimizer, plan, seen)


def encode(lower: BertModel, ids: list[list[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Return the lower layers' states (n, tokens, width) of padded texts, and which tokens are real (n, tokens)."""
    longest = max(map(len, ids))
    padded = torch.tensor([[*one, *[1] * (longest - len(one))] for one in ids], device=device)
    real = torch.tensor([[i < len(one) for i in range(longest)] for one in ids], device=device)
    with torch.no_grad():
        return lower(input_ids=padded, attention_mask=real.long()).last_hidden_state, real


def _loss(lower: BertModel, upper: UpperLayers, batch: list[Pair], squeezed: bool, device: torch.device) -> Tensor:
    with torch.autocast(device.type, torch.bfloat16):
        question, real_question = encode(lower, [pair.question for pair in batch], device)
        passage, real_passage = encode(lower, [pair.passage for pair in batch], device)
        kept = upper.expand(upper.squeeze(passage))
        read = upper(question, kept if squeezed else passage, real_question, real_passage)
    # the bottleneck is also taught directly to give back what went in, so that it is good from the start
    back = functional.mse_loss(kept.float(), passage.float())
    starts = torch.tensor([0 if pair.answer is None else pair.answer[0] + 1 for pair in batch], device=device)
    ends = torch.tensor([0 if pair.answer is None else pair.answer[1] + 1 for pair in batch], device=device)
    span = functional.cross_entropy(read.start, starts) + functional.cross_entropy(read.end, ends)
    answers = (starts > 0).float()
    return span + functional.binary_cross_entropy_with_logits(read.relevance, answers) + back


def _batches(pairs: Pairs, plan: Plan, seen: int) -> Iterator[list[Pair]]:
    block = plan.batch * _SORTED
    while seen < plan.pairs:
        start = seen - seen % block  # a block is sorted as a whole, wherever the training goes on
        drawn = sorted(pairs.drawn(plan.seed, start, block), key=lambda pair: len(pair.passage))
        batches = [drawn[i : i + plan.batch] for i in range(0, block, plan.batch)]
        order = torch.randperm(len(batches), generator=torch.Generator().manual_seed(plan.seed + start)).tolist()
        for place in order[(seen - start) // plan.batch :]:
            yield batches[place]
        seen = start + block


def _resumed(folder: Path, upper: UpperLayers, optimizer: torch.optim.Optimizer) -> int:
    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    kept = torch.load(path, weights_only=True)
    upper.load_state_dict(kept["upper"])
    optimizer.load_state_dict(kept["optimizer"])
    return int(kept["seen"])


def _save(folder: Path, upper: UpperLayers, optimizer: torch.optim.Optimizer, plan: Plan, seen: int) -> None:
    partial = folder / "checkpoint.tmp"
    torch.save({"upper": upper.state_dict(), "optimizer": optimizer.state_dict(), "seen": seen}, partial)
    partial.replace(folder / "checkpoint.pt")
    halves = {name: tensor.half().contiguous().cpu() for name, tensor in upper.state_dict().items()}
    save_file(halves, folder / f"weights-{seen}.safetensors")
    (folder / "plan.json").write_text(json.dumps(asdict(plan), indent=1))


def started_from(upper: UpperLayers, path: Path | None, model: BertModel) -> None:
    """Fill `upper` with the upper layers of `model`, or with weights of an earlier training."""
    depth = len(upper.layers)
    for own, layer in zip(upper.layers, model.encoder.layer[-depth:], strict=True):
        own.load_state_dict(layer.state_dict())
    nn.init.normal_(upper.segment.weight, std=0.02)
    if path is not None:
        missing, unexpected = upper.load_state_dict(
            {name: tensor.float() for name, tensor in load_file(path).items()}, strict=False
        )
        if unexpected or any(not name.startswith(("squeeze", "expand")) for name in missing):
            raise ValueError(f"{path} holds other weights than a reader's")


@torch.no_grad()
def fit_bottleneck(lower: BertModel, upper: UpperLayers, passages: list[list[int]]) -> float:
    """Set the bottleneck to the principal components of the lower states; return the share of variance they keep."""
    states = []
    device = next(lower.parameters()).device
    for i in range(0, len(passages), 32):
        found, real = encode(lower, passages[i : i + 32], device)
        states.append(found[real].float())
    rows = torch.cat(states)
    mean = rows.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov((rows - mean).T))
    best = vectors[:, -upper.squeeze.out_features :]
    upper.squeeze.weight.copy_(best.T)
    upper.squeeze.bias.copy_(-(best.T @ mean))
    upper.expand.weight.copy_(best)
    upper.expand.bias.copy_(mean)
    return float(values[-upper.squeeze.out_features :].sum() / values.sum())
