"""Embedders over a tiny model with random weights, and what needs no model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from index.model.embedder import BATCH_CHARACTERS, BATCH_TEXTS, Embedder, Precision, batches, fastest_precision
from index.storage.errors import ModelError

TINY = 8  # dimension of the model below


def save_tiny(folder: Path, change: Callable[[BertModel], object] = lambda _: None) -> Path:
    """Save a model with random weights, without prompts, over six words."""
    torch.manual_seed(1)
    network = folder / "network"
    vocabulary = {word: i for i, word in enumerate(("[PAD]", "<unk>", "[CLS]", "[SEP]", "nhà", "phố"))}
    config = BertConfig(
        vocab_size=6,
        hidden_size=TINY,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=16,
    )
    bert = BertModel(config)
    change(bert)
    bert.save_pretrained(network)
    tokenizer = Tokenizer(models.WordLevel(vocabulary))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(network / "tokenizer.json"))
    (network / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "<unk>"})
    )
    modules = [Transformer(str(network), max_seq_length=16), Pooling(TINY, "mean")]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder / "model"), create_model_card=False)
    return folder / "model"


def test_a_model_without_prompts_gets_none(tmp_path: Path) -> None:
    tiny = Embedder.load(save_tiny(tmp_path), "fp32")

    assert tiny.passage_overhead == 2  # [CLS] and [SEP]
    assert tiny.dimension == TINY
    assert np.array_equal(tiny.embed_queries(["nhà phố"]), tiny.embed_passages(["nhà phố"]))


def test_another_model_has_another_fingerprint(tmp_path: Path) -> None:
    def nudge(bert: BertModel) -> None:
        with torch.no_grad():
            bert.get_parameter("encoder.layer.0.output.dense.weight")[3, 5] += 0.01

    first = Embedder.load(save_tiny(tmp_path / "a"), "fp32").fingerprint
    same = Embedder.load(save_tiny(tmp_path / "b"), "fp32").fingerprint
    nudged = Embedder.load(save_tiny(tmp_path / "c", nudge), "fp32").fingerprint

    assert first == same
    assert nudged != first


def test_numbers_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    def spoil(bert: BertModel) -> None:
        with torch.no_grad():
            bert.embeddings.word_embeddings.weight[4] = float("nan")

    spoiled = Embedder.load(save_tiny(tmp_path, spoil), "fp32")

    with pytest.raises(ModelError, match="not finite"):
        spoiled.embed_passages(["nhà"])


def damage(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "modules.json"])
def test_half_a_file(tmp_path: Path, name: str) -> None:
    folder = save_tiny(tmp_path)
    damage(folder, name)

    with pytest.raises(ModelError, match="not a whole"):
        Embedder.load(folder)


def test_no_such_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no embedding model at"):
        Embedder.load(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="'fp8' is unknown"):
        Embedder.load(tmp_path, cast(Precision, "fp8"))


@pytest.mark.parametrize(
    ("capabilities", "precision"),
    [
        ({"avx2": True, "amx_bf16": True, "avx512_vnni": True}, "bf16"),
        ({"avx2": True, "avx512_bf16": True, "avx512_vnni": True}, "int8"),
        ({"avx2": True}, "int8"),
        ({}, "fp32"),
    ],
)
def test_precision_follows_the_processor(
    monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, bool], precision: str
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)

    assert fastest_precision() == precision


@given(st.lists(st.integers(0, 3 * BATCH_CHARACTERS), max_size=60))
def test_batches_take_each_text_once_and_stay_small(lengths: list[int]) -> None:
    texts = ["x" * length for length in lengths]

    found = list(batches(texts))

    assert sorted(position for batch in found for position in batch) == list(range(len(texts)))
    for batch in found:
        assert 1 <= len(batch) <= BATCH_TEXTS
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= BATCH_CHARACTERS
