"""The model that reads: the layers of an embedding model up to the middle one, and a reader for question and passage.

Of all layers, those up to the middle one tell best which words mean the same (of e5-small's 12: the 6th next to the
8th, 10th, 11th and 12th); and they cost half. The trained reader (`index.model.joint`) goes on from there.
"""

import copy
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from sentence_transformers import CrossEncoder
from tokenizers import Encoding, Tokenizer
from torch import nn
from transformers import PreTrainedModel

from index.model.int8 import quantise_linears
from index.model.joint import UpperLayers
from index.model.tokens import SpanScores, TokenStates
from index.storage.errors import ModelError

WEIGHTS = Path(__file__).with_name("reader.safetensors")

_DEPTH = 0.5  # of a model's layers, the share whose states are taken
_KEPT = 512  # passages whose states stay in memory, for the next question about them: 0.2 MB each


class PairReader(Protocol):
    """What reads a question and passages together."""

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """Return the scores of each passage, in order; at least one passage is given."""


class JointReader:
    """The trained upper layers, on the states that the lower ones give."""

    def __init__(self, upper: UpperLayers) -> None:
        self._upper = upper

    @classmethod
    def load(cls, path: Path, lower: nn.Module, precision: str) -> Self:
        """Load weights that were trained on such lower layers. Raises `ModelError` where the file is no such reader."""
        config: Any = lower.config
        try:
            weights = {name: tensor.float() for name, tensor in load_file(path).items()}
            upper = UpperLayers(config, len({name.split(".")[1] for name in weights if name.startswith("layers.")}))
            upper.load_state_dict(weights)
        except (OSError, SafetensorError, RuntimeError, ValueError) as error:
            raise ModelError(
                f"cannot load the reader {path} ({type(error).__name__}): give one trained on the bundled model's"
                " lower layers, or set reader to none"
            ) from error
        upper.eval()
        if precision == "bf16":
            upper.to(torch.bfloat16)
        elif precision == "int8":
            quantise_linears(upper.layers)
        return cls(upper)

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """Return where the answer may be in each passage, and how likely there is one."""
        return [self._together(question, passage) for passage in passages]

    def _together(self, question: TokenStates, passage: TokenStates) -> SpanScores:
        asked, states = (self._batch(tokens) for tokens in (question, passage))
        with torch.inference_mode():
            read = self._upper(
                asked, states, *(torch.ones(given.shape[:2], dtype=torch.bool) for given in (asked, states))
            )
        start, end = read.start[0].numpy(), read.end[0].numpy()
        own = 1 + passage.own
        return SpanScores(
            start[own], end[own], passage.spans[passage.own], float(start[0] + end[0]), float(read.relevance[0])
        )

    def _batch(self, tokens: TokenStates) -> torch.Tensor:
        return torch.from_numpy(tokens.states)[None].to(self._upper.segment.weight.dtype)


class CrossReader:
    """A sentence-transformers `CrossEncoder` in the reader's place: it tells relevance, and no words that answer."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    @classmethod
    def load(cls, name: str) -> Self:
        """Load one by hub name or from a folder. Raises `ModelError`."""
        try:
            model = CrossEncoder(name, num_labels=1, device="cpu", local_files_only=Path(name).is_dir())
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                f"cannot load the reader {name} ({type(error).__name__}): give the folder or hub name of a"
                " sentence-transformers CrossEncoder, or set reader to bundled or none"
            ) from error
        return cls(model)

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """Return the relevance of each passage."""
        pairs = [(question.text, passage.text) for passage in passages]
        logits = self._model.predict(pairs, activation_fn=nn.Identity(), show_progress_bar=False)
        nothing, nowhere = np.empty(0, np.float32), np.empty((0, 2), np.int64)
        return [SpanScores(nothing, nothing, nowhere, 0.0, float(logit)) for logit in logits]


class ReadingModel:
    """The states of single tokens, and the reader that takes them. One thread may use it."""

    def __init__(
        self,
        lower: nn.Module,
        tokenizer: Tokenizer,
        prompts: tuple[str, str],
        max_tokens: int,
        reader: PairReader | None,
    ) -> None:
        """`prompts` are those of a question and of a passage; without a `reader` nothing is read together."""
        self._lower = lower
        self._tokenizer = tokenizer
        self._prompts = prompts
        self._max_tokens = max_tokens
        self._reader = reader
        self._kept = lru_cache(_KEPT)(self._read)

    def query_tokens(self, text: str) -> TokenStates:
        """Return the states of a question's tokens. What exceeds the model's limit is left out."""
        states, spans = self._read(self._prompts[0], text)
        return TokenStates(states.astype(np.float32), spans, text)

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the states of the tokens of passages. What exceeds the limit is left out."""
        kept = [self._kept(self._prompts[1], text) for text in texts]
        return [
            TokenStates(states.astype(np.float32), spans, text)
            for (states, spans), text in zip(kept, texts, strict=True)
        ]

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """Read the question with each passage; empty where there is no reader."""
        return self._reader.read(question, passages) if self._reader and passages else []

    def _read(self, prompt: str, text: str) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int64]]:
        """Return states and spans. A text by itself: its states must not hang on what is read beside it."""
        encoding = self._tokenizer.encode(prompt + text)
        encoding.truncate(self._max_tokens)
        ids = torch.tensor([encoding.ids])
        with torch.inference_mode():
            states = self._lower(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        return states[0].to(torch.float16).numpy(), _spans(encoding, len(prompt), text)


def _spans(encoding: Encoding, lead: int, text: str) -> npt.NDArray[np.int64]:
    """Return the offsets (n, 2) of the tokens in the text behind a prompt of `lead` code points; (-1, -1) of others.

    A token that holds the space before its word begins with the word.
    """
    spans = np.array(encoding.offsets, np.int64).reshape(-1, 2) - lead
    spaces = np.array([letter.isspace() for letter in f"{text} "])
    starts = np.clip(spans[:, 0], 0, len(text))
    spans[:, 0] += spaces[starts] & (spans[:, 1] > starts + 1)
    own = (np.array(encoding.special_tokens_mask) == 0) & (spans[:, 1] > np.maximum(spans[:, 0], 0))
    return np.where(own[:, None], np.maximum(spans, 0), -1)


def lower_half(transformer: PreTrainedModel) -> nn.Module:
    """Return a transformer, weights shared, without the layers above the middle. Raises `ModelError`."""
    depth: int = transformer.config.num_hidden_layers
    path = next(
        (
            name
            for name, module in transformer.named_modules()
            if isinstance(module, nn.ModuleList) and len(module) == depth
        ),
        None,
    )
    if path is None:
        raise ModelError(f"{type(transformer).__name__} has no list of {depth} layers: choose another model")
    *parents, last = path.split(".")
    shallow = node = _copied(transformer)
    for name in parents:
        node._modules[name] = _copied(node.get_submodule(name))
        node = node.get_submodule(name)
    layers = node.get_submodule(last)
    assert isinstance(layers, nn.ModuleList)
    node._modules[last] = layers[: max(1, round(depth * _DEPTH))]
    return shallow


def _copied(module: nn.Module) -> nn.Module:
    """Return a module that shares everything with another but the list of its parts."""
    copied = copy.copy(module)
    copied._modules = dict(module._modules)
    return copied
