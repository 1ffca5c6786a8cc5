"""Sixteen threads at one embedding model: each gets what a text gets alone.

At each time every thread embeds questions and passages of many lengths, by turns, through the queue in front of the
model. Questions run through the model one by one, so that their vectors must be the same to the last bit; passages run
in batches, in which sums of 16 bits end otherwise, and 8 bits are shared out otherwise.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np

from eval.endurance.outcomes import Outcome
from eval.endurance.stand_ins import body
from index.model.encoder import Encoder, TextEmbedder

THREADS, TEXTS = 16, 5
# 1 less the cosine of a passage in a batch and alone: what vectors in several precisions may differ by.
_TOLERANCE = 0.005


def trial(folder: Path, numbers: range, seed: int, embedder: TextEmbedder, texts: int = 80) -> Iterator[Outcome]:  # noqa: ARG001
    """`TEXTS` encodings by each of the threads at each of the numbers, of so many different `texts`."""
    pool = [body(f"số {number}", number % 6) for number in range(texts)]
    questions = np.concatenate([embedder.embed_queries([text]) for text in pool])
    passages = np.concatenate([embedder.embed_passages([text]) for text in pool])

    def off(random: np.random.Generator) -> tuple[float, float]:
        """How far vectors of a thread are from those of the same texts alone.

        The greatest difference of a component of a question; and of a passage, 1 less the least cosine.
        """
        some = random.permutation(texts)[:TEXTS]
        asked, given = some[: TEXTS // 2], some[TEXTS // 2 :]
        asking = encoder.embed_queries([pool[n] for n in asked])
        giving = encoder.embed_passages([pool[n] for n in given])
        cosines = (giving * passages[given]).sum(axis=1)
        return float(abs(asking - questions[asked]).max()), float(1 - cosines.min())

    with Encoder(embedder, queue_limit=2 * THREADS) as encoder, ThreadPoolExecutor(THREADS) as threads:
        for number in numbers:
            started = perf_counter()
            randoms = [np.random.default_rng([seed, number, thread]) for thread in range(THREADS)]
            question, passage = map(max, zip(*threads.map(off, randoms), strict=True))
            most = {
                "difference, questions": question,
                "1 - cosine, passages": passage,
                "seconds": perf_counter() - started,
            }
            lost = question > 0 or passage > _TOLERANCE
            yield Outcome(
                "rounds", {"encodings": THREADS * TEXTS}, most, "a vector is another than alone" if lost else ""
            )
