import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from eval.data.suites import Options
from eval.runs.manifest import RunManifest, SuiteEntry, difference, read_manifest, version_of_code, write_manifest
from eval.scores import Interval
from index.storage.errors import Refused

MANIFEST = RunManifest(
    version="0.1.0",
    commit="abc",
    dirty=False,
    started="2026-01-01T00:00:00+00:00",
    finished=None,
    settings={"k": 10, "embedding_model": "bundled"},
    model={"name": "bundled", "fingerprint": "f"},
    chunking={"max_tokens": 256},
    k=10,
    prompts={"en/abstain.txt": "1"},
    calibration="c",
    packages={"torch": "2"},
    suites=(SuiteEntry("own", "own", 3, 42, "hash", Options(withheld="half")),),
    summary={},
)


def test_what_is_written_is_read_back_in_the_shape_that_readers_rely_on(tmp_path: Path) -> None:
    ended = MANIFEST.ended({"own": {"R@1": Interval(0.5, 0.25, 0.75, 3), "ECE": Interval(0.1, None, None, 3)}})
    write_manifest(tmp_path, ended)
    assert read_manifest(tmp_path) == ended

    found = json.loads((tmp_path / "manifest.json").read_bytes())
    assert found["summary"]["own"]["R@1"] == {"mean": 0.5, "low": 0.25, "high": 0.75, "n": 3}
    (suite,) = found["suites"]
    assert (suite["name"], suite["cases"], suite["articles"], suite["corpus"]) == ("own", 3, 42, "hash")
    assert suite["options"]["withheld"] == "half"
    assert found["finished"] >= found["started"]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (replace(MANIFEST, commit="def"), "commit was 'abc' and is 'def' now"),
        (replace(MANIFEST, settings={"k": 5, "embedding_model": "bundled"}), "settings.k was 10 and is 5 now"),
        (replace(MANIFEST, prompts={}), "prompts.en/abstain.txt was '1' and is None now"),
        (
            replace(MANIFEST, suites=(replace(MANIFEST.suites[0], corpus="other"),)),
            "suites.0.corpus was 'hash' and is 'other' now",
        ),
        (replace(MANIFEST, started="2026-02-02T00:00:00+00:00").ended({"own": {}}), None),
    ],
)
def test_the_first_difference_is_named_and_time_is_none(now: RunManifest, said: str | None) -> None:
    assert difference(MANIFEST, now) == said


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"manifest\.json cannot be read \(No such file"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text('{"version": "1"}', encoding="utf-8")
    with pytest.raises(Refused, match=r"manifest\.json: commit: Field required"):
        read_manifest(tmp_path)


def test_the_commit_and_whether_the_code_differs_from_it(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    assert version_of_code(tmp_path) == (None, None)
    code = tmp_path / "rag" / "a.py"
    code.parent.mkdir()
    code.write_text("a = 1\n", encoding="utf-8")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "a")
    commit = git("rev-parse", "HEAD")
    (tmp_path / "note.txt").write_text("not code", encoding="utf-8")
    assert version_of_code(tmp_path) == (commit, False)
    code.write_text("a = 2\n", encoding="utf-8")
    assert version_of_code(tmp_path) == (commit, True)
    # Installed into a folder of somebody else's repository, we are at no commit of ours.
    assert version_of_code(tmp_path / "rag") == (None, None)
