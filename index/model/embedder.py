"""Texts to vectors of length 1, through sentence-transformers.

A text's vector must not depend on what else is in the batch, or the same question would be answered differently
under load. Matrix products of other sizes differ in their last bits (in bfloat16, by up to 0.001 a component),
so questions run through the model one at a time. Passages, whose vectors are computed once and kept, run in
batches of like lengths.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
import torch
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from tokenizers import Encoding, Tokenizer
from torch import nn
from transformers.utils import logging as transformers_logging

from index.arrays import Vectors, unit
from index.model.int8 import largest_weight, quantise_linears
from index.model.kept import KeptStates
from index.model.reading import (
    WEIGHTS,
    CrossReader,
    JointReader,
    PairReader,
    ReadingModel,
    lower_half,
    passing_states,
)
from index.model.tokens import SpanScores, TokenStates
from index.storage.errors import ModelError

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads would compete with torch's

Precision = Literal["auto", "bf16", "int8", "fp32"]

DEFAULT_MAX_TOKENS = 512  # for models that state no limit
CHARACTERS_PER_TOKEN = 32  # more than tokens have on average in any text; what lies beyond is not even tokenized
# A question waits for one batch. Passages a second by its size, with AMX: 4: 18.9, 8: 24.6, 16: 27.1, 32: 26.4; in 32
# bits none is faster than one by one (ten passages 1.05 s, together 1.14 s).
BATCH_TEXTS = 16 if torch.cpu.get_capabilities().get("amx_bf16") else 4
BATCH_CHARACTERS = BATCH_TEXTS * 1200  # texts times the longest of them
PROBE = "Hà Nội, 15/10: giá xăng tăng 1,5 %. Hello, мир, 世界! \u200b½"


class Embedder:
    """A sentence-transformers model on the CPU. Only one thread may embed; any may count tokens."""

    def __init__(
        self,
        model: SentenceTransformer,
        tokenizer: Tokenizer,
        fingerprint: str,
        reading: ReadingModel,
        *,
        keeps: bool = False,
    ) -> None:
        """`keeps`: passages that are embedded leave their states to `reading`, where its layers are the model's own."""
        self._model = model
        self._tokenizer = tokenizer
        self._reading = reading
        self.fingerprint = fingerprint
        self.dimension: int = _dimension(model)
        self.max_tokens = _limit(model)
        prompt = _prompts(model)[1]
        self.passage_overhead = len(tokenizer.encode(prompt + "a")) - len(
            tokenizer.encode("a", add_special_tokens=False)
        )
        self._keeps = keeps and self._passes_by()

    @classmethod
    def load(
        cls,
        model: str | Path,
        precision: Precision = "auto",
        threads: int | None = None,
        *,
        reader: str = "none",
        reads_with: str | Path | None = None,
        kept: KeptStates | None = None,
    ) -> Self:
        """Load a model by hub name or from a folder.

        `precision` "auto" takes the fastest of bf16, int8 and fp32 that the processor computes natively.
        `threads` is set for all of torch; by default, torch decides. The fingerprint names the weights, the
        tokenizer, the pooling and the prompts, but not the precision: vectors of one model in several
        precisions may meet (cosine over 0.995).

        Questions and passages are read by the lower layers of the model `reads_with`, by default of the same, and then
        by the `reader`: "bundled" (trained on the bundled model's lower layers), "none", or the folder or hub name of
        a sentence-transformers `CrossEncoder`. The states of passages are kept in `kept`. Raises `ModelError`.
        """
        if precision not in get_args(Precision):
            raise ModelError(f"the precision {precision!r} is unknown: use one of {get_args(Precision)}")
        # In a thread that ends, as loading computes too. OpenMP keeps threads for each thread that computes, and where
        # they are more than the processors, lets them sleep at each barrier: a question, embedded by another thread
        # than the one that loaded, took 33 ms instead of 13.
        with ThreadPoolExecutor(1, "loading") as loading:
            return loading.submit(cls._loaded, str(model), precision, threads, reader, reads_with, kept).result()

    @classmethod
    def _loaded(
        cls,
        model: str,
        precision: Precision,
        threads: int | None,
        reader: str,
        reads_with: str | Path | None,
        kept: KeptStates | None,
    ) -> Self:
        if threads is not None:
            torch.set_num_threads(threads)
        precision = fastest_precision() if precision == "auto" else precision
        loaded = _load(model)
        tokenizer = _own_tokenizer(loaded, model)
        fingerprint = _fingerprint(loaded, tokenizer)
        _cast(loaded, precision)
        if reads_with is None or str(reads_with) == model:
            reading = _reading(loaded, tokenizer, reader, precision, kept, fingerprint)
            return cls(loaded, tokenizer, fingerprint, reading, keeps=kept is not None)
        other = _load(str(reads_with))
        others = _own_tokenizer(other, str(reads_with))
        others_fingerprint = _fingerprint(other, others)
        _cast(other, precision)
        return cls(loaded, tokenizer, fingerprint, _reading(other, others, reader, precision, kept, others_fingerprint))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return an array (n, dimension) with rows of length 1. What exceeds `max_tokens` is left out."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return _normalised(self._model.encode_query(self._cut(texts), batch_size=1, show_progress_bar=False))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return an array (n, dimension) with rows of length 1. What exceeds `max_tokens` is left out."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for batch in batches(texts):
            passages = self._cut([texts[i] for i in batch])
            if not self._keeps:
                vectors[batch] = self._embedded(passages)
                continue
            with passing_states(self._model[0]) as states:
                vectors[batch] = self._embedded(passages)
            self._reading.keep(passages, states)
        return vectors

    def query_tokens(self, text: str) -> TokenStates:
        """Return the states of a question's tokens, to be compared or read with those of passages."""
        return self._reading.query_tokens(self._cut([text])[0])

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the states of the tokens of passages. What exceeds `max_tokens` is left out."""
        return self._reading.passage_tokens(self._cut(texts))

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """Return what the reader makes of the question with each passage; nothing where there is no reader."""
        return self._reading.read(question, passages)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has by itself: a passage costs `passage_overhead` more."""
        return [len(encoding) for encoding in self._encode(texts)]

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Return where each token stands in `text`: `(start, end)` in code points, the end exclusive."""
        return self._encode([text])[0].offsets

    def _embedded(self, passages: Sequence[str]) -> Vectors:
        return _normalised(self._model.encode_document(passages, batch_size=len(passages), show_progress_bar=False))

    def _passes_by(self) -> bool:
        text = "Hà Nội"
        with passing_states(self._model[0]) as states:
            self._embedded([text])
        return self._reading.passes_by(text, states)

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        return self._tokenizer.encode_batch([_clean(text) for text in texts], add_special_tokens=False)

    def _cut(self, texts: Sequence[str]) -> list[str]:
        limit = self.max_tokens * CHARACTERS_PER_TOKEN
        return [_clean(text[:limit]) for text in texts]


def batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the positions of `texts` in batches of like lengths, the longest first."""
    batch: list[int] = []
    longest = 0
    for position in sorted(range(len(texts)), key=lambda i: -len(texts[i])):
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * longest > BATCH_CHARACTERS):
            yield batch
            batch = []
        longest = longest if batch else len(texts[position])
        batch.append(position)
    if batch:
        yield batch


def fastest_precision() -> Literal["bf16", "int8", "fp32"]:
    """Return what this processor computes fastest: by what it has, so that it is the same at each start.

    Passages a second against fp32, as measured: bf16 2.4 times with AMX, 0.7 times with no more than AVX512-BF16,
    0.1 times with neither; int8 1.2 to 2 times with VNNI, 1.4 times with AVX2 alone.
    """
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("amx_bf16"):
        return "bf16"
    return "int8" if capabilities.get("avx2") and largest_weight() else "fp32"


class _Widen(nn.Module):
    """Hands `float32` to the modules after it, so that pooling does not add up in 8 bits of mantissa."""

    def forward(self, features: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value.float() if isinstance(value, torch.Tensor) and value.is_floating_point() else value
            for name, value in features.items()
        }


def _load(name: str) -> SentenceTransformer:
    is_folder = Path(name).is_dir()
    if not is_folder and (Path(name).is_absolute() or name.startswith((".", "~"))):
        raise ModelError(f"there is no embedding model at {name}: correct the path, or give a hub name")
    try:
        with no_progress_bars():
            return SentenceTransformer(
                name, device="cpu", local_files_only=is_folder, model_kwargs={"dtype": torch.float32}
            )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        mend = (
            "the folder is not a whole sentence-transformers model: delete it and fetch it again"
            if is_folder
            else "check the name, or download the model on a connected machine and give its folder"
        )
        raise ModelError(f"cannot load the embedding model {name} ({type(error).__name__}): {mend}") from error


@contextmanager
def no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing on the terminal while it loads or saves."""
    bars: Any = transformers_logging  # which has no type annotations
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()


def _own_tokenizer(model: SentenceTransformer, name: str) -> Tokenizer:
    """Return a copy that nobody reconfigures: unlike the model's own, threads may share it."""
    tokenizer = model.tokenizer
    backend = tokenizer if isinstance(tokenizer, Tokenizer) else getattr(tokenizer, "backend_tokenizer", None)
    if not isinstance(backend, Tokenizer):
        raise ModelError(f"the embedding model {name} has no fast tokenizer: choose a model with tokenizer.json")
    own = Tokenizer.from_str(backend.to_str())
    own.no_truncation()
    own.no_padding()
    return own


def _fingerprint(model: SentenceTransformer, tokenizer: Tokenizer) -> str:
    """Hash a sample of every tensor, and what the tokenizer, the pooling and the prompts do.

    The sample (up to 1,024 numbers a tensor) spares reading gigabytes at each start, and files are not hashed,
    so that another file format or library version of the same model gives the same fingerprint.
    """
    samples = sorted(
        hashlib.sha256(_sample(tensor).tobytes()).hexdigest()
        for tensor in model.state_dict().values()
        if tensor.is_floating_point()
    )
    pooling = [str(getattr(module, "pooling_mode", "")) for module in model]
    prompts = list(_prompts(model))
    tokens = [tokenizer.get_vocab_size(), *tokenizer.encode(PROBE).ids]
    return hashlib.sha256(repr((samples, pooling, prompts, tokens)).encode()).hexdigest()


def _sample(tensor: torch.Tensor) -> Vectors:
    flat = tensor.detach().reshape(-1)
    return flat[:: max(1, flat.numel() // 1024)].float().numpy()


def _cast(model: SentenceTransformer, precision: Literal["bf16", "int8", "fp32"]) -> None:
    if precision == "bf16":
        model[0].to(torch.bfloat16)
        model.insert(1, _Widen())
    elif precision == "int8":
        quantise_linears(model[0])


def _reading(
    model: SentenceTransformer,
    tokenizer: Tokenizer,
    reader: str,
    precision: str,
    kept: KeptStates | None,
    fingerprint: str,
) -> ReadingModel:
    transformer: Any = model[0].auto_model
    lower = lower_half(transformer)
    read: PairReader | None = None
    if reader == "bundled":
        read = JointReader.load(WEIGHTS, lower, precision)
    elif reader != "none":
        read = CrossReader.load(reader)
    return ReadingModel(lower, tokenizer, _prompts(model), _limit(model), read, kept, fingerprint)


def _limit(model: SentenceTransformer) -> int:
    return int(min(model.max_seq_length or DEFAULT_MAX_TOKENS, 1 << 20))


def _prompts(model: SentenceTransformer) -> tuple[str, str]:
    """Return the prompts of questions and of passages."""
    return _prompt(model, "query"), _prompt(model, "document", "passage")


def _dimension(model: SentenceTransformer) -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ModelError("the embedding model does not state its dimension: choose another")
    return dimension


def _prompt(model: SentenceTransformer, *names: str) -> str:
    return next((prompt for name in names if (prompt := model.prompts.get(name))), "")


def _clean(text: str) -> str:
    """Replace lone surrogates, which no tokenizer takes, one for one: offsets stay."""
    return text.encode("utf-8", "replace").decode()


def _normalised(rows: Vectors) -> Vectors:
    if not np.isfinite(rows).all():
        raise ModelError("the embedding model returned numbers that are not finite: set its precision to fp32")
    return unit(rows)
