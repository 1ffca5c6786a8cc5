"""How many syllables get their diacritics back: `python -m eval.studies.diacritics NEWS --squad FILE...`.

The model learns from the first articles of the news and is asked for sentences, titles and abstracts of the last
ones, and for the questions of the SQuAD files: typed without any diacritics, with half of the syllables bare, and as
they are written. Then once more with the tested articles' text (without titles and abstracts) and the passages in
the index, as they are when somebody asks about them. The accuracy is the share of syllables that come out as they
are written, one tone placement counting as the other; words that are not spelled like Vietnamese do not count.
"""

import statistics
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

import click
import numpy as np

from eval.data.squad import read_articles, read_squad
from index.language.diacritics.restore import SyllableModel
from index.language.sentences import sentences
from index.language.text import fold, is_syllable, token_spans, tokens

BARE_SHARES = (1.0, 0.5, 0.0)
_SEED = 7


def bared(text: str, share: float, chance: np.random.Generator) -> str:
    """The text with that share of its words, on average, without diacritics. Case stays."""
    plain = "".join(base.upper() if letter.isupper() else base for letter, base in zip(text, fold(text), strict=True))
    parts, done = [], 0
    for start, end in token_spans(text):
        source = plain if chance.random() < share else text
        parts += [text[done:start], source[start:end]]
        done = end
    return "".join([*parts, text[done:]])


def accuracy(model: SyllableModel, texts: Sequence[str], share: float) -> tuple[float, float]:
    """The share of syllables restored as they are written, and the median CPU milliseconds a text."""
    chance = np.random.default_rng(_SEED)
    right = total = 0
    times: list[float] = []
    for text in texts:
        typed = bared(text, share, chance)
        started = process_time()
        restored = model.restore(typed)
        times.append(1000 * (process_time() - started))
        for written, found in zip(tokens(text), tokens(restored), strict=True):
            if written.isalpha() and is_syllable(written):
                total += 1
                right += written == found
    return right / max(1, total), statistics.median(times)


@click.command()
@click.argument("news", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--squad",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Questions in SQuAD form; may be given more than once.",
)
@click.option("--train", default=18_000, show_default=True, help="How many articles to learn from.")
@click.option("--limit", default=2_000, show_default=True, help="How many texts of a kind to try, at most.")
def main(news: Path, files: tuple[Path, ...], train: int, limit: int) -> None:
    """Measure the diacritics restored in news and in questions."""
    articles = list(read_articles(news))
    tested = articles[train:]
    lines = [article.article.text[start:end] for article, _ in tested for start, end in sentences(article.article.text)]
    chance = np.random.default_rng(_SEED)
    sets = {
        "sentences": [lines[at] for at in chance.permutation(len(lines))[:limit]],
        "titles": [article.article.metadata.title or "" for article, _ in tested[:limit]],
        "abstracts": [abstract for _, abstract in tested[:limit]],
    }
    passages = [article.article.text for article, _ in tested]
    for file in files:
        drafts, cases = read_squad(file)
        passages += [draft.article.text for draft in drafts]
        sets[file.stem] = list(dict.fromkeys(case.question for case in cases))[:limit]
    learnt = [
        f"{draft.article.metadata.title or ''}\n{abstract}\n{draft.article.text}"
        for draft, abstract in articles[:train]
    ]
    click.echo(f"{'':<28}{'texts':>7}{'bare':>9}{'half':>9}{'written':>9}{'ms (bare)':>11}")
    for index, texts in {"not in the index": learnt, "in the index": [*learnt, *passages]}.items():
        started = perf_counter()
        model = SyllableModel.of_archive(texts)
        click.echo(f"{index}: {len(texts):,} texts counted in {perf_counter() - started:.1f} s")
        for name, asked in islice(sets.items(), index == "in the index", None):
            results = [accuracy(model, asked, share) for share in BARE_SHARES]
            scores = "".join(f"{100 * right:8.2f}%" for right, _ in results)
            click.echo(f"  {name:<26}{len(asked):>7}{scores}{results[0][1]:>11.2f}")


if __name__ == "__main__":
    main()
