"""Standard Webhooks: verifies that the sender has the secret and sent the message now.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

Own code instead of the package `standardwebhooks`, because the clock is an argument here, errors are typed,
and every signature of a header is compared.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

PREFIX: Final = "whsec_"
#: How many seconds a message may be older or newer than now.
TOLERANCE: Final = 300
_MAX_ID: Final = 200
_MAX_SIGNATURES: Final = 20


class WebhookRefused(Exception):
    """The message is refused. `detail` is one line for the sender, without a hint about the secret."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class HeadersMissing(WebhookRefused):
    """`webhook-id`, `webhook-timestamp` or `webhook-signature` is missing or unreadable."""


class SignatureWrong(WebhookRefused):
    """No signature matches the body and our secret."""


class TimestampOutside(WebhookRefused):
    """The time is outside the tolerance: a replay, or a wrong clock."""


class SecretInvalid(ValueError):
    """Our own secret is not `whsec_` and base64 of at least 16 bytes."""


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime, tolerance: int = TOLERANCE
) -> str:
    """The message's id, by which it is processed only once.

    `now` is aware, `tolerance` in seconds.

    `webhook-signature` may have several signatures (while a secret is being changed); one valid signature of
    version 1 is enough. The signature is compared before the time, in constant time. Raises a WebhookRefused.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    name, stamp = lower.get("webhook-id", "").strip(), lower.get("webhook-timestamp", "").strip()
    signatures = lower.get("webhook-signature", "").split()[:_MAX_SIGNATURES]
    if (
        not name
        or len(name) > _MAX_ID
        or "." in name
        or not signatures
        or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12)
    ):
        raise HeadersMissing(
            "webhook-id, webhook-timestamp (seconds since 1970) and webhook-signature are needed"
        )
    expected = sign(secret, name, int(stamp), body).encode()
    if not any(
        hmac.compare_digest(signature.encode("utf-8", "replace"), expected) for signature in signatures
    ):
        raise SignatureWrong("no webhook-signature fits this body and webhook-timestamp")
    if abs(now.timestamp() - int(stamp)) > tolerance:
        raise TimestampOutside(f"webhook-timestamp is more than {tolerance} seconds away from now")
    return name


def sign(secret: str, name: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. Raises SecretInvalid."""
    digest = hmac.new(_key(secret), f"{name}.{timestamp}.".encode() + body, sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def signed_headers(name: str, secrets: Sequence[str], body: bytes, *, at: int) -> dict[str, str]:
    """The headers of the message `name`, sent at `at` (seconds since 1970), with a signature by each secret. Raises SecretInvalid."""
    signatures = " ".join(sign(secret, name, at, body) for secret in secrets)
    return {"webhook-id": name, "webhook-timestamp": str(at), "webhook-signature": signatures}


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretInvalid("the webhook's secret is not base64") from error
    if len(key) < 16:
        raise SecretInvalid("the webhook's secret is shorter than 16 bytes")
    return key
