"""The answers, the right passage given: `python -m eval.studies.right_passage SQUAD`.

Retrieval is left out, and so is abstention: of each question's passage alone, an answer is made as of any. Whether its
first sentence holds a gold answer, and its first two; and F1 and exact match of the words that answer. Questions on
every other article of the file are reported apart, for weights that were chosen on one half.
"""

from dataclasses import astuple, dataclass, replace
from pathlib import Path

import click

from eval.attacks.hostile import willing
from eval.data.squad import SquadQuestion, contains_answer, read_squad
from eval.runs.corpus import service_over
from eval.scores.answers import exact_match_and_f1
from rag.answering import Answerer
from rag.cli.common import bar
from rag.records.answers import Generated
from rag.records.search import Request
from rag.service.wiring import Service
from rag.settings import read_settings

# All chunks of a small file: the right ones are among them.
_ALL = 1000


@dataclass(frozen=True, slots=True)
class Given:
    """What came of one question: whether the first sentence, and the first two, hold a gold answer; and the words that
    answer against the gold ones."""

    first: bool
    two: bool
    exact: float
    f1: float


def answered(service: Service, answerer: Answerer, case: SquadQuestion) -> Given:
    """The answer to a case out of its own passage, by an answerer that never abstains."""
    found = answerer.search(Request(case.question, _ALL))
    own = [replace(p, reading=None) for p in found.passages if p.hit.chunk.article_id == case.article_id]
    # One thing is asked, in whatever form.
    query = replace(found.query, kind="fact")
    read = answerer.reader.read(query, own)
    made = list(answerer.generators[answerer.generator].generate(query, read, service.catalogue.snapshot.idf))
    generated = next(one for one in made if isinstance(one, Generated))
    said = [statement.text for statement in generated.statements]
    holds = [contains_answer(" ".join(said[:most]), case.answers) for most in (1, 2)]
    exact, f1 = exact_match_and_f1(case.answers, _short(service, generated))
    return Given(holds[0], holds[1], exact, f1)


def _short(service: Service, generated: Generated) -> str:
    """The words that answer; none where no reader marks them."""
    span = generated.span
    draft = service.store.draft(span.article_id) if span else None
    return draft.article.text[span.start : span.end] if span and draft else ""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(1), help="Ask no more than the first so many questions.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
def main(file: Path, limit: int | None, data: Path) -> None:
    """Measure answers out of the right passage, on a SQuAD-form file."""
    drafts, cases = read_squad(file)
    asked = [case for case in cases if case.answers][:limit]
    with service_over(drafts, read_settings({"data": data})) as service, bar() as progress:
        tracked = progress.track(asked, description="Asking")
        answerer = willing(service)
        held = [(case.group % 2, answered(service, answerer, case)) for case in tracked]
    for name, groups in (("all", (0, 1)), ("even articles", (0,)), ("odd articles", (1,))):
        rows = [row for group, row in held if group in groups]
        if not rows:
            continue
        first, two, exact, f1 = (
            sum(values) / len(rows) for values in zip(*(astuple(row) for row in rows), strict=True)
        )
        click.echo(
            f"{name}: {len(rows)} questions, answer in the first sentence {first:.3f}, in at most two {two:.3f}; "
            f"the words that answer F1 {f1:.3f}, EM {exact:.3f}"
        )


if __name__ == "__main__":
    main()
