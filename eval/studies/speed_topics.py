"""How much longer taking articles in takes where topics are followed: `python -m eval.studies.speed_topics NEWS`.

The first articles are taken in as an open service does it, batch by batch, and after each batch two desks follow: one
without topics, one with a thousand, made of titles and abstracts of later articles. Both work on the same batches in
one run, so that whatever else the machine does falls on both.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from eval.data.squad import read_articles, with_abstract
from index.records import Filters
from rag.cli.common import bar
from rag.service.wiring import Service, is_local, opened
from rag.settings import read_settings
from rag.topics.desk import opened_desk
from rag.topics.profiles import Profiles
from rag.topics.store import TopicStore
from rag.topics.topics import Topics, shortened

_BATCH = 50  # outcomes after which an index is refreshed and followed


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def saved(service: Service, questions: Sequence[str], store: TopicStore) -> None:
    """Save questions, without looking for what is there already, which is nothing."""
    profiles = Profiles(service.store, service.catalogue, service.encoder, store)
    for number, question in enumerate(questions):
        made = profiles.new(str(number), question, shortened(question), Filters(), 0.0, profiles.snapshot)
        store.add(made, profiles.model, ())


def caught_up(topics: Topics) -> None:
    """Follow until there is nothing more."""
    while topics.follower.follow():
        pass


@click.command()
@click.argument("news", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--articles", default=1000, show_default=True, help="How many are taken in.")
@click.option("--topics", default=1000, show_default=True, help="How many are followed.")
def main(news: Path, articles: int, topics: int) -> None:
    """Print the ratio of the time with topics to that without."""
    read = list(islice(read_articles(news), articles + topics))
    drafts = [with_abstract(draft, abstract) for draft, abstract in read[:articles]]
    questions = [f"{draft.article.metadata.title or ''} {abstract}".strip() for draft, abstract in read[articles:]]
    with TemporaryDirectory() as folder, ExitStack() as stack:
        service = stack.enter_context(opened(read_settings({"data": Path(folder), "database": None}), click.echo))
        _, stories, *_ = service.followers
        none, all_of_them = (
            Topics(
                stack.enter_context(opened_desk(Path(folder) / name)),
                service.answerer,
                service.encoder,
                service.stories,
                is_local,
            )
            for name in ("none.sqlite3", "topics.sqlite3")
        )
        saved(service, questions, TopicStore(all_of_them.database))
        taken = without = followed = 0.0
        outcomes = service.ingester.ingest(drafts)
        with bar() as progress:
            task = progress.add_task("Taking in", total=articles)
            while True:
                started = time.perf_counter()
                batch = list(islice(outcomes, _BATCH))
                service.catalogue.refresh()
                taken += time.perf_counter() - started
                if not batch:
                    break
                # Articles are matched once they have their stories.
                while stories.follow():
                    pass
                without += timed(lambda: caught_up(none))
                followed += timed(lambda: caught_up(all_of_them))
                progress.advance(task, len(batch))
        (matches,) = all_of_them.database.rows("SELECT count(*) FROM matches")[0]
    click.echo(f"{articles} articles taken in {taken:.1f} s; followed without topics {without:.2f} s")
    click.echo(f"with {topics} topics {followed:.2f} s, {matches} matches")
    click.echo(f"ratio {(taken + followed) / (taken + without):.3f}")


if __name__ == "__main__":
    main()
