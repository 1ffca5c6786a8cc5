"""`hoidap slack`."""

import signal
import threading

import click

from rag.cli.common import getting_ready, say, setting_flags, settings_of, to_stderr
from rag.client.opening import opened_client
from rag.errors import SettingsError
from rag.service.data_folder import where
from rag.settings import Settings
from rag.slack.bot import Tokens, manifest, running
from rag.slack.memory import Memory
from rag.telemetry.logs import set_up_logs

_OWNER = "slack"


@click.command()
@click.option("--manifest", "print_manifest", is_flag=True, help="Print the manifest that makes the Slack app.")
@setting_flags("service_url", "log")
@click.pass_context
def slack(context: click.Context, /, print_manifest: bool, **flags: object) -> None:
    """Answer in Slack until interrupted."""
    if print_manifest:
        click.echo(manifest(), nl=False)
        return
    settings = settings_of(context, **flags)
    set_up_logs(settings.log, to_stderr)
    tokens = _tokens(settings)
    stopping = threading.Event()
    with (
        getting_ready(opened_client(settings, say, _OWNER)) as client,
        Memory(where(settings, "slack")) as memory,
        running(client, memory, tokens),
    ):
        # Now, and not before: until here an interruption may end the process as it likes.
        for sig in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sig, lambda *_: stopping.set())
        say("Ready: listening to Slack")
        stopping.wait()
        say("Finishing what was begun")


def _tokens(settings: Settings) -> Tokens:
    if settings.slack_bot_token is None or settings.slack_app_token is None:
        raise SettingsError(
            "Slack needs two tokens: set HOIDAP_SLACK_BOT_TOKEN (xoxb-...) and HOIDAP_SLACK_APP_TOKEN (xapp-...); "
            "`hoidap slack --manifest` prints what to make the app from."
        )
    return Tokens(settings.slack_bot_token.get_secret_value(), settings.slack_app_token.get_secret_value())
