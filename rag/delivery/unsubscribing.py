"""Links by which who gets a briefing by e-mail leaves it, without a key and without an account.

A token names the briefing and proves, with the database's own key, that it was sent to that address: nothing is kept.
"""

import hmac
import re
from base64 import urlsafe_b64encode

from rag.delivery.channels import Email

_FORM = re.compile(r"([A-Za-z0-9_-]{1,100})\.[A-Za-z0-9_-]{43}")


def token(key: bytes, briefing: str, channel: Email) -> str:
    """What the link to leave a briefing ends with, in a letter to this address."""
    proof = hmac.digest(key, f"{briefing}\n{channel.address}".encode(), "sha256")
    return f"{briefing}.{urlsafe_b64encode(proof).rstrip(b'=').decode()}"


def briefing_of(given: str) -> str | None:
    """The briefing that a token names, unproven; None where it is no token."""
    found = _FORM.fullmatch(given)
    return found[1] if found else None


def proves(given: str, key: bytes, briefing: str, channel: Email) -> bool:
    """Whether a token was sent to this address with an issue of the briefing."""
    return hmac.compare_digest(given.encode(errors="replace"), token(key, briefing, channel).encode())
