"""Training on a tiny network with random weights, over paragraphs written for it."""

import gzip
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from eval.training.pairs import NEWS, PASSAGE, Pair, Pairs
from eval.training.train import Network, Plan, mean_of_weights, train
from index.storage.errors import Refused

BRIDGE = "Cầu Sông Lam dài 1.420 mét và có sáu làn xe."
PORT = "Cảng Vũng Rô đón tàu đầu tiên vào tháng ba."
PARAGRAPHS = [
    {
        "context": BRIDGE,
        "questions": [{"question": "Năm 2019 cầu dài bao nhiêu?", "language": "vi", "answer": [17, 26]}],
    },
    {"context": PORT, "questions": [{"question": "Năm 2024 cảng đón tàu khi nào?", "language": "vi", "answer": None}]},
]
WIDTH = 64


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "reading.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for paragraph in PARAGRAPHS:
            told = {"set": "own", "language": "vi", "article": "bai", "title": "Giao thông", **paragraph}
            lines.write(json.dumps(told) + "\n")
    return path


@pytest.fixture
def tokenizer() -> Tokenizer:
    words = sorted({word for text in (BRIDGE, PORT, "query: passage: Giao thông 2019 2024") for word in text.split()})
    vocabulary = {word: i for i, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))  # noqa: S106 (no password)
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return made


@pytest.fixture
def pairs(data: Path, tokenizer: Tokenizer) -> Pairs:
    return Pairs([data], tokenizer)


@pytest.fixture
def model(tmp_path: Path, tokenizer: Tokenizer) -> Path:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def spoken(pair: Pair, tokenizer: Tokenizer) -> str | None:
    """The words of a pair's answer."""
    if pair.answer is None:
        return None
    first, last = pair.answer
    return tokenizer.decode(pair.passage[first : last + 1])


def test_the_marked_tokens_are_the_answer(pairs: Pairs, tokenizer: Tokenizer) -> None:
    drawn = list(pairs.drawn(seed=1, start=0, count=60))

    assert {spoken(pair, tokenizer) for pair in drawn} == {"1.420 mét", None}
    assert all(tokenizer.id_to_token(pair.passage[1]) == PASSAGE.strip() for pair in drawn)
    # Half of the passages carry the title.
    assert 15 < sum("thông" in map(tokenizer.id_to_token, pair.passage) for pair in drawn) < 45


def test_some_questions_are_put_to_what_does_not_answer_them(pairs: Pairs, tokenizer: Tokenizer) -> None:
    drawn = list(pairs.drawn(seed=1, start=0, count=200))
    year, other_year, bridge, port = map(tokenizer.token_to_id, ("2019", "2024", "Sông", "Cảng"))
    elsewhere = [pair for pair in drawn if year in pair.question and port in pair.passage]
    false_premise = [pair for pair in drawn if other_year in pair.question and bridge in pair.passage]

    assert elsewhere
    assert false_premise
    assert all(pair.answer is None for pair in (*elsewhere, *false_premise))


def test_a_draw_is_the_same_wherever_it_is_begun(pairs: Pairs) -> None:
    whole = list(pairs.drawn(seed=5, start=0, count=20))

    assert list(pairs.drawn(seed=5, start=8, count=12)) == whole[8:]
    assert list(pairs.drawn(seed=6, start=0, count=20)) != whole


class Stopped(Exception):
    """Somebody interrupts."""


def test_a_stopped_training_goes_on_as_if_it_had_not(model: Path, pairs: Pairs, tmp_path: Path) -> None:
    # Progress is reported after 50 batches; the last checkpoint before is that after 160 pairs.
    plan = Plan(pairs=240, batch=4, warm_up=1, every=80)

    def begun() -> Network:
        torch.manual_seed(11)
        return Network.begun(model, None)

    def stop(seen: int, loss: float, speed: float) -> None:
        assert (seen, loss > 0, speed > 0) == (200, True, True)
        raise Stopped

    whole = load_file(train(begun(), pairs, plan, tmp_path / "whole", lambda *_: None))
    with pytest.raises(Stopped):
        train(begun(), pairs, plan, tmp_path / "parts", stop)
    assert torch.load(tmp_path / "parts" / "checkpoint.pt", weights_only=True)["seen"] == 160
    parts = load_file(train(begun(), pairs, plan, tmp_path / "parts", lambda *_: None))

    assert whole.keys() == parts.keys()
    # But for bfloat16's last bits, whose sums hang on the threads: 60 steps move a weight by up to 0.012.
    assert all(torch.allclose(whole[name], parts[name], atol=1e-3) for name in whole)


def test_it_learns_what_it_sees(model: Path, pairs: Pairs, tmp_path: Path) -> None:
    torch.manual_seed(11)
    network = Network.begun(model, None)
    train(network, pairs, Plan(pairs=1600, batch=16, learning_rate=2e-3, warm_up=10), tmp_path / "out", lambda *_: None)

    def read(pair: Pair) -> tuple[tuple[int, int], float]:
        question, passage = network.states([pair.question]), network.states([pair.passage])
        heads = network.upper(question[0], passage[0], question[1], passage[1])
        return (int(heads.start.argmax()) - 1, int(heads.end.argmax()) - 1), heads.relevance.item()

    drawn = list(pairs.drawn(1, 0, 60))
    answered = next(pair for pair in drawn if pair.answer)
    not_answered = next(pair for pair in drawn if not pair.answer)
    (span, relevance), (nothing, irrelevance) = read(answered), read(not_answered)

    assert span == answered.answer
    assert nothing == (-1, -1)
    assert relevance > 0 > irrelevance


def test_the_written_news_marks_whole_answers_and_asks_what_it_does_not_tell() -> None:
    paragraphs = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    asked = [(paragraph["context"], one) for paragraph in paragraphs for one in paragraph["questions"]]
    answered = [(text, text[slice(*one["answer"])]) for text, one in asked if one["answer"]]

    assert all(words and words == words.strip() for _, words in answered)
    assert sum(text.count(words) == 1 for text, words in answered) > 0.99 * len(answered)
    assert 0.2 < 1 - len(answered) / len(asked) < 0.35
    assert {one["language"] for _, one in asked} == {"vi", "en", "ru", "zh", "ja"}


def test_other_weights_are_refused(model: Path, tmp_path: Path) -> None:
    save_file({"layers.0.odd": torch.zeros(1)}, tmp_path / "odd.safetensors")

    with pytest.raises(Refused, match=r"odd\.safetensors holds other weights"):
        Network.begun(model, tmp_path / "odd.safetensors")


def test_the_mean_of_two_trainings_lies_between(tmp_path: Path) -> None:
    save_file({"span": torch.tensor([1.0, -2.0]).half()}, tmp_path / "start.safetensors")
    save_file(
        {"span": torch.tensor([3.0, 0.0]).half(), "new": torch.ones(1).half()}, tmp_path / "weights-9.safetensors"
    )

    mean = mean_of_weights(tmp_path / "start.safetensors", tmp_path / "weights-9.safetensors")

    assert mean.name == "weights-9-mean.safetensors"
    assert {name: tensor.tolist() for name, tensor in load_file(mean).items()} == {"span": [2.0, -1.0], "new": [1.0]}
