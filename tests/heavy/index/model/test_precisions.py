"""The bundled model in each precision, next to sentence-transformers and transformers themselves."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer

from index.model.embedder import Embedder
from tests.support.embedded_texts import TEXTS


def test_agrees_with_sentence_transformers(exact: Embedder, model_folder: Path) -> None:
    plain = SentenceTransformer(str(model_folder), device="cpu")

    queries = plain.encode(["query: " + text for text in TEXTS])
    passages = plain.encode(["passage: " + text for text in TEXTS])

    np.testing.assert_allclose(exact.embed_queries(TEXTS), queries, atol=2e-6)
    np.testing.assert_allclose(exact.embed_passages(TEXTS), passages, atol=2e-6)


@pytest.mark.parametrize("prompt", ["query: ", "passage: "])
def test_token_vectors_are_the_states_of_the_middle_layer(prompt: str, exact: Embedder, model_folder: Path) -> None:
    plain: Any = AutoModel.from_pretrained(model_folder)
    text = TEXTS[2]
    encoded = AutoTokenizer.from_pretrained(model_folder)(
        prompt + text, return_tensors="pt", return_offsets_mapping=True
    )
    offsets = encoded.pop("offset_mapping")[0].tolist()
    with torch.no_grad():
        states = plain(**encoded, output_hidden_states=True).hidden_states[6][0]
    # [CLS] and [SEP] have no characters.
    lead = len(prompt)
    own = [place for place, (start, end) in enumerate(offsets) if end > lead and end > start]
    expected = torch.nn.functional.normalize(states[own], dim=1).numpy()

    tokens = exact.query_tokens(text) if prompt == "query: " else exact.passage_tokens([text])[0]

    # Those of passages are rounded to 11 bits.
    allowed = 2e-6 if prompt == "query: " else 2**-10
    assert np.linalg.norm(tokens.vectors - expected, axis=1).max() < allowed
    assert tokens.places.tolist() == [offsets[place][1] - lead - 1 for place in own]
    assert tokens.places[-1] == len(text) - 1


@pytest.fixture(scope="module")
def exact(model_folder: Path) -> Embedder:
    return Embedder.load(model_folder, "fp32", threads=1)


@pytest.fixture(scope="module", params=["bf16", "int8", "fp32"])
def precise(request: pytest.FixtureRequest, model_folder: Path) -> Embedder:
    """The bundled model in each precision."""
    return Embedder.load(model_folder, request.param)


def test_a_query_does_not_hang_on_the_others(precise: Embedder) -> None:
    alone = np.concatenate([precise.embed_queries([text]) for text in TEXTS])

    together = precise.embed_queries(TEXTS)
    backwards = precise.embed_queries(TEXTS[::-1])[::-1]

    assert np.array_equal(together, alone)  # to the last bit
    assert np.array_equal(backwards, alone)


def test_precisions_are_compatible(precise: Embedder, exact: Embedder) -> None:
    vectors = precise.embed_passages(TEXTS)

    assert np.sum(vectors * exact.embed_passages(TEXTS), axis=1).min() > 0.995
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert precise.fingerprint == exact.fingerprint
