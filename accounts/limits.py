"""Limits requests of one caller: fixed windows, counted in Valkey by the caller's hashed network.

Each policy states what applies while Valkey is unreachable.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from accounts.addresses import network_of
from accounts.crypto import keyed_hash
from accounts.models import LimitCount, User

log = structlog.get_logger(__name__)


class Fallback(StrEnum):
    """What counts while Valkey is unreachable.

    The database, which costs a query, or nothing, which admits everybody.
    """

    DATABASE = "database"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """`limit` requests in `window` seconds for each caller.

    A limit of 0 means no limit. `name` appears in the headers. `away`: what counts without Valkey.
    """

    name: str
    limit: int
    window: int
    away: Fallback = Fallback.OPEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The state after a request: `remaining` of `policy`, for `reset` seconds more."""

    policy: Policy
    allowed: bool
    remaining: int
    reset: int


#: All limits with their own numbers. Writing requests of strangers are counted in the database while Valkey
#: is unreachable; reading ones are not counted.
SUBMISSIONS: Final = Policy(name="submissions", limit=20, window=3600, away=Fallback.DATABASE)
PLACE_REPORTS: Final = Policy(name="place-reports", limit=12, window=600, away=Fallback.DATABASE)
#: Reports on events, by the reader's network, and by the event whoever reports.
REPORTS: Final = Policy(name="reports", limit=20, window=3600, away=Fallback.DATABASE)
REPORTS_OF_EVENT: Final = Policy(name="reports-of-event", limit=60, window=3600, away=Fallback.DATABASE)
#: Messages of one submitter, by the submission.
SUBMITTER_MESSAGES: Final = Policy(name="submitter-messages", limit=10, window=3600, away=Fallback.DATABASE)
OPT_OUTS: Final = Policy(name="opt-outs", limit=10, window=3600, away=Fallback.DATABASE)
#: Registrations for events, by the network that sends them; many people share the network of an office or a campus.
EVENT_REGISTRATIONS: Final = Policy(
    name="event-registrations", limit=300, window=3600, away=Fallback.DATABASE
)
#: Ratings that are written or changed, by the network that sends them; and reports of words in them count as reports.
RATINGS: Final = Policy(name="ratings", limit=60, window=3600, away=Fallback.DATABASE)
#: Photos for galleries, by the network that sends them, beside PICTURES by the person.
PHOTOS: Final = Policy(name="photos", limit=60, window=3600, away=Fallback.DATABASE)
SCANS: Final = Policy(name="scan", limit=20, window=3600, away=Fallback.DATABASE)
#: By the address that requests mail, and by the recipient's address.
SUBSCRIBERS: Final = Policy(name="subscriptions", limit=20, window=3600, away=Fallback.DATABASE)
SUBSCRIBED: Final = Policy(name="subscribed", limit=3, window=3600, away=Fallback.DATABASE)
#: Accounts: sign-ups and requests of mail by the network that asks, and mails by the recipient's address.
REGISTRATIONS: Final = Policy(name="registrations", limit=20, window=3600, away=Fallback.DATABASE)
ACCOUNT_MAILS: Final = Policy(name="account-mails", limit=20, window=3600, away=Fallback.DATABASE)
MAILED: Final = Policy(name="mailed", limit=5, window=3600, away=Fallback.DATABASE)
#: Sign-ins by passkey; each begins with a challenge that is stored.
PASSKEYS: Final = Policy(name="passkeys", limit=30, window=300)
#: Uploaded pictures of one person, each of which takes up to a second to decode.
PICTURES: Final = Policy(name="pictures", limit=20, window=3600, away=Fallback.DATABASE)
#: Looks for possible duplicates while somebody writes.
HINTS: Final = Policy(name="hints", limit=60, window=60)
#: Addresses of calendars that an organizer lets us look at: each sends requests to another site.
CALENDAR_LOOKS: Final = Policy(name="calendar-looks", limit=10, window=3600, away=Fallback.DATABASE)
#: Views and shares that pages report; while Valkey is unreachable nothing is counted anyway.
BEACONS: Final = Policy(name="beacons", limit=120, window=60)
#: Devices that a person adds for push: each is an address elsewhere that notices are sent to.
PUSH_DEVICES: Final = Policy(name="push-devices", limit=20, window=3600, away=Fallback.DATABASE)
#: Signed messages: without the secret nothing is written.
WEBHOOKS: Final = Policy(name="webhooks", limit=600, window=60)
#: Messages that a person has sent to webhooks of their own, as a test or once more.
OWN_WEBHOOKS: Final = Policy(name="own-webhooks", limit=120, window=3600, away=Fallback.DATABASE)


def reading(limit: int) -> Policy:
    """The policy for pages and the API, `limit` requests a minute."""
    return Policy(name="default", limit=limit, window=60)


def of_key(limit: int) -> Policy:
    """The policy for requests by an API key, `limit` a minute."""
    return Policy(name="key", limit=limit, window=60)


def caller_of(request: HttpRequest) -> str:
    """The caller's network as a keyed hash, so that no address is stored."""
    return hmac.new(settings.SECRET_KEY.encode(), network_of(request).encode(), hashlib.sha256).hexdigest()[
        :32
    ]


def take(policy: Policy, request: HttpRequest, *, now: float | None = None) -> Taken:
    """Count one request of the caller under `policy`.

    `now` in seconds since 1970.

    `allowed` is False where it was one too many.
    """
    return take_for(policy, caller_of(request), now=now)


def take_for(policy: Policy, caller: str, *, now: float | None = None) -> Taken:
    """The same for a caller given as a keyed hash (at most 64 characters)."""
    moment = time.time() if now is None else now
    window = int(moment // policy.window)
    ends = (window + 1) * policy.window
    reset = max(1, round(ends - moment))
    used = _used(policy, caller, window, ends) if policy.limit else 0
    return Taken(
        policy=policy, allowed=used <= policy.limit, remaining=max(policy.limit - used, 0), reset=reset
    )


def pictures_taken(person: User) -> Taken:
    """Count one picture that the person uploads, wherever they do."""
    return take_for(PICTURES, keyed_hash(f"pictures\0{person.pk}"))


def _used(policy: Policy, caller: str, window: int, ends: int) -> int:
    key = f"limit:{policy.name}:{caller}:{window}"
    try:
        cache.add(key, 0, timeout=policy.window + 5)
        return int(cache.incr(key))
    except (RedisError, ValueError) as error:  # ValueError: evicted between the two commands
        log.warning("limit_not_in_valkey", policy=policy.name, instead=policy.away.value, error=str(error))
    return (
        LimitCount.add_one(policy=policy.name, caller=caller, ends=ends)
        if policy.away is Fallback.DATABASE
        else 1
    )
