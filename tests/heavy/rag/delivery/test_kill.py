"""A sender that is killed at every stage of a delivery, then another: nothing is lost or doubled in silence."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from time import sleep

import pytest

from rag.delivery.channels import Channel, Email, SlackChannel, Webhook
from rag.delivery.outbox import LEASE, Standing
from tests.support.killed_sender import send
from tests.support.letters import outbox, put
from tests.support.mail_server import mail_server
from tests.support.slack_server import running_slack
from tests.support.slack_workspace import NEWS
from tests.support.webhook_server import SECRET, webhook_server

ROOT = Path(__file__).parents[4]
STAGES = ("claimed", "marked", "arrived", "settled")


class World:
    """A mail server, a Slack and a receiver of webhooks; and a folder with an outbox."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.mail = stack.enter_context(mail_server())
        self.slack = stack.enter_context(running_slack())
        self.hook = stack.enter_context(webhook_server())
        self._places = self.mail.port, f"{self.slack.url}/api/", self.hook.authority

    def channel(self, kind: str) -> Channel:
        if kind == "webhook":
            return Webhook(self.hook.url, SECRET)
        return Email("an@bao.example") if kind == "email" else SlackChannel(NEWS)

    def put(self, kind: str, issue: str = "i1") -> None:
        database, _ = outbox(self.folder)
        put(database, self.channel(kind), issue=issue)
        database.close()

    def start(self, now: float, *stop: str) -> subprocess.Popen[str]:
        places = map(str, self._places)
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed_sender", str(self.folder), str(now), *places, *stop],
            cwd=ROOT,
            env=os.environ,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, now: float) -> None:
        """Send what is due, as another sender does."""
        send(self.folder, now, *self._places)

    def arrived(self, kind: str) -> list[str]:
        """What came over the channel, each by its id."""
        if kind == "email":
            return [str(message["Message-ID"]) for message in self.mail.messages]
        if kind == "slack":
            return [posted.ts for posted in self.slack.posted.values()]
        return [name for name, _ in self.hook.taken]

    def standing(self, issue: str = "i1") -> Standing:
        database, box = outbox(self.folder)
        (found,) = box.of(issue)
        database.close()
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, stack)


@pytest.mark.parametrize("kind", ["email", "slack", "webhook"])
@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_a_stage(world: World, kind: str, stage: str) -> None:
    world.put(kind)
    with world.start(0, kind, stage) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == f"{stage}\n"
        child.kill()
    before = world.arrived(kind)
    assert len(before) == (stage in ("arrived", "settled"))

    # Its lease is another's until it ends.
    world.run(LEASE - 1)
    assert world.arrived(kind) == before
    world.run(LEASE + 1)
    after = world.arrived(kind)

    if stage == "claimed":
        assert (world.standing().state, len(after)) == ("sent", 1)
    elif stage == "settled":
        assert (world.standing().state, after) == ("sent", before)
    elif kind == "webhook":
        # Sent again, under the same id.
        assert (world.standing().state, len(after), len(set(after))) == ("sent", len(before) + 1, 1)
    elif kind == "slack" and stage == "arrived":
        # That its one message arrived was noted.
        assert (world.standing().state, after) == ("sent", before)
    else:
        assert (world.standing().state, after) == ("uncertain", before)


def test_killed_at_any_moment(world: World) -> None:
    """Thirty issues, a kill every few sendings: each mail arrives once, or is shown as uncertain."""
    random = Random(7)  # noqa: S311
    issues = [f"i{n}" for n in range(30)]
    for issue in issues:
        world.put("email", issue)
    now = 0.0
    for _ in range(6):
        have = len(world.mail.taken)
        with world.start(now) as child:
            while child.poll() is None and len(world.mail.taken) < have + random.randrange(1, 4):
                sleep(0.001)
            sleep(random.uniform(0, 0.01))
            child.kill()
        now += LEASE + 1
    world.run(now)

    names = world.arrived("email")
    states = {issue: world.standing(issue) for issue in issues}
    assert len(names) == len(set(names))
    for standing in states.values():
        came = f"<{standing.id}@hoidap.example>" in names
        assert standing.state == "uncertain" or (standing.state == "sent" and came)
    assert sum(standing.state == "uncertain" for standing in states.values()) <= 6
