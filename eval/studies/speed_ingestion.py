"""Pages of HTML a second, taken in whole, against embedding the same chunks alone: same model, same cores, one run.

    python -m eval.studies.speed_ingestion ARTICLES --pages 1000

ARTICLES is a file of records as `hoidap eval` reads them. Each becomes a page with a menu, links to other articles and
a footer around it. Ingestion is files to transactions, as `hoidap ingest` does it.
"""

import html
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from eval.data.squad import read_articles
from index.chunking import Chunking
from index.ingest import Ingester
from index.intake.ahead import made_ahead
from index.intake.files import read_drafts
from index.model.bundled import bundled_model
from index.model.embedder import Embedder
from index.model.encoder import Encoder
from index.records import Draft
from index.store.store import Store

_MENU = "".join(f'<li><a href="/muc-{n}">Chuyên mục {n}</a></li>' for n in range(24))
_OTHERS = 12  # headlines beside each article


def page(article: Draft, others: list[str]) -> str:
    """An article as a site would show it."""
    title = html.escape(article.article.metadata.title or article.article.id)
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in article.article.text.split("\n") if line.strip())
    links = "".join(f'<li><a href="/tin-{n}.html">{html.escape(text)}</a></li>' for n, text in enumerate(others))
    return (
        f'<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body><nav><ul>{_MENU}</ul></nav>'
        f'<main><h1>{title}</h1><div class="content">{paragraphs}</div><ul class="related">{links}</ul></main>'
        "<footer>Ghi rõ nguồn khi phát hành lại thông tin từ trang này.</footer></body></html>"
    )


@click.command()
@click.argument("articles", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pages", default=1000, show_default=True)
@click.option("--data", default="data", envvar="HOIDAP_DATA", type=click.Path(path_type=Path), help="Data folder.")
def main(articles: Path, pages: int, data: Path) -> None:
    """Time taking pages in, and embedding alone what they were cut into."""
    drafts = [draft for draft, _ in islice(read_articles(articles), pages)]
    titles = [draft.article.text[:80].split("\n")[0] for draft in drafts]
    with TemporaryDirectory() as folder, Encoder(Embedder.load(str(bundled_model(data, click.echo)))) as encoder:
        files = []
        for number, draft in enumerate(drafts):
            files.append(Path(folder) / f"{number:05}.html")
            files[-1].write_text(page(draft, titles[number + 1 : number + 1 + _OTHERS]), encoding="utf-8")
        store = Store(Path(folder) / "articles.sqlite3")
        ingester = Ingester(store, encoder, Chunking())
        encoder.embed_passages(["một hai ba"] * 16)
        started = time.perf_counter()
        outcomes = list(ingester.ingest(made_ahead(item for file in files for item in read_drafts(file))))
        whole = time.perf_counter() - started
        taken = [batch.texts for batch in store.passages(0, store.sequence(), encoder.fingerprint, encoder.dimension)]
        texts = [text for batch in taken for text in batch]
        started = time.perf_counter()
        for begin in range(0, len(texts), 48):
            encoder.embed_passages(texts[begin : begin + 48])
        alone = time.perf_counter() - started
        store.close()
    refused = sum(outcome.status == "refused" for outcome in outcomes)
    click.echo(f"{len(outcomes)} pages ({refused} refused), {len(texts)} chunks")
    click.echo(f"taken in {whole:.1f} s ({len(outcomes) / whole:.1f} pages/s), embedded alone {alone:.1f} s")
    click.echo(f"ratio {whole / alone:.3f}")


if __name__ == "__main__":
    main()
