"""A language model in this process, through transformers: a folder, a hub name or a `.gguf` file.

All computation runs on one thread, a few tokens at a time, so that a reply can be cancelled anywhere, also while the
prompt is read, which takes longest on a CPU. Decoding is greedy: the same prompt gives the same reply.
"""

import struct
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import torch
from jinja2 import TemplateError
from safetensors import SafetensorError
from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from index.model.embedder import fastest_precision, no_progress_bars
from rag.errors import ModelFailed, SettingsError
from rag.extras import needing_extra
from rag.records.search import ChatMessage

# Tokens of a prompt that are read in one go.
PREFILL_TOKENS = 64
# Who waits for the answer to another question may give up this often, in seconds.
BEAT = 0.5
SECONDS = 300.0

# What transformers and the file formats raise where a model is broken, cut off, or not there.
_LOADING = (OSError, ValueError, LookupError, TypeError, RuntimeError, ImportError, SafetensorError, struct.error)

_Result = TypeVar("_Result")


class Local:
    """A `LanguageModel` on the CPU. Any number of threads may call it; one is served at a time. Close it at the end."""

    def __init__(self, model: str, threads: int | None = None, timeout: float = SECONDS) -> None:
        """Load a model from a folder, a `.gguf` file or the hub; takes minutes for large ones.

        `threads` is set for all of torch; by default, torch decides. `timeout` bounds an answer, the wait for its turn
        included, in seconds. SettingsError where there is no such model.
        """
        self.name = Path(model).name if Path(model).exists() else model
        self._timeout = timeout
        tokenizer, self._model = _load(model)
        self._template: Any = tokenizer.apply_chat_template if tokenizer.chat_template else None
        self._tokenizer = _own(tokenizer, model)
        self._control = _control_tokens(self._tokenizer, str(tokenizer.chat_template))
        self._ends = _ends(self._model, tokenizer)
        self._context: int | None = getattr(self._model.config.get_text_config(), "max_position_embeddings", None)
        self._turn = Lock()
        self._closed = False
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="language-model")
        if threads is not None:
            self._executor.submit(torch.set_num_threads, threads).result()

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Generator[str]:
        """Yield the reply in pieces; empty ones while the prompt is read or other callers are served.

        Closing the iterator cancels it. ModelFailed where the reply is empty or incomplete, also after pieces.
        """
        deadline = time.monotonic() + self._timeout
        ids = self._tokenizer.encode(self._prompt(messages), add_special_tokens=self._template is None).ids
        room = self._room(len(ids), max_tokens)
        while not self._turn.acquire(timeout=BEAT):
            self._check(deadline, "is busy with other answers")
            yield ""
        try:
            yield from self._answer(ids, room, deadline)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Cancel the reply in progress, and refuse new ones."""
        self._closed = True
        self._executor.shutdown(wait=True)

    def _answer(self, ids: list[int], most: int, deadline: float) -> Generator[str]:
        cache = None
        for start in range(0, len(ids) - 1, PREFILL_TOKENS):
            cache = self._run(self._read, ids[start : min(start + PREFILL_TOKENS, len(ids) - 1)], cache)
            self._check(deadline, "has not read the prompt")
            yield ""
        decoding = DecodeStream(skip_special_tokens=True)
        token, said = ids[-1], False
        for _ in range(most):
            token, cache = self._run(self._next, token, cache)
            if token in self._ends:
                break
            self._check(deadline, "had not ended")
            piece = decoding.step(self._tokenizer, token) or ""
            said = said or bool(piece.strip())
            yield piece
        else:
            raise ModelFailed(
                f"{self._named} was cut off: its answer does not fit into {most} tokens; allow it more, or less to read"
            )
        if not said:
            raise ModelFailed(f"{self._named} ended without a word; use another model")

    def _read(self, ids: list[int], cache: object) -> object:
        """Read a part of the prompt: no word of the vocabulary is scored yet."""
        with torch.inference_mode():
            return self._model.base_model(torch.tensor([ids]), past_key_values=cache, use_cache=True).past_key_values

    def _next(self, token: int, cache: object) -> tuple[int, object]:
        with torch.inference_mode():
            scored = self._model(torch.tensor([[token]]), past_key_values=cache, use_cache=True)
        return int(scored.logits[0, -1].argmax()), scored.past_key_values

    def _run(self, work: Callable[..., _Result], *inputs: object) -> _Result:
        try:
            return self._executor.submit(work, *inputs).result()
        except RuntimeError as error:
            mend = "it was closed; start it again" if self._closed else "it may need more memory, or less to read"
            raise ModelFailed(f"{self._named} broke off ({type(error).__name__}): {mend}") from error

    def _prompt(self, messages: Sequence[ChatMessage]) -> str:
        """The text that the model goes on from."""
        messages = [replace(message, content=self._clean(message.content)) for message in messages]
        if self._template is None:
            return "\n\n".join(message.content for message in messages)
        try:
            return self._templated(messages)
        except TemplateError:
            pass
        try:  # some templates know no system
            return self._templated(_without_system(messages))
        except TemplateError as error:
            raise ModelFailed(f"{self._named} has a chat template that takes no such messages: {error}") from error

    def _clean(self, text: str) -> str:
        """Without control tokens, and without lone surrogates, which no tokenizer takes."""
        text = text.encode("utf-8", "replace").decode()
        kept, end = [], 0
        for start, stop in self._tokenizer.encode(text, add_special_tokens=False).offsets:
            if text[start:stop].strip() in self._control:
                kept.append(text[end:start])
                end = stop
        return " ".join([*kept, text[end:]])

    def _templated(self, messages: Sequence[ChatMessage]) -> str:
        sent = [{"role": message.role, "content": message.content} for message in messages]
        prompt: str = self._template(sent, tokenize=False, add_generation_prompt=True)
        return prompt

    def _room(self, prompt: int, max_tokens: int) -> int:
        """How many tokens the answer may have."""
        if prompt == 0:
            raise ModelFailed(f"{self._named} was given nothing to read; give it a message")
        room = max_tokens if self._context is None else min(max_tokens, self._context - prompt)
        if room <= 0:
            raise ModelFailed(
                f"the prompt has {prompt} tokens, and {self._named} takes {self._context} together with its answer;"
                " give it less to read, or use a model with a longer context"
            )
        return room

    def _check(self, deadline: float, found: str) -> None:
        if time.monotonic() > deadline:
            raise ModelFailed(
                f"{self._named} {found} after {self._timeout:g} s; ask again later, allow it more time or less to read"
            )

    @property
    def _named(self) -> str:
        return f"the language model {self.name!r}"


def _load(model: str) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """The tokenizer and the model, ready to compute."""
    path = Path(model)
    is_file, is_path = path.suffix == ".gguf", path.is_absolute() or model.startswith((".", "~"))
    if (is_file and not path.is_file()) or (is_path and not path.exists()):
        raise SettingsError(f"There is no language model at {model}; correct the path, or give a hub name.")
    if is_file:
        with needing_extra():
            import_module("gguf")
            import_module("accelerate")
    where = str(path.parent) if is_file else model
    options: dict[str, Any] = {"local_files_only": path.exists(), **({"gguf_file": path.name} if is_file else {})}
    # A file's weights stay packed, and transformers' kernels for them compute in float32: in another precision every
    # product is cast there and back, and the first words of a reply take minutes.
    dtype = torch.bfloat16 if fastest_precision() == "bf16" and not is_file else torch.float32
    try:
        with no_progress_bars():
            tokenizer = AutoTokenizer.from_pretrained(where, **options)
            return tokenizer, AutoModelForCausalLM.from_pretrained(where, dtype=dtype, **options)
    except _LOADING as error:
        mend = (
            "it is no whole causal language model with its tokenizer; fetch it again"
            if path.exists()
            else "check the name, or download the model on a connected machine and give its folder"
        )
        raise SettingsError(f"The language model {model} cannot be loaded ({type(error).__name__}); {mend}.") from error


def _own(tokenizer: PreTrainedTokenizerBase, model: str) -> Tokenizer:
    """A copy that nobody reconfigures: unlike the model's own, threads may share it."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if not isinstance(backend, Tokenizer):
        raise SettingsError(f"The language model {model} has no fast tokenizer; use one with tokenizer.json.")
    own = Tokenizer.from_str(backend.to_str())
    own.no_truncation()
    own.no_padding()
    return own


def _control_tokens(tokenizer: Tokenizer, template: str) -> set[str]:
    """What the model would take for the end of a message or the start of another, were it in somebody's article."""
    added = tokenizer.get_added_tokens_decoder().values()
    named = {token.content.strip() for token in added if token.special or token.content in template}
    return named - {""}


def _ends(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> set[int]:
    stated = model.generation_config.eos_token_id
    return {*(stated if isinstance(stated, list) else [stated]), tokenizer.eos_token_id} - {None}


def _without_system(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The messages, with those of the system put before the first of the user."""
    told = "\n\n".join(message.content for message in messages if message.role == "system")
    others = [message for message in messages if message.role != "system"]
    if told and others:
        others[0] = replace(others[0], content=f"{told}\n\n{others[0].content}")
    return others
