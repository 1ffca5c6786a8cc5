"""Letters to a webhook, as a real server takes them."""

import base64
import json
from collections.abc import Iterator

import pytest

from index.fetching.addresses import Addresses
from index.fetching.connection import Limits
from rag.delivery.channels import Webhook
from rag.delivery.outbox import Delivery
from rag.delivery.transport import Parcel, TryLater, Undeliverable
from rag.delivery.webhook import Webhooks, signed
from tests.support.letters import letter
from tests.support.sites import sites
from tests.support.webhook_server import SECRET, Hook, webhook_server

LIMITS = Limits(connect=1, silence=1, total=1, size=64 * 1024)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as found:
        yield found


def send(hook: Hook, url: str = "", delivery: str = "d1") -> None:
    channel = Webhook(url or hook.url, SECRET)
    parcel = Parcel(Delivery(delivery, "i1", channel, 1, 0, None, "h"), letter(), lambda: None, lambda _: None)
    Webhooks(Addresses([hook.authority]), LIMITS).send(parcel)


def test_a_letter_arrives_signed(hook: Hook) -> None:
    send(hook)

    ((name, body),) = hook.taken
    event = json.loads(body)
    assert (name, hook.forged) == ("d1", 0)
    assert (event["type"], event["timestamp"]) == ("briefing.issued", "2026-05-04T07:00:00+07:00")
    assert (event["data"]["issue"], event["data"]["name"]) == ("i1", "Cầu và phà")
    cited = event["data"]["sections"][0]["sentences"][0]["cited"][0]
    assert (cited["words"], cited["day"]) == ("Cầu Rạch Dừa có tổng vốn 1.200 tỉ đồng.", "2026-05-03")


def test_the_example_of_the_specification() -> None:
    # As https://github.com/standard-webhooks has it: this key, id, time and body have this signature.
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', key)

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_same_id_and_bytes_each_time(hook: Hook) -> None:
    hook.statuses = [503]
    with pytest.raises(TryLater, match="answers 503"):
        send(hook)
    send(hook)

    assert hook.taken[0] == hook.taken[1]


@pytest.mark.parametrize("status", [301, 307, 308])
def test_redirects_are_not_followed(hook: Hook, status: int) -> None:
    hook.statuses, hook.headers = [status], {"Location": f"http://{hook.authority}/khac"}

    with pytest.raises(TryLater, match="redirects are not followed"):
        send(hook)
    assert len(hook.taken) == 1


def test_gone(hook: Hook) -> None:
    hook.statuses = [410]

    with pytest.raises(Undeliverable, match="gone"):
        send(hook)


@pytest.mark.parametrize(("status", "asked"), [(429, 120.0), (503, 120.0), (500, 120.0), (404, 120.0)])
def test_it_asks_to_wait(hook: Hook, status: int, asked: float) -> None:
    hook.statuses, hook.headers = [status], {"Retry-After": "120"}

    with pytest.raises(TryLater) as caught:
        send(hook)
    assert caught.value.seconds == asked


def test_a_slow_one(hook: Hook) -> None:
    hook.pause = 1.5

    with pytest.raises(TryLater, match="too long"):
        send(hook)


def test_what_it_says_is_not_read(hook: Hook) -> None:
    hook.drip = True

    send(hook)
    assert len(hook.taken) == 1


def test_private_addresses(hook: Hook) -> None:
    for url in (hook.url.replace("127.0.0.1", "localhost"), "http://169.254.169.254/", "http://127.0.0.1:1/"):
        with pytest.raises(Undeliverable):
            send(hook, url)
    assert hook.taken == []


def test_a_name_that_turns_private() -> None:
    with sites() as web:
        web.names["nhan.example"] = ["10.0.0.7"]
        parcel = Parcel(
            Delivery("d1", "i1", Webhook("http://nhan.example/", SECRET), 1, 0, None, "h"),
            letter(),
            lambda: None,
            lambda _: None,
        )
        with pytest.raises(Undeliverable, match="not public"):
            Webhooks(Addresses(resolve=web.resolve), LIMITS, connect=web.connect).send(parcel)
        assert web.connected == []


def test_nobody_listens() -> None:
    with webhook_server() as hook:
        pass
    with pytest.raises(TryLater, match="connection"):
        send(hook)
