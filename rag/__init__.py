"""Questions about Vietnamese news, answered with the exact words of the articles.

>>> from rag import open_service
>>> with open_service(data="news") as service:
...     taken = service.ingest([
...         {
...             "title": "Việt Nam và Lào mở thêm tuyến xe buýt qua biên giới",
...             "text": "Từ ngày 1/9, hai nước có thêm ba tuyến xe buýt. Mỗi tuyến chạy hai chuyến một ngày.",
...             "source": "Báo Bắc Nam",
...             "published_at": "2026-08-20",
...         }
...     ])
...     answer = service.ask("Việt Nam và Lào có thêm mấy tuyến xe buýt?").answer
...     hits = service.search("xe buýt qua biên giới").hits
>>> taken.results[0].status
'added'
>>> source = answer.citations[0].sources[0]
>>> print(source.cited_text)
Từ ngày 1/9, hai nước có thêm ba tuyến xe buýt.
>>> source.article_id == hits[0].article_id == taken.results[0].id
True
"""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.client.protocol import Client

_OWNER = "python"


def open_service(**settings: object) -> "AbstractContextManager[Client]":
    """A service over a data folder, or with `service_url` that of a server, until the end of the block.

    `settings` are fields of `rag.settings.Settings`, such as `data`, the folder of the database; what is not given
    comes from `HOIDAP_*` variables, `hoidap.toml` and the defaults. Loading the embedding model takes seconds, and
    unpacking it in a new folder half a minute. The client may be used by any number of threads; its methods are those
    of `rag.client.protocol.Client`. SettingsError where a setting has a value that it may not have, or a model is
    missing.
    """
    # Here, so that importing the package costs nothing.
    from rag.client.opening import opened_client  # noqa: PLC0415
    from rag.settings import read_settings  # noqa: PLC0415

    return opened_client(read_settings(settings), lambda _: None, _OWNER)
