"""Training of the reader: AdamW over drawn pairs, with checkpoints to go on from.

Products are computed in bfloat16 on a GPU or a processor that has it: a core with AMX makes 14 pairs a second, with
AVX512-BF16 10, with neither, in float32, 3 to 5.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import AttentionInterface, BertConfig, BertModel

from eval.training.pairs import Pair, Pairs
from index.model.joint import UpperLayers
from index.storage.errors import Refused

_SORTED = 16  # batches whose pairs are sorted by length together, so that little is padding
_PAD = 1
_REPORTED = 50  # batches between two reports of progress


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of a training: `pairs` in all, in batches of `batch`; the peak learning rate, and the seed.

    The rate rises over `warm_up` batches and falls linearly to 0. `squeezed` is the share of batches whose passage
    states go through the bottleneck of kept states; `every` the pairs between checkpoints.
    """

    pairs: int
    batch: int = 32
    learning_rate: float = 1.5e-4
    warm_up: int = 30
    weight_decay: float = 0.01
    squeezed: float = 0.15
    seed: int = 7
    every: int = 5000


@dataclass(frozen=True, slots=True)
class Network:
    """The frozen lower layers and the trained upper ones, on one device."""

    lower: nn.Module
    upper: UpperLayers
    device: torch.device
    dtype: torch.dtype  # of products

    @classmethod
    def begun(cls, folder: Path, start: Path | None) -> "Network":
        """Halve the BERT in `folder`; the upper half starts as it is, or as `start` has it. Refused: other weights."""
        model = BertModel.from_pretrained(folder, dtype=torch.float32)
        depth = model.config.num_hidden_layers // 2
        upper = UpperLayers(_config(model.config), depth)
        for own, layer in zip(upper.layers, model.encoder.layer[-depth:], strict=True):
            own.load_state_dict(layer.state_dict())
        nn.init.normal_(upper.segment.weight, std=0.02)
        if start is not None:
            weights = {name: tensor.float() for name, tensor in load_file(start).items()}
            missing, unexpected = upper.load_state_dict(weights, strict=False)
            if unexpected or any(not name.startswith(("squeeze", "expand")) for name in missing):
                raise Refused(f"{start} holds other weights than a reader's; give one that a training wrote")
        model.encoder.layer = model.encoder.layer[:depth]
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        lower: nn.Module = model
        return cls(lower.to(device).eval().requires_grad_(requires_grad=False), upper.to(device), device, _precision())

    def states(self, ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Return the lower layers' states (n, tokens, width) of padded texts, and which tokens are real (n, tokens)."""
        longest = max(map(len, ids))
        padded = torch.tensor([[*one, *[_PAD] * (longest - len(one))] for one in ids], device=self.device)
        lengths = torch.tensor([len(one) for one in ids], device=self.device)
        real = torch.arange(longest, device=self.device) < lengths[:, None]
        with torch.no_grad():
            return self.lower(input_ids=padded, attention_mask=real.long()).last_hidden_state, real


def train(
    network: Network, pairs: Pairs, plan: Plan, folder: Path, progress: Callable[[int, float, float], None]
) -> Path:
    """Train the upper layers, going on from the last checkpoint in `folder`; return the file of the last weights.

    `progress` is called now and then with the pairs seen, their mean loss, and pairs a second. `folder` gets
    `checkpoint.pt`, and `weights-N.safetensors` (fp16) after N pairs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    upper = network.upper
    decayed = [weight for weight in upper.parameters() if weight.dim() > 1]
    plain = [weight for weight in upper.parameters() if weight.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        lr=plan.learning_rate,
    )
    seen = _resumed(folder, upper, optimizer)
    if not seen:
        _fit_bottleneck(network, [pair.passage for pair in pairs.drawn(plan.seed, 0, 512)])
    losses: list[float] = []
    began, first = time.monotonic(), seen
    for batch in _batches(pairs, plan, seen):
        for group in optimizer.param_groups:
            group["lr"] = _rate(plan, seen)
        loss = _loss(network, batch, squeezed=_is_squeezed(plan, seen))
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        before, seen = seen, seen + len(batch)
        if len(losses) == _REPORTED:
            progress(seen, math.fsum(losses) / len(losses), (seen - first) / (time.monotonic() - began))
            losses.clear()
        if seen // plan.every > before // plan.every or seen >= plan.pairs:
            _save(folder, upper, optimizer, seen)
    return folder / f"weights-{seen}.safetensors"


def mean_of_weights(start: Path, trained: Path) -> Path:
    """Write the mean of the weights before and after a training; return its file.

    Such a mean keeps more of what was learnt before (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
    """
    before, after = load_file(start), load_file(trained)
    mean = {name: ((before.get(name, after[name]).float() + after[name].float()) / 2).half() for name in after}
    target = trained.with_stem(f"{trained.stem}-mean")
    save_file(mean, target)
    return target


def _rate(plan: Plan, seen: int) -> float:
    return plan.learning_rate * min(1.0, (seen // plan.batch + 1) / plan.warm_up) * max(0.0, 1 - seen / plan.pairs)


def _is_squeezed(plan: Plan, seen: int) -> bool:
    generator = torch.Generator().manual_seed(plan.seed + seen // plan.batch)
    return torch.rand((), generator=generator).item() < plan.squeezed


def _loss(network: Network, batch: Sequence[Pair], *, squeezed: bool) -> Tensor:
    upper, device = network.upper, network.device
    with torch.autocast(device.type, network.dtype, enabled=network.dtype != torch.float32):
        question, real_question = network.states([pair.question for pair in batch])
        passage, real_passage = network.states([pair.passage for pair in batch])
        kept = upper.expand(upper.squeeze(passage))
        read = upper(question, kept if squeezed else passage, real_question, real_passage)
    starts, ends = (
        torch.tensor([0 if pair.answer is None else pair.answer[end] + 1 for pair in batch], device=device)
        for end in (0, 1)
    )
    span = functional.cross_entropy(read.start, starts) + functional.cross_entropy(read.end, ends)
    answers = functional.binary_cross_entropy_with_logits(read.relevance, (starts > 0).float())
    # The bottleneck is also taught to give back what went in, so that what it keeps serves late interaction too.
    return span + answers + functional.mse_loss(kept.float(), passage.float())


def _batches(pairs: Pairs, plan: Plan, seen: int) -> Iterator[list[Pair]]:
    """The batches from the pair number `seen` on. A block is sorted as a whole, wherever the training goes on."""
    block = plan.batch * _SORTED
    while seen < plan.pairs:
        start = seen - seen % block
        drawn = sorted(pairs.drawn(plan.seed, start, block), key=lambda pair: len(pair.passage))
        batches = [drawn[i : i + plan.batch] for i in range(0, block, plan.batch)]
        order = torch.randperm(len(batches), generator=torch.Generator().manual_seed(plan.seed + start)).tolist()
        for place in order[(seen - start) // plan.batch : math.ceil((plan.pairs - start) / plan.batch)]:
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


def _save(folder: Path, upper: UpperLayers, optimizer: torch.optim.Optimizer, seen: int) -> None:
    partial = folder / "checkpoint.tmp"
    torch.save({"upper": upper.state_dict(), "optimizer": optimizer.state_dict(), "seen": seen}, partial)
    partial.replace(folder / "checkpoint.pt")
    halves = {name: tensor.half().contiguous().cpu() for name, tensor in upper.state_dict().items()}
    save_file(halves, folder / f"weights-{seen}.safetensors")


@torch.no_grad()
def _fit_bottleneck(network: Network, passages: Sequence[Sequence[int]]) -> None:
    """Start the bottleneck as the principal components of the lower states."""
    found = [network.states(passages[i : i + 32]) for i in range(0, len(passages), 32)]
    rows = torch.cat([states[real].float() for states, real in found])
    mean = rows.mean(0)
    _, vectors = torch.linalg.eigh(torch.cov((rows - mean).T))
    upper = network.upper
    best = vectors[:, -upper.squeeze.out_features :]
    upper.squeeze.weight.copy_(best.T)
    upper.squeeze.bias.copy_(-(best.T @ mean))
    upper.expand.weight.copy_(best)
    upper.expand.bias.copy_(mean)


def _config(config: BertConfig) -> BertConfig:
    """The configuration for training: on a CPU, attention as plain products, whose gradient is five times faster."""
    changed = deepcopy(config)
    if not torch.cuda.is_available():
        AttentionInterface.register("plain", _plain_attention)
        changed._attn_implementation = "plain"
    return changed


def _precision() -> torch.dtype:
    has_products = torch.cpu.get_capabilities().get("avx512_bf16", False)
    return torch.bfloat16 if torch.cuda.is_available() or has_products else torch.float32


def _plain_attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor, **_: object
) -> tuple[Tensor, None]:
    del module
    kind = _precision()
    with torch.autocast("cpu", enabled=False):
        scores = torch.matmul(query.to(kind) * query.shape[-1] ** -0.5, key.to(kind).transpose(2, 3)) + mask.to(kind)
        found = torch.matmul(scores.softmax(-1), value.to(kind))
    return found.transpose(1, 2).contiguous().to(query.dtype), None
