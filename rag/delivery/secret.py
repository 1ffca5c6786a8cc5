"""Secrets in addresses: 256 random bits, of which a database keeps the digest alone."""

import re
import secrets
from hashlib import sha256

_BYTES = 32
FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """A secret, in the 43 characters of URL-safe Base64."""
    return secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> bytes:
    """What is kept of a secret. So many random bits need no slow digest."""
    return sha256(secret.encode(errors="backslashreplace")).digest()
