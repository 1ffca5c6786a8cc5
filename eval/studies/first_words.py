"""How long a reader waits for the first words of a written answer: `python -m eval.studies.first_words`.

The sample's own questions are asked of the generator that is set up. A sentence leaves when it is whole and checked, so
its first words come later than the model's first token by the rest of that sentence and the check.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import click
import numpy as np

from eval.data.suites import OWN, Options, read_suite
from eval.runs.corpus import service_over
from rag.answer.written.generator import Written
from rag.cli.common import bar
from rag.models.protocol import LanguageModel
from rag.records.answers import Delta
from rag.records.search import ChatMessage, Found, Request
from rag.settings import read_settings

_ROWS = (
    ("passages found", "found"),
    ("the model's first token, after it was asked", "token"),
    ("the first sentence with its citation", "sentence"),
    ("the whole answer", "whole"),
)


@dataclass
class Timed:
    """A language model that notes, in seconds, when it was asked and when its first token came."""

    model: LanguageModel
    asked: float = 0.0
    first: float | None = field(default=None)

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Generator[str, None, None]:
        """As the model does."""
        self.asked, self.first = perf_counter(), None
        for piece in self.model.stream(messages, max_tokens):
            if piece and self.first is None:
                self.first = perf_counter()
            yield piece


@click.command()
@click.option("--questions", default=20, show_default=True, help="How many to ask.")
def main(questions: int) -> None:
    """Measure on the sample articles; questions that the model is not asked, or whose answer abstains, do not count."""
    settings = read_settings({})
    suite = read_suite(OWN, Options(limit=questions))
    taken: dict[str, list[float]] = {key: [] for _, key in _ROWS}
    with service_over(suite.articles, settings) as service, bar() as progress:
        written = service.answerer.generators[settings.generator]
        if not isinstance(written, Written):
            raise click.UsageError("the generator that is set up is no language model; set HOIDAP_GENERATOR")
        timed = Timed(written.model)
        answerer = replace(service.answerer, generators={settings.generator: replace(written, model=timed)})
        for trial in progress.track(suite.trials, description="Asking"):
            moments: dict[str, float] = {}
            started = perf_counter()
            timed.first = None
            for event in answerer.events(Request(trial.case.question, settings.k)):
                if isinstance(event, Found | Delta):
                    moments.setdefault("found" if isinstance(event, Found) else "sentence", perf_counter() - started)
            if timed.first is not None and "sentence" in moments:
                moments |= {"token": timed.first - timed.asked, "whole": perf_counter() - started}
                for key, seconds in moments.items():
                    taken[key].append(seconds)
    click.echo(f"{len(taken['whole'])} answers of {len(suite.trials)} questions; seconds")
    for name, key in _ROWS:
        if taken[key]:
            median, late = np.percentile(taken[key], (50, 95))
            click.echo(f"{name:<45} p50 {median:7.2f}   p95 {late:7.2f}")


if __name__ == "__main__":
    main()
