"""`hoidap serve`."""

import logging
from collections.abc import Callable
from socket import socket

import click

from rag.cli.common import getting_ready, say, setting_flags, settings_of, to_stderr
from rag.http.listening import bound_socket
from rag.settings import Settings
from rag.telemetry.logs import set_up_logs
from rag.telemetry.tracing import set_up_traces


@click.command()
@setting_flags("host", "port", "access", "log")
@click.pass_context
def serve(context: click.Context, /, **flags: object) -> None:
    """Serve HTTP until interrupted."""
    settings = settings_of(context, **flags)
    set_up_logs(settings.log, to_stderr)
    set_up_traces()
    # In a log of objects nothing may stand that is none.
    tell = say if settings.log == "text" else logging.getLogger("hoidap").info
    with bound_socket(settings) as bound:
        _serve(settings, bound, tell)


def _serve(settings: Settings, bound: socket, tell: Callable[[str], None]) -> None:
    # Here: the embedding model's libraries take seconds to load.
    from rag.http.access.gate import mode_for  # noqa: PLC0415
    from rag.http.access.keys import opened_keys  # noqa: PLC0415
    from rag.http.server import serve as run_server  # noqa: PLC0415
    from rag.service.data_folder import where  # noqa: PLC0415
    from rag.service.wiring import opened  # noqa: PLC0415

    with opened_keys(where(settings, "keys")) as keys:
        mode = mode_for(settings.access, settings.host, keys.exist())
        with getting_ready(opened(settings, tell, keys.live)) as service:
            articles, _ = service.store.counts()
            run_server(
                service,
                keys if mode == "keys" else None,
                bound,
                lambda address: tell(f"Ready: {articles} articles, {address}"),
            )
