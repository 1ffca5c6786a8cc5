"""`hoidap mcp`."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import click

from rag.cli.common import say, settings_of
from rag.client.opening import opened_client
from rag.mcp.server import serve_stdio


@click.command()
@click.pass_context
def mcp(context: click.Context, /) -> None:
    """Serve a language model over standard input and output (Model Context Protocol)."""
    settings = settings_of(context)
    # Nothing but the end of the input wakes the SDK's thread that reads it, so an interrupt is to end all, as SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        # Who starts this gives up on a server that is silent for long, and a model takes its time to load.
        opening = pool.submit(stack.enter_context, opened_client(settings, say, owner=""))
        serve_stdio(opening.result, settings.queue)
        # Every call was told of an error in it; now the exit code tells it too.
        opening.result()
