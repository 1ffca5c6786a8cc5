"""The commands on single articles that need no embedding model: `hoidap show`, `remove`, `doctor`."""

from collections.abc import Iterator

import click

from index.derived.doctor import Finding, examine
from index.store.store import Store
from rag.cli.common import encodable, say, settings_of
from rag.cli.printing import print_article
from rag.contract.articles import stored_article
from rag.service.data_folder import generations_folder, opened_milvus, opened_store, remove_articles
from rag.settings import Settings


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.pass_context
def remove(context: click.Context, ids: tuple[str, ...]) -> None:
    """Remove articles by id."""
    settings = settings_of(context)
    with opened_store(settings) as store:
        removed = set(remove_articles(settings, store, ids))
    for article in ids:
        click.echo(f"{'removed' if article in removed else 'not found'}  {article}")
    if removed != set(ids):
        context.exit(1)


@click.command()
@click.argument("article_id")
@click.option("--raw", is_flag=True, help="Print the input that it was made from.")
@click.option("--removed", is_flag=True, help="Print what was taken out of its page, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def show(context: click.Context, article_id: str, raw: bool, removed: bool, as_json: bool) -> None:
    """Print an article as it is stored."""
    with opened_store(settings_of(context)) as store:
        draft = store.draft(article_id)
    if draft is None:
        say(f"hoidap: there is no article {article_id!r}; `hoidap articles` lists them")
        context.exit(1)
    if raw:
        click.echo(encodable(draft.raw.content))
    elif removed:
        for part in draft.removed:
            click.echo(f"{part.reason:<16} {part.text}")
    elif as_json:
        click.echo(stored_article(draft).model_dump_json(indent=2))
    else:
        print_article(draft)


@click.command()
@click.option("--engine", is_flag=True, help="Check Milvus against FAISS and tantivy, in a collection of its own.")
@click.pass_context
def doctor(context: click.Context, engine: bool) -> None:
    """Compare the truth with the derived indexes, and say what is wrong."""
    settings = settings_of(context)
    with opened_store(settings) as store:
        findings = list(examine(store, generations_folder(settings)))
        if engine or settings.milvus is not None:
            findings += _of_milvus(settings, store, engine)
    for finding in findings:
        click.echo(f"{finding.part:<12} {finding.state}")
        if finding.problem:
            click.echo(f"{'':<12} PROBLEM: {finding.problem}")
    if settings.database is not None:
        click.echo("The database is a PostgreSQL server's: pg_amcheck looks for damage in it, pg_dump backs it up.")
    if any(finding.problem for finding in findings):
        context.exit(1)
    click.echo("All is well")


def _of_milvus(settings: Settings, store: Store, engine: bool) -> Iterator[Finding]:
    with opened_milvus(settings) as milvus:
        # Here, as it needs the extra `cluster`.
        from index.cluster.checking import examine_engine, examine_rows  # noqa: PLC0415

        yield from examine_rows(store, milvus.client, milvus.plan)
        if engine:
            say("Comparing Milvus with FAISS and tantivy")
            yield from examine_engine(store, milvus.client, milvus.plan)
