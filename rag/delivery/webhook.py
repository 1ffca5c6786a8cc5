"""Signed requests to webhooks, as https://www.standardwebhooks.com has it.

`webhook-id` stays the same each time that an issue is tried, so that a receiver knows what it has already had.
"""

import hmac
import json
import ssl
from base64 import b64encode
from dataclasses import asdict

import httpcore2
import httpx2
from typing_extensions import override

from index.clock import WALL_CLOCK, Clock
from index.fetching.addresses import Addresses, Target
from index.fetching.client import certificates, retry_after
from index.fetching.connection import Connect, Limits, connect, exchange
from index.storage.errors import Refused
from rag.delivery.channels import Webhook, signing_key
from rag.delivery.letter import Letter
from rag.delivery.transport import Parcel, Transport, TryLater, Undeliverable

LIMITS = Limits(connect=10, silence=20, total=30, size=64 * 1024)
_GONE = 410


class Webhooks(Transport):
    """Sends letters to webhooks."""

    def __init__(
        self,
        addresses: Addresses,
        limits: Limits = LIMITS,
        clock: Clock = WALL_CLOCK,
        *,
        tls: ssl.SSLContext | None = None,
        connect: Connect = connect,
    ) -> None:
        """`addresses` tells which may be reached, `tls` which certificates are trusted (those of the system)."""
        self._addresses, self._limits, self._clock = addresses, limits, clock
        self._tls, self._connect = tls or certificates(), connect

    @override
    def send(self, parcel: Parcel) -> None:
        channel = parcel.delivery.channel
        assert isinstance(channel, Webhook)
        try:
            target = self._addresses.check(channel.url)
        except Refused as refusal:
            raise Undeliverable(str(refusal)) from refusal
        except OSError as error:
            raise TryLater(f"the webhook's host cannot be found ({error.strerror or error})") from error
        content = body(parcel.letter)
        headers = signed(parcel.delivery.id, int(self._clock.now()), content, signing_key(channel.secret))
        parcel.mark()
        self._post(target, headers, content)

    def _post(self, target: Target, headers: dict[str, str], content: bytes) -> None:
        try:
            with exchange(target, headers, self._limits, self._tls, self._connect, content) as response:
                status, head = response.status, httpx2.Headers(response.headers)
        except Refused as refusal:
            raise Undeliverable(str(refusal)) from refusal
        except httpcore2.TimeoutException as error:
            raise TryLater("the webhook takes too long to answer") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise TryLater(f"the connection to the webhook fails ({type(error).__name__})") from error
        if 200 <= status < 300:
            return
        if status == _GONE:
            raise Undeliverable("the webhook is gone (410); give another address")
        moved = ", and redirects are not followed" if 300 <= status < 400 else ""
        raise TryLater(f"the webhook answers {status}{moved}", retry_after(head.get("retry-after")))


def signed(delivery: str, timestamp: int, content: bytes, key: bytes) -> dict[str, str]:
    """The headers of a request; `timestamp` is when it is sent, in seconds since 1970."""
    proof = hmac.digest(key, f"{delivery}.{timestamp}.".encode() + content, "sha256")
    return {
        "User-Agent": "hoidap/0.1",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "Connection": "close",
        "webhook-id": delivery,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{b64encode(proof).decode()}",
    }


def body(letter: Letter) -> bytes:
    """A letter as JSON: the same bytes each time that it is tried."""
    data = {**asdict(letter), "made_at": letter.made_at.isoformat()}
    event = {"type": "briefing.issued", "timestamp": letter.made_at.isoformat(), "data": data}
    return json.dumps(event, ensure_ascii=False).encode(errors="replace")
