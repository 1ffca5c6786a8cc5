"""How often the right passage is found: `python -m eval.retrieval FILE... [--among NEWS --articles N]`.

R@k is the share of questions whose passage is among the first k articles. Each file's passages are indexed through
the whole first flow, alone or among N news articles, and each question goes through the second.
"""

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import click

from eval.service import service_over
from eval.squad import Case, read_articles, read_squad
from index.store import Filters
from index.text import fold
from rag.answering import Answerer

CUTOFFS = (1, 10)
# Chunks asked for, so that ten different articles are among them.
_DEPTH = 40


def recall(answerer: Answerer, cases: Sequence[Case], ask_as: Callable[[str], str]) -> dict[int, float]:
    """R@k for each cutoff."""
    found = dict.fromkeys(CUTOFFS, 0)
    for case in cases:
        passages = answerer.search(ask_as(case.question), _DEPTH, Filters()).passages
        articles = list(dict.fromkeys(passage.hit.chunk.article_id for passage in passages))
        for cutoff in CUTOFFS:
            found[cutoff] += case.article_id in articles[:cutoff]
    return {cutoff: hits / len(cases) for cutoff, hits in found.items()}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--among", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="News to hide them among.")
@click.option("--articles", default=4000, show_default=True, help="How many of the news articles.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Where the model is unpacked.")
def main(files: tuple[Path, ...], among: Path | None, articles: int, data: Path) -> None:
    """Measure R@1 and R@10 of questions as they are written, and typed without diacritics."""
    news = [draft for draft, _ in islice(read_articles(among), articles)] if among else []
    for file in files:
        drafts, cases = read_squad(file)
        with service_over([*drafts, *news], data) as service:
            ways: dict[str, Callable[[str], str]] = {"as written": str, "without diacritics": fold}
            for name, ask_as in ways.items():
                scores = "  ".join(f"R@{k} {score:.4f}" for k, score in recall(service.answerer, cases, ask_as).items())
                click.echo(
                    f"{file.name:<24} {len(cases)} questions, {service.store.counts()[1]} chunks  {name:<20} {scores}"
                )


if __name__ == "__main__":
    main()
