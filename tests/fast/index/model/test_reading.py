"""The reader over a tiny network with random weights, and any cross-encoder in its place."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from sentence_transformers import CrossEncoder
from tokenizers import Tokenizer, models
from torch import nn
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

from index.model.embedder import Embedder
from index.model.joint import UpperLayers
from index.model.kept import KeptStates
from index.model.reading import CrossReader, JointReader, ReadingModel
from index.model.tokens import TokenStates
from index.storage.errors import ModelError
from tests.fast.index.model.test_embedder import save_tiny

WIDTH = 16
TEXTS = ["phố", "nhà phố nhà phố", "nhà phố"]
WORDS = Tokenizer(models.WordLevel({"a": 0, "b": 1, "c": 2}, unk_token="a"))  # noqa: S106 (no password)
CONFIG = BertConfig(vocab_size=6, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24)


@pytest.fixture
def upper() -> UpperLayers:
    torch.manual_seed(5)
    return UpperLayers(CONFIG, 1).eval()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeptStates]:
    with closing(KeptStates(tmp_path / "states.sqlite3", 1)) as opened:
        yield opened


def states(tokens: int, seed: int, outside: int = 2) -> TokenStates:
    """Random states; the first and last are no tokens of the text, which has two code points a token."""
    made = np.random.default_rng(seed).normal(size=(tokens, WIDTH)).astype(np.float32)
    spans = np.array([(2 * place, 2 * place + 2) for place in range(tokens)], np.int64)
    spans[[0, *range(tokens - outside + 1, tokens)]] = -1
    return TokenStates(made, spans, "x" * 2 * tokens)


def test_a_passage_reads_the_same_alone_and_beside_a_longer_one(upper: UpperLayers) -> None:
    question, short, long = states(4, 1), states(6, 2), states(20, 3)

    (alone,) = JointReader(upper).read(question, [short])
    beside, _ = JointReader(upper).read(question, [short, long])

    assert alone.start == pytest.approx(beside.start, abs=1e-5)
    assert alone.relevance == pytest.approx(beside.relevance, abs=1e-5)
    assert alone.none == pytest.approx(beside.none, abs=1e-5)


def test_scores_are_of_the_texts_own_tokens(upper: UpperLayers) -> None:
    question, passage = states(4, 1), states(6, 2)

    (read,) = JointReader(upper).read(question, [passage])

    assert read.spans.tolist() == [[2, 4], [4, 6], [6, 8], [8, 10]]
    # The same through the network itself, whose passage tokens follow its place for "no answer".
    all_real = torch.ones(1, 4, dtype=torch.bool), torch.ones(1, 6, dtype=torch.bool)
    with torch.no_grad():
        heads = upper(torch.from_numpy(question.states)[None], torch.from_numpy(passage.states)[None], *all_real)
    assert read.start == pytest.approx(heads.start[0, 2:6].numpy(), abs=1e-5)
    assert read.none == pytest.approx(float(heads.start[0, 0] + heads.end[0, 0]), abs=1e-5)


def test_the_whole_model_is_what_its_halves_are_joined() -> None:
    # Without training, segments or a second text, lower and upper layers are the model that they are cut from.
    torch.manual_seed(2)
    model = BertModel(CONFIG)
    model.eval()  # type: ignore[no-untyped-call]
    upper = UpperLayers(CONFIG, 1).eval()
    upper.layers[0].load_state_dict(model.encoder.layer[1].state_dict())
    nn.init.zeros_(upper.segment.weight)
    ids = torch.tensor([[2, 4, 5, 3]])
    real = torch.ones(1, 4, dtype=torch.bool)
    with torch.no_grad():
        whole = model(input_ids=ids, attention_mask=real.long()).last_hidden_state
        model.encoder.layer = model.encoder.layer[:1]
        half = model(input_ids=ids, attention_mask=real.long()).last_hidden_state
        heads = upper(half[:, :1], half[:, 1:], real[:, :1], real[:, 1:])
        expected = upper.span(whole)

    assert heads.start[0].numpy() == pytest.approx(expected[0, :, 0].numpy(), abs=1e-5)
    assert heads.end[0].numpy() == pytest.approx(expected[0, :, 1].numpy(), abs=1e-5)


def test_weights_come_back_as_they_were_saved(upper: UpperLayers, tmp_path: Path) -> None:
    save_file({name: tensor.half() for name, tensor in upper.state_dict().items()}, tmp_path / "reader.safetensors")
    lower = BertModel(CONFIG)

    (told,) = JointReader.load(tmp_path / "reader.safetensors", lower, "fp32").read(states(4, 1), [states(6, 2)])
    (expected,) = JointReader(upper).read(states(4, 1), [states(6, 2)])
    (rough,) = JointReader.load(tmp_path / "reader.safetensors", lower, "int8").read(states(4, 1), [states(6, 2)])

    assert told.start == pytest.approx(expected.start, abs=5e-3)
    assert rough.start == pytest.approx(expected.start, abs=5e-2)


@pytest.mark.parametrize("content", [b"", b"no tensors"])
def test_a_broken_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "reader.safetensors").write_bytes(content)

    with pytest.raises(ModelError, match=r"cannot load the reader .*reader\.safetensors.*or set reader to none"):
        JointReader.load(tmp_path / "reader.safetensors", BertModel(CONFIG), "fp32")


def test_a_cross_encoder_tells_relevance_alone(tmp_path: Path) -> None:
    model = _save_cross_encoder(tmp_path)
    embedder = Embedder.load(save_tiny(tmp_path / "embeds"), "fp32", reader=str(model))
    question, passages = embedder.query_tokens("nhà"), embedder.passage_tokens(["phố", "nhà phố"])

    read = embedder.read(question, passages)

    logits = CrossEncoder(str(model), device="cpu").predict(
        [("nhà", "phố"), ("nhà", "nhà phố")], activation_fn=nn.Identity()
    )
    assert [one.relevance for one in read] == pytest.approx(logits.tolist(), abs=1e-5)
    assert all(not one.start.size and not one.spans.size for one in read)


def test_texts_of_other_lengths_do_not_change_what_is_read(tmp_path: Path) -> None:
    embedder = Embedder.load(save_tiny(tmp_path), "fp32", reader="none")
    texts = ["phố", "nhà phố nhà phố", "nhà phố"]

    together = embedder.passage_tokens(texts)

    for text, tokens in zip(texts, together, strict=True):
        (alone,) = embedder.passage_tokens([text])
        assert tokens.spans.tolist() == alone.spans.tolist()
        assert tokens.states == pytest.approx(alone.states, abs=1e-5)


def test_what_embedding_left_is_what_a_question_reads(tmp_path: Path, kept: KeptStates) -> None:
    folder = save_tiny(tmp_path)
    embedder = Embedder.load(folder, "fp32", reader="none", kept=kept)

    vectors = embedder.embed_passages(TEXTS)

    assert set(kept.found(embedder.fingerprint, TEXTS)) == set(TEXTS)
    assert np.array_equal(vectors, Embedder.load(folder, "fp32", reader="none").embed_passages(TEXTS))
    model = BertModel.from_pretrained(folder)
    for text, tokens in zip(TEXTS, embedder.passage_tokens(TEXTS), strict=True):
        ids = torch.tensor([[2, *(4 if word == "nhà" else 5 for word in text.split()), 3]])
        with torch.no_grad():
            expected = model(input_ids=ids).last_hidden_state[0].numpy()
        # Of 11 bits half of the last may be lost, 2 ** -11 of a number; and of zero what 32 bits lose.
        assert tokens.states == pytest.approx(expected, rel=5e-4, abs=1e-6)


def test_what_is_kept_is_read_instead_of_computed(tmp_path: Path, kept: KeptStates) -> None:
    embedder = Embedder.load(save_tiny(tmp_path), "fp32", reader="none", kept=kept)
    states = np.random.default_rng(6).normal(size=(4, 8)).astype(np.float32)
    kept.keep(embedder.fingerprint, {"nhà phố": states.astype("<f2").tobytes()})

    same, other = embedder.passage_tokens(["nhà phố", "phố nhà"])

    assert np.array_equal(same.states, states.astype("<f2"))
    assert not np.array_equal(other.states, same.states)
    assert same.spans.tolist() == other.spans.tolist() == [[-1, -1], [0, 3], [4, 7], [-1, -1]]


def test_another_model_reads_nothing_of_the_first(tmp_path: Path, kept: KeptStates) -> None:
    one = save_tiny(tmp_path / "one")
    other = save_tiny(tmp_path / "other", lambda bert: bert.embeddings.word_embeddings.weight.data.mul_(-1))
    Embedder.load(one, "fp32", reader="none", kept=kept).embed_passages(TEXTS)

    told = Embedder.load(other, "fp32", reader="none", kept=kept).passage_tokens(TEXTS)

    expected = Embedder.load(other, "fp32", reader="none").passage_tokens(TEXTS)
    assert all(np.array_equal(a.states, b.states) for a, b in zip(told, expected, strict=True))
    # Nor does one that embeds with the other and reads with the first take states of the embedding model.
    both = Embedder.load(other, "fp32", reader="none", reads_with=one, kept=kept)
    by_first = Embedder.load(one, "fp32", reader="none").passage_tokens(TEXTS)
    told = both.passage_tokens(TEXTS)
    assert all(np.allclose(a.states, b.states, atol=1e-5) for a, b in zip(told, by_first, strict=True))


class Lower(nn.Module):
    """A model whose states are its tokens' ids; it counts the texts that it reads."""

    read = 0

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        assert attention_mask.all()
        self.read += 1
        return SimpleNamespace(last_hidden_state=input_ids[..., None].expand(-1, -1, WIDTH).float())


def test_a_passage_is_read_once_where_it_is_kept(kept: KeptStates) -> None:
    keeping, forgetting = Lower(), Lower()
    models = [
        ReadingModel(keeping, WORDS, ("", ""), 8, None, kept, "x"),
        ReadingModel(forgetting, WORDS, ("", ""), 8, None),
    ]

    read = [[one.states.mean() for _ in range(2) for one in model.passage_tokens(["a", "b", "a"])] for model in models]

    assert read[0] == pytest.approx(read[1])
    assert (keeping.read, forgetting.read) == (2, 4)


def test_states_pass_by_where_they_are_those_that_are_read() -> None:
    model = ReadingModel(Lower(), WORDS, ("", ""), 8, None)

    assert model.passes_by("c", {(2,): np.full((1, WIDTH), 2, np.float32)})
    assert not model.passes_by("c", {(2,): np.full((1, WIDTH), 2.1, np.float32)})
    assert not model.passes_by("c", {(1,): np.full((1, WIDTH), 1, np.float32)})


def test_a_reader_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot load the reader .*nowhere"):
        CrossReader.load(str(tmp_path / "nowhere"))


def _save_cross_encoder(folder: Path) -> Path:
    torch.manual_seed(4)
    tiny = save_tiny(folder)
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(next(tiny.rglob("tokenizer.json"))),
        pad_token="[PAD]",  # noqa: S106 (no password)
        unk_token="<unk>",  # noqa: S106 (no password)
    )
    config = BertConfig(vocab_size=6, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder / "cross")
    tokenizer.save_pretrained(folder / "cross")
    return folder / "cross"
