"""The model that reads: the layers of an embedding model up to the middle one, and a reader for question and passage.

Of all layers, those up to the middle one tell best which words mean the same (of e5-small's 12: the 6th next to the
8th, 10th, 11th and 12th); and they cost half. The trained reader (`index.model.joint`) goes on from there.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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

from index.arrays import Vectors
from index.model.int8 import quantise_linears
from index.model.joint import UpperLayers
from index.model.kept import KeptStates
from index.model.tokens import SpanScores, TokenStates
from index.storage.errors import ModelError

WEIGHTS = Path(__file__).with_name("reader.safetensors")

_DEPTH = 0.5  # of a model's layers, the share whose states are taken
_KEPT_AS = np.dtype("<f2")


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
    """The states of single tokens, and the reader that takes them. One thread may use it.

    The states of passages are rounded to 16 bits, whether they were kept or are new, so that answers do not hang on it.
    What was embedded beside others differs a little from what is read alone.
    """

    def __init__(
        self,
        lower: nn.Module,
        tokenizer: Tokenizer,
        prompts: tuple[str, str],
        max_tokens: int,
        reader: PairReader | None,
        kept: KeptStates | None = None,
        fingerprint: str = "",
    ) -> None:
        """`prompts` are those of a question and of a passage; without a `reader` nothing is read together.

        What `kept` holds is kept under the model's `fingerprint`.
        """
        self._lower = lower
        self._tokenizer = tokenizer
        self._prompts = prompts
        self._max_tokens = max_tokens
        self._reader = reader
        self._kept = kept
        self._fingerprint = fingerprint

    def query_tokens(self, text: str) -> TokenStates:
        """Return the states of a question's tokens. What exceeds the model's limit is left out."""
        encoding = self._encoded(self._prompts[0] + text)
        return TokenStates(self._states(encoding), _spans(encoding, len(self._prompts[0]), text), text)

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the states of the tokens of passages. What exceeds the limit is left out."""
        encodings = {text: self._encoded(self._prompts[1] + text) for text in texts}
        states = self._kept.found(self._fingerprint, encodings) if self._kept else {}
        new = {text: _packed(self._states(encoding)) for text, encoding in encodings.items() if text not in states}
        if new and self._kept:
            self._kept.keep(self._fingerprint, new)
        states |= new
        return [self._passage(text, encodings[text], states[text]) for text in texts]

    def keep(self, texts: Sequence[str], states: Mapping[tuple[int, ...], Vectors]) -> None:
        """Keep the states of passages that were embedded, given by the ids of their tokens."""
        found = {text: states.get(tuple(self._encoded(self._prompts[1] + text).ids)) for text in texts}
        if self._kept:
            self._kept.keep(self._fingerprint, {text: _packed(one) for text, one in found.items() if one is not None})

    def passes_by(self, text: str, states: Mapping[tuple[int, ...], Vectors]) -> bool:
        """Whether the states given are those that are read; some models norm what their last layer gives."""
        encoding = self._encoded(self._prompts[1] + text)
        passed = states.get(tuple(encoding.ids))
        return passed is not None and np.allclose(passed, self._states(encoding), atol=1e-3)

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """Read the question with each passage; empty where there is no reader."""
        return self._reader.read(question, passages) if self._reader and passages else []

    def _passage(self, text: str, encoding: Encoding, content: bytes) -> TokenStates:
        states = np.frombuffer(content, _KEPT_AS).reshape(len(encoding.ids), -1).astype(np.float32)
        return TokenStates(states, _spans(encoding, len(self._prompts[1]), text), text)

    def _encoded(self, text: str) -> Encoding:
        encoding = self._tokenizer.encode(text)
        encoding.truncate(self._max_tokens)
        return encoding

    def _states(self, encoding: Encoding) -> Vectors:
        """Return the states of a text by itself: they must not hang on what is read beside it."""
        ids = torch.tensor([encoding.ids])
        with torch.inference_mode():
            states = self._lower(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        found: Vectors = states[0].float().numpy()
        return found


def _packed(states: Vectors) -> bytes:
    return states.astype(_KEPT_AS).tobytes()


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
    *parents, last = _path_of_layers(transformer).split(".")
    shallow = node = _copied(transformer)
    for name in parents:
        node._modules[name] = _copied(node.get_submodule(name))
        node = node.get_submodule(name)
    layers = node.get_submodule(last)
    assert isinstance(layers, nn.ModuleList)
    node._modules[last] = layers[: _middle(layers)]
    return shallow


@contextmanager
def passing_states(module: nn.Module) -> Iterator[dict[tuple[int, ...], Vectors]]:
    """Collect what passes the middle layer while texts are embedded: the states of each, by its tokens' ids.

    `module` is the first of a sentence-transformers model, around the transformer.
    """
    transformer: Any = module.auto_model
    layers = transformer.get_submodule(_path_of_layers(transformer))
    assert isinstance(layers, nn.ModuleList)
    passed: dict[tuple[int, ...], Vectors] = {}
    batch: dict[str, torch.Tensor] = {}

    def begins(_: nn.Module, inputs: tuple[dict[str, torch.Tensor]]) -> None:
        batch.update(inputs[0])

    def passes(_: nn.Module, __: object, output: object) -> None:
        real = batch["attention_mask"].bool()
        if isinstance(output, torch.Tensor) and output.shape[:2] == real.shape:
            for ids, is_real, states in zip(batch["input_ids"], real, output, strict=True):
                passed[tuple(ids[is_real].tolist())] = states[is_real].float().numpy()

    with (
        module.register_forward_pre_hook(begins),
        layers[_middle(layers) - 1].register_forward_hook(passes),
    ):
        yield passed


def _path_of_layers(transformer: PreTrainedModel) -> str:
    depth: int = transformer.config.num_hidden_layers
    for name, module in transformer.named_modules():
        if isinstance(module, nn.ModuleList) and len(module) == depth:
            return str(name)
    raise ModelError(f"{type(transformer).__name__} has no list of {depth} layers: choose another model")


def _middle(layers: nn.ModuleList) -> int:
    return max(1, round(len(layers) * _DEPTH))


def _copied(module: nn.Module) -> nn.Module:
    """Return a module that shares everything with another but the list of its parts."""
    copied = copy.copy(module)
    copied._modules = dict(module._modules)
    return copied
