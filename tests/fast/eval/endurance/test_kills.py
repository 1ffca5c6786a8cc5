"""Losses after a kill are seen. Kills themselves are among the heavy tests."""

from collections.abc import Callable

import pytest

from eval.endurance.kills import Possible, follow, settled
from eval.endurance.stand_ins import HashEncoder, body, draft, ingester
from index.store.store import Store


def test_what_may_be_there_follows_from_what_was_said() -> None:
    possible: Possible = {"a1": {None}, "a2": {None}, "a3": {7}}
    follow(possible, ["begun", "ready", "try a1 11", "try a2 12", "put a1 11", "try a3 -", "gen", "done"])
    assert possible == {"a1": {11}, "a2": {None, 12}, "a3": {7, None}}
    follow(possible, ["del a3"])
    assert possible["a3"] == {None}


def put(store: Store, article: str, version: int) -> None:
    list(ingester(store, HashEncoder()).ingest([draft(article, body(article, version))]))


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda _: None, None),
        (lambda store: put(store, "a1", 4), "a1 is none of ['22']"),
        (lambda store: store.remove(["a1"]), "a1 is none of ['22']"),
        (lambda store: put(store, "b", 1), "b was never sent"),
        (lambda store: store._db.rows("DELETE FROM chunks WHERE start > 0"), "sentences of a1 are missing"),
        (lambda store: store._db.rows("INSERT INTO chunks SELECT 99, article, start, \"end\", vector, sequence"
                                      " FROM chunks LIMIT 1"), "sentences of a1 are missing or stand twice"),
    ],
    ids=["nothing", "another version", "removed", "unsent", "chunks", "twice"],
)  # fmt: skip
def test_a_loss_is_told(store: Store, harm: Callable[[Store], object], fault: str | None) -> None:
    put(store, "a1", 22)
    harm(store)
    faults = list(settled({"a1": {22}, "a2": {None}}, store))
    assert (faults == []) if fault is None else (fault in faults[0])


def test_either_of_two_is_right_and_is_what_counts_from_then_on(store: Store) -> None:
    put(store, "a1", 3)
    possible: Possible = {"a1": {2, 3}}
    assert list(settled(possible, store)) == []
    assert possible == {"a1": {3}}
