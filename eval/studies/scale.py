"""An archive of a million chunks made and kept, and what search over it costs.

python -m eval.studies.scale make FOLDER --news NEWS --chunks 1000000
"""

from pathlib import Path

import click

from eval.data.squad import read_articles
from eval.runs.corpus import opened_bench
from eval.studies.made_archive import make
from rag.settings import read_settings

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def main() -> None:
    """Measure search at any size."""


@main.command("make")
@click.argument("folder", type=_FOLDER)
@click.option("--news", required=True, type=_FILE, help="Real articles, embedded first.")
@click.option("--chunks", default=1_000_000, show_default=True, help="How many there are to be.")
@click.option("--data", default=Path("data"), type=_FOLDER, help="Data folder with the model and known vectors.")
def make_(folder: Path, news: Path, chunks: int, data: Path) -> None:
    """Make an archive in FOLDER, or go on with it."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened_bench(read_settings({"data": data})) as bench:
        make(folder / "hoidap.sqlite3", (draft for draft, _ in read_articles(news)), chunks, bench)


if __name__ == "__main__":
    main()
