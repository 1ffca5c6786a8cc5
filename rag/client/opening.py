"""Settings -> the client that they name.

with opened_client(settings, progress, owner) as client:
    client.ask("Quỹ Musashino trao bao nhiêu suất học bổng?")
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rag.client.over_http import OverHttp
from rag.client.protocol import Client
from rag.settings import Settings


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
