"""What sends issues, as the settings set it up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.storage.database import Database
from rag.delivery.channels import Channel, Email, SlackChannel
from rag.delivery.outbox import Outbox
from rag.delivery.sender import Sender
from rag.errors import SettingsError
from rag.service.delivering import transports
from rag.settings import Settings
from tests.support.clock import FakeClock
from tests.support.letters import Issues, outbox, put
from tests.support.mail_server import mail_server

MAIL = {"mail_host": "localhost", "mail_from": "tin@hoidap.example", "public_url": "https://hoidap.example"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Database, Outbox]]:
    database, box = outbox(tmp_path)
    yield database, box
    database.close()


def sent(desk: tuple[Database, Outbox], channel: Channel, **settings: Any) -> tuple[str, str]:
    """How an issue over a channel ends: its state, and why."""
    database, box = desk
    put(database, channel)
    ways = transports(Settings(data=Path("none"), **settings), box, None)
    assert Sender(box, Issues(), ways, FakeClock()).send_next()
    (standing,) = box.of("i1")
    return standing.state, standing.detail


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        (["mail_host"], "HOIDAP_MAIL_HOST"),
        (["mail_from", "public_url"], "HOIDAP_MAIL_FROM and HOIDAP_PUBLIC_URL"),
    ],
)
def test_mail_without_its_settings(desk: tuple[Database, Outbox], lacking: list[str], named: str) -> None:
    given = {name: value for name, value in MAIL.items() if name not in lacking}

    assert sent(desk, Email("an@bao.example"), **given) == (
        "failed",
        f"e-mail is not set up here; set {named}, then send it again",
    )


def test_slack_without_its_token(desk: tuple[Database, Outbox]) -> None:
    state, detail = sent(desk, SlackChannel("#tin"))

    assert state == "failed"
    assert "HOIDAP_SLACK_BOT_TOKEN" in detail


def test_mail_with_its_settings(desk: tuple[Database, Outbox]) -> None:
    with mail_server() as box:
        ended = sent(desk, Email("an@bao.example"), **MAIL, mail_port=box.port, mail_security="none")

        assert ended == ("sent", "")
        assert box.messages[0]["From"] == "tin@hoidap.example"


def test_a_sender_that_is_none(desk: tuple[Database, Outbox]) -> None:
    with pytest.raises(SettingsError, match="no sender"):
        sent(desk, Email("an@bao.example"), **{**MAIL, "mail_from": "tin"})


def test_the_password_is_not_shown() -> None:
    assert "mat-khau" not in repr(Settings.model_validate({"mail_password": "mat-khau"}))
