"""Tells holders of copies outside that a person was erased (GDPR, article 19).

Holders are systems of the operator's own: a provider of mail with its lists of recipients, a ticket system, a
data warehouse. Each gets a signed message at its address in ERASURE_WEBHOOKS.
"""

import json
import time
from uuid import uuid4

from django.conf import settings

from accounts.privacy.person import Person
from accounts.privacy.registry import Holder
from accounts.secrets import remember
from accounts.webhook_signature import signed_headers
from egress.factory import open_client
from egress.records import RequestPolicy


def webhook_holders() -> list[Holder]:
    """One holder for each address of ERASURE_WEBHOOKS, named by its number."""
    return [
        Holder(name=f"webhook {number}", holds="what the operator gave it", tell=_Message(url))
        for number, url in enumerate(settings.ERASURE_WEBHOOKS, 1)
    ]


class _Message:
    """Sends `person.erased` with the addresses and the id, by which the receiver finds its copies."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, person: Person) -> None:
        """Raises EgressError where the receiver does not answer with 2xx."""
        remember([self._url, settings.ERASURE_WEBHOOK_SECRET])
        told = {"id": str(person.id), "addresses": list(person.addresses)}
        body = json.dumps({"type": "person.erased", "data": told}).encode()
        policy = RequestPolicy(
            user_agent=settings.EGRESS_USER_AGENT, obey_robots=False, max_received=65_536, max_decoded=65_536
        )
        with open_client(policy, name="erasure") as http:
            http.post(self._url, content=body, headers=signed(body, at=int(time.time())))


def signed(body: bytes, *, at: int) -> dict[str, str]:
    """The headers of Standard Webhooks for a body, sent at `at` (seconds since 1970)."""
    return signed_headers(uuid4().hex, [settings.ERASURE_WEBHOOK_SECRET], body, at=at)
