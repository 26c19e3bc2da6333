"""Tells a CDN which topics changed, where CDN_PURGE_URL is set, so that it drops the pages that show them.

Each kept page names its topics in the header `Surrogate-Key` (config.page_cache). One request names up to PER_REQUEST
topics, as JSON (`{"tags": […]}`) and in the same header; Fastly, Cloudflare, Varnish with xkey and a small script of one's
own take one or the other. What cannot be sent is sent at the next call; a topic that is sent twice does no harm.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from egress.factory import open_client
from egress.records import RequestPolicy
from outbox.queries import changes_after, cursor, position
from outbox.services import advance
from pipeline.contract.http_errors import EgressError

log = structlog.get_logger(__name__)
#: The consumer of the outbox.
CONSUMER: Final = "cdn"
#: Every kept page has this topic, too.
EVERYTHING: Final = "all"
#: Changes read at once, topics of one request, and how many topics are named before everything is dropped instead.
BATCH: Final = 1_000
PER_REQUEST: Final = 100
MOST_NAMED: Final = 2_000
_MOST_BYTES: Final = 65_536
_ASKED: Final = "cdn:asked"
_ASKED_SECONDS: Final = 30


def is_wanted() -> bool:
    """Whether a purge is to be queued: there is a CDN, and none waits already (`purge_changes` begins with the rest)."""
    if not settings.CDN_PURGE_URL:
        return False
    with suppress(RedisError):
        return bool(cache.add(_ASKED, 1, timeout=_ASKED_SECONDS))
    return False


def purge_changes() -> int:
    """Send the topics of what changed since the last time. Returns how many.

    After a gap in the outbox, and at the first call, everything is dropped.
    """
    if not settings.CDN_PURGE_URL:
        return 0
    with suppress(RedisError):
        cache.delete(_ASKED)  # before reading: what changes from now on is asked for again
    begun, here = cursor(CONSUMER), position()
    if not begun or begun < here.pruned_to:
        return _purge_all(here.number)
    sent = 0
    while changes := list(changes_after(begun, limit=BATCH).values_list("number", "topics")):
        topics = sorted({topic for _, named in changes for topic in named})
        sent += len(topics)
        if sent > MOST_NAMED:
            return _purge_all(position().number)
        if not all(_send(topics[at : at + PER_REQUEST]) for at in range(0, len(topics), PER_REQUEST)):
            return 0
        begun = changes[-1][0] or begun
        advance(CONSUMER, begun)
    return sent


def purge_all() -> int:
    """Drop everything. Returns 1 if the CDN took it."""
    return _purge_all(position().number) if settings.CDN_PURGE_URL else 0


def _purge_all(number: int) -> int:
    if not _send([EVERYTHING]):
        return 0
    advance(CONSUMER, number)
    return 1


def _send(topics: Sequence[str]) -> bool:
    """Whether the CDN took them."""
    policy = RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT,
        obey_robots=False,
        max_received=_MOST_BYTES,
        max_decoded=_MOST_BYTES,
    )
    headers = {"Surrogate-Key": " ".join(topics), "xkey-purge": " ".join(topics)}
    if settings.CDN_PURGE_TOKEN:
        headers |= {"Authorization": f"Bearer {settings.CDN_PURGE_TOKEN}"}
    try:
        with open_client(policy, name=CONSUMER) as http:
            http.post(settings.CDN_PURGE_URL, json={"tags": list(topics)}, headers=headers)
    except EgressError as error:
        log.warning("cdn_not_purged", topics=len(topics), error=str(error))
        return False
    return True
