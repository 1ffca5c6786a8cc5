"""Settings -> the client that they name.

with opened_client(settings, progress, owner) as client:
    client.ask("Quỹ Musashino trao bao nhiêu suất học bổng?")
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2

from rag.client.over_http import OverHttp
from rag.client.protocol import Client
from rag.service.own_socket import found_in
from rag.settings import Settings

_RUNNING = "see whether the server still runs on this data folder, and ask again"


@contextmanager
def opened_client(settings: Settings, progress: Callable[[str], None], owner: str) -> Iterator[Client]:
    """A client of the server at `settings.service_url`; without one, of a service that is opened here.

    Conversations there belong to `owner`, those at a server to the key that it is asked with.
    """
    if settings.service_url is not None:
        key = settings.service_key.get_secret_value() if settings.service_key else None
        with OverHttp(str(settings.service_url), key) as client:
            yield client
        return
    # Here: the embedding model's libraries take seconds to load, and who asks over HTTP needs none of them.
    from rag.client.in_process import opened_in_process  # noqa: PLC0415

    with opened_in_process(settings, progress, owner) as opened:
        yield opened


@contextmanager
def opened_for_command(
    settings: Settings, progress: Callable[[str], None], *, up_to_date: bool = False
) -> Iterator[Client]:
    """A client for one command of whoever owns the data folder.

    Of the server at `settings.service_url`; without one, of the server that runs on the data folder, if it answers with
    what is set here; else of a service that is opened here, where what is derived from the articles is `up_to_date`
    first if that is asked for. At the last two conversations are those that need no key.
    """
    if settings.service_url is not None:
        if ignored := ", ".join(settings.answering_as_set()):
            progress(f"The server at service_url answers with settings of its own; without effect here: {ignored}")
        with opened_client(settings, progress, "") as client:
            yield client
        return
    with found_in(settings.data) as path:
        if path is not None:
            # Without TLS there are no certificates to be loaded.
            transport = httpx2.HTTPTransport(verify=False, uds=path)
            with OverHttp("http://localhost", None, transport, _RUNNING) as client:
                if not (other := ", ".join(_other(settings, client))):
                    yield client
                    return
            progress(f"The server that runs on {settings.data} answers with another {other}; the index is opened here")
    # Here, as above.
    from rag.client.in_process import opened_briefly  # noqa: PLC0415

    with opened_briefly(settings, progress, up_to_date=up_to_date) as opened:
        yield opened


def _other(settings: Settings, client: OverHttp) -> list[str]:
    """Settings that somebody made here, and that the server has otherwise."""
    made = settings.answering_as_set()
    served = client.settings().answering if made else {}
    return [name for name, value in made.items() if served.get(name) != value]
