import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from index.model.embedder import BATCH_CHARACTERS, BATCH_TEXTS, Embedder, Precision, batches, fastest_precision
from index.storage.errors import ModelError

TEXTS = [
    "Hà Nội mưa to, nhiều tuyến phố ngập sâu.",
    "Bão",
    "Đội tuyển nữ thắng 3-1 ở trận chung kết, người hâm mộ đổ ra đường ăn mừng đến tận khuya.",
    "Oil prices fell for a third day.",
    "央行宣布下调存款准备金率。",
    "Học phí " * 60,
]
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


def test_agrees_with_sentence_transformers(embedder: Embedder, model_folder: Path) -> None:
    plain = SentenceTransformer(str(model_folder), device="cpu")

    queries = plain.encode(["query: " + text for text in TEXTS])
    passages = plain.encode(["passage: " + text for text in TEXTS])

    np.testing.assert_allclose(embedder.embed_queries(TEXTS), queries, atol=2e-6)
    np.testing.assert_allclose(embedder.embed_passages(TEXTS), passages, atol=2e-6)


def test_token_vectors_are_the_states_of_the_middle_layer(embedder: Embedder, model_folder: Path) -> None:
    plain: Any = AutoModel.from_pretrained(model_folder)
    text = TEXTS[2]
    encoded = AutoTokenizer.from_pretrained(model_folder)(
        "passage: " + text, return_tensors="pt", return_offsets_mapping=True
    )
    offsets = encoded.pop("offset_mapping")[0].tolist()
    with torch.no_grad():
        states = plain(**encoded, output_hidden_states=True).hidden_states[6][0]
    # "passage: " has 9 characters; [CLS] and [SEP] have none.
    own = [place for place, (start, end) in enumerate(offsets) if end > 9 and end > start]
    expected = torch.nn.functional.normalize(states[own], dim=1).numpy()

    tokens = embedder.passage_tokens(text)

    np.testing.assert_allclose(tokens.vectors, expected, atol=2e-6)
    assert tokens.places.tolist() == [offsets[place][1] - 9 - 1 for place in own]
    assert tokens.places[-1] == len(text) - 1
    assert not np.array_equal(embedder.query_tokens(text).vectors, tokens.vectors)


def test_what_is_too_long_is_not_read(embedder: Embedder) -> None:
    tokens = embedder.passage_tokens("nhà " * 60_000)

    # Of 512 tokens, [CLS] and the prompt ("passage", ":") take three; the end is cut off with [SEP].
    assert len(tokens.vectors) == len(tokens.places) == 509


def test_finds_the_passage_that_answers(embedder: Embedder) -> None:
    scores = embedder.embed_passages(TEXTS) @ embedder.embed_queries(["Trận chung kết kết thúc với tỉ số nào?"]).T

    assert np.argmax(scores) == 2


@pytest.fixture(scope="module", params=["bf16", "int8", "fp32"])
def precise(request: pytest.FixtureRequest, model_folder: Path) -> Embedder:
    """The bundled model in each precision."""
    return Embedder.load(model_folder, request.param)


def test_a_query_does_not_hang_on_the_others(precise: Embedder) -> None:
    alone = np.concatenate([precise.embed_queries([text]) for text in TEXTS])

    together = precise.embed_queries(TEXTS)
    backwards = precise.embed_queries(TEXTS[::-1])[::-1]

    assert np.array_equal(together, alone)  # to the last bit
    assert np.array_equal(backwards, alone)


def test_precisions_are_compatible(precise: Embedder, embedder: Embedder) -> None:
    vectors = precise.embed_passages(TEXTS)

    assert np.sum(vectors * embedder.embed_passages(TEXTS), axis=1).min() > 0.995
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert precise.fingerprint == embedder.fingerprint


def test_shapes(embedder: Embedder) -> None:
    assert (embedder.dimension, embedder.max_tokens) == (384, 512)
    assert embedder.embed_queries([]).shape == embedder.embed_passages([]).shape == (0, 384)
    assert embedder.embed_passages([""]).shape == (1, 384)
    assert embedder.embed_queries(["một"]).dtype == embedder.embed_passages(["một"]).dtype == np.float32


def test_what_exceeds_the_limit_is_left_out(embedder: Embedder) -> None:
    limit = embedder.max_tokens - embedder.passage_overhead

    longest = embedder.embed_passages([" ".join(["nhà"] * limit)])  # "nhà" is one token

    assert np.array_equal(embedder.embed_passages(["nhà " * 60_000]), longest)
    assert np.array_equal(embedder.embed_passages([" ".join(["nhà"] * limit) + " phố"]), longest)


def test_lone_surrogates_are_read_as_question_marks(embedder: Embedder) -> None:
    assert np.array_equal(embedder.embed_queries(["giá \ud800"]), embedder.embed_queries(["giá ?"]))
    assert embedder.token_offsets("a\udfffb")[-1][1] == 3


def test_token_offsets_are_code_points(embedder: Embedder) -> None:
    text = "Giá\u200b  xăng ½ 😀 tăng"

    offsets = embedder.token_offsets(text)

    assert len(offsets) == embedder.count_tokens([text])[0]
    assert all(start <= end for start, end in offsets)
    assert offsets == sorted(offsets)
    words = [text[start:end].strip("\u200b ") for start, end in offsets]
    assert [word for word in words if word in ("Giá", "xăng", "😀", "tăng")] == ["Giá", "xăng", "😀", "tăng"]


def test_overhead_is_what_prompt_and_special_tokens_cost(embedder: Embedder, model_folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(model_folder / "tokenizer.json"))

    for text, count in zip(TEXTS, embedder.count_tokens(TEXTS), strict=True):
        assert len(tokenizer.encode("passage: " + text)) == count + embedder.passage_overhead


def test_tokens_may_be_counted_while_texts_are_embedded(embedder: Embedder) -> None:
    counts = embedder.count_tokens(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        counted = [pool.submit(lambda: [embedder.count_tokens(TEXTS) for _ in range(50)]) for _ in range(4)]
        embedder.embed_passages(TEXTS)
        embedder.embed_queries(TEXTS)

    assert all(found == counts for future in counted for found in future.result())


def test_a_model_without_prompts_gets_none(tmp_path: Path) -> None:
    tiny = Embedder.load(save_tiny(tmp_path), "fp32")

    assert tiny.passage_overhead == 2  # [CLS] and [SEP]
    assert tiny.dimension == TINY
    assert np.array_equal(tiny.embed_queries(["nhà phố"]), tiny.embed_passages(["nhà phố"]))


def test_another_model_has_another_fingerprint(tmp_path: Path, embedder: Embedder) -> None:
    def nudge(bert: BertModel) -> None:
        with torch.no_grad():
            bert.get_parameter("encoder.layer.0.output.dense.weight")[3, 5] += 0.01

    first = Embedder.load(save_tiny(tmp_path / "a"), "fp32").fingerprint
    same = Embedder.load(save_tiny(tmp_path / "b"), "fp32").fingerprint
    nudged = Embedder.load(save_tiny(tmp_path / "c", nudge), "fp32").fingerprint

    assert first == same
    assert len({first, nudged, embedder.fingerprint}) == 3


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
        ({"amx_bf16": True, "avx512_vnni": True}, "bf16"),
        ({"avx512_bf16": True, "avx512_vnni": True}, "int8"),
        ({"avx2": True, "avx_vnni": True}, "int8"),
        ({"avx2": True}, "fp32"),
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
