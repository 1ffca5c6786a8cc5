"""`hoidap serve` as a process, over a small model."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx2
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from eval.endurance.forked import Command
from eval.endurance.stand_ins import Fact
from index.language.text import tokens

READY = re.compile(r"Ready: (\d+) articles, (http://\S+)")


class ServerProcess:
    """`hoidap serve` on a free port of this machine."""

    def __init__(self, data: Path, model: Path, *flags: str, environment: Mapping[str, str] = os.environ) -> None:
        self._log = data.with_name(f"{data.name}.log")
        self._log.write_bytes(b"")
        given = {"PORT": "0", "EMBEDDING_MODEL": str(model), "THREADS": "1"}
        environment = {**environment, **{f"HOIDAP_{name}": value for name, value in given.items()}, "COLUMNS": "200"}
        self.process = Command(["--data", str(data), *flags, "serve"], self._log, environment=environment)
        self.url = ""

    def log(self) -> str:
        """What it has written so far."""
        return self._log.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        """Wait for its address."""
        while (ready := READY.search(self.log())) is None:
            if self.process.code is not None:
                raise RuntimeError(f"the server did not start: {self.log()}")
            time.sleep(0.05)
        self.url = ready[2]

    def stop(self, sig: signal.Signals = signal.SIGTERM, timeout: float = 90) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send(sig)
        return self.process.wait(timeout)


AnyServer = TypeVar("AnyServer", bound=ServerProcess)


@contextmanager
def running(server: AnyServer) -> Iterator[AnyServer]:
    """The server once it is ready; it is killed if it is still there afterwards."""
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.process.kill()


@contextmanager
def fact_server(folder: Path, facts: Sequence[Fact], *flags: str) -> Iterator[ServerProcess]:
    """A server over a small model that has taken facts in; `flags` of the command are its settings.

    The model's weights are random: words alone decide what is found.
    """
    data, model = folder / "data", save_small_model(folder, words_of(facts))
    # Of its own: with the settings that are set here it might write where readers' articles are.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    flags = ("--reader", "none", "--dense-weight", "0", *flags)
    with running(ServerProcess(data, model, *flags, environment=environment)) as server:
        articles = [
            {"id": one.id, "title": one.metadata.title, "text": one.text}
            for one in (fact.article.article for fact in facts)
        ]
        httpx2.post(f"{server.url}/v1/articles", json={"articles": articles}, timeout=120).raise_for_status()
        yield server


def words_of(facts: Sequence[Fact]) -> str:
    """All that a small model needs to know of facts."""
    return " ".join(f"{fact.article.article.text} {fact.question}" for fact in facts)


def save_small_model(folder: Path, words: str, seed: int = 1) -> Path:
    """A sentence-transformers model with random weights over the syllables of some text: another at each seed."""
    torch.manual_seed(seed)
    network = folder / "network"
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys(["[PAD]", "<unk>", "[CLS]", "[SEP]", *tokens(words)]))}
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=256,
    )
    BertModel(config).save_pretrained(network)
    tokenizer = Tokenizer(models.WordLevel(vocabulary))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(network / "tokenizer.json"))
    (network / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "<unk>"})
    )
    modules = [Transformer(str(network), max_seq_length=256), Pooling(16, "mean")]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder / "model"), create_model_card=False)
    return folder / "model"
