"""Tells search engines which pages of events changed (https://www.indexnow.org/documentation), where INDEXNOW_KEY is set.

A periodic task follows the outbox. What cannot be sent is sent at the next call; an address that is sent twice does no harm.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings

from egress.factory import open_client
from egress.records import RequestPolicy
from events.enums import Publication
from events.models import Event
from outbox.queries import changes_after, cursor, position
from outbox.services import advance
from pipeline.contract.http_errors import EgressError

log = structlog.get_logger(__name__)
#: The consumer of the outbox.
CONSUMER: Final = "indexnow"
#: Changes of one request, which may name 10,000 addresses.
BATCH: Final = 5_000
#: Where this site tells its key: a file in the root stands for all addresses of the host.
KEY_PATH: Final = "/indexnow.txt"
_MOST_BYTES: Final = 65_536
#: Pages that exist or are gone now; an engine that never knew a page need not hear that it is hidden.
_TOLD: Final = (Publication.APPROVED, Publication.ARCHIVED, Publication.MERGED, Publication.REMOVED)


def submit_changes() -> int:
    """Send the addresses of events that changed since the last time. Returns how many.

    The first call, and the first after a gap in the outbox, only notes where the outbox is: the sitemaps tell the rest.
    """
    if not settings.INDEXNOW_KEY:
        return 0
    begun, here = cursor(CONSUMER), position()
    if not begun or begun < here.pruned_to:
        advance(CONSUMER, here.number)
        return 0
    sent = 0
    while changes := list(
        changes_after(cursor(CONSUMER), limit=BATCH).values_list("number", "object_type", "object_id")
    ):
        addresses = _addresses({pk for _, kind, pk in changes if kind == "event"})
        if addresses and not _send(addresses):
            return sent
        advance(CONSUMER, changes[-1][0] or 0)
        sent += len(addresses)
    return sent


def _addresses(event_ids: Collection[UUID]) -> list[str]:
    told = Event.objects.filter(pk__in=event_ids, publication__in=_TOLD, is_sample=False)
    events = told.only("id", "slug").order_by("id")
    return [f"{settings.SITE_URL}{event.get_absolute_url()}" for event in events]


def _send(addresses: list[str]) -> bool:
    """Whether the engine took them."""
    body = {
        "host": urlsplit(settings.SITE_URL).netloc,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": f"{settings.SITE_URL}{KEY_PATH}",
        "urlList": addresses,
    }
    policy = RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT,
        obey_robots=False,
        max_received=_MOST_BYTES,
        max_decoded=_MOST_BYTES,
    )
    try:
        with open_client(policy, name=CONSUMER) as http:
            http.post(settings.INDEXNOW_URL, json=body)
    except EgressError as error:
        log.warning("indexnow_failed", addresses=len(addresses), error=str(error))
        return False
    return True
