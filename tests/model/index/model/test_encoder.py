"""The bundled model behind its queue."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.model.embedder import Embedder
from index.model.encoder import Encoder

PATIENCE = 30.0  # seconds after which a test that hangs fails


def test_many_clients_get_what_one_gets(embedder: Embedder) -> None:
    questions = [f"Giá vàng ngày {day} tháng 10 {'tăng hay giảm ' * (day % 5)}?" for day in range(1, 33)]
    serial = np.concatenate([embedder.embed_queries([question]) for question in questions])
    with Encoder(embedder) as encoder, ThreadPoolExecutor(40) as clients:
        passages = clients.submit(encoder.embed_passages, ["Vàng miếng tăng giá."] * 20)
        found = clients.map(lambda question: encoder.embed_queries([question]), questions)

        assert np.array_equal(np.concatenate(list(found)), serial)  # to the last bit
        assert passages.result(PATIENCE).shape == (20, embedder.dimension)
        assert encoder.fingerprint == embedder.fingerprint
        assert encoder.count_tokens(questions) == embedder.count_tokens(questions)
        assert encoder.token_offsets(questions[0]) == embedder.token_offsets(questions[0])
