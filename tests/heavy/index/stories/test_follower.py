"""A process killed at any moment leaves no article in two stories, and none without one once it is followed again."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from index.storage.sqlite import connected
from tests.support import ROOT
from tests.support.killed_stories import ARTICLES
from tests.support.stories import Desk


def test_killed_at_any_moment_stories_are_whole(tmp_path: Path) -> None:
    random = np.random.default_rng(14)
    for seed in range(8):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed_stories", str(tmp_path), str(seed)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        with child.stdout as said:
            assert said.readline() == "ready\n"
            time.sleep(random.uniform(0.05, 1.0))
            child.kill()
        assert child.wait() == -9, "the child ended by itself"
        with closing(Desk(tmp_path)) as desk:
            desk.follow()
            check(desk)


def check(desk: Desk) -> None:
    """Every article that is stored is in one story, in its present state, and all that is counted is right."""
    there = {article.id for article in desk.store.articles(ARTICLES + 1)}
    numbers = desk.stories.of([f"a{number}" for number in range(ARTICLES)])
    assert numbers.keys() == there
    assert {one.article_id: one.digest for one in desk.stories.placed(there)} == desk.store.digests(there)
    assert sorted(article for number in set(numbers.values()) for article in desk.stories.articles(number)) == sorted(
        there
    )
    assert desk.stories.position() >= max((sequence for sequence, _ in desk.store.changed(0, 10_000)), default=0)
    assert isinstance(desk.path, Path)
    assert counted(desk.path) == recounted(desk, set(numbers.values()))


def counted(path: Path) -> tuple[dict[int, int], dict[str, int]]:
    with closing(connected(path)) as db:
        stories = {int(story): int(articles) for story, articles in db.execute("SELECT id, articles FROM stories")}
        return stories, {str(name): int(count) for name, count in db.execute("SELECT name, articles FROM story_names")}


def recounted(desk: Desk, numbers: set[int]) -> tuple[dict[int, int], dict[str, int]]:
    placed = [one for number in numbers for one in desk.stories.members(number)]
    names: dict[str, int] = {}
    for one in placed:
        for name in one.profile.names:
            names[name] = names.get(name, 0) + 1
    return {number: len(desk.stories.articles(number)) for number in numbers}, names
