"""`hoidap slack`: its manifest, and the tokens that it needs."""

from pathlib import Path

from click.testing import CliRunner

from rag.cli.slack import slack as command
from rag.errors import SettingsError
from rag.slack.interactions import COMMAND, SHORTCUT


def test_the_manifest_names_what_the_bot_listens_to() -> None:
    printed = CliRunner().invoke(command, ["--manifest"], obj={}).output

    for name in (COMMAND, SHORTCUT, "app_mention", "message.im", "message.channels", "assistant_thread_started"):
        assert f" {name}\n" in printed
    assert "socket_mode_enabled: true" in printed


def test_without_tokens_it_says_what_to_set(tmp_path: Path) -> None:
    failed = CliRunner().invoke(command, [], obj={"data": tmp_path}).exception

    assert isinstance(failed, SettingsError)
    assert "HOIDAP_SLACK_BOT_TOKEN" in str(failed)
