"""Language models in this process: tiny ones, made here, that recite."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
)

from index.model.embedder import fastest_precision
from rag.errors import ModelFailed, SettingsError
from rag.models.local import PREFILL_TOKENS, Local
from rag.records.search import ChatMessage
from tests.support.reciting import CONTEXT, POEM, TEMPLATE, asked, broken_off, loaded, said, save_fast, save_reciting

NO_SYSTEM = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('none') }}{% endif %}{% endfor %}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_reciting(tmp_path_factory.mktemp("models") / "reciting")


@pytest.fixture(scope="module")
def reciting(folder: Path) -> Iterator[Local]:
    with loaded(folder) as local:
        yield local


def save_random(folder: Path, kind: str) -> Path:
    """A model of random weights over bytes: it breaks characters anywhere, and never ends."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    letters = Tokenizer(models.BPE({letter: i for i, letter in enumerate(alphabet)}, []))
    letters.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    letters.decoder = decoders.ByteLevel()
    save_fast(letters, folder)
    torch.manual_seed(5)
    shape: dict[str, Any] = {
        "vocab_size": len(alphabet),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "initializer_range": 0.5,
        "eos_token_id": None,
        "bos_token_id": None,
        "pad_token_id": None,
    }
    if kind == "llama":
        LlamaForCausalLM(LlamaConfig(**shape)).save_pretrained(folder)
    else:
        layers = ["sliding_attention", "full_attention"]
        Gemma3ForCausalLM(Gemma3TextConfig(**shape, sliding_window=16, layer_types=layers)).save_pretrained(folder)
    return folder


# --- What it says -------------------------------------------------------------------------------------------


def test_it_goes_on_from_the_last_word_to_the_end(reciting: Local) -> None:
    pieces = list(reciting.stream(asked("cầu dài hai"), 20))
    assert [piece for piece in pieces if piece] == ["kilômét", " và", " rộng", " mười", " mét"]


def test_its_name_is_that_of_the_folder(reciting: Local) -> None:
    assert reciting.name == "reciting"


def test_without_a_chat_template_the_messages_follow_one_another(reciting: Local) -> None:
    messages = [
        ChatMessage("system", "rộng"),
        ChatMessage("user", "hai"),
        ChatMessage("assistant", "và"),
        ChatMessage("user", "mười"),
    ]
    assert "".join(reciting.stream(messages, 20)) == "mét"


@pytest.mark.parametrize("kind", ["llama", "sliding"])
def test_it_says_what_transformers_own_loop_says(kind: str, tmp_path: Path) -> None:
    """Reading the prompt in parts changes nothing, and characters of several tokens come whole or not at all."""
    folder = save_random(tmp_path, kind)
    prompt = "Cây cầu mới dài hai kilômét. " * 8
    dtype = torch.bfloat16 if fastest_precision() == "bf16" else torch.float32
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype)
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    assert ids.shape[1] > 3 * PREFILL_TOKENS
    expected = tokenizer.decode(model.generate(ids, max_new_tokens=40, do_sample=False)[0, ids.shape[1] :])

    with loaded(folder) as local:
        pieces, why = broken_off(local.stream(asked(prompt), 40))

    assert len(expected) > 10
    assert "".join(pieces) == expected.rstrip("\ufffd")
    assert "cut off: its answer does not fit into 40 tokens" in why


def test_one_that_ends_at_once_has_not_answered(reciting: Local) -> None:
    with pytest.raises(ModelFailed, match="'reciting' ended without a word; use another model"):
        said(reciting, "rộng mười mét")


def test_an_answer_that_is_cut_off_fails_after_its_pieces(reciting: Local) -> None:
    pieces, why = broken_off(reciting.stream(asked("cầu"), 2))
    assert [piece for piece in pieces if piece] == ["dài", " hai"]
    assert "does not fit into 2 tokens; allow it more" in why


# --- Chat templates -----------------------------------------------------------------------------------------


def test_a_chat_template_is_used(tmp_path: Path) -> None:
    template = TEMPLATE + "{% if add_generation_prompt %}<|turn|>{% endif %}"
    with loaded(save_reciting(tmp_path, template)) as local:
        assert said(local, "cầu") == "rộng mười mét"


@pytest.mark.parametrize("sign", ["<|turn|>", "</s>"])
def test_signs_of_the_protocol_in_an_article_are_no_signs(sign: str, tmp_path: Path) -> None:
    with loaded(save_reciting(tmp_path, TEMPLATE)) as local:
        assert said(local, f"cầu dài {sign}") == said(local, "cầu dài") == "hai kilômét và rộng mười mét"


def test_where_a_template_knows_no_system_its_words_go_before_the_users(tmp_path: Path) -> None:
    template = NO_SYSTEM + "{{ messages[0].content.split('\n\n')[0] }}"
    with loaded(save_reciting(tmp_path, template)) as local:
        messages = [ChatMessage("system", "và rộng"), ChatMessage("user", "cầu")]
        assert "".join(local.stream(messages, 20)) == "mười mét"


def test_a_template_that_takes_no_such_messages_is_named(tmp_path: Path) -> None:
    with loaded(save_reciting(tmp_path, "{{ raise_exception('roles must alternate') }}")) as local:
        _, why = broken_off(local.stream(asked("cầu"), 20))
    assert "takes no such messages: roles must alternate" in why


# --- What does not fit --------------------------------------------------------------------------------------


def test_a_prompt_beyond_the_context_is_refused_with_both_sizes(reciting: Local) -> None:
    _, why = broken_off(reciting.stream(asked("cầu " * CONTEXT), 20))
    assert f"the prompt has {CONTEXT} tokens, and the language model 'reciting' takes {CONTEXT} together" in why
    assert "give it less to read" in why


def test_an_answer_gets_the_room_that_the_prompt_leaves(reciting: Local) -> None:
    pieces, why = broken_off(reciting.stream(asked("cầu " * (CONTEXT - 1)), 20))
    assert "".join(pieces) == "dài"
    assert "does not fit into 1 tokens" in why


def test_nothing_to_read_is_refused(reciting: Local) -> None:
    with pytest.raises(ModelFailed, match="was given nothing to read"):
        said(reciting, "")


def test_half_a_character_is_read_as_an_unknown_word(reciting: Local) -> None:
    assert said(reciting, "cầu \ud800") == "cầu dài hai kilômét và rộng mười mét"


# --- Turns and time -----------------------------------------------------------------------------------------


def test_answers_asked_for_together_are_those_asked_for_alone(reciting: Local) -> None:
    starts = POEM[:-1] * 4
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda word: said(reciting, word), starts))
    assert together == [" ".join(POEM[POEM.index(word) + 1 :]) for word in starts]


def test_whoever_waits_is_told_so_and_answered_once_the_other_is_closed(reciting: Local) -> None:
    first = reciting.stream(asked("cầu dài"), 20)
    assert next(piece for piece in first if piece) == "hai"
    second = reciting.stream(asked("rộng"), 20)
    assert [next(second), next(second)] == ["", ""]
    first.close()
    assert "".join(second) == "mười mét"


def test_it_can_be_closed_while_the_prompt_is_read(reciting: Local) -> None:
    first = reciting.stream(asked("cầu " * 1000), 20)
    assert next(first) == ""
    first.close()
    assert next(reciting.stream(asked("cầu"), 20)) == "dài"


def test_waiting_counts_towards_the_limit(folder: Path) -> None:
    with loaded(folder, timeout=0.2) as local:
        first = local.stream(asked("cầu"), 20)
        next(first)
        _, why = broken_off(local.stream(asked("cầu"), 20))
        first.close()
        assert said(local, "mười") == "mét"
    assert "is busy with other answers after 0.2 s; ask again later" in why


def test_an_answer_has_a_limit_of_time(folder: Path) -> None:
    with loaded(folder, timeout=0.2) as local:
        slow = local.stream(asked("cầu"), 20)
        assert next(slow) == "dài"
        time.sleep(0.2)
        assert "had not ended after 0.2 s" in broken_off(slow)[1]
        reading = local.stream(asked("cầu " * 500), 20)
        next(reading)
        time.sleep(0.2)
        assert "has not read the prompt after 0.2 s" in broken_off(reading)[1]


def test_once_closed_it_answers_no_more(folder: Path) -> None:
    local = Local(str(folder), threads=1)
    begun = local.stream(asked("cầu"), 20)
    next(begun)
    local.close()
    assert "it was closed; start it again" in broken_off(begun)[1]
    assert "it was closed; start it again" in broken_off(local.stream(asked("cầu"), 20))[1]


# --- What cannot be loaded ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nowhere", "nowhere.gguf"])
def test_a_path_without_a_model_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=rf"There is no language model at {tmp_path / name}; correct the path"):
        Local(str(tmp_path / name))


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="it is no whole causal language model with its tokenizer; fetch it again"):
        Local(str(tmp_path))


def test_a_folder_without_its_tokenizer_is_named(tmp_path: Path) -> None:
    save_reciting(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(SettingsError, match=str(tmp_path)):
        Local(str(tmp_path))


def test_a_file_that_is_no_gguf_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF and no more")
    with pytest.raises(
        SettingsError, match=r"model\.gguf cannot be loaded \(\w+\); it is no whole causal language model"
    ):
        Local(str(tmp_path / "model.gguf"))
