"""Generations of the indexes with a file that is damaged: each is to be found out, and none to be answered from.

Two generations are made of a store that has changed since. Each time a file of one of them, or of either, is damaged as
bad disks, broken copies and people damage files; then the indexes are opened, and must find what sound ones find.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

from eval.endurance.outcomes import Outcome
from eval.endurance.stand_ins import HashEncoder, catalogue, draft, ingester, whole
from index.derived.generations import BrokenGenerationError, Catalogue, verified
from index.store.store import Store

_ENCODER = HashEncoder()
_GENERATIONS = ("gen-000001", "gen-000002")
_SUBJECTS = ["mèo đen", "hổ trắng", "voi xám", "chó vàng", "gà gáy", "sông dài", "núi cao", "biển rộng"]

Random = np.random.Generator
# What two searches find: cosines by chunk, and chunks.
Found = tuple[Mapping[int, float], set[int]]


def trial(folder: Path, numbers: range, seed: int) -> Iterator[Outcome]:
    """Damage files at each of the numbers."""
    with closing(Store(folder / "truth.sqlite3")) as store:
        _prepare(store, folder / "sound")
        right = expected(store, folder / "rebuilt")
        for number in numbers:
            random = np.random.default_rng([seed, number])
            copy = folder / f"copy-{number}"
            shutil.copytree(folder / "sound", copy)
            kind = str(random.choice(list(DAMAGES)))
            harmed = _GENERATIONS if random.random() < 0.25 else (str(random.choice(_GENERATIONS)),)
            files = {name: _damaged(copy / name, kind, random) for name in harmed}
            faults = [
                f"{file} of {generation} passes" for generation, file in files.items() if _passes(copy / generation)
            ]
            faults += answered_wrongly(store, copy, right)
            # tantivy looks in the background for changes of what was open, and may make a lock there just now.
            shutil.rmtree(copy, ignore_errors=True)
            yield Outcome(kind, {"files damaged": len(harmed)}, lost="; ".join(faults))


def _prepare(store: Store, folder: Path) -> None:
    """A generation of some articles, one of more, and changes that are in neither."""
    for start, gone in ((0, ()), (40, ("a3", "a7")), (60, ("a1", "a45"))):
        texts = {n: f"Chuyện {_SUBJECTS[n % 8]} số {n}. " * (n % 5 + 1) for n in range(start, start + 20)}
        sources = {n: f"Báo {n % 3}" for n in texts}
        list(
            ingester(store, _ENCODER).ingest(
                draft(f"a{n}", text, source=sources[n], published_at=f"2026-05-{n % 28 + 1:02}")
                for n, text in texts.items()
            )
        )
        store.remove(gone)
        if start < 60:
            with closing(catalogue(store, folder, _ENCODER)) as indexes:
                if start:
                    indexes.publish()


def expected(store: Store, folder: Path) -> list[Found]:
    """What indexes find that are made anew in a folder."""
    with closing(catalogue(store, folder, _ENCODER)) as indexes:
        return _found(indexes)


def _found(indexes: Catalogue) -> list[Found]:
    snapshot = indexes.snapshot
    return [
        (
            dict(snapshot.dense(_ENCODER.embed_query(words), 1000)),
            {chunk for chunk, _ in snapshot.lexical(words, 1000)},
        )
        for words in _SUBJECTS
    ]


def _passes(generation: Path) -> bool:
    try:
        verified(generation)
    except BrokenGenerationError:
        return False
    return True


def answered_wrongly(store: Store, folder: Path, right: list[Found]) -> Iterator[str]:
    """What opened indexes do wrong.

    The generation before counts words otherwise, so that of the lexical index the chunks are compared, not the scores.
    """
    with closing(catalogue(store, folder, _ENCODER)) as indexes:
        if not whole(store, indexes):
            yield "the indexes do not hold the chunks of the store"
        for words, sound, found in zip(_SUBJECTS, right, _found(indexes), strict=True):
            if found != sound:
                yield f"{words} finds something else"


# --- Damage ----------------------------------------------------------------------------------------------


def _damaged(generation: Path, kind: str, random: Random) -> str:
    """The file that was damaged; one whose bytes are as before is not damaged, and another is tried."""
    files = sorted(path for path in generation.rglob("*") if path.is_file() and path.suffix != ".lock")
    while True:
        file = files[random.integers(len(files))]
        before = file.read_bytes()
        DAMAGES[kind](file, random)
        if not file.exists() or file.read_bytes() != before:
            return str(file.relative_to(generation))


def _flipped(file: Path, random: Random) -> None:
    content = bytearray(file.read_bytes())
    content[random.integers(len(content))] ^= 1 << int(random.integers(8))
    file.write_bytes(content)


def _truncated(file: Path, random: Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: random.integers(len(content))])


def _zeroed(file: Path, random: Random) -> None:
    content = bytearray(file.read_bytes())
    start = int(random.integers(len(content)))
    size = len(content[start : start + 512])
    content[start : start + size] = bytes(size)
    file.write_bytes(content)


def _grown(file: Path, random: Random) -> None:
    with file.open("ab") as end:
        end.write(random.bytes(int(random.integers(1, 600))))


def _missing(file: Path, _: Random) -> None:
    file.unlink()


def _swapped(file: Path, random: Random) -> None:
    """With another file of the generation."""
    others = [path for path in file.parent.iterdir() if path.is_file() and path != file and path.suffix != ".lock"]
    other = others[random.integers(len(others))]
    ours, theirs = file.read_bytes(), other.read_bytes()
    file.write_bytes(theirs)
    other.write_bytes(ours)


def _of_the_other(file: Path, _: Random) -> None:
    """As it is in the other generation, as after copying both by hand."""
    generation = next(folder for folder in file.parents if folder.name in _GENERATIONS)
    other = generation.with_name(next(name for name in _GENERATIONS if name != generation.name))
    same = other / file.relative_to(generation)
    if same.exists():
        shutil.copy(same, file)


DAMAGES: Mapping[str, Callable[[Path, Random], None]] = {
    "a bit flipped": _flipped,
    "truncated": _truncated,
    "a block zeroed": _zeroed,
    "grown": _grown,
    "missing": _missing,
    "swapped with another file": _swapped,
    "from the other generation": _of_the_other,
}
