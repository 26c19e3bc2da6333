"""How a publisher sends us events: the address of a webhook source, and an example that signs and sends one."""

import base64
import secrets
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse

from accounts.webhook_signature import PREFIX, TOLERANCE
from pipeline.contract.enums import SourceType
from sources.models import Source

_EXAMPLE: Final = """\
import base64, hashlib, hmac, json, os, time, urllib.request, uuid

secret = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
body = json.dumps({"events": [{
    "external_id": "42", "title": "Raga at Dusk", "start": "2030-01-05T20:00:00+05:30",
    "venue": {"name": "Blue Room", "city": "Bengaluru"}, "url": "https://example.org/events/42",
}]}).encode()
name, stamp = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
signed = hmac.new(secret, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
request = urllib.request.Request(
    "ADDRESS",
    body,
    {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    },
)
print(urllib.request.urlopen(request).read().decode())
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """What the page of a webhook source shows. `proposed` is a new secret, kept nowhere, where the source has none."""

    address: str
    example: str
    tolerance: int
    has_secret: bool
    proposed: str


def webhook_of(source: Source) -> Webhook | None:
    """What a publisher needs to know; None for a source of another type."""
    if source.type != SourceType.WEBHOOK:
        return None
    address = settings.SITE_URL + reverse("webhook", args=[source.slug])
    has_secret = source.credential_id is not None
    return Webhook(
        address=address,
        example=_EXAMPLE.replace("ADDRESS", address),
        tolerance=TOLERANCE,
        has_secret=has_secret,
        proposed="" if has_secret else PREFIX + base64.b64encode(secrets.token_bytes(32)).decode(),
    )
