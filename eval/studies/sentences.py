"""How often sentences are split right: `python -m eval.studies.sentences FOLDER`, which has seeds/ and benchmarks/.

The gold holds no text: places in documents of the folder, and where sentences end there, decided by reading. A
sentence is right where both its ends are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import click
from pydantic import BaseModel, Field, TypeAdapter

from eval.data.files import read_json
from eval.data.squad import read_articles
from index.language.sentences import sentences
from index.language.text import Span, nfc
from index.storage.errors import Refused

GOLD = Path(__file__).parents[1] / "gold" / "sentence_boundaries.json"
NEWS = Path("benchmarks") / "news-20k.jsonl.gz"


class Paragraph(BaseModel, frozen=True, extra="forbid"):
    """Lines `first` to `last` (excluded) of a document, joined with a space, and the offsets where sentences end."""

    stratum: str
    document: str
    first: int = Field(ge=0)
    last: int
    sha256: str
    ends: tuple[int, ...] = Field(min_length=1)


class _Gold(BaseModel):
    about: str
    paragraphs: list[Paragraph]


_GOLD = TypeAdapter(_Gold)


@dataclass(frozen=True, slots=True)
class Checked:
    """A paragraph's text, its sentences as they are, and as they were found."""

    stratum: str
    document: str
    text: str
    gold: tuple[Span, ...]
    found: tuple[Span, ...]

    @property
    def wrong(self) -> list[Span]:
        """The sentences that were not found from end to end."""
        return [span for span in self.gold if span not in self.found]


def check(shared: Path, gold: Path = GOLD) -> list[Checked]:
    """Every paragraph of the gold, split. Refused where a document is missing or is not as it was read."""
    paragraphs = read_json(gold, _GOLD).paragraphs
    documents = dict(_documents(shared, {paragraph.document for paragraph in paragraphs}))
    return [_checked(paragraph, documents) for paragraph in paragraphs]


def _documents(shared: Path, names: set[str]) -> Iterator[tuple[str, str]]:
    for path in sorted((shared / "seeds").glob("*.txt")):
        yield path.name, nfc(path.read_text(encoding="utf-8"))
    for made, _ in read_articles(shared / NEWS):
        if made.article.id in names:
            yield made.article.id, made.article.text


def _checked(paragraph: Paragraph, documents: dict[str, str]) -> Checked:
    if paragraph.document not in documents:
        raise Refused(f"document {paragraph.document} is not in the folder; give the one that the gold was made from")
    lines = documents[paragraph.document].split("\n")[paragraph.first : paragraph.last]
    text = " ".join(line.strip() for line in lines)
    if sha256(text.encode()).hexdigest() != paragraph.sha256:
        place = f"document {paragraph.document}, lines {paragraph.first} to {paragraph.last}"
        raise Refused(f"{place}: the text is not the one that was read; give the folder that the gold was made from")
    starts = (len(text) - len(text[end:].lstrip()) for end in (0, *paragraph.ends[:-1]))
    gold = tuple(zip(starts, paragraph.ends, strict=True))
    return Checked(paragraph.stratum, paragraph.document, text, gold, tuple(sentences(text)))


def _report(checked: Iterable[Checked]) -> Iterator[str]:
    for stratum, group in groupby(checked, key=lambda one: one.stratum):
        paragraphs = list(group)
        count = sum(len(one.gold) for one in paragraphs)
        right = count - sum(len(one.wrong) for one in paragraphs)
        yield f"{stratum:<10} {right:>4} of {count:>4} sentences right  {right / count:.4f}"
        for one in paragraphs:
            for start, end in one.wrong:
                yield f"  {one.document}: {one.text[start:end]}"
                yield from (f"    found: {one.text[a:b]}" for a, b in one.found if a < end and b > start)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--gold", default=GOLD, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Boundaries.")
def main(folder: Path, gold: Path) -> None:
    """Count the sentences that are split right, stratum by stratum, and show the others."""
    for line in _report(check(folder, gold)):
        click.echo(line)


if __name__ == "__main__":
    main()
