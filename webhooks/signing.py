"""Secrets of endpoints, and the headers by which a receiver knows that a message is ours (Standard Webhooks)."""

import base64
import secrets
from datetime import datetime
from typing import Final

from accounts import webhook_signature
from accounts.webhook_signature import PREFIX
from webhooks.models import Delivery, Endpoint

#: The specification asks for 24 to 64 bytes.
_BYTES: Final = 32


def new_secret() -> str:
    """`whsec_` and the base64 of random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed_headers(endpoint: Endpoint, delivery: Delivery, body: bytes, *, now: datetime) -> dict[str, str]:
    """The three headers of one try. While a secret is being replaced there is a signature by either."""
    held = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_until and now < endpoint.former_until:
        held.append(endpoint.former_secret)
    return webhook_signature.signed_headers(delivery.webhook_id, held, body, at=int(now.timestamp()))
