"""Changes in any order, after which all is found as in an archive that is made anew.

Each time articles are put, replaced, removed and withdrawn, and indexes brought up, published and opened again, in a
seeded order. Then both indexes must give the hits, and the scores, that they give where nothing but the articles that
are left is put into an empty store.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.endurance.outcomes import Outcome
from eval.endurance.stand_ins import HashEncoder, catalogue, draft, ingester
from index.derived.generations import Catalogue
from index.records import NO_FILTERS, Draft, Filters, Hit
from index.store.store import Store

_ENCODER = HashEncoder()
_WORDS = [
    "mèo",
    "đen",
    "hổ",
    "trắng",
    "voi",
    "xám",
    "chó",
    "vàng",
    "gà",
    "gáy",
    "sông",
    "dài",
    "núi",
    "cao",
    "biển",
    "rộng",
    "Hà",
    "Nội",
    "1.500",
    "đường",
]
_QUESTIONS = ("mèo đen", "ho trang", "sông dài ở Hà Nội", "1.500 con gà", "voi")
_FILTERS = (NO_FILTERS, Filters("2026-05-04", "2026-05-20"), Filters(sources=("Báo 1",)))
_ARTICLES, _CHANGES, _EVERYTHING = 12, 16, 10_000
# Sums of the same numbers in another order differ in their last bits, of 32; of scores above 1, this part of them.
_CLOSE = 1e-5

Random = np.random.Generator
# By where a chunk stands and what is known of its article: its score.
Found = Mapping[Hit, float]


class Archive:
    """A store with its indexes, and beside it what must be in it: drafts, and since when each is withdrawn."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.articles: dict[str, tuple[Draft, str | None]] = {}
        self.counting = False  # removed chunks in the frequencies of words: until the next generation
        self._open()

    def _open(self) -> None:
        self.store = Store(self._folder / "truth.sqlite3")
        self.indexes: Catalogue = catalogue(self.store, self._folder / "generations", _ENCODER)

    def close(self) -> None:
        """Close the store and its indexes."""
        self.indexes.close()
        self.store.close()

    def put(self, drafts: list[Draft]) -> None:
        """Take drafts in, new or to replace others."""
        self.counting |= any(item.article.id in self.articles for item in drafts)
        list(ingester(self.store, _ENCODER).ingest(drafts))
        self.articles |= {item.article.id: (item, None) for item in drafts}

    def remove(self, ids: list[str]) -> None:
        """Remove articles that are there, and others."""
        self.counting |= bool(self.store.remove(ids))
        for article in ids:
            self.articles.pop(article, None)

    def withdraw(self, article: str, day: str | None) -> None:
        """Note that an article's page is gone since a day, or there again."""
        self.store.withdraw(article, day)
        if article in self.articles:
            self.articles[article] = self.articles[article][0], day

    def publish(self) -> None:
        """Make another generation."""
        self.indexes.publish()
        self.counting = False

    def reopen(self) -> None:
        """Close all, and open it as the next process does."""
        self.close()
        self._open()


def trial(folder: Path, numbers: range, seed: int) -> Iterator[Outcome]:
    """A sequence at each of the numbers."""
    for number in numbers:
        random = np.random.default_rng([seed, number])
        place = folder / "sequence"
        place.mkdir()
        archive = Archive(place / "changed")
        faults: list[str] = []
        looked_at = 0
        for change in range(_CHANGES):
            _change(archive, random, change)
            # In the midst, and at the end.
            if change in (_CHANGES // 2, _CHANGES - 1):
                archive.indexes.refresh()
                hits, wrong = compared(archive, place / f"anew-{change}")
                faults += [f"after change {change}, {fault}" for fault in wrong]
                looked_at += hits
        archive.publish()
        hits, wrong = compared(archive, place / "anew")
        faults += [f"published, {fault}" for fault in wrong]
        archive.close()
        shutil.rmtree(place)
        yield Outcome("sequences", {"changes": _CHANGES, "hits compared": looked_at + hits}, lost="; ".join(faults[:3]))


def _change(archive: Archive, random: Random, number: int) -> None:
    article = f"a{random.integers(_ARTICLES)}"
    match random.choice(
        ["put", "remove", "withdraw", "refresh", "publish", "reopen"], p=(0.4, 0.15, 0.15, 0.15, 0.075, 0.075)
    ):
        case "put":
            some = random.permutation(_ARTICLES)[: random.integers(1, 4)]
            archive.put([_written(f"a{one}", number, random) for one in some])
        case "remove":
            archive.remove([article, f"a{random.integers(_ARTICLES)}"])
        case "withdraw":
            archive.withdraw(article, "2026-06-01" if random.random() < 0.7 else None)
        case "refresh":
            archive.indexes.refresh()
        case "publish":
            archive.publish()
        case _:
            archive.reopen()


def _written(article: str, number: int, random: Random) -> Draft:
    """A text that no other change wrote, of one chunk to several."""
    sentences = (" ".join(random.choice(_WORDS, random.integers(3, 12))) for _ in range(random.integers(1, 20)))
    text = f"Bài {article} lần {number}. " + " ".join(f"Câu {sentence}." for sentence in sentences)
    day = f"2026-05-{random.integers(1, 29):02}" if random.random() < 0.8 else None
    return draft(article, text, title=f"Tin {article}", source=f"Báo {int(article[1:]) % 3}", published_at=day)


def compared(archive: Archive, folder: Path) -> tuple[int, list[str]]:
    """How many hits were compared with those of an archive made anew, and what is not alike."""
    fresh = Archive(folder)
    fresh.put([item for item, _ in archive.articles.values()])
    for article, (_, day) in archive.articles.items():
        if day is not None:
            fresh.withdraw(article, day)
    fresh.publish()
    faults, looked_at = [], 0
    for words in _QUESTIONS:
        for filters in _FILTERS:
            for kind in ("dense", "lexical"):
                found, right = (_found(one, kind, words, filters) for one in (archive, fresh))
                looked_at += len(right)
                if found.keys() != right.keys():
                    faults.append(f"{kind} finds {len(found)} for {words}, and not the {len(right)}")
                elif kind == "dense" or not archive.counting:
                    far = max(
                        (abs(score - right[hit]) / max(1, right[hit]) for hit, score in found.items()), default=0.0
                    )
                    faults += [f"{kind} scores for {words} differ by {far:.2g}"] if far > _CLOSE else []
    fresh.close()
    return looked_at, faults


def _found(archive: Archive, kind: str, words: str, filters: Filters) -> Found:
    snapshot = archive.indexes.snapshot
    if kind == "dense":
        scored = snapshot.dense(_ENCODER.embed_query(words), _EVERYTHING, filters)
    else:
        scored = snapshot.lexical(words, _EVERYTHING, filters)
    hits = archive.store.hits((chunk for chunk, _ in scored), _EVERYTHING)
    by_chunk = dict(scored)
    # Ids are given in the order of changes: everything else of a hit must be the same.
    return {replace(hit, chunk=replace(hit.chunk, id=0)): by_chunk[hit.chunk.id] for hit in hits}
