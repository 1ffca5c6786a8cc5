import os
import platform
import subprocess
import sys

import pytest
import torch
from torch import nn

from index.model.int8 import Int8Linear, quantise_linears


def layer(weight: list[list[float]], bias: list[float] | None) -> nn.Linear:
    linear = nn.Linear(len(weight[0]), len(weight), bias=bias is not None)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(weight))
        if bias is not None:
            linear.bias.copy_(torch.tensor(bias))
    return linear


def test_what_needs_no_rounding_comes_out_exactly() -> None:
    # Tokens whose largest magnitude is 127 have scale 1; weights that are 0 or the largest are whole in any scale:
    # 127*127 - 127*5 + 10 = 15504 and -50*3 + 50*5 - 1 = 99
    quantised = Int8Linear(layer([[127.0, 0.0, -127.0], [0.0, -50.0, 50.0]], [10.0, -1.0]))

    assert quantised(torch.tensor([[127.0, 3.0, 5.0]])).tolist() == [pytest.approx([15504.0, 99.0], rel=1e-6)]


_PRODUCTS = """
import torch
from index.model.int8 import largest_weight
generator = torch.Generator().manual_seed(3)
largest = largest_weight()
for rows, width, columns in ((1, 384, 384), (210, 384, 1536), (7, 1536, 384)):
    tokens = torch.randint(-127, 128, (rows, width), generator=generator, dtype=torch.int8)
    weights = torch.randint(-largest, largest + 1, (columns, width), generator=generator, dtype=torch.int8)
    tokens[:1], weights[:1] = 127, largest
    assert torch.equal(torch._int_mm(tokens, weights.t()).long(), tokens.long() @ weights.long().t())
print(largest)
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="these instructions are of other processors")
def test_sums_are_whole_without_instructions_for_them_too() -> None:
    made = subprocess.run(
        [sys.executable, "-c", _PRODUCTS],
        env={**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX2"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert made.returncode == 0, made.stderr
    # 2 * 255 * 64 = 32,640 is the most that 16 bits add up; a library that needs no such care may say 127.
    assert int(made.stdout) in (64, 127)


def test_without_bias_and_with_leading_dimensions() -> None:
    quantised = Int8Linear(layer([[127.0, 0.0], [0.0, 127.0]], None))

    result = quantised(torch.tensor([[[127.0, 1.0]], [[0.0, 0.0]]]))

    assert result.tolist() == [[[16129.0, 127.0]], [[0.0, 0.0]]]


def test_a_row_does_not_hang_on_the_other_rows() -> None:
    generator = torch.Generator().manual_seed(7)
    linear = nn.Linear(64, 32)
    rows = torch.randn(40, 64, generator=generator)
    rows[1] *= 1000  # one scale for the whole tensor would flatten all others
    quantised = Int8Linear(linear)

    together = quantised(rows)

    for position in (0, 1, 17, 39):
        assert torch.equal(quantised(rows[position : position + 1])[0], together[position])
    exact = torch.nn.functional.cosine_similarity(together, linear(rows), dim=1)
    assert exact.min() > 0.999


def test_all_linears_inside_a_module_are_replaced() -> None:
    module = nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.GELU(), nn.Linear(4, 2)))

    quantise_linears(module)

    assert [type(inner) for inner in module.modules()][1:] == [Int8Linear, nn.Sequential, nn.GELU, Int8Linear]
