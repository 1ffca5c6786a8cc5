"""Linear layers in 8-bit integers, for processors without fast bfloat16.

Weights are scaled once per output feature, activations per token ("vector-wise", Dettmers et al. 2022,
arXiv:2208.07339). So a token's result does not depend on the others of its batch, as it would with one scale for the
whole tensor (cosine to the 32-bit model 0.96 with that, 0.999 with this).

Processors without VNNI add two products in 16 bits, where larger sums than 32,767 are cut off without a word. An
activation is moved to 1 to 255 for that, so that weights up to 64 leave every sum whole: 2 * 255 * 64 = 32,640.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import torch
from torch import nn

LARGEST = 127.0
_LARGEST_WEIGHTS = (127, 64)
SMALLEST_SCALE = 1e-12  # a row of zeros is divided by this instead of by zero


class Int8Linear(nn.Module):
    """A frozen stand-in for a `Linear`: shapes (..., in) to (..., out), `float32` on both sides."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach()
        self._weight_scales = _scales(weight, dim=1, largest=largest_weight())
        self._weight = _rounded(weight, self._weight_scales).t()
        bias = linear.bias
        self._bias = bias.detach() if bias is not None else torch.zeros(linear.out_features)

    def forward(self, activations: torch.Tensor) -> torch.Tensor:
        """Return `activations @ weight.T + bias`, with both factors rounded to 8 bits."""
        tokens = activations.reshape(-1, activations.shape[-1])
        scales = _scales(tokens, dim=1)
        products = torch._int_mm(_rounded(tokens, scales), self._weight)  # exact: sums in int32
        result = torch.addcmul(self._bias, products * scales, self._weight_scales.t())
        return result.reshape(*activations.shape[:-1], -1)


def quantise_linears(module: nn.Module) -> None:
    """Put an `Int8Linear` in the place of each `Linear` inside `module`."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Int8Linear(child))
        else:
            quantise_linears(child)


@cache
def largest_weight() -> int:
    """Return up to which weights this processor adds products up without a fault; 0 where it does for none."""
    # In a thread that ends, as `Embedder.load` is.
    with ThreadPoolExecutor(1) as trying:
        return trying.submit(_largest_weight).result()


def _largest_weight() -> int:
    signs = torch.tensor([[1, 1, 1, 1], [-1, -1, -1, -1], [-1, 1, 1, 1]] * 8, dtype=torch.int8).repeat(1, 96)
    tokens = signs * 127
    for largest in _LARGEST_WEIGHTS:
        weights = signs * largest
        if torch.equal(torch._int_mm(tokens, weights.t()), tokens.int() @ weights.int().t()):
            return largest
    return 0


def _scales(rows: torch.Tensor, dim: int, largest: float = LARGEST) -> torch.Tensor:
    return rows.abs().amax(dim, keepdim=True).div_(largest).clamp_(min=SMALLEST_SCALE)


def _rounded(rows: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    return (rows / scales).round_().to(torch.int8)
