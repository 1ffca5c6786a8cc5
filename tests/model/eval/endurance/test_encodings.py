"""Many threads at the bundled model: what CI has in small of `python -m eval.endurance.run encodings`."""

from pathlib import Path

from eval.endurance.encodings import THREADS, trial
from index.model.embedder import Embedder


def test_sixteen_threads_get_what_each_text_gets_alone(embedder: Embedder, tmp_path: Path) -> None:
    (outcome,) = trial(tmp_path, range(1), 1, embedder, texts=12)
    assert outcome.lost == ""
    assert outcome.counts == {"encodings": 5 * THREADS}
