"""Whether the chosen sentences hold the answer, the right passage given: `python -m eval.studies.right_passage SQUAD`.

Retrieval is left out: of each question's passage alone, sentences are chosen as they are for an answer. Questions on
every other article of the file are reported apart, for weights that were chosen on one half.
"""

from dataclasses import replace
from pathlib import Path

import click

from eval.data.squad import SquadQuestion, contains_answer, read_squad
from eval.runs.corpus import service_over
from rag.answer.extractive import chosen
from rag.answer.ranking import SentenceWeights, rank
from rag.cli.common import bar
from rag.records import Request
from rag.service.wiring import Service
from rag.settings import read_settings

# All chunks of a small file: the right ones are among them.
_ALL = 1000


def holds_answer(service: Service, case: SquadQuestion) -> tuple[bool, bool]:
    """Whether the first sentence chosen from the case's own passage holds one of its answers, and all of them do."""
    answerer = service.answerer
    found = answerer.search(Request(case.question, _ALL))
    given = [replace(p, reading=None) for p in found.passages if p.hit.chunk.article_id == case.article_id]
    read = answerer.reader.read(found.query, given)
    candidates = rank(found.query, read, service.catalogue.snapshot.terms, SentenceWeights.load())
    texts = [item.sentence.text for item in chosen(found.query, candidates)] if candidates else []
    return contains_answer(" ".join(texts[:1]), case.answers), contains_answer(" ".join(texts), case.answers)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
def main(file: Path, data: Path) -> None:
    """Measure the choice of sentences in the right passage, on a SQuAD-form file."""
    drafts, cases = read_squad(file)
    asked = [case for case in cases if case.answers]
    with service_over(drafts, read_settings({"data": data})) as service, bar() as progress:
        tracked = progress.track(asked, description="Asking")
        held = [(case.group % 2, holds_answer(service, case)) for case in tracked]
    for name, groups in (("all", (0, 1)), ("even articles", (0,)), ("odd articles", (1,))):
        rows = [row for group, row in held if group in groups]
        one, two = (sum(row[place] for row in rows) / len(rows) for place in (0, 1))
        click.echo(f"{name}: {len(rows)} questions, answer in the first sentence {one:.3f}, in at most two {two:.3f}")


if __name__ == "__main__":
    main()
