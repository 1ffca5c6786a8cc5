"""The bundled model as an embedder: limits, tokens, shapes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.model.centring import centring_of
from index.model.embedder import Embedder
from tests.support.embedded_texts import TEXTS


def test_what_is_too_long_is_not_read(embedder: Embedder) -> None:
    tokens = embedder.passage_tokens(["nhà " * 60_000])[0]

    # Of 512 tokens, [CLS] and the prompt ("passage", ":") take three; the end is cut off with [SEP].
    assert len(tokens.vectors) == len(tokens.places) == 509


def test_finds_the_passage_that_answers(embedder: Embedder) -> None:
    scores = embedder.embed_passages(TEXTS) @ embedder.embed_queries(["Trận chung kết kết thúc với tỉ số nào?"]).T

    assert np.argmax(scores) == 2


def test_the_bundled_model_has_a_centring(embedder: Embedder) -> None:
    """Questions in Chinese have a cosine of 0.8 with anything in Vietnamese; centred, what answers stands out."""
    centring = centring_of(embedder.fingerprint)
    assert centring is not None
    asked = embedder.embed_queries(["决赛的比分是多少？", "什么时候举行国会选举？"])
    told = embedder.embed_passages(TEXTS)
    given, centred = (asked @ told.T).max(axis=1), (centring.moved(asked) @ centring.moved(told).T).max(axis=1)
    assert given.min() > 0.75
    assert centred[0] > 2 * centred[1]


def test_shapes(embedder: Embedder) -> None:
    assert (embedder.dimension, embedder.max_tokens) == (384, 512)
    assert embedder.embed_queries([]).shape == embedder.embed_passages([]).shape == (0, 384)
    assert embedder.embed_passages([""]).shape == (1, 384)
    assert embedder.embed_queries(["một"]).dtype == embedder.embed_passages(["một"]).dtype == np.float32


def test_what_exceeds_the_limit_is_left_out(embedder: Embedder) -> None:
    limit = embedder.max_tokens - embedder.passage_overhead

    longest = embedder.embed_passages([" ".join(["nhà"] * limit)])  # "nhà" is one token

    assert np.array_equal(embedder.embed_passages(["nhà " * 60_000]), longest)
    assert np.array_equal(embedder.embed_passages([" ".join(["nhà"] * limit) + " phố"]), longest)


def test_lone_surrogates_are_read_as_question_marks(embedder: Embedder) -> None:
    assert np.array_equal(embedder.embed_queries(["giá \ud800"]), embedder.embed_queries(["giá ?"]))
    assert embedder.token_offsets("a\udfffb")[-1][1] == 3


def test_token_offsets_are_code_points(embedder: Embedder) -> None:
    text = "Giá\u200b  xăng ½ 😀 tăng"

    offsets = embedder.token_offsets(text)

    assert len(offsets) == embedder.count_tokens([text])[0]
    assert all(start <= end for start, end in offsets)
    assert offsets == sorted(offsets)
    words = [text[start:end].strip("\u200b ") for start, end in offsets]
    assert [word for word in words if word in ("Giá", "xăng", "😀", "tăng")] == ["Giá", "xăng", "😀", "tăng"]


def test_tokens_of_a_passage_begin_with_their_words(embedder: Embedder) -> None:
    text = "Mức 1.400 euro,\nkèm \ud800 bảo hiểm"

    (tokens,) = embedder.passage_tokens([text])

    said = [text[start:end] for start, end in tokens.spans if start >= 0]
    assert said == [word.strip() for word in said]
    assert "".join(said) == "".join(text.split())


def test_overhead_is_what_prompt_and_special_tokens_cost(embedder: Embedder, model_folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(model_folder / "tokenizer.json"))

    for text, count in zip(TEXTS, embedder.count_tokens(TEXTS), strict=True):
        assert len(tokenizer.encode("passage: " + text)) == count + embedder.passage_overhead


def test_tokens_may_be_counted_while_texts_are_embedded(embedder: Embedder) -> None:
    counts = embedder.count_tokens(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        counted = [pool.submit(lambda: [embedder.count_tokens(TEXTS) for _ in range(50)]) for _ in range(4)]
        embedder.embed_passages(TEXTS)
        embedder.embed_queries(TEXTS)

    assert all(found == counts for future in counted for found in future.result())
