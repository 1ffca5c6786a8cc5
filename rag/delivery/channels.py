"""Where an issue is sent: an e-mail address, a Slack channel or person, or a webhook; each checked when it is made."""

import base64
import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias

from index.fetching.addresses import Addresses
from index.language.showing import shorten
from index.storage.errors import Refused

Kind = Literal["email", "slack", "webhook"]

# RFC 5321: 64 octets before the @, and 254 in all.
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254
# The dot-atom of RFC 5322; quoted forms are valid and nobody's.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")
# Ids of channels (C, G), direct messages (D) and people (U, W); names are as Slack makes them.
_SLACK = re.compile(r"[CDGUW][A-Z0-9]{3,30}|#[\w-]{1,80}")
# What Standard Webhooks writes before a secret, and how many bytes a secret has there.
_SECRET_PREFIX, _SECRET_BYTES = "whsec_", range(24, 65)


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address. Refused for what is none, or would not stay on its line of a header."""

    address: str

    def __post_init__(self) -> None:
        found = _EMAIL.fullmatch(self.address) if len(self.address) <= _LONGEST_ADDRESS else None
        if found is None or len(found[1]) > _LONGEST_LOCAL:
            raise Refused(f"{shorten(self.address)} is no e-mail address; write name@host, in ASCII")

    @property
    def kind(self) -> Kind:
        """What it is called on the wire."""
        return "email"

    @property
    def shown(self) -> str:
        """The address as others may see it."""
        name, _, host = self.address.partition("@")
        return f"{name[0]}…@{host}"


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """A Slack channel or person by its id, or a channel as #name. Refused for anything else."""

    channel: str

    def __post_init__(self) -> None:
        if not _SLACK.fullmatch(self.channel):
            raise Refused(f"{shorten(self.channel)} is no Slack channel; write its id (C..., U...) or its #name")

    @property
    def kind(self) -> Kind:
        """What it is called on the wire."""
        return "slack"

    @property
    def shown(self) -> str:
        """The channel as others may see it."""
        return self.channel


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes signed requests, and the secret they are signed with, as Standard Webhooks writes it.

    Refused for what is no web address, or no secret. Whether the address may be reached is asked at each delivery, as
    names change: `new_webhook` asks at once.
    """

    url: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        Addresses().names(self.url)
        signing_key(self.secret)

    @property
    def kind(self) -> Kind:
        """What it is called on the wire."""
        return "webhook"

    @property
    def shown(self) -> str:
        """The address as others may see it: of its path and query nothing, as they often hold a secret."""
        scheme, _, rest = self.url.strip().partition("://")
        host = re.split(r"[/?#]", rest, maxsplit=1)[0]
        return f"{scheme}://{host}/…"


Channel: TypeAlias = Email | SlackChannel | Webhook


def new_webhook(url: str, addresses: Addresses) -> Webhook:
    """A webhook with a secret of its own. Refused where its address may not be reached, or not be found."""
    try:
        addresses.check(url)
    except OSError as error:
        problem = f"the host of {shorten(url)} cannot be found ({error.strerror or error})"
        raise Refused(f"{problem}; check the address") from error
    return Webhook(url.strip(), _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


def signing_key(secret: str) -> bytes:
    """The bytes of a webhook's secret. Refused where it is not written as Standard Webhooks has it."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(_SECRET_PREFIX) or len(key) not in _SECRET_BYTES:
        raise Refused("the webhook's secret is not whsec_ and 24 to 64 bytes in Base64; have a new one made")
    return key


def to_json(channel: Channel) -> str:
    """A channel as text for a private database: it holds a webhook's secret."""
    return json.dumps({"kind": channel.kind, **asdict(channel)}, sort_keys=True)


def from_json(text: str) -> Channel:
    """The channel that `to_json` wrote. Refused, KeyError or ValueError for any other text."""
    stored = json.loads(text)
    made: dict[str, type[Email] | type[SlackChannel] | type[Webhook]] = {
        "email": Email,
        "slack": SlackChannel,
        "webhook": Webhook,
    }
    return made[stored.pop("kind")](**stored)
