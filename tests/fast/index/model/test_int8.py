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


def test_whole_numbers_up_to_127_come_out_exactly() -> None:
    # rows whose largest magnitude is 127 have scale 1, so nothing is rounded away:
    # 127*127 - 2*3 + 0*5 + 10 = 16133 and 2*127 + 4*3 - 127*5 - 1 = -370
    quantised = Int8Linear(layer([[127.0, -2.0, 0.0], [2.0, 4.0, -127.0]], [10.0, -1.0]))

    assert quantised(torch.tensor([[127.0, 3.0, 5.0]])).tolist() == [[16133.0, -370.0]]


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
