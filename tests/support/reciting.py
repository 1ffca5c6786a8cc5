"""What the tests of language models in this process share: a tiny model that recites, made here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from rag.errors import ModelFailed
from rag.models.local import Local
from rag.records.search import ChatMessage

# What the reciting model knows by heart: each word is followed by the next, and the last one by the end.
POEM = ["cầu", "dài", "hai", "kilômét", "và", "rộng", "mười", "mét"]
UNKNOWN, END, TURN = 0, 1, 2
VOCABULARY = ["<unk>", "</s>", "<|turn|>", *POEM]
CONTEXT = 2048
TEMPLATE = "{% for m in messages %}<|turn|> {{ m.role }} {{ m.content }} {% endfor %}"


def save_tokenizer(folder: Path, template: str | None) -> None:
    words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(VOCABULARY)}, unk_token=VOCABULARY[UNKNOWN]))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.add_special_tokens([VOCABULARY[END]])
    # As in some chat models, it is not declared special.
    words.add_tokens([AddedToken(VOCABULARY[TURN], special=False, normalized=False)])
    save_fast(words, folder, eos_token=VOCABULARY[END], unk_token=VOCABULARY[UNKNOWN], chat_template=template)


def save_fast(tokenizer: Tokenizer, folder: Path, **more: str | None) -> None:
    fast: Any = PreTrainedTokenizerFast  # which has no type annotations
    fast(tokenizer_object=tokenizer, **more).save_pretrained(folder)


def save_reciting(folder: Path, template: str | None = None) -> Path:
    """A model whose layer adds nothing to the word it reads, and whose head names the word after it."""
    size = 16
    config = LlamaConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=size,
        intermediate_size=size,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=CONTEXT,
        eos_token_id=END,
        bos_token_id=None,
    )
    model = LlamaForCausalLM(config)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    torch.nn.init.ones_(model.model.norm.weight)
    # A turn's sign is followed by "rộng mười mét".
    follows = {i: i + 1 for i in range(TURN + 1, len(VOCABULARY) - 1)} | {len(VOCABULARY) - 1: END, TURN: 8, UNKNOWN: 3}
    with torch.no_grad():
        for word, after in follows.items():
            model.model.embed_tokens.weight[word, word] = 1
            model.lm_head.weight[after, word] = 1
    model.save_pretrained(folder)
    save_tokenizer(folder, template)
    return folder


@contextmanager
def loaded(folder: Path, timeout: float = 60) -> Iterator[Local]:
    local = Local(str(folder), threads=1, timeout=timeout)
    try:
        yield local
    finally:
        local.close()


def asked(text: str) -> list[ChatMessage]:
    return [ChatMessage("user", text)]


def said(local: Local, text: str, max_tokens: int = 20) -> str:
    return "".join(local.stream(asked(text), max_tokens))


def broken_off(stream: Iterator[str]) -> tuple[list[str], str]:
    """The pieces before the stream fails, and how."""
    pieces: list[str] = []
    with pytest.raises(ModelFailed) as failure:
        pieces.extend(stream)
    return pieces, str(failure.value)
